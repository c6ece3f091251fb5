/* Who may hear of a notice: implemented here because core/notice does not know actors. */
#include "core/notice/notice.h"
#include "core/who/who.h"

static bool listed(Str codes, Str code) {
        Str one, rest = codes;

        while (rest.n) {
                if (!str_cut(rest, ',', &one, &rest)) {
                        one = rest;
                        rest = S("");
                }
                if (str_eq(one, code))
                        return true;
        }
        return false;
}

/* A row of the contract that another version of the server knows and this one does not allows nothing. */
static bool permits(int permission, Role role) {
        return permission > PERM_NONE && permission < PERM_COUNT && (permission_roles[permission] >> role & 1);
}

bool notice_visible(const Notice *n, const Actor *actor) {
        if (!actor)
                return false;
        if (actor->is_system || n->everybody)
                return true;
        for (size_t i = 0; actor->account.n && i < ARRAY_LEN(n->accounts); i++)
                if (n->accounts[i] == actor->account.n)
                        return true;
        for (size_t i = 0; i < actor->posts.n; i++) {
                const Post *p = &actor->posts.v[i];

                if (p->place.n && n->place.n && str_starts(n->place, p->place))
                        return true;
                if (p->department.n && listed(n->departments, p->department))
                        return true;
                if (permits(n->permission, p->role))
                        return true;
        }
        return false;
}

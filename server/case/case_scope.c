/* Who may see a case and who may act on it. Seeing is part of the queries (case.sql); acting is decided here, by the words of the
 * flow and the posts of who asks. */
#include "case/case_int.h"

/* The level of a centre that is asked for as such: by the digits of its place code. FLOW_HOLDER_NONE: none of them. */
static FlowHolder level_of(Str place) {
        switch (place.n) {
        case 9: return FLOW_HOLDER_TOWNSHIP;
        case 6: return FLOW_HOLDER_COUNTY;
        case 4: return FLOW_HOLDER_CITY;
        }
        return FLOW_HOLDER_NONE;
}

static void mine_of_post(Buf *b, const Post *p) {
        if (p->role == ROLE_MEMBER)
                buf_fmt(b, "%d:" STR_FMT ",%d:" STR_FMT ",", FLOW_HOLDER_GRID_MEMBER, STR_ARG(p->place),
                        FLOW_HOLDER_VERIFIER, STR_ARG(p->place));
        else if (p->role == ROLE_INSPECTOR)
                buf_fmt(b, "%d:" STR_FMT ",", FLOW_HOLDER_VERIFIER, STR_ARG(p->place));
        else if (p->role == ROLE_DISPATCHER)
                buf_fmt(b, "%d:" STR_FMT ",%d:" STR_FMT ",", FLOW_HOLDER_DISPATCHER, STR_ARG(p->place),
                        level_of(p->place), STR_ARG(p->place));
        else if (p->role == ROLE_LEADER)
                buf_fmt(b, "%d:" STR_FMT ",", FLOW_HOLDER_GRID_LEADER, STR_ARG(p->place));
        else if (p->role == ROLE_DEPARTMENT)
                buf_fmt(b, "d:" STR_FMT ",", STR_ARG(p->department));
}

void case_scope(Cx *cx, CaseScope *ret) {
        Buf mine = BUF_IN(cx->arena), duty = BUF_IN(cx->arena);
        const Actor *a = cx->actor;
        WhoScope reach;

        who_scope(cx, PERM_CASE_READ, &reach);
        buf_c(&mine, ",");
        for (size_t i = 0; a && i < a->posts.n; i++)
                mine_of_post(&mine, &a->posts.v[i]);
        buf_c(&duty, ",");
        for (size_t i = 0; i < reach.places.n; i++)
                buf_fmt(&duty, STR_FMT ",", STR_ARG(reach.places.v[i]));
        for (size_t i = 0; i < reach.departments.n; i++)
                buf_fmt(&duty, "d:" STR_FMT ",", STR_ARG(reach.departments.v[i]));
        *ret = (CaseScope){ .lo = reach.lo,
                            .hi = reach.hi,
                            .posts = reach.several,
                            .me = actor_account(cx).n ? actor_account(cx).n : -1,
                            .departments = reach.department_list,
                            .mine = buf_view(&mine),
                            .duty = reach.everything ? S("") : buf_view(&duty) };
}

static bool is_of_department(Str department, const CaseScope *s) {
        Str one, rest = s->departments;

        while (department.n && str_cut(rest, ',', &one, &rest))
                if (str_eq(one, department))
                        return true;
        return false;
}

static bool is_in_posts(Str posts, Str place) {
        static const size_t digits[] = { 15, 12, 9, 6, 4, 2 };
        char one[18] = ",";

        for (size_t i = 0; posts.p && i < ARRAY_LEN(digits); i++) {
                Str code = str_sub(place, 0, digits[i]);

                memcpy(one + 1, code.p, code.n);
                one[1 + code.n] = ',';
                if (str_contains(posts, (Str){ one, code.n + 2 }))
                        return true;
        }
        return false;
}

bool case_scope_covers(const CaseScope *s, const CaseFile *f) {
        const CaseRow *r = f->row;

        if (str_cmp(r->place, s->lo) >= 0 && str_cmp(r->place, s->hi) < 0 &&
            (!s->posts.p || is_in_posts(s->posts, r->place)))
                return true;
        if ((r->opener.set && r->opener.n == s->me) || (r->holder_account.set && r->holder_account.n == s->me))
                return true;
        for (size_t i = 0; i < f->readers.n; i++)
                if (f->readers.v[i].account == s->me)
                        return true;
        for (size_t i = 0; i < f->steps.n; i++)
                if (is_of_department(f->steps.v[i].target_department, s))
                        return true;
        for (size_t i = 0; i < f->units.n; i++)
                if (is_of_department(f->units.v[i].department, s))
                        return true;
        return false;
}

static bool is_me(const Cx *cx, OptInt account) {
        return account.set && account.n && account.n == actor_account(cx).n;
}

/* Of several units the lead is whom the case was given to. */
static CaseRight holder_right(const Cx *cx, const CaseRow *row) {
        if (row->holder_kind != FLOW_HOLDER_TARGET && row->holder_kind != FLOW_HOLDER_UNITS)
                return (CaseRight){ 0 };
        if (is_me(cx, row->holder_account))
                return (CaseRight){ true,
                                    actor_covers(cx, ROLE_LEADER, row->place) ? ROLE_LEADER : ROLE_MEMBER,
                                    STR_NONE, false };
        if (row->holder_department.n && actor_in_department(cx, row->holder_department))
                return (CaseRight){ true, ROLE_DEPARTMENT, row->holder_department, false };
        return (CaseRight){ 0 };
}

/* A department that the profile no longer has: the centre acts in its stead, so that its cases go on. */
static CaseRight right_in_stead(const Cx *cx, const Case *c, Str department) {
        if (!department.n || case_department(c->profile, department) ||
            !actor_covers(cx, ROLE_DISPATCHER, c->row.place))
                return (CaseRight){ 0 };
        return (CaseRight){ true, ROLE_DISPATCHER, STR_NONE, false };
}

CaseRight case_unit_right(const Cx *cx, const Case *c, const FlowAction *a, const CaseUnitRow *u) {
        CaseRight right = { 0 };

        if (u->left_ms.set || !(flow_who(a, FLOW_WHO_UNIT) || (u->lead && flow_who(a, FLOW_WHO_LEAD))))
                return right;
        if (actor_in_department(cx, u->department))
                right = (CaseRight){ true, ROLE_DEPARTMENT, u->department, true };
        else
                right = right_in_stead(cx, c, u->department);
        right.as_unit = right.allowed;
        return right;
}

static CaseRight any_unit_right(const Cx *cx, const Case *c, const FlowAction *a) {
        for (size_t i = 0; i < c->units.n; i++) {
                CaseRight right = case_unit_right(cx, c, a, &c->units.v[i]);

                if (right.allowed)
                        return right;
        }
        return (CaseRight){ 0 };
}

/* Is there a post of the centre of just that level which the place belongs to? */
static bool covers_at(const Cx *cx, FlowHolder level, Str place) {
        for (size_t i = 0; cx->actor && i < cx->actor->posts.n; i++) {
                const Post *p = &cx->actor->posts.v[i];

                if (p->role == ROLE_DISPATCHER && level_of(p->place) == level && str_starts(place, p->place))
                        return true;
        }
        return false;
}

CaseRight case_right_by_post(const Cx *cx, uint32_t who, Str place) {
        static const struct {
                FlowWho who;
                Role role;
                FlowHolder level; /* none: any */
        } by_post[] = {
                { FLOW_WHO_DISPATCHER, ROLE_DISPATCHER, FLOW_HOLDER_NONE },
                { FLOW_WHO_TOWNSHIP, ROLE_DISPATCHER, FLOW_HOLDER_TOWNSHIP },
                { FLOW_WHO_COUNTY, ROLE_DISPATCHER, FLOW_HOLDER_COUNTY },
                { FLOW_WHO_CITY, ROLE_DISPATCHER, FLOW_HOLDER_CITY },
                { FLOW_WHO_GRID_MEMBER, ROLE_MEMBER, FLOW_HOLDER_NONE },
                { FLOW_WHO_GRID_LEADER, ROLE_LEADER, FLOW_HOLDER_NONE },
                { FLOW_WHO_INSPECTOR, ROLE_INSPECTOR, FLOW_HOLDER_NONE },
        };

        for (size_t i = 0; i < ARRAY_LEN(by_post); i++)
                if (who >> by_post[i].who & 1 && (by_post[i].level ? covers_at(cx, by_post[i].level, place)
                                                                  : actor_covers(cx, by_post[i].role, place)))
                        return (CaseRight){ true, by_post[i].role, STR_NONE, false };
        return (CaseRight){ 0 };
}

CaseRight case_right(const Cx *cx, const Case *c, const FlowAction *a, bool as_reporter) {
        CaseRight right;

        if (c->link)
                return (CaseRight){ flow_who(a, FLOW_WHO_OUTSIDE), ROLE_NONE, STR_NONE, false };
        if (as_reporter)
                return (CaseRight){ flow_who(a, FLOW_WHO_REPORTER), ROLE_NONE, STR_NONE, false };
        if (!cx->actor)
                return (CaseRight){ 0 };
        if (cx->actor->is_system)
                return (CaseRight){ true, ROLE_SYSTEM, STR_NONE, false };
        right = case_right_by_post(cx, a->who, c->row.place);
        if (!right.allowed && flow_who(a, FLOW_WHO_HOLDER)) {
                right = holder_right(cx, &c->row);
                if (!right.allowed)
                        right = right_in_stead(cx, c, c->row.holder_department);
        }
        if (!right.allowed)
                right = any_unit_right(cx, c, a);
        if (!right.allowed && flow_who(a, FLOW_WHO_OPENER) && is_me(cx, c->row.opener)) {
                right = case_right_to_report(cx, c->row.place);
                right.allowed = true;
        }
        return right;
}

CaseRight case_right_to_report(const Cx *cx, Str place) {
        static const Role roles[] = { ROLE_MEMBER, ROLE_LEADER, ROLE_DISPATCHER, ROLE_INSPECTOR };
        const Actor *a = cx->actor;

        if (!a)
                return (CaseRight){ true, ROLE_NONE, STR_NONE, false };
        for (size_t i = 0; i < ARRAY_LEN(roles); i++)
                if (actor_covers(cx, roles[i], place))
                        return (CaseRight){ true, roles[i], STR_NONE, false };
        if (a->is_system)
                return (CaseRight){ true, ROLE_SYSTEM, STR_NONE, false };
        if (!a->posts.n)
                return (CaseRight){ true, ROLE_NONE, STR_NONE, false };
        return (CaseRight){ true, a->posts.v[0].role, a->posts.v[0].department, false };
}

/* Who hears of a matter by which way; what residents send has its own route, and nobody sends it in their stead. */
static uint32_t channel_roles(CaseChannel channel) {
        enum { GROUND = 1 << ROLE_MEMBER | 1 << ROLE_LEADER | 1 << ROLE_INSPECTOR, CENTRE = 1 << ROLE_DISPATCHER };

        switch (channel) {
        case CASE_CHANNEL_MEMBER: return GROUND;
        case CASE_CHANNEL_LEADER: return 1 << ROLE_LEADER;
        case CASE_CHANNEL_CENTRE:
        case CASE_CHANNEL_HOTLINE:
        case CASE_CHANNEL_DEPARTMENT:
        case CASE_CHANNEL_ORDER: return CENTRE;
        case CASE_CHANNEL_QR:
        case CASE_CHANNEL_WEB:
        case CASE_CHANNEL_ALARM:
        case CASE_CHANNEL_PLATFORM: break;
        }
        return 0;
}

Rc case_channel_check(Cx *cx, CaseChannel channel) {
        uint32_t roles = channel_roles(channel);

        for (int r = ROLE_NONE; r < ROLE_COUNT; r++)
                if (roles >> r & 1 && actor_has_role(cx, (Role)r))
                        return OK;
        return fail_field(cx, S("/channel"), "not-allowed", S("您的岗位不能使用这个上报来源"),
                          S("Your post does not report through that channel"));
}

/* Until its own part is done; the lead until all is. */
static bool is_with_my_unit(const Cx *cx, const CaseUnitRowList *units) {
        for (size_t i = 0; i < units->n; i++) {
                const CaseUnitRow *u = &units->v[i];

                if (!u->left_ms.set && (!u->done_ms.set || u->lead) && actor_in_department(cx, u->department))
                        return true;
        }
        return false;
}

bool case_in_my_hands(const Cx *cx, const Case *c) {
        const CaseRow *row = &c->row;

        switch ((FlowHolder)row->holder_kind) {
        case FLOW_HOLDER_GRID_MEMBER: return actor_covers(cx, ROLE_MEMBER, row->place);
        case FLOW_HOLDER_DISPATCHER: return actor_covers(cx, ROLE_DISPATCHER, row->place);
        case FLOW_HOLDER_VERIFIER:
                return actor_covers(cx, ROLE_MEMBER, row->place) ||
                       actor_covers(cx, ROLE_INSPECTOR, row->place);
        case FLOW_HOLDER_TARGET: return holder_right(cx, row).allowed;
        case FLOW_HOLDER_GRID_LEADER: return actor_covers(cx, ROLE_LEADER, row->place);
        case FLOW_HOLDER_TOWNSHIP:
        case FLOW_HOLDER_COUNTY:
        case FLOW_HOLDER_CITY: return covers_at(cx, (FlowHolder)row->holder_kind, row->place);
        case FLOW_HOLDER_OPENER: return is_me(cx, row->opener);
        case FLOW_HOLDER_UNITS: return is_with_my_unit(cx, &c->units);
        case FLOW_HOLDER_REPORTER:
        case FLOW_HOLDER_OUTSIDE:
        case FLOW_HOLDER_NONE:
        case FLOW_HOLDER_COUNT: break;
        }
        return false;
}

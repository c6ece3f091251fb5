/* Who may see a case and who may act on it. Seeing is part of the queries (case.sql); acting is decided here, by the words of the
 * flow and the posts of who asks. */
#include "case/case_int.h"

static bool is_place_role(Role r) {
        return r == ROLE_MEMBER || r == ROLE_LEADER || r == ROLE_DISPATCHER || r == ROLE_INSPECTOR;
}

static void mine_of_post(Buf *b, const Post *p) {
        if (p->role == ROLE_MEMBER)
                buf_fmt(b, "%d:" STR_FMT ",%d:" STR_FMT ",", FLOW_HOLDER_GRID_MEMBER, STR_ARG(p->place),
                        FLOW_HOLDER_VERIFIER, STR_ARG(p->place));
        else if (p->role == ROLE_INSPECTOR)
                buf_fmt(b, "%d:" STR_FMT ",", FLOW_HOLDER_VERIFIER, STR_ARG(p->place));
        else if (p->role == ROLE_DISPATCHER)
                buf_fmt(b, "%d:" STR_FMT ",", FLOW_HOLDER_DISPATCHER, STR_ARG(p->place));
        else if (p->role == ROLE_DEPARTMENT)
                buf_fmt(b, "d:" STR_FMT ",", STR_ARG(p->department));
}

void case_scope(Cx *cx, CaseScope *ret) {
        Buf posts = BUF_IN(cx->arena), mine = BUF_IN(cx->arena);
        const Actor *a = cx->actor;
        CaseScope s = { .lo = S(":"), .hi = S(":"), .department = S(""), .department2 = S("") };
        size_t places = 0;
        Str last = STR_NONE;

        buf_c(&posts, ",");
        buf_c(&mine, ",");
        s.me = actor_account(cx).n ? actor_account(cx).n : -1;
        for (size_t i = 0; a && i < a->posts.n; i++) {
                const Post *p = &a->posts.v[i];

                mine_of_post(&mine, p);
                if (is_place_role(p->role) && p->place.n) {
                        places++;
                        last = p->place;
                        buf_fmt(&posts, STR_FMT ",", STR_ARG(p->place));
                } else if (p->role == ROLE_DEPARTMENT) {
                        if (!s.department.n)
                                s.department = p->department;
                        else if (!str_eq(p->department, s.department))
                                s.department2 = p->department;
                }
        }
        if (a && a->is_system) {
                s.lo = S("");
        } else if (places == 1) {
                s.lo = last;
                s.hi = str_fmt(cx->arena, STR_FMT ":", STR_ARG(last)); /* ':' follows '9' */
        } else if (places) {
                s.posts = buf_view(&posts);
        }
        s.mine = buf_view(&mine);
        *ret = s;
}

static bool is_of_department(const CaseStepRow *step, const CaseScope *s) {
        return step->target_department.p && (str_eq(step->target_department, s->department) ||
                                             str_eq(step->target_department, s->department2));
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

        if ((str_cmp(r->place, s->lo) >= 0 && str_cmp(r->place, s->hi) < 0) || is_in_posts(s->posts, r->place))
                return true;
        if ((r->opener.set && r->opener.n == s->me) || (r->holder_account.set && r->holder_account.n == s->me))
                return true;
        for (size_t i = 0; i < f->readers.n; i++)
                if (f->readers.v[i].account == s->me)
                        return true;
        for (size_t i = 0; i < f->steps.n; i++)
                if (is_of_department(&f->steps.v[i], s))
                        return true;
        return false;
}

static bool is_me(const Cx *cx, OptInt account) {
        return account.set && account.n && account.n == actor_account(cx).n;
}

static CaseRight holder_right(const Cx *cx, const CaseRow *row) {
        if (row->holder_kind != FLOW_HOLDER_TARGET)
                return (CaseRight){ 0 };
        if (is_me(cx, row->holder_account))
                return (CaseRight){ true,
                                    actor_covers(cx, ROLE_LEADER, row->place) ? ROLE_LEADER : ROLE_MEMBER,
                                    STR_NONE };
        if (row->holder_department.n && actor_in_department(cx, row->holder_department))
                return (CaseRight){ true, ROLE_DEPARTMENT, row->holder_department };
        return (CaseRight){ 0 };
}

CaseRight case_right(const Cx *cx, const Case *c, const FlowAction *a, bool as_reporter) {
        static const struct {
                FlowWho who;
                Role role;
        } by_post[] = { { FLOW_WHO_DISPATCHER, ROLE_DISPATCHER },
                        { FLOW_WHO_GRID_MEMBER, ROLE_MEMBER },
                        { FLOW_WHO_GRID_LEADER, ROLE_LEADER },
                        { FLOW_WHO_INSPECTOR, ROLE_INSPECTOR } };
        CaseRight right = { 0 };

        if (as_reporter)
                return (CaseRight){ flow_who(a, FLOW_WHO_REPORTER), ROLE_NONE, STR_NONE };
        if (!cx->actor)
                return right;
        if (cx->actor->is_system)
                return (CaseRight){ true, ROLE_SYSTEM, STR_NONE };
        for (size_t i = 0; i < ARRAY_LEN(by_post); i++)
                if (flow_who(a, by_post[i].who) && actor_covers(cx, by_post[i].role, c->row.place))
                        return (CaseRight){ true, by_post[i].role, STR_NONE };
        if (flow_who(a, FLOW_WHO_HOLDER))
                right = holder_right(cx, &c->row);
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
                return (CaseRight){ true, ROLE_NONE, STR_NONE };
        for (size_t i = 0; i < ARRAY_LEN(roles); i++)
                if (actor_covers(cx, roles[i], place))
                        return (CaseRight){ true, roles[i], STR_NONE };
        if (a->is_system)
                return (CaseRight){ true, ROLE_SYSTEM, STR_NONE };
        if (!a->posts.n)
                return (CaseRight){ true, ROLE_NONE, STR_NONE };
        return (CaseRight){ true, a->posts.v[0].role, a->posts.v[0].department };
}

bool case_in_my_hands(const Cx *cx, const CaseRow *row) {
        switch ((FlowHolder)row->holder_kind) {
        case FLOW_HOLDER_GRID_MEMBER: return actor_covers(cx, ROLE_MEMBER, row->place);
        case FLOW_HOLDER_DISPATCHER: return actor_covers(cx, ROLE_DISPATCHER, row->place);
        case FLOW_HOLDER_VERIFIER:
                return actor_covers(cx, ROLE_MEMBER, row->place) ||
                       actor_covers(cx, ROLE_INSPECTOR, row->place);
        case FLOW_HOLDER_TARGET: return holder_right(cx, row).allowed;
        case FLOW_HOLDER_NONE:
        case FLOW_HOLDER_COUNT: break;
        }
        return false;
}

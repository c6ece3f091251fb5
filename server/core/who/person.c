/* People as others see them: holders of posts for other modules, and colleagues on a list. */
#include "core/who/who_int.h"
#include <inttypes.h>

Str mask_phone(Arena *a, Str phone) {
        size_t head = phone.n >= 7 ? 3 : 0, tail = phone.n >= 7 ? 4 : phone.n > 2 ? 2 : 0;
        Buf b = BUF_IN(a);

        if (!phone.p)
                return phone;
        for (size_t i = 0; i < phone.n; i++)
                buf_char(&b, i < head || i >= phone.n - tail ? phone.p[i] : '*');
        return buf_view(&b);
}

Str mask_name(Arena *a, Str name) {
        size_t length = str_utf8_len(name);
        Buf b = BUF_IN(a);

        buf_str(&b, str_utf8_head(name, 1));
        for (size_t i = 1; i < length && i < 3; i++)
                buf_char(&b, '*');
        return buf_view(&b);
}

static Person person_of(const WhoPersonRow *r) {
        return (Person){ .id = r->account_id,
                         .name = r->name,
                         .phone = r->phone,
                         .duty_hours = r->duty_hours,
                         .role = (Role)role_from_name(r->role),
                         .place = r->place,
                         .department = r->department };
}

static void persons_of(Arena *a, const WhoPersonRowList *rows, PersonList *ret) {
        *ret = (PersonList){ 0 };
        for (size_t i = 0; i < rows->n; i++)
                *list_push(a, ret) = person_of(&rows->v[i]);
}

Rc who_on_place(Cx *cx, Role role, Str place, PersonList *ret) {
        WhoPersonRowList rows;

        TRY(q_who_on_place(cx, str_c(role_names[role]), place, now_ms(cx), &rows));
        persons_of(cx->arena, &rows, ret);
        return OK;
}

Rc who_in_department(Cx *cx, Str department, PersonList *ret) {
        WhoPersonRowList rows;

        *ret = (PersonList){ 0 };
        if (!department.n)
                return OK;
        TRY(q_who_in_department(cx, department, now_ms(cx), &rows));
        persons_of(cx->arena, &rows, ret);
        return OK;
}

Rc who_person(Cx *cx, AccountId account, Person *ret) {
        WhoPersonRow *row;

        TRY(q_who_person(cx, account.n, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "No account %" PRId64, account.n);
        *ret = person_of(row);
        return OK;
}

/* ---- colleagues ---- */

static Rc count_cases(Cx *cx, StaffPage *page) {
        int64_t *counts = TAKE_ARRAY(cx->arena, int64_t, page->items.n + 1);
        IntList accounts = { 0 };

        if (!who_linked()->open_cases)
                return OK;
        for (size_t i = 0; i < page->items.n; i++)
                *list_push(cx->arena, &accounts) = page->items.v[i].id;
        TRY(who_linked()->open_cases(cx, &accounts, counts));
        for (size_t i = 0; i < page->items.n; i++)
                page->items.v[i].open_cases = counts[i];
        return OK;
}

static StaffMember member_view(Cx *cx, const WhoPersonRow *r) {
        const WhoLinks *links = who_linked();
        StaffMember m = { .id = r->account_id,
                          .name = r->name,
                          .phone = r->phone,
                          .duty_hours = r->duty_hours,
                          .role = (RoleName)enum_value(&enum_RoleName, r->role),
                          .role_name = str_c(role_title(role_from_name(r->role), cx->lang)) };

        if (r->place.n) {
                m.place = r->place;
                m.place_name = links->place_name ? links->place_name(cx, r->place) : STR_NONE;
        }
        if (r->department.n)
                m.department =
                        links->department_name ? links->department_name(cx, r->department) : r->department;
        return m;
}

/* A page's cursor: the last row's place (may be empty) and post, "530103003001001-17". */
static bool read_cursor(Str page, Str *ret_place, int64_t *ret_post) {
        Str post;

        return str_cut(page, '-', ret_place, &post) && str_int(post, ret_post);
}

Rc staff_page(Cx *cx, const StaffQuery *in, StaffPage *ret) {
        Str role = in->role ? str_c(enum_word(&enum_RoleName, (int)in->role)) : STR_NONE,
            after_place = STR_NONE;
        bool departments = actor_has_role(cx, ROLE_DISPATCHER); /* they dispatch to all of them */
        int64_t after_id = 0;
        WhoPersonRowList rows;
        WhoScope scope;

        if (in->page.p && !read_cursor(in->page, &after_place, &after_id))
                return fail_field(cx, S("?page"), "invalid", S("分页标记无效"),
                                  S("Not a page of this list"));
        who_scope(cx, PERM_STAFF_READ, &scope);
        TRY(q_who_staff(cx, in->under, role, contains_pattern(cx->arena, in->q), after_place, after_id,
                        scope.lo, scope.hi, scope.several, scope.department_list, departments, PAGE_SIZE + 1,
                        &rows));
        for (size_t i = 0; i < rows.n && i < PAGE_SIZE; i++)
                *list_push(cx->arena, &ret->items) = member_view(cx, &rows.v[i]);
        if (rows.n > PAGE_SIZE) {
                const WhoPersonRow *last = &rows.v[PAGE_SIZE - 1];

                ret->next =
                        str_fmt(cx->arena, STR_FMT "-%lld", STR_ARG(last->place), (long long)last->post_id);
        }
        return count_cases(cx, ret);
}

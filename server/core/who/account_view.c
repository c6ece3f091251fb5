/* What accounts look like to those who may see them. */
#include "core/who/who_int.h"

static PostView post_view(Cx *cx, const WhoPostRow *p) {
        const WhoLinks *links = who_linked();
        int role = role_from_name(p->role);
        PostView v = { .id = p->id,
                       .role = (RoleName)enum_value(&enum_RoleName, p->role),
                       .role_name = str_c(role_title(role, cx->lang)),
                       .since = p->since_ms,
                       .until = p->until_ms };

        if (p->place.n) {
                v.place = p->place;
                v.place_name = links->place_name ? links->place_name(cx, p->place) : STR_NONE;
        }
        if (p->department.n) {
                v.department = p->department;
                v.department_name =
                        links->department_name ? links->department_name(cx, p->department) : STR_NONE;
        }
        return v;
}

Rc account_view(Cx *cx, const WhoAccountRow *row, AccountView *ret) {
        bool own = actor_account(cx).n == row->id;
        WhoPostRowList posts;
        WhoSecretRowList secrets;
        WhoCountRow *seen;
        int64_t locked;

        TRY(q_who_post_list(cx, row->id, &posts));
        TRY(q_who_secret_list(cx, row->id, &secrets));
        TRY(q_who_last_seen(cx, row->id, &seen));
        TRY(guard_locked(cx, row->login, &locked));
        *ret = (AccountView){ .id = row->id,
                              .login = row->login,
                              .name = row->name,
                              .duty_hours = row->duty_hours,
                              .version = row->version,
                              .last_seen = { seen->n > 0, seen->n } };
        ret->phone = own || !row->phone.p ? row->phone : mask_phone(cx->arena, row->phone);
        ret->state = row->disabled ? S("disabled") : locked ? S("locked") : S("active");
        if (secrets.n) {
                int64_t expires = secrets.v[0].since_ms + (int64_t)PASSWORD_DAYS * MS_DAY;

                ret->password_expires = SOME_INT(expires);
                ret->must_change_password = secrets.v[0].must_change || now_ms(cx) > expires;
        }
        for (size_t i = 0; i < posts.n; i++)
                *list_push(cx->arena, &ret->posts) = post_view(cx, &posts.v[i]);
        return OK;
}

Rc account_me(Cx *cx, Me *ret) {
        const Actor *actor = cx->actor;
        WhoAccountRow *row;

        TRY(account_get(cx, actor->account.n, &row));
        ret->account = TAKE(cx->arena, AccountView);
        TRY(account_view(cx, row, ret->account));
        for (int p = PERM_SELF + 1; p < PERM_COUNT; p++)
                if (actor->permissions >> p & 1)
                        *list_push(cx->arena, &ret->permissions) = str_c(permission_names[p]);
        ret->scope = TAKE(cx->arena, ScopeView);
        ret->home_place = STR_NONE;
        for (size_t i = 0; i < actor->posts.n; i++) {
                const Post *p = &actor->posts.v[i];

                if (p->place.n)
                        *list_push(cx->arena, &ret->scope->places) = p->place;
                if (p->department.n)
                        *list_push(cx->arena, &ret->scope->departments) = p->department;
                if (p->place.n && !ret->home_place.p)
                        ret->home_place = p->place;
        }
        ret->session_expires = actor->session_expires_ms;
        return OK;
}

Str contains_pattern(Arena *a, Str q) {
        Buf b = BUF_IN(a);

        if (!q.p)
                return STR_NONE;
        buf_char(&b, '%');
        for (size_t i = 0; i < q.n; i++) {
                if (q.p[i] == '%' || q.p[i] == '_' || q.p[i] == '\\')
                        buf_char(&b, '\\');
                buf_char(&b, q.p[i]);
        }
        buf_char(&b, '%');
        return buf_view(&b);
}

static Str lower(Arena *a, Str s) {
        char *p;

        if (!s.p)
                return S("");
        p = arena_copy(a, s.p, s.n);
        for (size_t i = 0; i < s.n; i++)
                if (p[i] >= 'A' && p[i] <= 'Z')
                        p[i] = (char)(p[i] + 32);
        return (Str){ p, s.n };
}

Rc account_page(Cx *cx, const AccountQuery *in, AccountPage *ret) {
        Str role = in->role ? str_c(enum_word(&enum_RoleName, (int)in->role)) : STR_NONE,
            pattern = contains_pattern(cx->arena, in->q);
        OptInt after = { 0 };
        WhoAccountRowList rows;

        if (in->page.p && !(after.set = str_int(in->page, &after.n)))
                return fail_field(cx, S("?page"), "invalid", S("分页标记无效"),
                                  S("Not a page of this list"));
        TRY(q_who_account_list(cx, pattern, lower(cx->arena, pattern), in->under, role, after, PAGE_SIZE + 1,
                               &rows));
        for (size_t i = 0; i < rows.n && i < PAGE_SIZE; i++)
                TRY(account_view(cx, &rows.v[i], list_push(cx->arena, &ret->items)));
        if (rows.n > PAGE_SIZE)
                ret->next = str_of_int(cx->arena, rows.v[PAGE_SIZE - 1].id);
        return OK;
}

/* Accounts, their passwords and their posts: making, changing, showing. Every change seals the rows it wrote, is in the log,
 * and closes the sessions that rest on what was before. */
#include "core/audit/audit.h"
#include "core/who/who_int.h"
#include <inttypes.h>

/* ---- particulars ---- */

static bool login_good(Str s) {
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];

                if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80 || c == '.' ||
                      c == '_' || c == '-' || c == '@'))
                        return false;
        }
        return str_utf8_valid(s) && str_utf8_len(s) >= 2 && str_utf8_len(s) <= 64;
}

static Str fold(Arena *a, Str s) {
        char *p = arena_copy(a, s.p, s.n);

        for (size_t i = 0; i < s.n; i++)
                if (p[i] >= 'A' && p[i] <= 'Z')
                        p[i] = (char)(p[i] + 32);
        return (Str){ p, s.n };
}

Rc account_get(Cx *cx, int64_t id, WhoAccountRow **ret) {
        WhoAccountRow *row;

        TRY(q_who_account_get(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "No account %" PRId64, id);
        *ret = row;
        return OK;
}

static Rc seal_account(Cx *cx, const WhoAccountRow *row) {
        return audit_seal(cx, &db_shape_WhoAccountRow, row);
}

static Rc seal_post(Cx *cx, const WhoPostRow *row) {
        return audit_seal(cx, &db_shape_WhoPostRow, row);
}

/* Takes the account's row and counts its version on. */
static Rc take_account(Cx *cx, int64_t id, WhoAccountRow **ret) {
        WhoAccountRow *row;

        TRY(q_who_account_touch(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "No account %" PRId64, id);
        TRY(seal_account(cx, row));
        *ret = row;
        return OK;
}

/* ---- passwords ---- */

/* The newest counts; the sixth goes. */
static Rc put_secret(Cx *cx, int64_t account, Str hash, bool must_change, bool shared) {
        WhoSecretRowList all;
        WhoSecretRow *made;

        TRY(q_who_secret_insert(cx, account, hash, now_ms(cx), must_change, shared, &made));
        TRY(audit_seal(cx, &db_shape_WhoSecretRow, made));
        TRY(q_who_secret_list(cx, account, &all));
        for (size_t i = PASSWORD_HISTORY; i < all.n; i++) {
                TRY(q_who_secret_drop(cx, all.v[i].id, NULL));
                TRY(audit_seal_gone(cx, "who_secret", str_of_int(cx->arena, all.v[i].id)));
        }
        return OK;
}

typedef struct SecretChange {
        int64_t account, keep_session;
        Str hash;
        bool must_change;
        const char *action;
} SecretChange;

static Rc change_secret(Cx *cx, void *arg) {
        const SecretChange *c = arg;
        WhoAccountRow *row;
        WhoTrace trace = { 0 };
        bool was_guarded;

        TRY(take_account(cx, c->account, &row));
        TRY(put_secret(cx, c->account, c->hash, c->must_change, false));
        TRY(guard_clear(cx, row->login, &was_guarded));
        TRY(who_trace(cx, c->action, c->account, &trace));
        return session_close_all(cx, c->account, c->keep_session);
}

Rc who_password_set(Cx *cx, AccountId account, Str hash, bool must_change) {
        SecretChange c = { account.n, 0, hash, must_change, "account.password-set" };

        return db_write(cx, change_secret, &c);
}

static Rc check_history(Cx *cx, int64_t account, Str pointer, Str password) {
        WhoSecretRowList all;
        bool same = false;

        TRY(q_who_secret_list(cx, account, &all));
        for (size_t i = 0; i < all.n && i < PASSWORD_HISTORY && !same; i++)
                TRY(secret_verify(cx, all.v[i].hash, password, &same));
        return same ? fail_field(cx, pointer, "used-before", S("不能使用最近 5 次用过的密码"),
                                 S("None of the last five passwords is taken again"))
                    : OK;
}

/* Slow; outside a transaction. By its owner: the session that asks goes on. By an administrator: to be changed at sign-in. */
Rc account_new_password(Cx *cx, int64_t id, Str pointer, Str password, bool by_owner) {
        SecretChange c = { .account = id,
                           .must_change = !by_owner,
                           .action = by_owner ? "account.password-changed" : "account.password-reset" };
        WhoAccountRow *row;

        TRY(account_get(cx, id, &row));
        TRY(password_check(cx, pointer, row->login, password));
        TRY(check_history(cx, id, pointer, password));
        TRY(secret_hash(cx, password, &c.hash));
        c.keep_session = by_owner && cx->actor ? cx->actor->session : 0;
        return db_write_answer(cx, change_secret, &c, NULL);
}

bool who_is_demo_password_in_use(Cx *cx) {
        WhoCountRow *n;

        return q_who_secret_shared(cx, &n) != OK || n->n > 0; /* when in doubt, yes */
}

/* ---- making ---- */

typedef struct Making {
        const AccountNew *in;
        Str login, hash;
        AccountId made;
} Making;

static Str some(Str s) { return s.n ? s : STR_NONE; }

static Rc make_account(Cx *cx, void *arg) {
        Making *m = arg;
        WhoTrace trace = { .login = m->login, .name = m->in->name };
        WhoAccountRow *row;

        TRY(q_who_account_insert(cx, m->login, m->in->name, some(m->in->phone), some(m->in->duty_hours),
                                 now_ms(cx), &row));
        if (!row)
                return fail(cx, P_ACCOUNT_LOGIN_TAKEN, "Login " STR_FMT " is taken", STR_ARG(m->login));
        TRY(seal_account(cx, row));
        if (m->hash.n)
                TRY(put_secret(cx, row->id, m->hash, m->in->must_change,
                               m->in->password_hash.n > 0 && !m->in->must_change));
        m->made = (AccountId){ row->id };
        return who_trace(cx, "account.created", row->id, &trace);
}

/* Hashes in->password first; inside a transaction only a ready-made hash, or none, should come. */
Rc who_account_add(Cx *cx, const AccountNew *in, AccountId *ret) {
        Making m = { .in = in, .login = fold(cx->arena, str_trim(in->login)), .hash = in->password_hash };

        if (!login_good(m.login))
                return fail_field(cx, S("/login"), "invalid",
                                  S("登录名只能由字母、数字、汉字和 . _ - @ 组成，2–64 个字符"),
                                  S("A login has 2 to 64 letters, digits or . _ - @"));
        if (in->password.n)
                TRY(secret_hash(cx, in->password, &m.hash));
        TRY(db_write(cx, make_account, &m));
        *ret = m.made;
        return OK;
}

typedef struct Creating {
        AccountNew account;
        void *view;
} Creating;

static Rc create_work(Cx *cx, void *arg) {
        Creating *c = arg;
        AccountView *view = TAKE(cx->arena, AccountView);
        WhoAccountRow *row;
        AccountId id;

        TRY(who_account_add(cx, &c->account, &id));
        TRY(account_get(cx, id.n, &row));
        TRY(account_view(cx, row, view));
        return c->view = view, OK;
}

/* The slow hash first; the account, and the answer for the request's key, in one transaction. */
Rc account_create(Cx *cx, const AccountCreate *in, AccountView **ret) {
        Creating c = { .account = { .login = in->login,
                                    .name = in->name,
                                    .phone = in->phone,
                                    .duty_hours = in->duty_hours,
                                    .must_change = true } };

        TRY(password_check(cx, S("/password"), in->login, in->password));
        TRY(secret_hash(cx, in->password, &c.account.password_hash));
        TRY(db_write_answer(cx, create_work, &c, &c.view));
        return *ret = c.view, OK;
}

Rc who_account_by_login(Cx *cx, Str login, AccountId *ret) {
        WhoIdRow *row;

        TRY(q_who_account_by_login(cx, fold(cx->arena, login), &row));
        *ret = (AccountId){ row->id };
        return OK;
}

/* ---- changing ---- */

static bool is_guarding_role(Role r) { return r == ROLE_SYSTEM || r == ROLE_SECURITY; }

/* Without a system administrator nobody could make accounts, without a security administrator nobody give posts. */
static Rc keep_last(Cx *cx, Role role, int64_t account) {
        Str name = str_c(role_names[role]);
        WhoCountRow *others;

        if (!is_guarding_role(role))
                return OK;
        TRY(q_who_post_hold(cx, name, NULL));
        TRY(q_who_post_others(cx, name, account, &others));
        return others->n ? OK
                         : fail(cx, P_ACCOUNT_LAST_ADMIN,
                                "Account %" PRId64 " is the last one with role " STR_FMT, account,
                                STR_ARG(name));
}

static Rc may_be_disabled(Cx *cx, int64_t account) {
        WhoPostRowList posts;

        TRY(q_who_post_list(cx, account, &posts));
        for (size_t i = 0; i < posts.n; i++)
                TRY(keep_last(cx, (Role)role_from_name(posts.v[i].role), account));
        return OK;
}

Rc account_change(Cx *cx, int64_t id, const AccountChange *in, WhoAccountRow **ret) {
        WhoTrace trace = { .name = in->name, .disabled = in->disabled };
        WhoAccountRow *before, *row;

        TRY(account_get(cx, id, &before));
        if (in->disabled.set && in->disabled.b && !before->disabled)
                TRY(may_be_disabled(cx, id));
        TRY(q_who_account_update(cx, id, in->version, in->name, in->phone, in->duty_hours, in->disabled,
                                 &row));
        if (!row)
                return fail(cx, P_VERSION_STALE, "Account %" PRId64 " has another version than %" PRId64, id,
                            in->version);
        TRY(seal_account(cx, row));
        TRY(who_trace(cx, "account.changed", id, &trace));
        if (row->disabled)
                TRY(session_close_all(cx, id, 0));
        else
                TRY(who_changed(cx, id, "account.changed"));
        *ret = row;
        return OK;
}

Rc account_unlock(Cx *cx, int64_t id) {
        WhoTrace trace = { 0 };
        WhoAccountRow *row;
        bool was;

        TRY(account_get(cx, id, &row));
        TRY(guard_clear(cx, row->login, &was));
        return who_trace(cx, "account.unlocked", id, &trace);
}

Rc account_sign_out(Cx *cx, int64_t id) {
        WhoTrace trace = { 0 };
        WhoAccountRow *row;

        TRY(account_get(cx, id, &row));
        TRY(session_close_all(cx, id, 0));
        return who_trace(cx, "account.signed-out", id, &trace);
}

/* ---- posts ---- */

static bool is_admin(Role r) { return r == ROLE_SYSTEM || r == ROLE_SECURITY || r == ROLE_AUDITOR; }

typedef struct Giving {
        int64_t account;
        Role role;
        Str place, department;
        int64_t since_ms;
} Giving;

static Rc give_post(Cx *cx, void *arg) {
        const Giving *g = arg;
        WhoTrace trace = { .role = str_c(role_names[g->role]),
                           .place = some(g->place),
                           .department = some(g->department) };
        WhoPostRowList posts;
        WhoAccountRow *account;
        WhoPostRow *made;

        TRY(take_account(cx, g->account, &account));
        if (account->disabled)
                return fail(cx, P_ACCOUNT_DISABLED, "Account %" PRId64 " is disabled", g->account);
        TRY(q_who_post_list(cx, g->account, &posts));
        if (posts.n >= POSTS_MOST)
                return fail(cx, P_POST_TOO_MANY, "Account %" PRId64 " holds %d posts", g->account, POSTS_MOST);
        for (size_t i = 0; i < posts.n; i++) {
                Role held = (Role)role_from_name(posts.v[i].role);

                if (is_admin(g->role) && is_admin(held) && held != g->role)
                        return fail(cx, P_POST_THREE_ADMINS, "Account %" PRId64 " is already %s", g->account,
                                    role_names[held]);
        }
        TRY(q_who_post_insert(cx, g->account, trace.role, g->place, g->department, g->since_ms, &made));
        if (!made)
                return fail(cx, P_POST_OVERLAP, "Account %" PRId64 " already holds that post", g->account);
        TRY(seal_post(cx, made));
        TRY(who_trace(cx, "post.given", g->account, &trace));
        return session_close_all(cx, g->account, 0);
}

Rc who_post_add(Cx *cx, AccountId account, Role role, Str place, Str department, int64_t since_ms) {
        Giving g = { account.n, role, place.p ? place : S(""), department.p ? department : S(""), since_ms };

        return db_write(cx, give_post, &g);
}

/* A role takes a place, a department or neither, and nothing else. */
static Rc check_scope(Cx *cx, const PostCreate *in, Role role) {
        bool place = role_scope[role] == SCOPE_PLACE, department = role_scope[role] == SCOPE_DEPARTMENT;

        if (place && !in->place.n)
                field_error(cx, S("/place"), "required", S("该角色须指定地区"),
                            S("This role needs a place"));
        if (!place && in->place.n)
                field_error(cx, S("/place"), "not-allowed", S("该角色不能指定地区"),
                            S("This role has no place"));
        if (department && !in->department.n)
                field_error(cx, S("/department"), "required", S("该角色须指定部门"),
                            S("This role needs a department"));
        if (!department && in->department.n)
                field_error(cx, S("/department"), "not-allowed", S("该角色不能指定部门"),
                            S("This role has no department"));
        if (place && in->place.n && who_linked()->place_name && !who_linked()->place_name(cx, in->place).n)
                field_error(cx, S("/place"), "unknown", S("没有这个地区"), S("No such place"));
        if (department && in->department.n && who_linked()->department_name &&
            !who_linked()->department_name(cx, in->department).n)
                field_error(cx, S("/department"), "unknown", S("没有这个部门"), S("No such department"));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

Rc post_give(Cx *cx, int64_t account, const PostCreate *in) {
        Role role = (Role)role_from_name(str_c(enum_word(&enum_RoleName, (int)in->role)));

        TRY(check_scope(cx, in, role));
        return who_post_add(cx, (AccountId){ account }, role, in->place, in->department, now_ms(cx));
}

Rc post_finish(Cx *cx, int64_t account, int64_t post) {
        WhoTrace trace = { 0 };
        WhoAccountRow *row;
        WhoPostRow *ended;

        TRY(take_account(cx, account, &row));
        TRY(q_who_post_finish(cx, post, account, now_ms(cx), &ended));
        if (!ended)
                return fail(cx, P_NOT_FOUND, "Account %" PRId64 " holds no post %" PRId64, account, post);
        if (!row->disabled)
                TRY(keep_last(cx, (Role)role_from_name(ended->role), account));
        TRY(seal_post(cx, ended));
        trace = (WhoTrace){ .role = ended->role,
                            .place = some(ended->place),
                            .department = some(ended->department) };
        TRY(who_trace(cx, "post.ended", account, &trace));
        return session_close_all(cx, account, 0);
}

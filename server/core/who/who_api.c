/* Handlers of who.contract. */
#include "core/who/who_int.h"
#include "http/http.h"

static int64_t account_of(const Cx *cx) { return path_int(cx, "id"); }

static Rc show(Cx *cx, int64_t id, AccountView **ret) {
        AccountView *view = TAKE(cx->arena, AccountView);
        WhoAccountRow *row;

        TRY(account_get(cx, id, &row));
        TRY(account_view(cx, row, view));
        *ret = view;
        return OK;
}

/* ---- one's own session ---- */

static void set_cookie(Cx *cx, Str token, int64_t seconds) {
        http_add_header(cx, "Set-Cookie",
                        str_fmt(cx->arena,
                                WHO_COOKIE "=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
                                STR_ARG(token), (long long)seconds, cx->req->secure ? "; Secure" : ""));
}

Rc api_session_open(Cx *cx, const SessionOpen *in, SessionView **ret) {
        SessionView *view = TAKE(cx->arena, SessionView);
        int64_t idle_ms, whole_ms;
        Signed s;

        TRY(session_sign_in(cx, in->login, in->password, &s));
        cx->actor = s.actor;
        who_session_times(s.actor, &idle_ms, &whole_ms);
        view->token = s.token;
        view->expires = s.actor->session_expires_ms;
        view->user = TAKE(cx->arena, Me);
        TRY(account_me(cx, view->user));
        set_cookie(cx, s.token, whole_ms / 1000);
        *ret = view;
        return OK;
}

Rc api_session_end(Cx *cx) {
        TRY(session_end(cx));
        set_cookie(cx, S(""), 0);
        return OK;
}

Rc api_me_get(Cx *cx, Me **ret) {
        Me *me = TAKE(cx->arena, Me);

        TRY(account_me(cx, me));
        *ret = me;
        return OK;
}

Rc api_me_password(Cx *cx, const PasswordChange *in) {
        WhoAccountRow *row;

        TRY(account_get(cx, actor_account(cx).n, &row));
        TRY(session_prove(cx, row, in->old));
        return account_new_password(cx, row->id, S("/new"), in->new, true);
}

/* ---- accounts ---- */

Rc api_account_list(Cx *cx, const AccountQuery *in, AccountPage **ret) {
        AccountPage *page = TAKE(cx->arena, AccountPage);

        TRY(account_page(cx, in, page));
        *ret = page;
        return OK;
}

Rc api_account_create(Cx *cx, const AccountCreate *in, AccountView **ret) { return account_create(cx, in, ret); }

Rc api_account_get(Cx *cx, AccountView **ret) { return show(cx, account_of(cx), ret); }

Rc api_account_change(Cx *cx, const AccountChange *in, AccountView **ret) {
        AccountView *view = TAKE(cx->arena, AccountView);
        WhoAccountRow *row;

        TRY(account_change(cx, account_of(cx), in, &row));
        TRY(account_view(cx, row, view));
        *ret = view;
        return OK;
}

Rc api_post_create(Cx *cx, const PostCreate *in, AccountView **ret) {
        TRY(post_give(cx, account_of(cx), in));
        return show(cx, account_of(cx), ret);
}

Rc api_post_end(Cx *cx, AccountView **ret) {
        TRY(post_finish(cx, account_of(cx), path_int(cx, "post")));
        return show(cx, account_of(cx), ret);
}

Rc api_account_reset(Cx *cx, const PasswordReset *in) {
        return account_new_password(cx, account_of(cx), S("/password"), in->password, false);
}

Rc api_account_unlock(Cx *cx) { return account_unlock(cx, account_of(cx)); }

Rc api_account_sign_out(Cx *cx) { return account_sign_out(cx, account_of(cx)); }

/* ---- colleagues ---- */

Rc api_staff_list(Cx *cx, const StaffQuery *in, StaffPage **ret) {
        StaffPage *page = TAKE(cx->arena, StaffPage);

        TRY(staff_page(cx, in, page));
        *ret = page;
        return OK;
}

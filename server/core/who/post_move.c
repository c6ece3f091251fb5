/* Posts that go on somewhere else because their place went into another one; by the system, not by an administrator. */
#include "core/audit/audit.h"
#include "core/who/who_int.h"

Rc who_posts_of(Cx *cx, Str places, int64_t after, int64_t limit, HeldPostList *ret) {
        WhoPersonRowList rows = { 0 };

        TRY(q_who_posts_of(cx, places, after, limit, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) =
                        (HeldPost){ rows.v[i].post_id, rows.v[i].account_id, rows.v[i].name, rows.v[i].role, rows.v[i].place };
        return OK;
}

Rc who_post_move(Cx *cx, const HeldPost *post, Str to, int64_t at_ms) {
        WhoTrace trace = { .role = post->role_word, .place = to };
        WhoPostRow *ended, *made;

        TRY(q_who_post_finish(cx, post->id, post->account, at_ms, &ended));
        if (!ended)
                return OK; /* it ended otherwise */
        TRY(audit_seal(cx, &db_shape_WhoPostRow, ended));
        TRY(q_who_post_insert(cx, post->account, ended->role, to, ended->department, at_ms, &made));
        if (made)
                TRY(audit_seal(cx, &db_shape_WhoPostRow, made));
        TRY(who_trace(cx, "post.moved", post->account, &trace));
        return who_changed(cx, post->account, "post.moved");
}

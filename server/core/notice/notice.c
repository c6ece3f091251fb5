/* Notices: collected in cx->notices while a transaction runs, sent as compact JSON lines when it commits, heard in every
 * process. Who may see one is decided in core/who (who_notice.c), which knows actors. */
#include "core/notice/notice.h"
#include "base/json.h"
#include "base/log.h"
#include "contract.gen.h"
#include "db/db.h"
#include <assert.h>
#include <stddef.h>

enum { HEARERS_MAX = 64, TEXT_MAX = 7900, ARENA = 4 << 20 };

typedef struct NoticeDraft {
        Notice *v;
        size_t n, cap;
} NoticeDraft;

static struct {
        struct {
                const char *topic; /* NULL: all */
                NoticeHear hear;
                bool at_once;
        } hearers[HEARERS_MAX];
        size_t n;
} notices;

/* ---- as text: absent members are left out ---- */

typedef struct Wire {
        Str topic, action;
        OptInt id, version;
        Str number, state, place, departments;
        IntList accounts;
        OptBool everybody;
        OptInt permission;
} Wire;

#define TEXT(name_, short_) \
        { .name = short_, .kind = J_TEXT, .optional = true, .offset = offsetof(Wire, name_), .hi = TEXT_MAX }
#define INT(name_, short_) \
        { \
                .name = short_, .kind = J_INT, .optional = true, .offset = offsetof(Wire, name_), \
                .lo = INT64_MIN, .hi = INT64_MAX \
        }

static const JsonField wire_fields[] = {
        TEXT(topic, "t"),
        TEXT(action, "a"),
        INT(id, "i"),
        INT(version, "v"),
        TEXT(number, "n"),
        TEXT(state, "s"),
        TEXT(place, "p"),
        TEXT(departments, "d"),
        { .name = "w",
          .kind = J_LIST,
          .item = J_INT,
          .optional = true,
          .offset = offsetof(Wire, accounts),
          .hi = 4,
          .item_lo = INT64_MIN,
          .item_hi = INT64_MAX },
        { .name = "e", .kind = J_BOOL, .optional = true, .offset = offsetof(Wire, everybody) },
        INT(permission, "m"),
};
static const JsonShape wire_shape = { "Notice", sizeof(Wire), ARRAY_LEN(wire_fields), wire_fields, false };

static Str given(Str s) { return s.n ? s : STR_NONE; }

void notice_write(Buf *b, const Notice *n) {
        int64_t who[ARRAY_LEN(n->accounts)];
        Wire w = { given(n->topic),
                   given(n->action),
                   { n->id != 0, n->id },
                   { n->version != 0, n->version },
                   given(n->number),
                   given(n->state),
                   given(n->place),
                   given(n->departments),
                   { who, 0, ARRAY_LEN(who) },
                   { n->everybody, true },
                   { n->permission != 0, n->permission } };

        for (size_t i = 0; i < ARRAY_LEN(who); i++)
                if (n->accounts[i])
                        who[w.accounts.n++] = n->accounts[i];
        json_encode(b, &wire_shape, &w);
}

static Str text_of(Str s) { return s.p ? s : S(""); }

bool notice_read(Cx *cx, Str text, Notice *ret) {
        const Wire *w;
        void *p;

        if (json_decode(cx, &wire_shape, text, &p) != OK)
                return false;
        w = p;
        *ret = (Notice){ .topic = text_of(w->topic),
                         .action = text_of(w->action),
                         .id = w->id.n,
                         .version = w->version.n,
                         .number = text_of(w->number),
                         .state = text_of(w->state),
                         .place = text_of(w->place),
                         .departments = text_of(w->departments),
                         .everybody = w->everybody.set && w->everybody.b,
                         .permission = (int)w->permission.n };
        for (size_t i = 0; i < w->accounts.n && i < ARRAY_LEN(ret->accounts); i++)
                ret->accounts[i] = w->accounts.v[i];
        return true;
}

/* ---- sending ---- */

Rc notice_send(Cx *cx, const Notice *n) {
        Arena *a = cx->arena;
        Notice *kept;

        if (!cx->tx)
                return fail(cx, P_SERVER_BUG, "Notice " STR_FMT " sent outside a transaction",
                            STR_ARG(n->action));
        if (!cx->notices)
                cx->notices = TAKE(a, NoticeDraft);
        kept = list_push(a, cx->notices);
        *kept = *n;
        kept->topic = str_dup(a, n->topic);
        kept->action = str_dup(a, n->action);
        kept->number = str_dup(a, n->number);
        kept->state = str_dup(a, n->state);
        kept->place = str_dup(a, n->place);
        kept->departments = str_dup(a, n->departments);
        memset(kept->accounts, 0, sizeof kept->accounts);
        for (size_t i = 0, to = 0; i < ARRAY_LEN(n->accounts); i++) /* without gaps, as they travel */
                if (n->accounts[i])
                        kept->accounts[to++] = n->accounts[i];
        return OK;
}

/* Before commit: as few notifications as the size of one allows. */
static Rc flush(Cx *cx) {
        NoticeDraft *d = cx->notices;
        Buf text = BUF_IN(cx->arena), line = BUF_IN(cx->arena);

        for (size_t i = 0; d && i < d->n && db_kind() != DB_SQLITE; i++) {
                buf_clear(&line);
                notice_write(&line, &d->v[i]);
                if (line.n >= TEXT_MAX)
                        return fail(cx, P_SERVER_BUG, "A notice of %zu bytes is too long", line.n);
                if (text.n + line.n + 1 > TEXT_MAX) {
                        TRY(db_notify(cx, buf_view(&text)));
                        buf_clear(&text);
                }
                if (text.n)
                        buf_char(&text, '\n');
                buf_str(&text, buf_view(&line));
        }
        return text.n ? db_notify(cx, buf_view(&text)) : OK;
}

static void forget(Cx *cx) { cx->notices = NULL; }

/* ---- hearing ---- */

static void tell(Cx *cx, const Notice *n) {
        for (size_t i = 0; i < notices.n; i++)
                if (!notices.hearers[i].topic || str_eq_c(n->topic, notices.hearers[i].topic))
                        notices.hearers[i].hear(cx, n);
}

/* PostgreSQL: a notice comes back to this process a moment later than the caller gets its answer; whoever must not lag behind
 * (sessions, what is kept of cases) is told here. */
static void tell_at_once(Cx *cx, const NoticeDraft *d) {
        for (size_t i = 0; i < notices.n; i++)
                for (size_t k = 0; notices.hearers[i].at_once && k < d->n; k++)
                        if (!notices.hearers[i].topic || str_eq_c(d->v[k].topic, notices.hearers[i].topic))
                                notices.hearers[i].hear(cx, &d->v[k]);
}

/* SQLite: there is nobody else to tell, so it happens here and without a detour through text. */
static void tell_directly(const NoticeDraft *d) {
        _cleanup_(cx_freep) Cx *cx = cx_new(ARENA);

        for (size_t k = 0; k < d->n; k++) {
                cx_reset(cx);
                tell(cx, &d->v[k]);
        }
}

static void after_commit(Cx *cx) {
        if (!cx->notices)
                return;
        if (db_kind() == DB_SQLITE)
                tell_directly(cx->notices);
        else
                tell_at_once(cx, cx->notices);
}

static void heard(Str text) {
        _cleanup_(cx_freep) Cx *cx = cx_new(ARENA);
        Str line, rest = text;
        Notice n;

        while (rest.n) {
                if (!str_cut(rest, '\n', &line, &rest)) {
                        line = rest;
                        rest = S("");
                }
                cx_reset(cx);
                if (notice_read(cx, line, &n))
                        tell(cx, &n);
                else
                        log_warn("notice.unreadable", "%zu bytes", line.n);
        }
}

static void gap(void) {
        _cleanup_(cx_freep) Cx *cx = cx_new(ARENA);

        for (size_t i = 0; i < notices.n; i++) {
                Notice n = { .topic = str_c(notices.hearers[i].topic),
                             .action = S("resync"),
                             .everybody = true };

                n.topic = text_of(n.topic);
                cx_reset(cx);
                notices.hearers[i].hear(cx, &n);
        }
}

static void add_hearer(const char *topic, NoticeHear hear, bool at_once) {
        for (size_t i = 0; i < notices.n; i++)
                if (notices.hearers[i].hear == hear && notices.hearers[i].topic == topic)
                        return;
        assert(notices.n < HEARERS_MAX);
        notices.hearers[notices.n].topic = topic;
        notices.hearers[notices.n].at_once = at_once;
        notices.hearers[notices.n++].hear = hear;
}

void notice_hear(const char *topic, NoticeHear hear) { add_hearer(topic, hear, false); }
void notice_hear_at_once(const char *topic, NoticeHear hear) { add_hearer(topic, hear, true); }

static void *part_mark(Cx *cx) { return cx->notices ? arena_copy(cx->arena, cx->notices, sizeof *cx->notices) : NULL; }

static void part_back(Cx *cx, void *mark) { cx->notices = mark; }

void notice_init(void) {
        static const DbPartHook part = { part_mark, part_back };

        db_on_part(&part);
        db_on_begin(forget);
        db_before_commit(flush);
        db_after_commit(after_commit);
        db_on_notify(heard);
        db_on_notify_gap(gap);
}

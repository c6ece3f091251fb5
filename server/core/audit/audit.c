/* Appending to the chained log: what a transaction notes and seals is collected in cx->audit and written as one entry just
 * before commit. Keys and signed heads are in heads.c, checking in verify.c. */
#include "contract.gen.h"
#include "core/audit/audit_int.h"
#include "http/http.h"
#include <assert.h>
#include <inttypes.h>

enum {
        TABLES_MAX = 64,
        ENTRY_SEALS = 256 * 1024, /* bytes of seals in one entry; a bulk transaction writes several */
};

typedef struct AuditDraft {
        Str action, subject, detail;
        AuditNoteList also; /* the second and later notes */
        Buf seals;
        StrList full; /* seals of the entries before the last one */
} AuditDraft;

static struct {
        AuditTable tables[TABLES_MAX];
        size_t n;
        AuditActor actor;
} audit;

/* ---- collecting ---- */

static AuditDraft *draft(Cx *cx) {
        if (!cx->audit) {
                cx->audit = TAKE(cx->arena, AuditDraft);
                cx->audit->seals = BUF_IN(cx->arena);
        }
        return cx->audit;
}

Rc audit_note(Cx *cx, const char *action, Str subject, Str detail_json) {
        AuditDraft *d;

        if (!cx->tx)
                return fail(cx, P_SERVER_BUG, "%s noted outside a transaction", action);
        d = draft(cx);
        if (d->action.p)
                *list_push(cx->arena, &d->also) = (AuditNote){ str_c(action), str_dup(cx->arena, subject),
                                                               str_dup(cx->arena, detail_json) };
        else {
                d->action = str_c(action);
                d->subject = str_dup(cx->arena, subject);
                d->detail = str_dup(cx->arena, detail_json);
        }
        return OK;
}

static Rc seal(Cx *cx, const char *table, Str key, const DbRowShape *shape, const void *row) {
        AuditDraft *d;

        if (!cx->tx)
                return fail(cx, P_SERVER_BUG, "%s " STR_FMT " sealed outside a transaction", table,
                            STR_ARG(key));
        d = draft(cx);
        if (d->seals.n >= ENTRY_SEALS) {
                *list_push(cx->arena, &d->full) = buf_view(&d->seals);
                d->seals = BUF_IN(cx->arena);
        }
        seal_write(&d->seals, str_c(table), key, shape, row);
        return OK;
}

Rc audit_seal_as(Cx *cx, const char *table, Str key, const DbRowShape *shape, const void *row) {
        assert(shape && row);
        return seal(cx, table, key, shape, row);
}

Rc audit_seal(Cx *cx, const DbRowShape *shape, const void *row) {
        for (size_t i = 0; i < audit.n; i++) {
                const AuditTable *t = &audit.tables[i];

                if (t->all->shape == shape)
                        return audit_seal_as(cx, t->name, seal_key(cx->arena, t, row), shape, row);
        }
        return fail(cx, P_SERVER_BUG, "%s sealed, but no table of such rows is registered", shape->name);
}

Rc audit_seal_gone(Cx *cx, const char *table, Str key) { return seal(cx, table, key, NULL, NULL); }

typedef struct ReadNote {
        const char *action;
        Str subject, detail;
} ReadNote;

static Rc read_note(Cx *cx, void *arg) {
        const ReadNote *n = arg;

        return audit_note(cx, n->action, n->subject, n->detail);
}

Rc audit_read_note(Cx *cx, const char *action, Str subject, Str detail_json) {
        ReadNote n = { action, subject, detail_json };

        return db_write(cx, read_note, &n);
}

/* ---- appending ---- */

void entry_hash(const AuditEntryRow *e, Sm3 *ret) {
        uint64_t actor = __builtin_bswap64((uint64_t)e->actor_id.n);
        Sm3Run r;

        sm3_begin(&r);
        sm3_add_u64(&r, (uint64_t)e->lane);
        sm3_add_u64(&r, (uint64_t)e->seq);
        sm3_add_u64(&r, (uint64_t)e->at_ms);
        sm3_add_field(&r, e->actor_id.set ? (Str){ (const char *)&actor, sizeof actor } : STR_NONE);
        sm3_add_field(&r, e->actor_name);
        sm3_add_field(&r, e->address);
        sm3_add_field(&r, e->action);
        sm3_add_field(&r, e->subject);
        sm3_add_field(&r, e->detail);
        sm3_add_field(&r, e->seals);
        sm3_add_field(&r, e->previous);
        sm3_add_u64(&r, (uint64_t)e->previous_id);
        sm3_end(&r, ret);
}

static Rc load_lane(Cx *cx, DbLane *lane) {
        AuditHeadRow *head;

        TRY(q_audit_lane_head(cx, lane->number, &head));
        if (head && head->hash.n != sizeof lane->head)
                return fail(cx, P_DB_CORRUPT, "Lane %" PRId64 ": the newest entry's hash has %zu bytes",
                            lane->number, head->hash.n);
        lane->seq = head ? head->seq : 0;
        lane->order = head ? head->id : 0;
        memset(lane->head, 0, sizeof lane->head);
        if (head)
                memcpy(lane->head, head->hash.p, sizeof lane->head);
        lane->ready = true;
        return OK;
}

static Rc append(Cx *cx, DbLane *lane, AuditEntryRow *e) {
        Sm3 hash;

        e->lane = lane->number;
        e->seq = lane->seq + 1;
        e->previous = (Str){ (const char *)lane->head, sizeof lane->head };
        e->previous_id = lane->order;
        entry_hash(e, &hash);
        e->hash = (Str){ (const char *)hash.b, sizeof hash.b };
        TRY(q_audit_append(cx, e->lane, e->seq, e->at_ms, e->actor_id, e->actor_name, e->address, e->action,
                           e->subject, e->detail, e->seals, e->previous, e->previous_id, e->hash, &lane->order));
        lane->seq = e->seq;
        memcpy(lane->head, hash.b, sizeof lane->head);
        return OK;
}

static Str detail_of(Cx *cx, const AuditDraft *d) {
        AuditNotes all = { .first = d->detail, .also = d->also };
        Buf text = BUF_IN(cx->arena);

        if (!d->also.n)
                return d->detail;
        json_encode(&text, &shape_AuditNotes, &all);
        return buf_view(&text);
}

/* Before commit: the transaction's entry, and entries for the seals of a bulk one. */
Rc audit_flush(Cx *cx) {
        AuditDraft *d = cx->audit;
        AuditEntryRow e = { .at_ms = now_ms(cx) };
        DbLane *lane;

        if (!d)
                return OK;
        if (!d->action.p)
                return fail(cx, P_SERVER_BUG, "Rows were sealed without a note of what happened");
        lane = db_lane(cx);
        if (!lane->ready)
                TRY(load_lane(cx, lane));
        if (audit.actor)
                audit.actor(cx, &e.actor_id, &e.actor_name);
        if (cx->req && cx->req->remote.n)
                e.address = cx->req->remote;
        e.action = d->action;
        e.subject = d->subject.p ? d->subject : S("");
        e.detail = detail_of(cx, d);
        for (size_t i = 0; i < d->full.n; i++) {
                e.seals = d->full.v[i];
                TRY(append(cx, lane, &e));
                TRY(db_settle(cx)); /* the next entry covers this one's id */
                e.detail = STR_NONE;
        }
        e.seals = d->seals.n ? buf_view(&d->seals) : STR_NONE;
        return append(cx, lane, &e);
}

void audit_forget(Cx *cx) { cx->audit = NULL; }

/* ---- wiring ---- */

/* What is collected only ever grows: a copy of the heads of the lists is enough to come back to. */
static void *part_mark(Cx *cx) { return cx->audit ? arena_copy(cx->arena, cx->audit, sizeof *cx->audit) : NULL; }

static void part_back(Cx *cx, void *mark) { cx->audit = mark; }

void audit_init(void) {
        static const DbPartHook part = { part_mark, part_back };

        db_on_part(&part);
        db_on_begin(audit_forget);
        db_before_commit(audit_flush);
}

void audit_on_actor(AuditActor actor) { audit.actor = actor; }

void audit_table(const char *table, const DbQuery *all, const char *key, AuditExtra extra) {
        for (size_t i = 0; i < audit.n; i++) {
                if (audit.tables[i].all == all)
                        return;
                assert(audit.tables[i].all->shape != all->shape);
        }
        assert(audit.n < TABLES_MAX);
        audit.tables[audit.n] = (AuditTable){ .name = table, .all = all, .extra = extra };
        seal_key_of(&audit.tables[audit.n++], str_c(key));
}

size_t audit_tables(const AuditTable **ret) {
        *ret = audit.tables;
        return audit.n;
}

/* ---- reading ---- */

enum { WINDOW = 20000, WINDOWS = 20, PAGE = 50 };

static AuditEntryView entry_view(Cx *cx, const AuditEntryRow *e) {
        return (AuditEntryView){
                .lane = e->lane,
                .seq = e->seq,
                .at = e->at_ms,
                .actor = e->actor_id,
                .actor_name = e->actor_name,
                .address = e->address,
                .action = e->action,
                .subject = e->subject,
                .detail = e->detail,
                .hash = hex_str(cx->arena, (const uint8_t *)e->hash.p, e->hash.n),
                .previous = hex_str(cx->arena, (const uint8_t *)e->previous.p, e->previous.n),
        };
}

Rc audit_search(Cx *cx, const AuditQuery *in, AuditPage *ret) {
        AuditIdRow *newest;
        int64_t before, floor;

        TRY(q_audit_newest(cx, &newest));
        before = newest->id + 1;
        if (in->page.p && (!str_int(in->page, &before) || before < 1))
                return fail_field(cx, S("?page"), "invalid", S("分页标记无效"),
                                  S("Not a page of this list"));
        for (int i = 0; i < WINDOWS && before > 1 && ret->items.n < PAGE; i++) {
                AuditEntryRowList rows;
                int64_t room = PAGE - (int64_t)ret->items.n;

                floor = before > WINDOW ? before - WINDOW : 1;
                TRY(q_audit_page(cx, in->actor, in->action, in->subject, in->from, in->to, before, floor,
                                 room, &rows));
                for (size_t r = 0; r < rows.n; r++)
                        *list_push(cx->arena, &ret->items) = entry_view(cx, &rows.v[r]);
                before = (int64_t)rows.n == room ? rows.v[rows.n - 1].id : floor;
        }
        if (before > 1)
                ret->next = str_fmt(cx->arena, "%lld", (long long)before);
        return OK;
}

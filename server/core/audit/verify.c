/* Verifying: the chain of every lane, the signed heads, and that every sealed row is as its newest seal says. Streams, so that
 * memory grows with the number of sealed rows (48 bytes each), not with the log. */
#include "contract.gen.h"
#include "core/audit/audit_int.h"
#include <stdlib.h>

enum { FINDINGS_MAX = 1000 };

/* A row that differs from its seal; which column is looked up after the table has been streamed. */
typedef struct Differing {
        size_t table;
        Str key, marks;
        int64_t lane, seq;
} Differing;

typedef struct DifferingList {
        Differing *v;
        size_t n, cap;
} DifferingList;

typedef struct Verify {
        Arena *arena; /* of what is kept to the end */
        Arena *small; /* of one row */
        VerifyReport *report;
        const AuditTable *tables;
        size_t table_count, table; /* the one being streamed */
        StrList unknown;           /* sealed tables that no module answers for */
        SignedHeads heads;
        bool have_heads;
        size_t next_head;
        int64_t lane, seq, id; /* the entry before; lane -1 at the start */
        Sm3 stored, computed;  /* its hash as stored and as computed */
        SealedMap sealed;
        DifferingList differing;
} Verify;

static void add(Verify *v, const char *kind, Str where, const char *what) {
        if (v->report->n >= FINDINGS_MAX)
                v->report->more++;
        else
                *list_push(v->arena, v->report) = (VerifyFinding){ str_c(kind), str_dup(v->arena, where),
                                                                   str_dup(v->arena, str_c(what)) };
}

static Str entry_name(Verify *v, int64_t lane, int64_t seq) {
        return str_fmt(v->arena, "lane %lld entry %lld", (long long)lane, (long long)seq);
}

/* ---- heads ---- */

static void head_line_wrong(void *arg, int64_t line, const char *what) {
        Verify *v = arg;

        add(v, "head", str_fmt(v->arena, "heads file line %lld", (long long)line), what);
}

/* The lane's chain ends at v->seq: do signed heads reach further? */
static void end_lane(Verify *v) {
        int64_t reached = 0;
        Str what;

        while (v->next_head < v->heads.n && v->heads.v[v->next_head].lane <= v->lane) {
                if (v->heads.v[v->next_head].lane == v->lane && v->heads.v[v->next_head].seq > v->seq)
                        reached = v->heads.v[v->next_head].seq;
                v->next_head++;
        }
        if (!reached)
                return;
        what = str_fmt(v->arena,
                       "the chain ends here, but entries up to %lld were signed: its end was cut off",
                       (long long)reached);
        add(v, "head", entry_name(v, v->lane, v->seq), str_z(v->arena, what));
}

/* Lanes below `lane` that have signed heads and no entry at all. */
static void skip_lanes(Verify *v, int64_t lane) {
        while (v->next_head < v->heads.n && v->heads.v[v->next_head].lane < lane) {
                v->lane = v->heads.v[v->next_head].lane;
                v->seq = 0;
                end_lane(v);
        }
}

static void check_head(Verify *v, const AuditEntryRow *e) {
        SignedHead *h;

        while (v->next_head < v->heads.n && v->heads.v[v->next_head].lane == e->lane &&
               v->heads.v[v->next_head].seq < e->seq)
                v->next_head++; /* that entry is missing, which the chain tells */
        for (; v->next_head < v->heads.n; v->next_head++) {
                h = &v->heads.v[v->next_head];
                if (h->lane != e->lane || h->seq != e->seq)
                        return;
                if (memcmp(h->hash.b, v->computed.b, sizeof h->hash.b) != 0 || h->order != e->id)
                        add(v, "head", entry_name(v, e->lane, e->seq),
                            "differs from the signed head: the chain was rewritten up to here");
        }
}

/* ---- chain ---- */

static bool hash_is(Str stored, const Sm3 *h) {
        return stored.n == sizeof h->b && memcmp(stored.p, h->b, sizeof h->b) == 0;
}

static void begin_lane(Verify *v, int64_t lane) {
        if (v->lane >= 0)
                end_lane(v);
        skip_lanes(v, lane);
        v->report->lanes++;
        v->lane = lane;
        v->seq = v->id = 0;
        v->stored = v->computed = (Sm3){ 0 };
}

static void check_link(Verify *v, const AuditEntryRow *e) {
        Str missing;

        if (e->seq != v->seq + 1) {
                missing = e->seq == v->seq + 2
                                  ? str_fmt(v->arena, "lane %lld entry %lld", (long long)e->lane,
                                            (long long)v->seq + 1)
                                  : str_fmt(v->arena, "lane %lld entries %lld to %lld", (long long)e->lane,
                                            (long long)v->seq + 1, (long long)e->seq - 1);
                add(v, "chain", missing, "missing");
                return;
        }
        if (!hash_is(e->previous, &v->stored) && !hash_is(e->previous, &v->computed))
                add(v, "chain", entry_name(v, e->lane, e->seq),
                    "does not follow from the entry before: one of the two was exchanged");
        else if (e->previous_id != v->id)
                add(v, "chain", entry_name(v, e->lane, v->seq),
                    "its id, the place in the order of all lanes, was altered");
}

static size_t table_of(Verify *v, Str name) {
        for (size_t i = 0; i < v->table_count; i++)
                if (str_eq_c(name, v->tables[i].name))
                        return i;
        for (size_t i = 0; i < v->unknown.n; i++)
                if (str_eq(name, v->unknown.v[i]))
                        return SIZE_MAX;
        *list_push(v->arena, &v->unknown) = str_dup(v->arena, name);
        return SIZE_MAX;
}

static void take_seals(Verify *v, const AuditEntryRow *e) {
        Str rest = e->seals;
        Seal seal;
        bool broken;

        while (seal_read(&rest, &seal, &broken)) {
                size_t table;
                Sealed *s;

                if (broken) {
                        add(v, "chain", entry_name(v, e->lane, e->seq), "a seal in it cannot be read");
                        continue;
                }
                table = table_of(v, seal.table);
                if (table == SIZE_MAX)
                        continue;
                s = sealed_at(&v->sealed, seal.table, seal.key, true);
                if (s->order > e->id)
                        continue;
                *s = (Sealed){ .id = s->id,
                               .order = e->id,
                               .seq = e->seq,
                               .lane = (int32_t)e->lane,
                               .table = (uint8_t)table,
                               .columns = (uint16_t)(seal.marks.n / SEAL_MARK),
                               .gone = seal.gone };
                memcpy(s->digest, seal.digest.b, sizeof s->digest);
        }
}

static Rc on_entry(Cx *cx, const AuditEntryRow *e, void *arg) {
        Verify *v = arg;
        Sm3 computed;

        (void)cx;
        v->report->entries++;
        if (e->lane != v->lane)
                begin_lane(v, e->lane);
        check_link(v, e);
        entry_hash(e, &computed);
        if (!hash_is(e->hash, &computed))
                add(v, "chain", entry_name(v, e->lane, e->seq),
                    "was altered: its content does not give its hash");
        v->computed = computed;
        memset(v->stored.b, 0, sizeof v->stored.b);
        memcpy(v->stored.b, e->hash.p, e->hash.n < sizeof v->stored.b ? e->hash.n : sizeof v->stored.b);
        v->seq = e->seq;
        v->id = e->id;
        check_head(v, e);
        take_seals(v, e);
        return OK;
}

/* ---- rows ---- */

static Rc run_extra(Cx *cx, Verify *v, const AuditTable *t, Str key, const void *row) {
        Cx small = *cx;
        Str wrong = STR_NONE;

        small.arena = v->small;
        TRY(t->extra(&small, row, &wrong));
        if (wrong.p)
                add(v, "content", str_fmt(v->arena, "%s " STR_FMT, t->name, STR_ARG(key)),
                    str_z(v->small, wrong));
        return OK;
}

static Rc on_row(Cx *cx, const void *row, void *arg) {
        Verify *v = arg;
        const AuditTable *t = &v->tables[v->table];
        const DbRowShape *shape = t->all->shape;
        size_t columns;
        char *marks;
        Sm3 digest;
        Sealed *s;
        Str key;

        v->report->rows++;
        arena_reset(v->small);
        v->report->tables.v[v->table].rows++;
        key = seal_key(v->small, t, row);
        s = sealed_at(&v->sealed, str_c(t->name), key, false);
        if (!s || s->gone) {
                add(v, "unrecorded-row", str_fmt(v->arena, "%s " STR_FMT, t->name, STR_ARG(key)),
                    s ? "the log says that it was deleted" : "the log does not know of it");
                return OK;
        }
        s->seen = true;
        columns = s->columns < shape->count ? s->columns : shape->count;
        marks = arena_take(v->small, columns * SEAL_MARK + 1);
        seal_row(shape, (int)columns, row, &digest, marks);
        if (memcmp(digest.b, s->digest, sizeof s->digest) != 0) {
                if (v->differing.n >= FINDINGS_MAX)
                        v->report->more++;
                else
                        *list_push(v->arena, &v->differing) =
                                (Differing){ v->table, str_dup(v->arena, key),
                                             str_dup(v->arena, (Str){ marks, columns * SEAL_MARK }), s->lane,
                                             s->seq };
        }
        return t->extra ? run_extra(cx, v, t, key, row) : OK;
}

/* The seal of a row inside an entry; the last one if it was sealed twice. */
static bool find_seal(Str seals, Str table, Str key, Seal *ret) {
        bool broken, found = false;
        Seal seal;

        while (seal_read(&seals, &seal, &broken))
                if (!broken && str_eq(seal.table, table) && str_eq(seal.key, key)) {
                        *ret = seal;
                        found = true;
                }
        return found;
}

static Rc explain_difference(Cx *cx, Verify *v, const Differing *d) {
        const AuditTable *t = &v->tables[d->table];
        Str table = str_c(t->name), since = entry_name(v, d->lane, d->seq), what;
        size_t columns = d->marks.n / SEAL_MARK, found = 0;
        AuditEntryRow *e;
        Seal seal;

        TRY(q_audit_at(cx, d->lane, d->seq, &e));
        what = str_fmt(v->arena, "differs from what " STR_FMT " recorded", STR_ARG(since));
        if (e && find_seal(e->seals, table, d->key, &seal) && seal.marks.n >= d->marks.n)
                for (size_t i = 0; i < columns; i++)
                        if (memcmp(seal.marks.p + i * SEAL_MARK, d->marks.p + i * SEAL_MARK, SEAL_MARK) !=
                            0) {
                                add(v, "row",
                                    str_fmt(v->arena, STR_FMT " " STR_FMT " column %s", STR_ARG(table),
                                            STR_ARG(d->key), t->all->shape->columns[i].name),
                                    str_z(v->arena, what));
                                found++;
                        }
        if (!found)
                add(v, "row", str_fmt(v->arena, STR_FMT " " STR_FMT, STR_ARG(table), STR_ARG(d->key)),
                    str_z(v->arena, what));
        return OK;
}

/* A sealed row that no table showed. Its name is only in the entry that sealed it. */
static Rc explain_missing(Cx *cx, Verify *v, const Sealed *s) {
        bool broken;
        AuditEntryRow *e;
        Str rest, what;
        Seal seal;

        if (v->report->n >= FINDINGS_MAX) {
                v->report->more++;
                return OK;
        }
        TRY(q_audit_at(cx, s->lane, s->seq, &e));
        rest = e ? e->seals : STR_NONE;
        while (seal_read(&rest, &seal, &broken))
                if (!broken && sealed_at(&v->sealed, seal.table, seal.key, false) == s) {
                        Str since = entry_name(v, s->lane, s->seq);

                        what = str_fmt(v->arena, "is gone; " STR_FMT " recorded it", STR_ARG(since));
                        add(v, "missing-row",
                            str_fmt(v->arena, STR_FMT " " STR_FMT, STR_ARG(seal.table), STR_ARG(seal.key)),
                            str_z(v->arena, what));
                        return OK;
                }
        return OK;
}

static Rc check_rows(Cx *cx, Verify *v) {
        for (v->table = 0; v->table < v->table_count; v->table++)
                TRY(db_each(cx, v->tables[v->table].all, NULL, on_row, v));
        for (size_t i = 0; i < v->differing.n; i++)
                TRY(explain_difference(cx, v, &v->differing.v[i]));
        for (size_t i = 0; i < v->sealed.cap; i++)
                if (v->sealed.v[i].order && !v->sealed.v[i].gone && !v->sealed.v[i].seen)
                        TRY(explain_missing(cx, v, &v->sealed.v[i]));
        for (size_t i = 0; i < v->unknown.n; i++)
                add(v, "row", v->unknown.v[i],
                    "no module of this program answers for this table: its rows were not checked");
        return OK;
}

static Rc check_all(Cx *cx, void *arg) {
        Verify *v = arg;

        TRY(q_audit_chain(cx, on_entry, v));
        if (v->lane >= 0)
                end_lane(v);
        skip_lanes(v, INT64_MAX);
        if (v->have_heads && !v->heads.lines && v->report->entries)
                add(v, "head", S("heads file"),
                    "is missing or empty: how far the chain reached is not on record");
        return check_rows(cx, v);
}

static void keep_findings(Arena *a, VerifyReport *r) {
        VerifyFinding *v = arena_copy(a, r->v, r->n * sizeof *v);

        for (size_t i = 0; i < r->n; i++)
                v[i] = (VerifyFinding){ str_dup(a, v[i].kind), str_dup(a, v[i].where),
                                        str_dup(a, v[i].what) };
        r->v = v;
        r->cap = r->n;
}

static bool in_key(const AuditTable *t, const DbColumn *c) {
        for (size_t i = 0; i < t->key_count; i++)
                if (t->key[i] == c)
                        return true;
        return false;
}

static void list_tables(Cx *cx, const Verify *v, VerifyTableList *ret) {
        for (size_t i = 0; i < v->table_count; i++) {
                const DbRowShape *shape = v->tables[i].all->shape;
                VerifyTable *t = list_push(cx->arena, ret);

                *t = (VerifyTable){ .name = str_c(v->tables[i].name) };
                for (int k = 0; k < shape->count; k++)
                        if (!in_key(&v->tables[i], &shape->columns[k]))
                                *list_push(cx->arena, &t->columns) = str_c(shape->columns[k].name);
        }
}

/* The heads are read before the snapshot is taken: what they name is in it. */
Rc audit_verify(Cx *cx, VerifyReport *ret) {
        _cleanup_(arena_freep) Arena *arena = arena_new(0);
        _cleanup_(arena_freep) Arena *small = arena_new(0);
        VerifyReport report = { 0 };
        Verify v = { .arena = arena, .small = small, .report = &report, .lane = -1 };
        Rc rc;

        v.table_count = audit_tables(&v.tables);
        list_tables(cx, &v, &report.tables);
        v.have_heads = heads_read(arena, &v.heads, head_line_wrong, &v);
        report.heads = v.heads.lines;
        rc = db_read(cx, check_all, &v);
        sealed_done(&v.sealed);
        if (rc != OK)
                return rc;
        keep_findings(cx->arena, &report);
        *ret = report;
        return OK;
}

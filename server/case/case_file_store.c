/* A case as one piece: its row, steps, photos, readers and units, read together and kept for a moment (core/cache). Every write to these
 * tables sends a notice of the topic "case" with the case's id (case_tell, case_share), which drops it. */
#include "base/env.h"
#include "case/case_int.h"
#include "core/cache/cache.h"
#include "db/db.h"

enum { CACHE_MB = 64 };

static struct {
        Cache *cache;
} files;

/* ---- as a block ---- */

static void file_pack(Buf *b, const CaseFile *f) {
        rows_pack(b, &db_shape_CaseRow, f->row, 1);
        rows_pack(b, &db_shape_CaseStepRow, f->steps.v, f->steps.n);
        rows_pack(b, &db_shape_CasePhotoRow, f->photos.v, f->photos.n);
        rows_pack(b, &db_shape_CaseReaderRow, f->readers.v, f->readers.n);
        rows_pack(b, &db_shape_CaseUnitRow, f->units.v, f->units.n);
        rows_pack(b, &db_shape_CaseCardRow, f->cards.v, f->cards.n);
}

static bool file_unpack(Str block, CaseFile *ret) {
        CaseFile f = { 0 };
        size_t rows = 0;

        if (!rows_unpack(&block, &db_shape_CaseRow, &f.row, &rows) || rows != 1 ||
            !rows_unpack(&block, &db_shape_CaseStepRow, &f.steps.v, &f.steps.n) ||
            !rows_unpack(&block, &db_shape_CasePhotoRow, &f.photos.v, &f.photos.n) ||
            !rows_unpack(&block, &db_shape_CaseReaderRow, &f.readers.v, &f.readers.n) ||
            !rows_unpack(&block, &db_shape_CaseUnitRow, &f.units.v, &f.units.n) ||
            !rows_unpack(&block, &db_shape_CaseCardRow, &f.cards.v, &f.cards.n))
                return false;
        f.steps.cap = f.steps.n;
        f.photos.cap = f.photos.n;
        f.readers.cap = f.readers.n;
        f.units.cap = f.units.n;
        f.cards.cap = f.cards.n;
        return *ret = f, true;
}

/* ---- reading ---- */

typedef struct Reading {
        int64_t id;
        CaseFile file;
} Reading;

static Rc whole_read(Cx *cx, void *arg) {
        Reading *r = arg;
        CaseFile f = { 0 };
        const Flow *flow;

        TRY(q_case_by_id(cx, r->id, &f.row));
        if (!f.row)
                return fail(cx, P_NOT_FOUND, "no case %lld here", (long long)r->id);
        TRY(case_flow(cx, f.row->flow, f.row->flow_edition, &flow));
        if (case_flow_has_units(flow)) /* between row and steps: whoever changes them adds a step */
                TRY(q_case_units(cx, r->id, &f.units));
        TRY(q_case_cards(cx, r->id, &f.cards)); /* likewise */
        TRY(q_case_steps(cx, r->id, &f.steps));
        TRY(q_case_photos(cx, r->id, &f.photos)); /* recordings are not counted in the row */
        if (f.row->readers)
                TRY(q_case_readers(cx, r->id, &f.readers));
        return r->file = f, OK;
}

/* The row counts what belongs to it: when the numbers agree nobody wrote in between. */
static bool is_of_one_moment(const CaseFile *f) {
        return (int64_t)f->steps.n == f->row->version && (int64_t)f->photos.n == f->row->photos &&
               (int64_t)f->readers.n == f->row->readers;
}

Rc case_store_file(Cx *cx, int64_t id, CaseFile *ret) {
        Reading r = { .id = id };
        CacheTicket ticket;
        Buf block = BUF_IN(cx->arena);
        Str found;

        if (cache_get(cx, files.cache, id, &found) && file_unpack(found, ret))
                return OK;
        ticket = cache_ticket(cx, files.cache, id);
        TRY(whole_read(cx, &r));
        if (!is_of_one_moment(&r.file) && !cx->tx && !cx->reader) /* a snapshot costs more, and is seldom needed */
                TRY(db_read(cx, whole_read, &r));
        *ret = r.file;
        if (ticket.era) {
                file_pack(&block, ret);
                cache_put(cx, files.cache, id, ticket, buf_view(&block));
        }
        return OK;
}

void case_file_init(void) {
        int64_t mb = env_int("WANGGE_CACHE_MB", CACHE_MB);

        files.cache = cache_new("case", (size_t)(mb > 0 ? mb : 0) << 20);
}

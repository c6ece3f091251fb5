/* Rows through named queries; what is written is sealed in the chained log here, so that no caller forgets. The sealed tables are
 * in case_sealed_store.c, reporters in case_reporter.c. */
#include "case/case_store.h"
#include "case/case_int.h"
#include "core/audit/audit.h"

Rc case_store_add(Cx *cx, const CaseRow *r, CaseRow **ret) {
        CaseRow *row = arena_copy(cx->arena, r, sizeof *r);

        TRY(q_case_add(cx, r->flow, r->flow_edition, r->catalogue_edition, r->category, r->class, r->text,
                       r->place, r->building, r->address, r->lon_e7, r->lat_e7, r->channel, r->opener,
                       r->state, r->entered_ms, r->disposed, r->archived, r->final, r->holder_kind,
                       r->holder_account, r->holder_department, r->holder_name, r->holder_since_ms,
                       r->target_account, r->target_department, r->target_name, r->limit_days, r->due_ms,
                       r->overran, r->created_ms, r->closed_ms, r->photos, r->thumb, r->readers,
                       r->has_reporter, r->reopened, r->returned, r->satisfaction, r->version, r->search,
                       r->kind, r->facts, r->parent, &row->id));
        TRY(audit_seal(cx, &db_shape_CaseRow, row));
        TRY(case_ended_moved(cx, NULL, row));
        return *ret = row, OK;
}

Rc case_store_join(Cx *cx, const CaseRow *r, int64_t voices, CaseRow **ret) {
        CaseRow *row = arena_copy(cx->arena, r, sizeof *r);
        CaseMoved *moved;

        TRY(q_case_move(cx, r->id, r->version, r->state, r->entered_ms, r->disposed, r->archived, r->final,
                        r->holder_kind, r->holder_account, r->holder_department, r->holder_name,
                        r->holder_since_ms, r->target_account, r->target_department, r->target_name,
                        r->due_ms, r->overran, r->closed_ms, r->photos, r->thumb, r->reopened, r->returned,
                        r->satisfaction, r->facts, r->merged_into, r->units, r->asked, r->urged,
                        r->supervised, voices, &moved));
        if (!moved)
                return *ret = NULL, OK;
        row->version++;
        row->voices = moved->voices;
        row->readers = moved->readers;
        TRY(audit_seal(cx, &db_shape_CaseRow, row));
        return *ret = row, OK;
}

Rc case_store_move(Cx *cx, const CaseRow *before, const CaseRow *r, CaseRow **ret) {
        TRY(case_store_join(cx, r, 0, ret));
        return *ret ? case_ended_moved(cx, before, *ret) : OK;
}

Rc case_store_open_after(Cx *cx, int64_t after, int64_t limit, CaseRowList *ret) {
        return q_case_open_after(cx, after, limit, ret);
}

Rc case_store_open_piece(Cx *cx, int64_t after, int64_t limit, CasePiece *ret) {
        *ret = (CasePiece){ 0 };
        TRY(q_case_open_after(cx, after, limit, &ret->rows));
        TRY(q_case_open_steps(cx, after, limit, &ret->steps));
        TRY(q_case_open_cards(cx, after, limit, &ret->cards));
        return q_case_open_moments(cx, after, limit, &ret->moments);
}

Rc case_store_open_versions(Cx *cx, int64_t after, int64_t limit, CaseVersionList *ret) {
        return q_case_open_versions(cx, after, limit, ret);
}

Rc case_store_due(Cx *cx, int64_t id, int64_t version, OptInt due_ms, CaseRow **ret) {
        CaseRow *row;

        TRY(q_case_due_set(cx, id, version, due_ms, &row));
        if (row)
                TRY(audit_seal(cx, &db_shape_CaseRow, row));
        return *ret = row, OK;
}

Rc case_store_get(Cx *cx, int64_t id, const CaseScope *s, CaseRow **ret) {
        CaseRow *row;

        if (s)
                TRY(q_case_in_scope(cx, id, s->lo, s->hi, s->me, s->departments, s->posts, &row));
        else
                TRY(q_case_by_id(cx, id, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "no case %lld here", (long long)id);
        return *ret = row, OK;
}

Rc case_store_step_add(Cx *cx, const CaseStepRow *r, CaseStepRow **ret) {
        CaseStepRow *row = arena_copy(cx->arena, r, sizeof *r);

        TRY(q_case_step_add(cx, r->case_id, r->seq, r->at_ms, r->action, r->actor, r->actor_name,
                            r->actor_role, r->actor_department, r->from_state, r->to_state, r->note,
                            r->reason, r->target_account, r->target_department, r->target_name,
                            r->satisfaction, r->photos, r->detail, r->holder_kind, r->holder_account,
                            r->holder_department, r->holder_name, r->held_ms, r->previous, r->hash,
                            r->form, r->unit, r->ref, r->days, &row->id));
        TRY(audit_seal(cx, &db_shape_CaseStepRow, row));
        return *ret = row, OK;
}

Rc case_store_steps(Cx *cx, int64_t id, CaseStepRowList *ret) { return q_case_steps(cx, id, ret); }

Rc case_store_step(Cx *cx, int64_t id, int64_t seq, CaseStepRow **ret) {
        CaseStepRow *row;

        TRY(q_case_step_at(cx, id, seq, &row));
        if (!row)
                return fail(cx, P_NOT_FOUND, "case %lld has no step %lld", (long long)id, (long long)seq);
        return *ret = row, OK;
}

Rc case_store_photo_add(Cx *cx, const CasePhotoRow *r) {
        CasePhotoRow *row;

        TRY(q_case_photo_add(cx, r->case_id, r->n, r->sha256, r->kind, r->seq, r->width, r->height, r->type, &row));
        return audit_seal(cx, &db_shape_CasePhotoRow, row);
}

Rc case_store_photo_last(Cx *cx, int64_t id, int64_t *ret) {
        CasePhotoLast *last;

        TRY(q_case_photo_last(cx, id, &last));
        return *ret = last->n, OK;
}

Rc case_store_photos(Cx *cx, int64_t id, CasePhotoRowList *ret) { return q_case_photos(cx, id, ret); }

Rc case_store_has_photo(Cx *cx, int64_t id, Str sha256, bool *ret) {
        CasePhotoRowList rows;
        CaseVoiceLastList voices = { 0 };

        TRY(q_case_photo_of(cx, id, sha256, &rows));
        if (!rows.n)
                TRY(q_case_voice_with_photo(cx, id, sha256, &voices));
        return *ret = rows.n || voices.n, OK;
}

Rc case_store_reader_add(Cx *cx, const CaseReaderRow *r, CaseRow **ret_case) {
        CaseReaderRow *row;
        CaseRow *c;

        TRY(q_case_reader_add(cx, r->case_id, r->account, r->name, r->by_account, r->at_ms, &row));
        if (!row)
                return OK;
        TRY(audit_seal(cx, &db_shape_CaseReaderRow, row));
        TRY(q_case_reader_counted(cx, r->case_id, &c));
        TRY(audit_seal(cx, &db_shape_CaseRow, c));
        return *ret_case = c, OK;
}

Rc case_store_readers(Cx *cx, int64_t id, CaseReaderRowList *ret) { return q_case_readers(cx, id, ret); }

Rc case_store_unit_put(Cx *cx, const CaseUnitRow *r) {
        CaseUnitRow *row;

        TRY(q_case_unit_put(cx, r->case_id, r->department, r->lead, r->called_ms, r->arrived_ms, r->done_ms,
                            r->satisfaction, r->rating_note, r->left_ms, &row));
        return audit_seal(cx, &db_shape_CaseUnitRow, row);
}

Rc case_store_units(Cx *cx, int64_t id, CaseUnitRowList *ret) { return q_case_units(cx, id, ret); }

Rc case_store_parts(Cx *cx, int64_t parent, int64_t limit, CaseRowList *ret) {
        return q_case_parts(cx, parent, limit, ret);
}

Rc case_store_part_counts(Cx *cx, int64_t parent, CasePartCountList *ret) {
        return q_case_part_counts(cx, parent, now_ms(cx), ret);
}

Rc case_store_of_phone(Cx *cx, Str mac, int64_t limit, CasePhoneCaseList *ret) {
        return q_case_of_phone(cx, mac, limit, ret);
}

/* The parameters that every filtered query takes, in the order of case.sql. */
#define SCOPE_OF(s) (s)->lo, (s)->hi, (s)->me, (s)->departments, (s)->posts
#define FILTER_OF(f) \
        (f)->then.set ? STR_NONE : (f)->under, (f)->channel_lo, (f)->channel_hi, (f)->from_ms, (f)->until_ms, \
                (f)->closed_from_ms, (f)->closed_until_ms, (f)->phase, now_ms(cx), (f)->duty, (f)->state, (f)->category, \
                (f)->late_at_ms, (f)->department, (f)->q, (f)->id_lo, (f)->id_hi, (f)->day_lo_ms, \
                (f)->day_hi_ms, (f)->phone_cases, (f)->mine, (f)->card, (f)->part_of, (f)->kind, (f)->asked, \
                (f)->handed_by, (f)->done, (f)->open, (f)->judged, (f)->judged_by, (f)->waiting, \
                (f)->then.set ? (f)->under : STR_NONE, (f)->then.set ? (f)->then.n : 0

/* One community or less, of a whole city: then the indexes of place and person find the rows sooner than a walk. */
bool case_store_is_near(const CaseScope *s, Str under) {
        enum { COMMUNITY = 12 };

        return s->few || under.n >= COMMUNITY || str_eq(s->lo, S(":")) ||
               (s->lo.n >= COMMUNITY && str_starts(s->hi, str_sub(s->lo, 0, COMMUNITY)));
}

Rc case_store_newest(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t before, int64_t limit,
                     CaseRowList *ret) {
        if (case_store_is_near(s, f->under))
                return q_case_newest_near(cx, SCOPE_OF(s), FILTER_OF(f), before, limit, ret);
        return q_case_newest(cx, SCOPE_OF(s), FILTER_OF(f), f->floor, before, limit, ret);
}

/* Wide, from the index of ids: those of the part that is looked through. */
static Rc oldest_wide(Cx *cx, const CaseScope *s, const CaseFilter *f, bool dated, int64_t after, int64_t limit, CaseRowList *ret) {
        return q_case_oldest(cx, SCOPE_OF(s), FILTER_OF(f), dated, after > f->floor ? after : f->floor, limit, ret);
}

Rc case_store_oldest(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t after, int64_t limit, CaseRowList *ret) {
        if (case_store_is_near(s, f->under))
                return q_case_by_key_near(cx, SCOPE_OF(s), FILTER_OF(f), false, after, after, limit, ret);
        return oldest_wide(cx, s, f, true, after, limit, ret);
}

/* Those with a due time from the index of due times; when they do not fill the page, those without follow. */
Rc case_store_by_due(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t due, int64_t after, int64_t limit,
                     CaseRowList *ret) {
        CaseRowList undated = { 0 };

        if (case_store_is_near(s, f->under))
                return q_case_by_key_near(cx, SCOPE_OF(s), FILTER_OF(f), true, due, after, limit, ret);
        if (due != INT64_MAX)
                TRY(q_case_by_due(cx, SCOPE_OF(s), FILTER_OF(f), f->floor, due, after, limit, ret));
        if ((int64_t)ret->n == limit || f->late_at_ms.set)
                return OK;
        TRY(oldest_wide(cx, s, f, false, due == INT64_MAX ? after : 0, limit - (int64_t)ret->n, &undated));
        for (size_t i = 0; i < undated.n; i++)
                *list_push(cx->arena, ret) = undated.v[i];
        return OK;
}

Rc case_store_reach(Cx *cx, int64_t floor, int64_t *ret_newest, OptInt *ret_since_ms) {
        CaseReach *row;

        TRY(q_case_reach(cx, floor, &row));
        *ret_since_ms = row->created_ms;
        return *ret_newest = row->id, OK;
}

Rc case_store_moved_after(Cx *cx, int64_t then_ms, bool *ret) {
        CaseMovedOne *row;

        TRY(q_case_moved_after(cx, then_ms, &row));
        return *ret = row != NULL, OK;
}

Rc case_store_total(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t *ret) {
        CaseTotal *row;

        if (case_store_is_near(s, f->under))
                TRY(q_case_total_near(cx, SCOPE_OF(s), FILTER_OF(f), &row));
        else
                TRY(q_case_total(cx, SCOPE_OF(s), FILTER_OF(f), f->floor, &row));
        return *ret = row->cases, OK;
}

Rc case_store_open_total(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t *ret) {
        CaseTotal *row;

        TRY(q_case_open_total(cx, SCOPE_OF(s), f->under, f->state, f->late_at_ms, f->mine, f->card, &row));
        return *ret = row->cases, OK;
}

Rc case_store_counts(Cx *cx, const CaseScope *s, Str under, CaseStateCountList *ret) {
        if (case_store_is_near(s, under))
                return q_case_state_counts_near(cx, SCOPE_OF(s), under, now_ms(cx), s->mine, ret);
        return q_case_state_counts_open(cx, SCOPE_OF(s), under, now_ms(cx), s->mine, ret);
}

Rc case_store_happenings(Cx *cx, const CaseScope *s, int64_t before, int64_t limit, CaseHappeningList *ret) {
        return q_case_happenings(cx, SCOPE_OF(s), before, limit, ret);
}

Rc case_store_dots(Cx *cx, const CaseScope *s, int64_t west, int64_t east, int64_t south, int64_t north,
                   int64_t limit, CaseDotList *ret) {
        return q_case_dots(cx, SCOPE_OF(s), west, east, south, north, limit, ret);
}

Rc case_store_loads(Cx *cx, Str accounts, CaseAccountLoadList *ret) {
        return q_case_account_loads(cx, accounts, ret);
}

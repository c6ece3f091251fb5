/* Rows of this module and how they are read and written. Only the files of this folder include it; the queries themselves are
 * called in case_store.c alone. */
#pragma once
#include "base/cx.h"
#include "case/case.h"
#include "sql.gen.h"

void case_file_init(void); /* by case_store_init */

/* Which rows somebody may see, as parameters of the queries (see case.sql). */
typedef struct CaseScope {
        Str lo, hi;      /* range that holds the posts' places */
        Str posts;       /* ",code,code," when there are several; else p NULL */
        int64_t me;
        Str departments; /* ",code,code," */
        Str mine;        /* ",kind:code,d:department," */
        Str duty;        /* ",code,d:department,"; empty: everything */
        bool few;        /* there are few cases in what is asked for: the indexes of place and person find them soonest */
} CaseScope;

/* The filter of the queue. */
typedef struct CaseFilter {
        Str under, state, category, department, q, mine;
        Str phone_cases; /* ",id,id," whose reporter has the number in q */
        Str duty;        /* CaseScope.duty or empty */
        int64_t phase, closed_from_ms, closed_until_ms;
        int64_t channel_lo, channel_hi, from_ms, until_ms;
        int64_t id_lo, id_hi, day_lo_ms, day_hi_ms; /* q read as a number */
        OptInt late_at_ms, card, part_of;
        OptInt handed_by, open; /* open: only what has not ended */
        Str done, waiting; /* ,flow:state, for handed_by and judged */
        OptInt judged;     /* JudgedAs */
        int64_t judged_by; /* account; 0: of whoever it was */
        Str kind, asked;   /* empty: any */
        OptInt then;       /* where a case lay at that moment, when some were moved since; only with under */
        int64_t floor;     /* only ids above it, in a wide scope */
} CaseFilter;

Rc case_store_add(Cx *cx, const CaseRow *row, CaseRow **ret); /* all but id from row; sealed */
/* Everything that moves, from row; row->version is what was read. *ret NULL when that version is gone; sealed. */
Rc case_store_move(Cx *cx, const CaseRow *before, const CaseRow *row, CaseRow **ret);
Rc case_store_join(Cx *cx, const CaseRow *row, int64_t voices, CaseRow **ret); /* stays in its state, and so many voices more */
/* The editions, and what they make of state, hands and deadline; otherwise as case_store_move. */
Rc case_store_edition(Cx *cx, const CaseRow *row, CaseRow **ret);
Rc case_store_category(Cx *cx, const CaseRow *row); /* sealed by the move that follows */
Rc case_store_unit_use(Cx *cx, Str department, int64_t limit, CaseUnitUseList *ret, int64_t *ret_total);
Rc case_store_open_in(Cx *cx, Str grids, int64_t after, int64_t limit, CaseRowList *ret);
Rc case_store_visits_in(Cx *cx, Str under, int64_t since_ms, int64_t after, int64_t limit,
                        CaseVisitSpotList *ret);
Rc case_store_place(Cx *cx, const CaseRow *row, Str place, CaseRow **ret); /* *ret NULL: it moved on meanwhile */
/* Not final, with ids after that one, in order. */
Rc case_store_open_after(Cx *cx, int64_t after, int64_t limit, CaseRowList *ret);
/* The same with what belongs to them, in the same order. */
typedef struct CasePiece {
        CaseRowList rows;
        CaseStepRowList steps;
        CaseCardRowList cards;
        CaseMomentRowList moments;
} CasePiece;
Rc case_store_open_piece(Cx *cx, int64_t after, int64_t limit, CasePiece *ret);
Rc case_store_open_versions(Cx *cx, int64_t after, int64_t limit, CaseVersionList *ret);
/* The deadline alone, not the version, which is what was read: *ret NULL when it is gone; sealed. */
Rc case_store_due(Cx *cx, int64_t id, int64_t version, OptInt due_ms, CaseRow **ret);
Rc case_store_get(Cx *cx, int64_t id, const CaseScope *scope,
                  CaseRow **ret); /* scope NULL: any; P_NOT_FOUND */

/* A case with all that is stored of it but who reported it; from the memory of this process when nothing waits in a transaction. */
typedef struct CaseFile {
        CaseRow *row;
        CaseStepRowList steps;
        CasePhotoRowList photos;
        CaseReaderRowList readers;
        CaseUnitRowList units; /* those that left as well */
        CaseCardRowList cards;
} CaseFile;
Rc case_store_file(Cx *cx, int64_t id, CaseFile *ret); /* of anybody: the caller asks case_scope_covers; P_NOT_FOUND */

Rc case_store_step_add(Cx *cx, const CaseStepRow *row, CaseStepRow **ret); /* all but id from row; sealed */
Rc case_store_steps(Cx *cx, int64_t id, CaseStepRowList *ret);
Rc case_store_step(Cx *cx, int64_t id, int64_t seq, CaseStepRow **ret); /* P_NOT_FOUND */

Rc case_store_photo_add(Cx *cx, const CasePhotoRow *row);
Rc case_store_photo_last(Cx *cx, int64_t id, int64_t *ret); /* number of the newest, 0: there is none */
Rc case_store_photos(Cx *cx, int64_t id, CasePhotoRowList *ret);
Rc case_store_has_photo(Cx *cx, int64_t id, Str sha256, bool *ret);

Rc case_store_reader_add(Cx *cx, const CaseReaderRow *row,
                         CaseRow **ret_case); /* already there: nothing happens, *ret_case untouched */
Rc case_store_readers(Cx *cx, int64_t id, CaseReaderRowList *ret);

/* Archived ones of that category that a department handled, newest first. */
Rc case_store_ended(Cx *cx, const CaseScope *s, Str category, int64_t but, int64_t limit, CaseRowList *ret);
Rc case_store_due_latest(Cx *cx, OptInt *ret); /* of all open cases */
Rc case_store_due_between(Cx *cx, int64_t after_ms, int64_t until_ms, int64_t *ret);

Rc case_store_cards(Cx *cx, int64_t id, CaseCardRowList *ret);
Rc case_store_card_add(Cx *cx, const CaseCardRow *row, bool *ret_fresh); /* sealed; not fresh: it is there already */
Rc case_store_card_withdraw(Cx *cx, const CaseCardRow *row);             /* sealed */
Rc case_store_card(Cx *cx, int64_t id, int64_t card, CaseRow **ret);      /* what the row says, not the version; sealed */
Rc case_store_card_move(Cx *cx, int64_t id, int64_t card, CaseRow **ret); /* the version too: a step follows; sealed */

/* When to look at a case again. */
Rc case_store_moment(Cx *cx, int64_t id, OptInt next_ms, bool may_exist);
Rc case_store_moments_due(Cx *cx, int64_t limit, CaseMomentRowList *ret);
Rc case_store_moment_claim(Cx *cx, int64_t id, bool *ret); /* false: another server was faster */
Rc case_store_moment_put_off(Cx *cx, int64_t id, int64_t until_ms);

Rc case_store_reporter_add(Cx *cx, int64_t id, Str name, Str phone);
typedef struct CaseReporter {
        Str name, phone; /* as they are; p NULL when not given */
} CaseReporter;
Rc case_store_reporter(Cx *cx, int64_t id, CaseReporter **ret); /* NULL when there is none */
Rc case_store_phone_mac(Cx *cx, Str phone, Str *ret);           /* keyed hash by which telephones are looked up */
Rc case_store_of_phone(Cx *cx, Str mac, int64_t limit, CasePhoneCaseList *ret); /* newest first */

Rc case_store_newest(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t before, int64_t limit,
                     CaseRowList *ret);
Rc case_store_oldest(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t after, int64_t limit, CaseRowList *ret);
/* After that due time and id; those without one (due: INT64_MAX) last. */
Rc case_store_by_due(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t due, int64_t after, int64_t limit,
                     CaseRowList *ret);
/* One community or less: the indexes find the rows, and nothing has to be bounded. */
bool case_store_is_near(const CaseScope *s, Str under);
/* Was any case put under another grid at or after that moment? */
Rc case_store_moved_after(Cx *cx, int64_t then_ms, bool *ret);
/* The id of the newest case; when the first above the floor was reported. */
Rc case_store_reach(Cx *cx, int64_t floor, int64_t *ret_newest, OptInt *ret_since_ms);
Rc case_store_total(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t *ret);
/* Of a view of a wide scope, as far as it has not ended: places, state, late, mine, card. */
Rc case_store_open_total(Cx *cx, const CaseScope *s, const CaseFilter *f, int64_t *ret);
/* Of a wide scope only those that have not ended: case_ended_counts has the others. */
Rc case_store_counts(Cx *cx, const CaseScope *s, Str under, CaseStateCountList *ret);

/* case_ended_store.c: the tally of those that have ended, by grid and state */
Rc case_ended_moved(Cx *cx, const CaseRow *before, const CaseRow *after); /* before NULL: it is new */
Rc case_ended_counts(Cx *cx, const CaseScope *s, Str under, CaseEndedCountList *ret); /* a state may be there twice */
Rc case_ended_in(Cx *cx, Str state, bool *ret); /* has anything ended in that state? */
Rc case_ended_settle(Cx *cx, int64_t worth); /* makes the tally up when so many wait */
Rc case_store_happenings(Cx *cx, const CaseScope *s, int64_t before, int64_t limit, CaseHappeningList *ret);

Rc case_store_dots(Cx *cx, const CaseScope *s, int64_t west, int64_t east, int64_t south, int64_t north,
                   int64_t limit, CaseDotList *ret);
Rc case_store_loads(Cx *cx, Str accounts, CaseAccountLoadList *ret);

Rc case_store_unit_put(Cx *cx, const CaseUnitRow *row);         /* new, or as it is now; sealed */
Rc case_store_units(Cx *cx, int64_t id, CaseUnitRowList *ret); /* the lead first; those that left as well */

/* Cases that are parts of one: those that are open first; and how many there are at each place. */
Rc case_store_parts(Cx *cx, int64_t parent, int64_t limit, CaseRowList *ret);
Rc case_store_part_counts(Cx *cx, int64_t parent, CasePartCountList *ret);
/* case_voice.c */
Rc case_store_near(Cx *cx, int64_t y, int64_t x, int64_t since_ms, int64_t limit, CaseRowList *ret); /* open, around that square */
Rc case_store_merged_of(Cx *cx, int64_t main, int64_t limit, CaseRowList *ret);
Rc case_store_hold(Cx *cx, int64_t id); /* others who would change it wait until the transaction ends */
Rc case_store_voice(Cx *cx, int64_t id, int64_t n, CaseVoiceRow **ret); /* NULL when there is none */

void case_store_init(void); /* the sealed tables, the memory */

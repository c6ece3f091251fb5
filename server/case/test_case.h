/* The little street that the tests of cases play in. Only the test program links this. */
#pragma once
#include "base/test.h"
#include "case/case_int.h"
#include "db/db.h"

#define GRID1 "530103003001001"
#define GRID2 "530103003001002"
#define GRID3 "530103003002001"

typedef struct Street {
        Cx *cx;
        const Actor *member1, *member2, *member3; /* of the three grids */
        const Actor *leader, *street, *centre, *inspector, *stranger, *chengguan, *huanwei;
        const Actor *street2, *city, *xiaofang, *both; /* with street_flows(); both: of chengguan and huanwei */
        Str photo1, photo2, photo3; /* uploaded */
} Street;

/* A fresh database with places, people, the profile donghua and three photos; the clock stands at Monday 2026-11-16 09:00. */
Street *street_new(void);
/* Every flow that the profiles share, with its forms, and a second dispatcher of the township, one of the city, two more of departments. */
void street_flows(Street *s);
/* Another edition of a file of the profile, in use at once. */
void street_put(Street *s, const char *kind, const char *name, Str text);
Str street_text(Street *s, const char *kind, const char *name); /* the one in use */
/* The text with every `from` replaced, of which there must be one. */
Str street_edit(Street *s, Str text, const char *from, const char *to);
/* A report of that flow in the first grid, with the data of its form (NULL: none). */
Rc open_as(Street *s, const char *flow, const char *form, int64_t *ret);
static inline void as(Street *s, const Actor *who) { s->cx->actor = who; }
void later(Street *s, int64_t ms);
/* Aborts the test program, saying why, when a step that the test stands on fails. */
void must(Street *s, Rc rc);
int64_t november(int day, int hour); /* of 2026: Monday 16 begins a week without a holiday */
bool is_sound(Street *s); /* deadlines and cards are what the logs say, and nothing was altered */

/* A report in the first grid as whoever acts (NULL: a resident, by QR); aborts the test program when it fails. */
int64_t report(Street *s, const char *text);
Rc act(Street *s, int64_t id, const char *action, const CaseAction *more);
/* The same with the version just read; more may be NULL. As the reporter when nobody acts. */
Rc act_now(Street *s, int64_t id, const char *action, const CaseAction *more);
Rc act_photo(Street *s, int64_t id, const char *action, const char *note, Str photo);
Rc dispatch_to(Street *s, int64_t id, const char *action, const char *department);
Rc act_form(Street *s, int64_t id, const char *action, const char *note, const char *form);
CaseRow *row_of(Street *s, int64_t id);
void leads_to(Street *s, int64_t id, const char *state); /* checks that it is there now */
/* What is offered to who acts now, with what it waits for; NULL: it is not. */
const ActionView *offered(Street *s, int64_t id, const char *action);
bool is_mine(Street *s, int64_t id);
/* Refused with field errors at just these places, separated by blanks. */
void wrong_at(Street *s, Rc rc, const char *pointers);
/* Takes a case all the way to the archive. */
void to_archive(Street *s, int64_t id);

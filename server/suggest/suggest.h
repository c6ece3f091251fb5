/* Which category a text speaks of. Suggests; files nothing. */
#pragma once
#include "base/cx.h"
#include "contract.gen.h"

void suggest_init(void);
/* The job: takes in what was closed since; everything anew once a day and when the catalogue changed. */
Rc suggest_learn(Cx *cx);
/* At most three categories with the words that led there. Learns first when nothing was learned yet. */
Rc suggest_kinds(Cx *cx, Str text, SuggestView **ret);
/* Forgets what was learned: another database was opened. */
void suggest_forget(void);

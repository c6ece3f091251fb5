/* What accounts show of cases and of the profile: names of places and departments, and how many open cases are in a person's own
 * hands. core/who asks through its links, because it may not know modules. */
#include "case/case_int.h"
#include "territory/territory.h"

static Str department_name(Cx *cx, Str code) {
        const CaseProfile *profile;
        const Department *d;

        if (case_profile(cx, &profile) != OK) { /* a name is never worth a failure */
                cx->problem = (Problem){ 0 };
                return STR_NONE;
        }
        d = case_department(profile, code);
        return d ? in_lang(cx, d->name, d->name_en) : STR_NONE;
}

void case_links_init(void) {
        static const WhoLinks links = { .place_name = territory_name, .department_name = department_name,
                                        .open_cases = case_store_open_counts };

        who_links(&links);
}

/* Settings and the profile's files, stored in the database at init so that serving needs nothing else. Editions are kept: a case
 * stays with the edition of the flow or catalogue that it began with. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

/* Registers the sealed table and the hearer of the notice "setting", by which all server processes drop what they remember. */
void setting_init(void);

/* A stored file of the profile: kind "profile", "flow", "form", "catalogue", "departments", "calendar"; name "six-step", "CN". */
Rc setting_put(Cx *cx, Str kind, Str name,
               Str content); /* a new edition when content differs; the caller notes why */
Rc setting_get(Cx *cx, Str kind, Str name, Str *ret);         /* newest edition; P_NOT_FOUND */
Rc setting_edition(Cx *cx, Str kind, Str name, int64_t *ret); /* its number; P_NOT_FOUND */
Rc setting_get_edition(Cx *cx, Str kind, Str name, int64_t edition, Str *ret);
typedef struct SettingName {
        Str kind, name;
        int64_t edition;
} SettingName;
typedef struct SettingNameList {
        SettingName *v;
        size_t n, cap;
} SettingNameList;
Rc setting_list(Cx *cx, Str kind,
                SettingNameList *ret); /* newest edition of every name of the kind, in order */

/* All editions of one, oldest first; none when there is no such setting. Empty content: taken out of use with that edition. */
typedef struct SettingEdition {
        int64_t edition, added_ms;
        Str digest, content;
} SettingEdition;
typedef struct SettingEditionList {
        SettingEdition *v;
        size_t n, cap;
} SettingEditionList;
Rc setting_editions(Cx *cx, Str kind, Str name, SettingEditionList *ret);

/* Rises whenever a setting changed anywhere: whoever keeps something made of settings compares it before use. */
uint64_t setting_generation(void);
/* Forgets what is remembered in memory, as the notice does: another database was opened, or notices may have been missed. */
void setting_forget(void);

/* Where the profiles' folders and the shipped data are: WANGGE_SHARE, beside the program, the source tree. */
Rc setting_share_dir(Cx *cx, Str *ret);

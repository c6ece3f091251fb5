/* Rows of drafts and their files, and how they are read and written; the queries themselves are called in profile_store.c alone. */
#pragma once
#include "base/cx.h"
#include "sql.gen.h"

void profile_store_init(void); /* the sealed tables */
Rc profile_store_add(Cx *cx, Str name, Str by, ProfileDraftRow **ret);
Rc profile_store_get(Cx *cx, int64_t id, ProfileDraftRow **ret); /* P_NOT_FOUND */
Rc profile_store_page(Cx *cx, int64_t before, int64_t limit, ProfileDraftRowList *ret);
Rc profile_store_open_count(Cx *cx, int64_t *ret);
Rc profile_store_due(Cx *cx, ProfileDraftRowList *ret);
/* From row, whose version was read; *ret NULL when it is gone. Sealed, as all that follows. */
Rc profile_store_set(Cx *cx, const ProfileDraftRow *row, ProfileDraftRow **ret);
Rc profile_store_checked(Cx *cx, int64_t id, int64_t version, Str base, ProfileDraftRow **ret); /* base absent: faulty */
Rc profile_store_files(Cx *cx, int64_t draft, ProfileFileRowList *ret);
Rc profile_store_file_put(Cx *cx, const ProfileFileRow *row);
Rc profile_store_file_drop(Cx *cx, int64_t draft, Str kind, Str name);
Rc profile_store_staff(Cx *cx, Str department, int64_t *ret);

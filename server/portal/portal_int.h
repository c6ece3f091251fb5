/* What the files of this folder share. */
#pragma once
#include "case/case.h"
#include "contract.gen.h"
#include "portal/portal.h"
#include <inttypes.h>

/* What leads from a receipt code to its case. */
typedef struct ReportLink {
        Str code, phone_hash;    /* phone_hash is empty when no phone was given */
        CaseId id;
        int64_t voice;           /* 1: who reported it first */
} ReportLink;
typedef struct ReportLinkList {
        ReportLink *v;
        size_t n, cap;
} ReportLinkList;
#define PHONE_HASH_MARK "2:"     /* begins the hashes of the present edition */
void portal_store_init(void);
Rc portal_store_add(Cx *cx, const ReportLink *link);             /* in a transaction; sealed */
Rc portal_store_find(Cx *cx, Str code, ReportLink *ret);         /* ret->code is empty when there is none */

Rc portal_store_first_edition(Cx *cx, int64_t limit, ReportLinkList *ret);
Rc portal_store_rehash(Cx *cx, Str code, Str phone_hash);        /* in a transaction; sealed */

/* A key of this installation for purpose ("phone", "photo"): derived from a secret that is made once and kept in the database. */
Rc portal_key(Cx *cx, const char *purpose, uint8_t ret[32]);

/* The case behind code and phone. One answer for a wrong code, a wrong phone, a malformed one: P_REPORT_UNKNOWN. The caller
 * limits the tries. */
Rc portal_case_of(Cx *cx, Str code, Str phone, ReportLink *ret);
Rc portal_phone_hash(Cx *cx, Str phone, Str *ret); /* empty for an empty one */

Rc portal_follow(Cx *cx, const ReportLink *link, PublicReport **ret);

/* portal_similar.c: open matters nearby, and joining one. The reference leads to a case for an hour and cannot be made up. */
Rc portal_similar(Cx *cx, const PublicSimilarQuery *in, PublicSimilar **ret);
Rc portal_voice(Cx *cx, const PublicVoice *in, ReportReceipt **ret); /* P_SIMILAR_UNKNOWN */

/* Readable part and HMAC-SM3 of it, cut to 128 bits, as hexadecimal digits. */
Str portal_token_mac(Cx *cx, Str body, const uint8_t key[32]);

/* Links to photos of one case that work for an hour without an account. */
Str portal_photo_token(Cx *cx, CaseId id, Str sha256, bool thumb, const uint8_t key[32]);
void portal_photo_link(Cx *cx, PublicPhoto *p, const uint8_t key[32]); /* "case/sha256" becomes links */
Rc portal_photo_open(Cx *cx, Str token, CaseId *ret_case, Str *ret_sha256, bool *ret_thumb); /* P_NOT_FOUND */

Rc portal_link(Cx *cx, Str token, OutsideCase **ret); /* a one-time link: P_LINK_UNKNOWN, P_LINK_OVER */
Rc portal_link_photos(Cx *cx, OutsideCase *v);

Rc portal_building(Cx *cx, Str code, int64_t unit, PublicBuilding **ret);  /* P_BUILDING_UNKNOWN */
Rc portal_responsible(Cx *cx, int64_t lon_e7, int64_t lat_e7, PublicPlace **ret);
Rc portal_card(Cx *cx, Role role, Str place, PublicCard **ret);            /* *ret NULL when the post is vacant */
Rc portal_grid(Cx *cx, Str code, PublicPlace **ret);                       /* P_GRID_UNKNOWN */

/* The first data of /b/{code} and /g/{code}, in the page itself: what the routes of the same names give, at their rate. */
void portal_boot_init(void);

/* Sensitive values at rest: sealed by AES-256-GCM, found again by HMAC-SHA-256, both under a key that is kept in a file beside the
 * database and never in it. */
#pragma once
#include "base/cx.h"

/* Opens the data key. Missing file: it is made, unless the database was already written with a key. A key that is not the one the
 * database was written with is refused here (P_CONFIG_INVALID), not at the first request. Needs an open database. */
Rc vault_open(Cx *cx, Str key_path);
void vault_close(void); /* forgets the key */

/* Seals plain for one place only: `context` ("case_reporter/12/phone") has to be the same when it is opened, so that a sealed value
 * moved to another row does not open. plain p NULL gives p NULL. */
Rc vault_seal(Cx *cx, Str context, Str plain, Str *ret);
Rc vault_reveal(Cx *cx, Str context, Str sealed, Str *ret); /* P_DB_CORRUPT when it was altered or moved */

/* Keyed hash for looking up and comparing; purposes do not mix. */
enum { VAULT_MAC_BYTES = 32 };
Rc vault_mac(Cx *cx, const char *purpose, Str text, uint8_t ret[VAULT_MAC_BYTES]);

/* Demo data of a profile: people on their posts, buildings, cases that went through the real flow. Synthetic, deterministic from the
 * profile's seed. Used by `wangge init` alone. */
#pragma once
#include "base/cx.h"
#include "base/json.h"

/* password_hash: one Argon2id hash shared by the demo accounts. progress may be NULL. */
Rc demo_people(Cx *cx, const JsonNode *profile, Str password_hash, bool only_named);
Rc demo_buildings(Cx *cx, const JsonNode *profile);
Rc demo_cases(Cx *cx, const JsonNode *profile, void (*progress)(int64_t done, int64_t all));

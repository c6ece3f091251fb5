/* Handlers: a text in, suggestions out. */
#include "suggest/suggest_int.h"

Rc api_suggest_kind(Cx *cx, const SuggestText *in, SuggestView **ret) { return suggest_kinds(cx, in->text, ret); }

Rc api_public_suggest(Cx *cx, const SuggestText *in, SuggestView **ret) { return suggest_kinds(cx, in->text, ret); }

/* The way in: session → permission → rate → idempotency → transaction → handler. Set as the HTTP layer's answerer. */
#pragma once
#include "http/http.h"

bool gate_early(Cx *cx, HttpRequest *req, HttpReply *reply, size_t *ret_body_limit);
bool gate_quick(Cx *cx, HttpRequest *req, HttpReply *reply);
void gate_answer(Cx *cx, HttpRequest *req, HttpReply *reply);

/* Once a day: answers older than 60 days are forgotten. */
Rc idempotency_purge(Cx *cx);

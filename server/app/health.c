/* Routes that belong to no module: alive, ready, figures, the contract. */
#include "app/serve.h"
#include "base/env.h"
#include "contract.gen.h"
#include "core/setting/setting.h"
#include "db/db.h"
#include "http/http.h"

static Rc health(Cx *cx, const char *status, Health **ret) {
        Health *h = TAKE(cx->arena, Health);

        h->status = str_c(status);
        h->version = S(WANGGE_VERSION);
        return *ret = h, OK;
}

Rc api_health_live(Cx *cx, Health **ret) { return health(cx, "alive", ret); }

Rc api_health_ready(Cx *cx, Health **ret) {
        TRY(db_ping(cx));
        return health(cx, "ready", ret);
}

/* Figures tell an outsider too much: loopback, or the address in WANGGE_METRICS_FROM. */
Rc api_health_metrics(Cx *cx, HttpReply *reply) {
        Str from = cx->req->remote, allowed = env_get("WANGGE_METRICS_FROM");

        bool passed_on = http_header(cx->req, "x-forwarded-for").p && (str_starts(from, S("127.")) || str_eq_c(from, "::1") ||
                                                                       str_eq_c(from, "unix"));

        /* Loopback that speaks for others is a proxy nobody declared: then everybody would be loopback. */
        if (passed_on)
                return fail(cx, P_NOT_FOUND, "figures are not for those behind a proxy");
        if (!str_starts(from, S("127.")) && !str_eq_c(from, "::1") && !str_eq_c(from, "unix") &&
            !(allowed.n && str_eq(from, allowed)))
                return fail(cx, P_NOT_FOUND, "figures are not for " STR_FMT, STR_ARG(from));
        reply->type = "text/plain; version=0.0.4; charset=utf-8";
        metrics_write(&reply->body);
        return OK;
}

Rc api_health_openapi(Cx *cx, HttpReply *reply) {
        reply->type = "application/json";
        buf_add(&reply->body, openapi_json, openapi_json_len);
        http_reply_header(cx, reply, "Cache-Control", S("no-cache"));
        return OK;
}

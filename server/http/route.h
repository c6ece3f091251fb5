/* A row of the contract: what one route takes, needs and gives. Made by tools/contract.py into contract.gen.c. */
#pragma once
#include "base/json.h"
#include "http/http.h"

typedef enum RouteMode {
        ROUTE_READ = 1, /* no transaction */
        ROUTE_QUICK,    /* the same, and tried on the loop thread first: most answers come from memory */
        ROUTE_WRITE, /* the handler runs inside one durable transaction; Idempotency-Key is honoured by the gate */
        ROUTE_FREE, /* the handler opens what it needs (slow work stays outside the transaction) */
} RouteMode;

typedef enum RouteBody { BODY_NONE, BODY_JSON, BODY_RAW } RouteBody;

typedef Rc (*RouteHandler)(Cx *cx, const void *in,
                           void **ret); /* casts are generated; in NULL when the route takes nothing */
typedef Rc (*RouteRaw)(Cx *cx, const void *in, HttpReply *reply);

typedef struct Route {
        HttpMethod method;
        const char *path;       /* "/api/cases/{id}" */
        const char *path_kinds; /* per {name}: i int, c code, s sha256, t text */
        const char *name;       /* "case_get" */
        int permission;         /* PERM_PUBLIC, PERM_SELF (any session) or a permission */
        RouteMode mode;
        RouteBody body;
        size_t body_max;
        const JsonShape *in;  /* of the JSON body (POST, PUT, PATCH) or of the query (GET, HEAD, DELETE) */
        const JsonShape *out; /* NULL for raw replies and 204 */
        int status;
        RouteHandler handle;
        RouteRaw raw;
        int rate_per_min; /* per address for public routes, per account otherwise; 0 default */
} Route;

extern const Route routes[];
extern const int route_count;

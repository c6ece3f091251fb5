/* Result codes. Every function that can fail returns Rc; what went wrong is said once, by fail() in cx.h.
 * Only http/problem.c turns them into HTTP status codes. */
#pragma once

typedef enum [[nodiscard]] Rc {
        OK = 0,
        E_INPUT,    /* 422: what was sent is not acceptable */
        E_AUTH,     /* 401: nobody is signed in */
        E_DENIED,   /* 403: signed in, but not allowed */
        E_MISSING,  /* 404: not there, or not to be seen by this caller */
        E_CONFLICT, /* 409: the state forbids it */
        E_STALE,    /* 412: somebody else changed it first */
        E_TOO_BIG,  /* 413: over a stated limit of size */
        E_LIMIT,    /* 429: too many, too fast */
        E_BUSY,     /* 503: cannot be served now; the caller may try again */
        E_BUG,      /* 500: our fault */
        RC_COUNT,
} Rc;

/* The only macro that returns: passes a failure on to the caller. */
#define TRY(expr)                                                                                                      \
        do {                                                                                                           \
                Rc _rc = (expr);                                                                                       \
                if (_rc != OK)                                                                                         \
                        return _rc;                                                                                    \
        } while (0)

/* Runs a cleanup function on the variable when it goes out of scope. */
#define _cleanup_(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* One request on its way through listen.c: what was read, the context it runs in, what is to be answered. Only listen.c,
 * respond.c and refused.c know the library's types. */
#pragma once
#include "http/http_int.h"
#include <microhttpd.h>

typedef enum Stage { STAGE_READING, STAGE_RUNNING, STAGE_DONE } Stage;

typedef struct Exchange {
        Job job; /* first: the worker casts back */
        HttpRequest req;
        HttpReply reply;
        Cx *cx;
        Conn *conn;
        struct MHD_Connection *connection;
        struct MHD_Response *response; /* made, not yet handed over */
        Framing framing;
        size_t limit; /* of the body */
        char *body;
        size_t body_n, body_cap, discarded;
        atomic_size_t *share; /* bodies of the same address; NULL until the first byte, or on a unix socket */
        int fault;         /* a problem of the body, told once it has been read out */
        _Atomic int stage; /* Stage; DONE is stored with release by the worker */
        bool ready;        /* answered without a worker: to be sent at the next call */
        bool close, linger, taken;
        int64_t begun_us;
        uint64_t bytes;
        struct Exchange *next_free;
} Exchange;

/* respond.c: makes x->response of x->reply, or takes the socket over for a stream (x->taken). dummy_fd replaces a taken one;
 * -1: streams cannot be taken here. */
void respond_make(Exchange *x, bool close, int dummy_fd);

/* refused.c: hands an answer of ours to the library; what the library wants to answer by itself becomes a problem there. */
enum MHD_Result refused_pass(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response);

/* What modules tell each other and the browsers: that something changed. Noted inside the transaction, delivered after commit to
 * every server process; never carries content that needs a permission, only what to read again. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

typedef struct Notice {
        Str topic;  /* "case", "who", "territory", "blob" */
        Str action; /* "case.dispatched" */
        int64_t id; /* of the subject; 0 none */
        int64_t version;
        Str number; /* case number, for people */
        Str state;
        Str place;           /* place code: whose scope covers it may hear */
        Str departments;     /* comma-separated department codes that may hear */
        int64_t accounts[4]; /* single accounts that may hear (reporter, holder …) */
        int permission;      /* of the contract: whoever has it on any post may hear, for what has no one place; 0 none */
        bool everybody;      /* any session may hear */
} Notice;

Rc notice_send(Cx *cx, const Notice *n); /* inside a transaction */
/* On the notifying thread, with a context of its own; quick, and without writing to the database. Action "resync": notices may
 * have been missed, read again whatever the topic (empty for a hearer of all topics) is about. */
typedef void (*NoticeHear)(Cx *cx, const Notice *n);
void notice_hear(const char *topic, NoticeHear hear); /* topic NULL: all. At start; twice is once */
/* For caches: on PostgreSQL also called, with the committing context, before the one who changed
 * something gets an answer, and then again like everybody. */
void notice_hear_at_once(const char *topic, NoticeHear hear);
void notice_init(void);
/* May this actor hear of it? Implemented in core/who, which knows actors. */
bool notice_visible(const Notice *n, const struct Actor *actor);
/* The compact text that travels between processes. */
void notice_write(Buf *b, const Notice *n);
bool notice_read(Cx *cx, Str text, Notice *ret); /* strings live in cx's arena; false: not ours */

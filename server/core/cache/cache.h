/* What was read from the database, kept in this process for a moment, by id. Dropped by notices: a module that keeps something
 * sends a notice of its topic, with that id, in every transaction that changes it.
 *
 * Promises: nobody gets from here what was older than the answer to a write of this process; what another process wrote is seen
 * when its notice arrives, at the latest after CACHE_KEEP_MS, should it have died before sending it. Transactions and pinned
 * snapshots never read from here. While notices cannot be heard (db_era) nothing is given and nothing kept. Whoever reads from
 * here decides anew what the asker may see: only stored rows are kept, no answers. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "db/db.h"

enum { CACHE_KEEP_MS = 5000 };

typedef struct Cache Cache;

/* At start; lives as long as the process, and the same topic gives the same one. Holds at most so many bytes, of single things
 * the 64th part; 0: keeps nothing. */
Cache *cache_new(const char *topic, size_t bytes_most);

/* Taken before reading: what is dropped in between is not kept. */
typedef struct CacheTicket {
        uint64_t era, drops; /* era 0: not to be kept */
} CacheTicket;
CacheTicket cache_ticket(const Cx *cx, Cache *c, int64_t id);
void cache_put(const Cx *cx, Cache *c, int64_t id, CacheTicket ticket, Str block);
bool cache_get(const Cx *cx, Cache *c, int64_t id, Str *ret_block); /* a copy in cx's arena, aligned to 16 */
void cache_drop(Cache *c, int64_t id);                              /* 0: all */
size_t cache_bytes(Cache *c);

/* Rows and their strings as one block that can be moved, and back. A block may hold several lists one after the other. */
void rows_pack(Buf *b, const DbRowShape *shape, const void *rows, size_t n);
/* Takes the next list off the block, whose bytes become the rows. false: it is not such a block. */
bool rows_unpack(Str *block, const DbRowShape *shape, void *ret_rows, size_t *ret_n);

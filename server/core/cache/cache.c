/* The cache: 64 shards with a lock each, in them a hash table, a ring for CLOCK eviction and a count of droppings. Whoever read
 * the old row while another one changed it holds a ticket with the old count, and what they bring is not taken. */
#include "core/cache/cache.h"
#include "core/notice/notice.h"
#include "http/http.h"
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CACHES_MAX = 8, SHARDS = 64, TABLE = 1024 };

typedef struct Entry {
        struct Entry *chain;       /* of the table's place */
        struct Entry *next, *prev; /* the ring */
        int64_t id, filled_ms;
        uint64_t era;
        bool used; /* since the hand passed */
        size_t n;
        _Alignas(16) unsigned char bytes[];
} Entry;

typedef struct Shard {
        pthread_mutex_t lock;
        uint64_t drops;
        size_t bytes;
        Entry *hand;
        Entry *table[TABLE];
} Shard;

struct Cache {
        const char *topic;
        size_t shard_most;
        _Atomic uint64_t found, missed;
        Shard shards[SHARDS];
};

static struct {
        Cache *all[CACHES_MAX];
        size_t n;
} caches;

/* ---- one shard, with its lock held ---- */

static uint64_t hash(int64_t id) {
        uint64_t h = (uint64_t)id * 0x9e3779b97f4a7c15u;

        return h ^ h >> 32;
}

static Shard *shard_of(Cache *c, int64_t id) { return &c->shards[hash(id) % SHARDS]; }

static Entry **place_of(Shard *s, int64_t id) {
        Entry **at = &s->table[hash(id) / SHARDS % TABLE];

        while (*at && (*at)->id != id)
                at = &(*at)->chain;
        return at;
}

static size_t size_of(const Entry *e) { return sizeof *e + e->n; }

static void take_out(Shard *s, Entry **at) {
        Entry *e = *at;

        if (!e)
                return;
        *at = e->chain;
        if (s->hand == e)
                s->hand = e->next == e ? NULL : e->next;
        e->next->prev = e->prev;
        e->prev->next = e->next;
        s->bytes -= size_of(e);
        free(e);
}

/* CLOCK: what was asked for since the hand's last round gets another one. */
static void make_room(Shard *s, size_t most, size_t wanted) {
        while (s->hand && s->bytes + wanted > most) {
                Entry *e = s->hand;

                if (!e->used) {
                        take_out(s, place_of(s, e->id));
                        continue;
                }
                e->used = false;
                s->hand = e->next;
        }
}

static void put_in(Shard *s, Entry *e) {
        Entry **at = place_of(s, e->id);

        e->chain = *at;
        *at = e;
        if (!s->hand)
                s->hand = e->next = e->prev = e;
        else { /* just behind the hand: it comes there last */
                e->next = s->hand;
                e->prev = s->hand->prev;
                e->prev->next = e->next->prev = e;
        }
        s->bytes += size_of(e);
}

/* ---- asking and keeping ---- */

/* A transaction has to see its own changes and those of nobody later; so has a snapshot. */
static bool may_use(const Cx *cx) { return !cx->tx && !cx->reader; }

CacheTicket cache_ticket(const Cx *cx, Cache *c, int64_t id) {
        Shard *s = shard_of(c, id);
        CacheTicket t = { 0 };

        if (!may_use(cx) || !c->shard_most)
                return t;
        t.era = db_era();
        pthread_mutex_lock(&s->lock);
        t.drops = s->drops;
        pthread_mutex_unlock(&s->lock);
        return t;
}

void cache_put(const Cx *cx, Cache *c, int64_t id, CacheTicket t, Str block) {
        Shard *s = shard_of(c, id);
        Entry *e;

        if (!t.era || sizeof *e + block.n > c->shard_most)
                return;
        e = malloc(sizeof *e + block.n);
        if (!e)
                abort();
        *e = (Entry){ .id = id, .filled_ms = now_ms(cx), .era = t.era, .n = block.n };
        memcpy(e->bytes, block.p, block.n);
        pthread_mutex_lock(&s->lock);
        if (s->drops == t.drops && db_era() == t.era) {
                take_out(s, place_of(s, id));
                make_room(s, c->shard_most, size_of(e));
                put_in(s, e);
                e = NULL;
        }
        pthread_mutex_unlock(&s->lock);
        free(e);
}

bool cache_get(const Cx *cx, Cache *c, int64_t id, Str *ret) {
        int64_t now = now_ms(cx);
        bool found = false;
        Entry **at, *e;
        Shard *s;

        if (!may_use(cx) || !c->shard_most)
                return false;
        s = shard_of(c, id);
        pthread_mutex_lock(&s->lock);
        at = place_of(s, id);
        e = *at;
        if (e && e->era == db_era() && now - e->filled_ms < CACHE_KEEP_MS &&
            e->filled_ms - now < CACHE_KEEP_MS) { /* the asker's time may be a little older */
                e->used = found = true;
                *ret = (Str){ arena_copy(cx->arena, e->bytes, e->n), e->n };
        } else
                take_out(s, at);
        pthread_mutex_unlock(&s->lock);
        atomic_fetch_add_explicit(found ? &c->found : &c->missed, 1, memory_order_relaxed);
        return found;
}

static void drop_all(Cache *c) {
        for (size_t i = 0; i < SHARDS; i++) {
                Shard *s = &c->shards[i];

                pthread_mutex_lock(&s->lock);
                s->drops++;
                while (s->hand)
                        take_out(s, place_of(s, s->hand->id));
                pthread_mutex_unlock(&s->lock);
        }
}

void cache_drop(Cache *c, int64_t id) {
        Shard *s = shard_of(c, id);

        if (!id) {
                drop_all(c);
                return;
        }
        pthread_mutex_lock(&s->lock);
        s->drops++;
        take_out(s, place_of(s, id));
        pthread_mutex_unlock(&s->lock);
}

size_t cache_bytes(Cache *c) {
        size_t bytes = 0;

        for (size_t i = 0; i < SHARDS; i++) {
                pthread_mutex_lock(&c->shards[i].lock);
                bytes += c->shards[i].bytes;
                pthread_mutex_unlock(&c->shards[i].lock);
        }
        return bytes;
}

/* ---- wiring ---- */

static void hear(Cx *cx, const Notice *n) {
        (void)cx;
        for (size_t i = 0; i < caches.n; i++)
                if (!n->topic.n || str_eq_c(n->topic, caches.all[i]->topic))
                        cache_drop(caches.all[i], str_eq_c(n->action, "resync") ? 0 : n->id);
}

static void figures(Buf *b) {
        buf_c(b, "# HELP cache_reads_total Things asked of the process's memory before the database\n"
                 "# TYPE cache_reads_total counter\n");
        for (size_t i = 0; i < caches.n; i++) {
                Cache *c = caches.all[i];

                buf_fmt(b,
                        "cache_reads_total{cache=\"%s\",found=\"yes\"} %llu\n"
                        "cache_reads_total{cache=\"%s\",found=\"no\"} %llu\ncache_bytes{cache=\"%s\"} %zu\n",
                        c->topic, (unsigned long long)c->found, c->topic, (unsigned long long)c->missed,
                        c->topic, cache_bytes(c));
        }
}

Cache *cache_new(const char *topic, size_t bytes_most) {
        Cache *c;

        for (size_t i = 0; i < caches.n; i++)
                if (str_eq_c(str_c(topic), caches.all[i]->topic))
                        return caches.all[i];
        assert(caches.n < CACHES_MAX);
        c = calloc(1, sizeof *c);
        if (!c)
                abort();
        c->topic = topic;
        c->shard_most = bytes_most / SHARDS;
        for (size_t i = 0; i < SHARDS; i++)
                pthread_mutex_init(&c->shards[i].lock, NULL);
        caches.all[caches.n++] = c;
        notice_hear_at_once(topic, hear);
        metrics_add_source(figures);
        return c;
}

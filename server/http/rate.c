/* Token buckets by key in a table of fixed size. A key is only kept as its keyed hash (SipHash-1-3, Aumasson and Bernstein), so
 * that nobody can aim at another's bucket and no address is stored. */
#include "base/env.h"
#include "base/id.h"
#include "http/http_int.h"
#include <arpa/inet.h>
#include <pthread.h>

enum { SHARDS = 16, SLOTS = 4096, REACH = 8 };

typedef struct Bucket {
        uint64_t hash;
        int64_t at_ms; /* when `milli` was true */
        int64_t milli; /* thousandths of a token */
        int64_t most;  /* of a full bucket */
} Bucket;

static struct {
        pthread_once_t once;
        uint64_t key[2];
        struct {
                pthread_mutex_t lock;
                Bucket slots[SLOTS];
        } shards[SHARDS];
} rates = { .once = PTHREAD_ONCE_INIT };

static void rates_begin(void) {
        rand_bytes(rates.key, sizeof rates.key);
        for (int i = 0; i < SHARDS; i++)
                pthread_mutex_init(&rates.shards[i].lock, NULL);
}

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static void sip_round(uint64_t v[4]) {
        v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
        v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

static uint64_t keyed_hash(Str s) {
        const uint64_t *k = rates.key;
        uint64_t v[4] = { k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d, k[0] ^ 0x6c7967656e657261,
                          k[1] ^ 0x7465646279746573 };
        size_t at = 0;

        for (bool last = false; !last; at += 8) {
                size_t n = s.n - at < 8 ? s.n - at : 8;
                uint64_t word = 0;

                last = n < 8;
                memcpy(&word, s.p ? s.p + at : "", n);
                if (last)
                        word |= (uint64_t)s.n << 56;
                v[3] ^= word;
                sip_round(v);
                v[0] ^= word;
        }
        v[2] ^= 0xff;
        for (int i = 0; i < 3; i++)
                sip_round(v);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void refill(Bucket *b, int64_t now) {
        int64_t passed = now - b->at_ms;

        if (passed < 0) /* the clock was set back */
                passed = 0;
        if (passed >= 60000)
                b->milli = b->most;
        else
                b->milli += passed * b->most / 60000;
        if (b->milli > b->most)
                b->milli = b->most;
        b->at_ms = now;
}

/* The key's bucket; else the free or fullest one within reach, which loses least by being forgotten. */
static Bucket *bucket_of(Bucket *slots, uint64_t hash, int64_t now, int64_t most) {
        Bucket *best = NULL;
        int64_t best_gap = 0;

        for (size_t i = 0; i < REACH; i++) {
                Bucket *b = &slots[(hash + i) % SLOTS];
                int64_t gap;

                if (b->hash == hash && b->most == most)
                        return b;
                if (b->most)
                        refill(b, now);
                gap = b->most - b->milli;
                if (!best || gap < best_gap)
                        best = b, best_gap = gap;
        }
        *best = (Bucket){ hash, now, most, most };
        return best;
}

bool rate_take(Cx *cx, Str key, int per_min, int64_t *ret_retry_s) { return rate_take_many(cx, key, per_min, 1, ret_retry_s); }

bool rate_take_many(Cx *cx, Str key, int per_min, int count, int64_t *ret_retry_s) {
        int64_t now = now_ms(cx), most = (int64_t)per_min * 1000, wanted = (int64_t)(count < per_min ? count : per_min) * 1000;
        uint64_t hash;
        Bucket *b;
        bool took;

        if (per_min <= 0)
                return true;
        pthread_once(&rates.once, rates_begin);
        hash = keyed_hash(key);
        pthread_mutex_lock(&rates.shards[hash >> 60].lock);
        b = bucket_of(rates.shards[hash >> 60].slots, hash, now, most);
        /* Whole milliseconds only: what has not made a thousandth yet stays in the time. */
        if ((now - b->at_ms) * most >= 60000 || now < b->at_ms)
                refill(b, now);
        took = b->milli >= wanted;
        if (took)
                b->milli -= wanted;
        else
                *ret_retry_s = ((wanted - b->milli) * 60 + most - 1) / most;
        pthread_mutex_unlock(&rates.shards[hash >> 60].lock);
        return took;
}

int64_t rate_factor(void) {
        static _Atomic int64_t factor = -1;
        int64_t known = factor;

        if (known < 0)
                factor = known = env_int("WANGGE_RATE_FACTOR", 1);
        return known;
}

static Str address_key(Cx *cx, Str remote) {
        struct in6_addr six;

        if (!str_contains(remote, S(":")) || inet_pton(AF_INET6, str_z(cx->arena, remote), &six) != 1 ||
            IN6_IS_ADDR_V4MAPPED(&six))
                return remote;
        return hex_str(cx->arena, six.s6_addr, sizeof six.s6_addr / 2);
}

bool rate_take_address_many(Cx *cx, const char *name, int per_min, int count, int64_t *ret_retry_s) {
        Str remote = cx->req ? cx->req->remote : S("");

        if (rate_factor() <= 0)
                return true;
        return rate_take_many(cx, str_fmt(cx->arena, "%s " STR_FMT, name, STR_ARG(address_key(cx, remote))),
                         per_min * (int)rate_factor(), count, ret_retry_s);
}

bool rate_take_address(Cx *cx, const char *name, int per_min, int64_t *ret_retry_s) {
        return rate_take_address_many(cx, name, per_min, 1, ret_retry_s);
}

/* The newest seal of every row while verifying: open addressing over 64-bit hashes, 48 bytes a row, so that a million rows
 * stay below 100 MB. Two of a million rows share a hash once in 30 million runs. */
#include "base/id.h"
#include "core/audit/audit_int.h"
#include <stdlib.h>

void sealed_done(SealedMap *m) {
        free(m->v);
        m->v = NULL;
}

static uint64_t id_of(const SealedMap *m, Str table, Str key) {
        uint64_t h = m->seed;

        for (size_t i = 0; i < table.n; i++)
                h = (h ^ (uint8_t)table.p[i]) * 0x100000001b3u;
        h = (h ^ '\t') * 0x100000001b3u;
        for (size_t i = 0; i < key.n; i++)
                h = (h ^ (uint8_t)key.p[i]) * 0x100000001b3u;
        h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
        h = (h ^ h >> 27) * 0x94d049bb133111ebu;
        return h ^ h >> 31;
}

static Sealed *slot(const SealedMap *m, uint64_t id) {
        size_t at = (size_t)id & (m->cap - 1);

        while (m->v[at].order && m->v[at].id != id)
                at = (at + 1) & (m->cap - 1);
        return &m->v[at];
}

static void widen(SealedMap *m) {
        SealedMap wide = { .n = m->n, .cap = m->cap ? m->cap * 2 : 1024, .seed = m->seed };

        wide.v = calloc(wide.cap, sizeof *wide.v);
        if (!wide.v)
                abort();
        for (size_t i = 0; i < m->cap; i++)
                if (m->v[i].order)
                        *slot(&wide, m->v[i].id) = m->v[i];
        free(m->v);
        *m = wide;
}

Sealed *sealed_at(SealedMap *m, Str table, Str key, bool make) {
        Sealed *s;
        uint64_t id;

        if (!m->seed)
                rand_bytes(&m->seed, sizeof m->seed);
        if (make && (m->n + 1) * 4 > m->cap * 3)
                widen(m);
        if (!m->cap)
                return NULL;
        id = id_of(m, table, key);
        s = slot(m, id);
        if (s->order)
                return s;
        if (!make)
                return NULL;
        m->n++;
        s->id = id;
        return s;
}

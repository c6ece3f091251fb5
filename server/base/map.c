/* Hash map with open addressing over an ordered list of entries. Hash: FNV-1a, 64 bits, finished by a multiply. */
#include "base/map.h"

uint64_t str_hash(Str s) {
        uint64_t h = 0xcbf29ce484222325u;

        for (size_t i = 0; i < s.n; i++)
                h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
        h ^= h >> 32;
        return h * 0x9e3779b97f4a7c15u;
}

void map_init(Map *m, Arena *arena) { *m = (Map){ .arena = arena }; }

/* The slot of key, or the free slot where it would go. */
static size_t slot_of(const Map *m, Str key, uint64_t hash) {
        size_t i = (size_t)hash & (m->slot_count - 1);

        for (;; i = (i + 1) & (m->slot_count - 1)) {
                uint32_t e = m->slots[i];

                if (!e || (m->entries[e - 1].hash == hash && str_eq(m->entries[e - 1].key, key)))
                        return i;
        }
}

static void grow(Map *m) {
        m->slot_count = m->slot_count ? m->slot_count * 2 : 16;
        m->slots = TAKE_ARRAY(m->arena, uint32_t, m->slot_count);
        for (size_t e = 0; e < m->n; e++)
                m->slots[slot_of(m, m->entries[e].key, m->entries[e].hash)] = (uint32_t)e + 1;
}

void **map_at(Map *m, Str key) {
        uint64_t hash = str_hash(key);
        size_t i;

        if ((m->n + 1) * 2 > m->slot_count)
                grow(m);
        i = slot_of(m, key, hash);
        if (!m->slots[i]) {
                if (m->n == m->cap) {
                        size_t cap = m->cap ? m->cap * 2 : 8;

                        m->entries = arena_grow(m->arena, m->entries, m->cap * sizeof *m->entries,
                                                cap * sizeof *m->entries);
                        m->cap = cap;
                }
                m->entries[m->n++] = (MapEntry){ .key = key, .hash = hash };
                m->slots[i] = (uint32_t)m->n;
        }
        return &m->entries[m->slots[i] - 1].value;
}

static const MapEntry *find(const Map *m, Str key) {
        uint32_t e;

        if (!m->slot_count)
                return NULL;
        e = m->slots[slot_of(m, key, str_hash(key))];
        return e ? &m->entries[e - 1] : NULL;
}

void *map_get(const Map *m, Str key) {
        const MapEntry *e = find(m, key);

        return e ? e->value : NULL;
}

bool map_has(const Map *m, Str key) { return find(m, key) != NULL; }

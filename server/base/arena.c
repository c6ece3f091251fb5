/* Arena: chunks of growing size; under AddressSanitizer a malloc per piece. */
#include "base/arena.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define PIECEWISE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PIECEWISE 1
#endif
#endif
#ifndef PIECEWISE
#define PIECEWISE 0
#endif

enum { FIRST_CHUNK = 8 * 1024, LARGEST_CHUNK = 1024 * 1024, KEPT_CHUNK = 64 * 1024, ALIGN = 16 };

typedef struct Chunk {
        struct Chunk *next;
        size_t cap, used;
        _Alignas(ALIGN) unsigned char bytes[];
} Chunk;

struct Arena {
        Chunk *chunks; /* newest first */
        size_t used, ceiling;
};

static void *must(void *p) {
        if (!p)
                abort();
        return p;
}

Arena *arena_new(size_t ceiling_bytes) {
        Arena *a = must(calloc(1, sizeof *a));

        a->ceiling = ceiling_bytes;
        return a;
}

void arena_reset(Arena *a) {
        Chunk *keep = NULL;

        while (a->chunks) {
                Chunk *next = a->chunks->next, *spare = a->chunks;

                /* The largest that is not too large stays, so that the next request of the kind needs no malloc. */
                if (!PIECEWISE && spare->cap <= KEPT_CHUNK && (!keep || spare->cap > keep->cap)) {
                        spare = keep;
                        keep = a->chunks;
                }
                free(spare);
                a->chunks = next;
        }
        if (keep) {
                keep->next = NULL;
                keep->used = 0;
        }
        a->chunks = keep;
        a->used = 0;
}

void arena_free(Arena *a) {
        if (!a)
                return;
        arena_reset(a);
        free(a->chunks);
        free(a);
}

void arena_freep(Arena **a) {
        arena_free(*a);
        *a = NULL;
}

size_t arena_used(const Arena *a) { return a->used; }
bool arena_over(const Arena *a) { return a->ceiling && a->used > a->ceiling; }

static Chunk *chunk_add(Arena *a, size_t cap) {
        Chunk *c = must(malloc(sizeof *c + cap));

        c->next = a->chunks;
        c->cap = cap;
        c->used = 0;
        a->chunks = c;
        return c;
}

void *arena_take(Arena *a, size_t bytes) {
        size_t size = (bytes + ALIGN - 1) / ALIGN * ALIGN;
        Chunk *c = a->chunks;
        void *p;

        assert(bytes <= SIZE_MAX / 2);
        a->used += size;
        if (PIECEWISE) {
                c = chunk_add(a, bytes);
        } else if (!c || c->cap - c->used < size) {
                size_t cap = c ? c->cap * 2 : FIRST_CHUNK;

                if (cap > LARGEST_CHUNK)
                        cap = LARGEST_CHUNK;
                c = chunk_add(a, size > cap ? size : cap);
        }
        p = c->bytes + c->used;
        c->used += PIECEWISE ? bytes : size;
        memset(p, 0, bytes);
        return p;
}

void *arena_take_array(Arena *a, size_t count, size_t each) {
        size_t bytes;

        if (__builtin_mul_overflow(count, each, &bytes))
                abort();
        return arena_take(a, bytes);
}

void *arena_copy(Arena *a, const void *p, size_t bytes) {
        void *q = arena_take(a, bytes);

        if (bytes)
                memcpy(q, p, bytes);
        return q;
}

void *arena_grow(Arena *a, void *p, size_t old_bytes, size_t new_bytes) {
        Chunk *c = a->chunks;
        void *q;

        assert(new_bytes >= old_bytes);
        if (!PIECEWISE && p && c) { /* the last piece grows in place */
                size_t old = (old_bytes + ALIGN - 1) / ALIGN * ALIGN, new = (new_bytes + ALIGN - 1) / ALIGN * ALIGN;

                if ((unsigned char *)p + old == c->bytes + c->used && c->cap - c->used >= new - old) {
                        memset((unsigned char *)p + old_bytes, 0, new_bytes - old_bytes);
                        c->used += new - old;
                        a->used += new - old;
                        return p;
                }
        }
        q = arena_take(a, new_bytes);
        if (old_bytes)
                memcpy(q, p, old_bytes);
        return q;
}

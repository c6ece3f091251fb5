/* One workspace per request or job: taken piece by piece, freed at once. Every piece is zeroed and aligned to 16.
 * Under AddressSanitizer each piece is a malloc of its own, so that overruns are seen.
 * An arena has a ceiling; arena_over() tells that it was passed, and growth points (decode, next row, list push)
 * refuse the request then. malloc failure aborts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_new(size_t ceiling_bytes);
void arena_free(Arena *a);
void arena_freep(Arena **a);
void arena_reset(Arena *a);
size_t arena_used(const Arena *a);
bool arena_over(const Arena *a);

void *arena_take(Arena *a, size_t bytes);
void *arena_take_array(Arena *a, size_t count, size_t each); /* aborts on overflow of the product */
void *arena_copy(Arena *a, const void *p, size_t bytes);
/* Grows the last or any piece: new piece with the old bytes copied. */
void *arena_grow(Arena *a, void *p, size_t old_bytes, size_t new_bytes);

#define TAKE(arena, T)           ((T *)arena_take((arena), sizeof(T)))
#define TAKE_ARRAY(arena, T, n)  ((T *)arena_take_array((arena), (n), sizeof(T)))

/* Growable array in an arena: LIST(T) declares {T *v; size_t n, cap;}; list_push returns a pointer to the new, zeroed item. */
#define list_push(arena, list)                                                                                         \
        ({                                                                                                             \
                if ((list)->n == (list)->cap) {                                                                        \
                        size_t _cap = (list)->cap ? (list)->cap * 2 : 8;                                               \
                        (list)->v = arena_grow((arena), (list)->v, (list)->cap * sizeof(*(list)->v),                   \
                                               _cap * sizeof(*(list)->v));                                             \
                        (list)->cap = _cap;                                                                            \
                }                                                                                                      \
                &(list)->v[(list)->n++];                                                                               \
        })

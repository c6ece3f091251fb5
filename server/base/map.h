/* Hash map from Str to pointer, in an arena; keys are not copied. Iteration in order of insertion. */
#pragma once
#include "base/str.h"

typedef struct MapEntry {
        Str key;
        void *value;
        uint64_t hash;
} MapEntry;

typedef struct Map {
        Arena *arena;
        MapEntry *entries;
        size_t n, cap;
        uint32_t *slots;
        size_t slot_count;
} Map;

void map_init(Map *m, Arena *arena);
void **map_at(Map *m, Str key);                /* the value's place, made (NULL) when absent */
void *map_get(const Map *m, Str key);          /* NULL when absent */
bool map_has(const Map *m, Str key);
uint64_t str_hash(Str s);

/* The process's environment and settings files; the only place that reads it. */
#pragma once
#include "base/str.h"

Str env_get(const char *name);                    /* p NULL when unset or empty */
int64_t env_int(const char *name, int64_t otherwise);
bool file_read(Arena *a, const char *path, size_t max, Str *ret); /* false: cannot be read or larger than max */
int file_unnamed(Arena *a);                       /* a file without a name, on a disk rather than in memory; -1 with errno */
bool file_write(const char *path, Str bytes);     /* whole file, by a temporary name, fsync and rename; mode 0600 */

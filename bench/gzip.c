/* What compressing an answer costs and saves, by level: bytes and microseconds for each file given (save real answers with curl).
 * Without files: the contract document and a catalogue. The level of server/http/compress.c was chosen by this. */
#include "base/arena.h"
#include "base/env.h"
#include "base/rc.h"
#include "base/time.h"
#include <stdio.h>
#include <zlib.h>

enum { MIN_US = 200000 };

static size_t pack(z_stream *z, Str plain, Bytef *to, size_t room) {
        (void)deflateReset(z);
        z->next_in = (Bytef *)(uintptr_t)plain.p;
        z->avail_in = (uInt)plain.n;
        z->next_out = to;
        z->avail_out = (uInt)room;
        return deflate(z, Z_FINISH) == Z_STREAM_END ? room - z->avail_out : 0;
}

static void measure(Arena *a, Str plain, int level) {
        z_stream z = { 0 };
        int64_t begun, us;
        size_t room, n = 0;
        int rounds = 0;
        Bytef *to;

        if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
                return;
        room = deflateBound(&z, plain.n);
        to = arena_take(a, room);
        for (begun = time_mono_us(); (us = time_mono_us() - begun) < MIN_US; rounds++)
                n = pack(&z, plain, to, room);
        printf("  level %d  %8zu bytes  %5.1f %%  %7.0f us  %6.1f MB/s\n", level, n, 100.0 * (double)n / (double)plain.n,
               (double)us / rounds, (double)plain.n * rounds / (double)us);
        deflateEnd(&z);
}

int main(int argc, char **argv) {
        static char *defaults[] = { "", "api/openapi.json", "profiles/donghua/catalogue.json" };
        static const int levels[] = { 1, 2, 3, 4, 6, 9 };
        char **files = argc > 1 ? argv : defaults;
        int count = argc > 1 ? argc : (int)ARRAY_LEN(defaults);

        for (int i = 1; i < count; i++) {
                Arena *a = arena_new(0);
                Str plain;

                if (file_read(a, files[i], 64 << 20, &plain) && plain.n) {
                        printf("%s  %zu bytes\n", files[i], plain.n);
                        for (size_t k = 0; k < ARRAY_LEN(levels); k++)
                                measure(a, plain, levels[k]);
                } else {
                        fprintf(stderr, "%s cannot be read\n", files[i]);
                }
                arena_free(a);
        }
        return 0;
}

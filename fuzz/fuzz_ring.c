/* The packed form of rings: what is accepted packs to the same bytes. */
#include "geo/ring.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Arena *a = arena_new(0);
        Buf packed = BUF_IN(a);
        Ring ring;

        if (ring_unpack(a, (Str){ (const char *)data, size }, &ring)) {
                ring_pack(&packed, &ring);
                if (packed.n != size || memcmp(packed.p, data, size) != 0)
                        abort();
                (void)ring_check(&ring, NULL);
        }
        arena_free(a);
        return 0;
}

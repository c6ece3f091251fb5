/* Voice notes and videos from outside: whatever is accepted has a type and a kind, and was accepted by its first bytes too. */
#include "core/blob/media.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Str bytes = { (const char *)data, size };
        Media m;

        if (!media_look(bytes, &m))
                return m.wrong ? 0 : (abort(), 0);
        if (!m.type || m.kind == MEDIA_NONE || m.width < 0 || m.height < 0 || media_sniff(str_sub(bytes, 0, 64)) == MEDIA_NONE)
                abort();
        if ((m.kind == MEDIA_VIDEO) != str_starts(str_c(m.type), S("video/")))
                abort();
        return 0;
}

/* GeoJSON polygons from outside: whatever is accepted must be a simple, counter-clockwise ring that survives packing. */
#include "base/json.h"
#include "geo/geojson.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(cx_freep) Cx *cx = cx_new(16 << 20);
        Buf packed = BUF_IN(cx->arena);
        JsonNode *node;
        Ring ring, back;

        if (size > 1 << 16 || json_parse(cx, (Str){ (const char *)data, size }, &node) != OK)
                return 0;
        if (geojson_ring(cx, node, S(""), &ring) != OK)
                return 0;
        if (ring_check(&ring, NULL) != RING_FINE || ring_area2(&ring) <= 0)
                abort();
        if (!box_holds(ring_box(&ring), ring_label(&ring)))
                abort();
        ring_pack(&packed, &ring);
        if (!ring_unpack(cx->arena, buf_view(&packed), &back) || back.n != ring.n)
                abort();
        return 0;
}

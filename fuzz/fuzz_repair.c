/* A file of polygons from outside: GDAL's readers of GeoJSON and KML, and all of the repair behind them. The first byte is the label and
 * the tolerance. */
#include "repaired.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        if (size >= 2 && size <= 1 << 14)
                repaired_or_refused((Str){ (const char *)data + 1, size - 1 }, data[0]);
        return 0;
}

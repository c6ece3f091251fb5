/* A whole layer in one file: walked once, each feature handed to what writes it. GeoJSON is written here, as the pages have it; the others by
 * GDAL (server/repair). The walk also makes the mark that tells one content from another. */
#include "base/env.h"
#include "base/map.h"
#include "features/features_int.h"
#include "repair/repair.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { PLATES_A_PAGE = 1000, CHUNK = 256 << 10 };

static struct { atomic_int writing; } files;

/* A feature on its way: polygons, or NULL and a point. */
typedef struct Row {
        FeaturesProperties says;
        const PolygonList *polygons;
        Point at;
} Row;

typedef struct Walk {
        const FeaturesWish *wish;
        uint64_t mark;
        int64_t count;
        Rc rc;
        int fd;              /* -1: only the mark is wanted */
        LayerWriter *writer; /* NULL: GeoJSON */
        Buf text;            /* of GeoJSON that is not in the file yet */
        Arena *scratch;      /* emptied with each piece */
} Walk;

/* ---- the mark ---------------------------------------------------------------------------------------------------------------- */

static void mix(Walk *w, uint64_t value) {
        w->mark = (w->mark ^ value) * 0x9e3779b97f4a7c15u;
        w->mark ^= w->mark >> 29;
}

static void mix_row(Walk *w, const Row *row) {
        const Str texts[] = { row->says.code,      row->says.name,   row->says.kind,
                              row->says.grid_kind, row->says.parent, row->says.address };

        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
                mix(w, str_hash(texts[i].p ? texts[i] : S("")));
        mix(w, (uint64_t)row->at.lon_e7);
        mix(w, (uint64_t)row->at.lat_e7);
        for (size_t i = 0; row->polygons && i < row->polygons->n; i++)
                for (size_t k = 0; k < row->polygons->v[i].n; k++) {
                        const Ring *r = &row->polygons->v[i].rings[k];

                        mix(w, r->n);
                        for (size_t p = 0; p < r->n; p++) {
                                mix(w, (uint64_t)r->v[p].lon_e7);
                                mix(w, (uint64_t)r->v[p].lat_e7);
                        }
                }
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------- */

static Rc put(Cx *cx, int fd, Str bytes) {
        while (bytes.n) {
                ssize_t n = write(fd, bytes.p, bytes.n);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return fail(cx, P_DB_FULL, "the temporary file of a download");
                bytes.p += n, bytes.n -= (size_t)n;
        }
        return OK;
}

static Rc put_text(Cx *cx, Walk *w) {
        Rc rc = put(cx, w->fd, buf_view(&w->text));

        arena_reset(w->scratch);
        w->text = (Buf)BUF_IN(w->scratch);
        return rc;
}

static Rc put_geojson(Cx *cx, Walk *w, const Row *row) {
        Buf geometry = BUF_IN(w->scratch);
        FeaturesFeature f = { .type = S("Feature"),
                              .id = row->says.code,
                              .properties = (FeaturesProperties *)(uintptr_t)&row->says };

        if (row->polygons)
                features_polygons(&geometry, row->polygons, CRS_84);
        else
                features_point(&geometry, row->at, CRS_84);
        f.geometry = buf_view(&geometry);
        buf_c(&w->text, w->count > 1 ? ",\n" : "\n");
        json_encode(&w->text, &shape_FeaturesFeature, &f);
        return w->text.n < CHUNK ? OK : put_text(cx, w);
}

static const LayerColumn columns[] = {
        { "code", false },      { "name", false },   { "kind", false },
        { "grid_kind", false }, { "parent", false }, { "area_m2", true },
};
static const LayerColumn building_columns[] = {
        { "code", false }, { "name", false }, { "parent", false }, { "address", false }
};

static Rc put_layer(Cx *cx, Walk *w, const Row *row) {
        const FeaturesProperties *p = &row->says;
        const LayerCell of_place[] = { { .text = p->code },   { .text = p->name },
                                       { .text = p->kind },   { .text = p->grid_kind },
                                       { .text = p->parent }, { .number = p->area_m2 } };
        const LayerCell of_building[] = {
                { .text = p->code }, { .text = p->name }, { .text = p->parent }, { .text = p->address }
        };
        bool fine = row->polygons ? layer_add_polygons(w->writer, row->polygons, of_place)
                                  : layer_add_point(w->writer, row->at, of_building);

        return fine ? OK : fail(cx, P_SERVER_BUG, "a download: %s", layer_error(w->writer));
}

static Rc take_row(Cx *cx, Walk *w, const Row *row) {
        if (++w->count > w->wish->limit)
                return fail_field(cx, S("?under"), "too-many", S("要素过多，请用 under 分地区下载"),
                                  S("Too many features for one file; ask below a place"));
        mix_row(w, row);
        if (w->fd < 0)
                return OK;
        return w->writer ? put_layer(cx, w, row) : put_geojson(cx, w, row);
}

/* ---- walking ----------------------------------------------------------------------------------------------------------------- */

static bool take_place(Cx *cx, const TerritoryShape *s, void *arg) {
        Walk *w = arg;

        if (features_wants(w->wish, s))
                w->rc = take_row(cx, w, &(Row){ .says = features_place_says(s), .polygons = s->polygons });
        return w->rc == OK;
}

/* One page in an arena of its own: there may be hundreds. */
static Rc take_plates(Cx *cx, Walk *w, Str after, char code[static 64], size_t *ret_n) {
        _cleanup_(arena_freep) Arena *page = arena_new(0);
        Arena *own = cx->arena;
        RegistryPlates plates;
        Rc rc;

        cx->arena = page;
        rc = registry_plates(cx, NULL, w->wish->under, STR_NONE, after, PLATES_A_PAGE, &plates);
        cx->arena = own;
        if (rc != OK) {
                cx->problem.detail = str_dup(own, cx->problem.detail);
                cx->problem.detail_zh = STR_NONE;
                cx->problem.errors = (FieldErrorList){ 0 };
                return rc;
        }
        for (size_t i = 0; i < plates.n; i++)
                TRY(take_row(cx, w,
                             &(Row){ .says = features_plate_says(&plates.v[i]), .at = plates.v[i].at }));
        if (plates.n)
                snprintf(code, 64, STR_FMT, STR_ARG(plates.v[plates.n - 1].code));
        return *ret_n = plates.n, OK;
}

static Rc walk(Cx *cx, Walk *w) {
        char code[64] = "";
        size_t n = PLATES_A_PAGE;

        if (w->wish->layer != LAYER_BUILDINGS) {
                TRY(territory_shapes(cx, w->wish->day, w->wish->under, STR_NONE, take_place, w));
                return w->rc;
        }
        while (n == PLATES_A_PAGE)
                TRY(take_plates(cx, w, code[0] ? str_c(code) : STR_NONE, code, &n));
        return OK;
}

static Rc walk_geojson(Cx *cx, Walk *w) {
        _cleanup_(arena_freep) Arena *scratch = arena_new(0);

        w->scratch = scratch;
        w->text = (Buf)BUF_IN(scratch);
        buf_c(&w->text, "{\"type\":\"FeatureCollection\",\"features\":[");
        TRY(walk(cx, w));
        buf_c(&w->text, "\n]}\n");
        return put_text(cx, w);
}

static Rc walk_layer(Cx *cx, Walk *w, const LayerPlan *plan) {
        _cleanup_(layer_freep) LayerWriter *writer = layer_begin(plan);
        Str bytes;

        w->writer = writer;
        TRY(walk(cx, w));
        if (!layer_end(writer, &bytes))
                return fail(cx, P_SERVER_BUG, "a download: %s", layer_error(writer));
        return put(cx, w->fd, bytes);
}

static LayerFormat file_format(int format) {
        return format == FEATURES_FORMAT_SHP   ? AS_SHAPEFILE
               : format == FEATURES_FORMAT_KML ? AS_KML
                                               : AS_GPKG;
}

static Rc write_file(Cx *cx, Walk *w, int format, const LayerPlan *plan) {
        int fd = file_unnamed(cx->arena);
        Rc rc;

        if (fd < 0)
                return fail(cx, P_DB_FULL, "no temporary file for a download");
        w->fd = fd;
        rc = format == FEATURES_FORMAT_GEOJSON ? walk_geojson(cx, w) : walk_layer(cx, w, plan);
        if (rc != OK)
                close(fd);
        return rc;
}

static void leave(const int *held) {
        if (*held)
                atomic_fetch_sub(&files.writing, 1);
}

static Rc enter(Cx *cx, int *held) {
        *held = 1;
        if (atomic_fetch_add(&files.writing, 1) < FEATURES_FILES)
                return OK;
        cx->problem.retry_after_s = 5;
        return fail(cx, P_SERVER_BUSY, "%d downloads are being written", FEATURES_FILES);
}

Rc features_mark(Cx *cx, const FeaturesWish *wish, uint64_t *ret) {
        _cleanup_(leave) int held = 0;
        Walk w = { .wish = wish, .fd = -1 };

        TRY(enter(cx, &held));
        TRY(walk(cx, &w));
        return *ret = w.mark, OK;
}

Rc features_file(Cx *cx, const FeaturesWish *wish, int format, Str title, Str about, Str day, int *ret_fd,
                 uint64_t *ret_mark) {
        _cleanup_(leave) int held = 0;
        bool points = wish->layer == LAYER_BUILDINGS;
        LayerPlan plan = { .format = file_format(format),
                           .name = features_layer_name(wish->layer),
                           .title = title,
                           .about = about,
                           .epsg = features_epsg(wish->crs),
                           .project = wish->crs == CRS_3857 ? features_metres : NULL,
                           .points = points,
                           .day = day,
                           .columns = points ? building_columns : columns,
                           .n = points ? ARRAY_LEN(building_columns) : ARRAY_LEN(columns) };
        Walk w = { .wish = wish };

        TRY(enter(cx, &held));
        TRY(write_file(cx, &w, format, &plan));
        *ret_fd = w.fd;
        return *ret_mark = w.mark, OK;
}

/* The map's layers: who fills which, and the territory's own: outlines of places, grids, points. */
#include "territory/territory_int.h"

enum { LAYERS_MAX = 16, ZOOM_COMMUNITIES = 10, ZOOM_COMMUNITY_NAMES = 12, ZOOM_GRID_NAMES = 13 };

static struct {
        TileLayer layers[LAYERS_MAX];
        size_t n;
} tiles;

static void layer_put(TileLayer layer) {
        for (size_t i = 0; i < tiles.n; i++)
                if (str_eq_c(str_c(tiles.layers[i].name), layer.name)) {
                        tiles.layers[i] = layer;
                        return;
                }
        if (tiles.n < LAYERS_MAX)
                tiles.layers[tiles.n++] = layer;
}

void territory_tile_source(const char *layer, TileSource source, bool private_to_actor) {
        layer_put((TileLayer){ layer, source, NULL, private_to_actor });
}

/* What other modules show is shown as it is now. */
Rc tile_fill(Cx *cx, const TileLayer *layer, const Epoch *e, Mvt *tile) {
        if (layer->source)
                return layer->source(cx, tile);
        layer->of_day(e, tile);
        return OK;
}

const TileLayer *tile_layer(Str name) {
        for (size_t i = 0; i < tiles.n; i++)
                if (str_eq_c(name, tiles.layers[i].name))
                        return &tiles.layers[i];
        return NULL;
}

void tile_layer_names(Cx *cx, StrList *ret) {
        StrList out = { 0 };

        for (size_t i = 0; i < tiles.n; i++)
                *list_push(cx->arena, &out) = str_c(tiles.layers[i].name);
        *ret = out;
}

/* Outlines carry `title`, the point for the label carries `name`: a text layer that shows `name` writes it once, however many
 * tiles the outline crosses. */
static void add_place(Mvt *tile, const EpochPlace *p, uint64_t id, bool named) {
        const char *kind = enum_PlaceKind.words[p->place.kind];
        const EpochShape *s = p->shape;

        for (size_t i = 0; i < s->polygons.n; i++) {
                if (!mvt_polygon(tile, id, s->polygons.v[i].rings, s->polygons.v[i].n))
                        continue;
                mvt_tag_str(tile, "code", p->place.code);
                mvt_tag_str(tile, "title", p->place.name);
                mvt_tag_str(tile, "kind", str_c(kind));
                if (p->place.grid_kind)
                        mvt_tag_str(tile, "grid_kind", str_c(enum_GridKind.words[p->place.grid_kind]));
        }
        /* The label belongs to the one tile that holds its point, without the margin. */
        TilePoint at = tile_project(tile->tile, s->label);
        if (named && at.x >= 0 && at.y >= 0 && at.x < TILE_EXTENT && at.y < TILE_EXTENT &&
            mvt_point(tile, id, s->label)) {
                mvt_tag_str(tile, "code", p->place.code);
                mvt_tag_str(tile, "name", p->place.name);
                mvt_tag_str(tile, "kind", str_c(kind));
        }
}

static void places_tile(const Epoch *e, Mvt *tile) {
        int zoom = tile->tile.zoom;

        for (size_t i = 0; i < e->n; i++) {
                const EpochPlace *p = &e->places[i];
                int kind = p->place.kind;
                bool named = kind == PLACE_KIND_COMMUNITY ? zoom >= ZOOM_COMMUNITY_NAMES
                                                          : zoom < ZOOM_COMMUNITY_NAMES;

                if (!p->shape || !box_meets(p->shape->box, tile->box) || kind == PLACE_KIND_GRID)
                        continue;
                if (kind == PLACE_KIND_TOWNSHIP ||
                    (kind == PLACE_KIND_COMMUNITY && zoom >= ZOOM_COMMUNITIES) ||
                    (kind == PLACE_KIND_COUNTY && zoom < ZOOM_COMMUNITIES))
                        add_place(tile, p, i + 1, named);
        }
}

static void grids_tile(const Epoch *e, Mvt *tile) {
        for (size_t i = 0; i < e->n && tile->tile.zoom >= e->grids_zoom; i++) {
                const EpochPlace *p = &e->places[i];

                if (p->place.kind == PLACE_KIND_GRID && p->shape && box_meets(p->shape->box, tile->box))
                        add_place(tile, p, i + 1, tile->tile.zoom >= ZOOM_GRID_NAMES);
        }
}

static void points_tile(const Epoch *e, Mvt *tile) {
        for (size_t i = 0; i < e->point_count; i++) {
                const EpochPoint *p = &e->points[i];

                if (!box_holds(tile->box, p->at) || !mvt_point(tile, (uint64_t)p->id, p->at))
                        continue;
                mvt_tag_str(tile, "kind", p->kind);
                mvt_tag_str(tile, "name", p->name);
                mvt_tag_str(tile, "place", p->place);
        }
}

void tile_init(void) {
        static const struct {
                const char *name;
                void (*of_day)(const Epoch *e, Mvt *tile);
        } own[] = { { "places", places_tile }, { "grids", grids_tile }, { "points", points_tile } };

        for (size_t i = 0; i < ARRAY_LEN(own); i++)
                layer_put((TileLayer){ own[i].name, NULL, own[i].of_day, false });
}

/* Features of a layer, page by page in the order of their codes: places and grids from the territory's memory as of a day, buildings from the
 * registry. Public: nothing of households, nobody's name. */
#include "features/features_int.h"

typedef struct Filling {
        const FeaturesWish *wish;
        FeaturesFeatureList list;
        Str next;
} Filling;

/* Room for one more? Else the page ends after what is in it. */
static bool has_room(Filling *f) {
        if ((int64_t)f->list.n < f->wish->limit)
                return true;
        f->next = f->list.v[f->list.n - 1].properties->code;
        return false;
}

static void add(Cx *cx, Filling *f, const FeaturesProperties *properties, Buf *geometry) {
        *list_push(cx->arena, &f->list) =
                (FeaturesFeature){ .type = S("Feature"),
                                   .id = properties->code,
                                   .geometry = buf_view(geometry),
                                   .properties = arena_copy(cx->arena, properties, sizeof *properties) };
}

bool features_wants(const FeaturesWish *w, const TerritoryShape *s) {
        bool grid = s->place->kind == PLACE_KIND_GRID;

        return grid == (w->layer == LAYER_GRIDS) && (!w->code.n || str_eq(s->place->code, w->code)) &&
               (!w->boxed || box_meets(s->box, w->box));
}

FeaturesProperties features_place_says(const TerritoryShape *s) {
        const Place *p = s->place;

        return (FeaturesProperties){
                .code = p->code,
                .name = p->name,
                .kind = str_c(enum_word(&enum_PlaceKind, p->kind)),
                .grid_kind = p->kind == PLACE_KIND_GRID && p->grid_kind
                                     ? str_c(enum_word(&enum_GridKind, p->grid_kind))
                                     : STR_NONE,
                .parent = p->parent.n ? p->parent : STR_NONE,
                /* of a county and more, what is drawn is only the part that works with grids */
                .area_m2 = { p->kind >= PLACE_KIND_TOWNSHIP, s->area_m2 }
        };
}

FeaturesProperties features_plate_says(const RegistryPlate *p) {
        return (FeaturesProperties){
                .code = p->code, .name = p->name, .parent = p->grid, .address = p->address
        };
}

static bool add_place(Cx *cx, const TerritoryShape *s, void *arg) {
        Filling *f = arg;
        Buf geometry = BUF_IN(cx->arena);
        FeaturesProperties says;

        if (!features_wants(f->wish, s))
                return true;
        if (!has_room(f))
                return false;
        says = features_place_says(s);
        says.code = str_dup(cx->arena, says.code);
        says.name = str_dup(cx->arena, says.name);
        if (says.parent.p)
                says.parent = str_dup(cx->arena, says.parent);
        features_polygons(&geometry, s->polygons, f->wish->crs);
        add(cx, f, &says, &geometry);
        return true;
}

static Rc page_of_buildings(Cx *cx, Filling *f) {
        const FeaturesWish *w = f->wish;
        RegistryPlates plates;

        TRY(registry_plates(cx, w->boxed ? &w->box : NULL, w->under, w->code, w->after, w->limit + 1,
                            &plates));
        for (size_t i = 0; i < plates.n && has_room(f); i++) {
                FeaturesProperties says = features_plate_says(&plates.v[i]);
                Buf geometry = BUF_IN(cx->arena);

                features_point(&geometry, plates.v[i].at, w->crs);
                add(cx, f, &says, &geometry);
        }
        return OK;
}

Rc features_page(Cx *cx, const FeaturesWish *wish, FeaturesFeatureList *ret, Str *ret_next) {
        Filling f = { .wish = wish };

        if (wish->layer == LAYER_BUILDINGS) {
                TRY(page_of_buildings(cx, &f));
        } else {
                TRY(territory_shapes(cx, wish->day, wish->code.n ? wish->code : wish->under, wish->after,
                                     add_place, &f));
        }
        *ret = f.list;
        *ret_next = f.next;
        return OK;
}

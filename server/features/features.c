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

static bool add_place(Cx *cx, const TerritoryShape *s, void *arg) {
        Filling *f = arg;
        const FeaturesWish *w = f->wish;
        Buf geometry = BUF_IN(cx->arena);
        bool grid = s->place->kind == PLACE_KIND_GRID;

        if (grid != (w->layer == LAYER_GRIDS) || (w->code.n && !str_eq(s->place->code, w->code)) ||
            (w->boxed && !box_meets(s->box, w->box)))
                return true;
        if (!has_room(f))
                return false;
        features_polygons(&geometry, s->polygons, w->crs);
        add(cx, f,
            &(FeaturesProperties){
                    .code = str_dup(cx->arena, s->place->code),
                    .name = str_dup(cx->arena, s->place->name),
                    .kind = str_c(enum_word(&enum_PlaceKind, s->place->kind)),
                    .grid_kind =
                            grid && s->place->grid_kind ? str_c(enum_word(&enum_GridKind, s->place->grid_kind)) : STR_NONE,
                    .parent = s->place->parent.n ? str_dup(cx->arena, s->place->parent) : STR_NONE,
                    /* of a county and more, what is drawn is only the part that works with grids */
                    .area_m2 = { s->place->kind >= PLACE_KIND_TOWNSHIP, s->area_m2 } },
            &geometry);
        return true;
}

static Rc page_of_buildings(Cx *cx, Filling *f) {
        const FeaturesWish *w = f->wish;
        RegistryPlates plates;

        TRY(registry_plates(cx, w->boxed ? &w->box : NULL, w->under, w->code, w->after, w->limit + 1,
                            &plates));
        for (size_t i = 0; i < plates.n && has_room(f); i++) {
                const RegistryPlate *p = &plates.v[i];
                Buf geometry = BUF_IN(cx->arena);

                features_point(&geometry, p->at, w->crs);
                add(cx, f,
                    &(FeaturesProperties){
                            .code = p->code, .name = p->name, .parent = p->grid, .address = p->address },
                    &geometry);
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

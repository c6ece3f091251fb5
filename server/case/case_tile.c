/* Open cases on the map, in the scope of who looks. */
#include "case/case_int.h"
#include "territory/territory.h"

static Rc dot_add(Cx *cx, Mvt *tile, const CaseDot *d) {
        const CaseCatalogue *catalogue;
        const CaseCategory *k;
        const FlowState *s;
        const Flow *f;

        if (!mvt_point(tile, (uint64_t)d->id, (Point){ d->lon_e7, d->lat_e7 }))
                return OK;
        TRY(case_flow(cx, d->flow, d->flow_edition, &f));
        TRY(case_catalogue(cx, d->catalogue_edition, &catalogue));
        k = case_category(catalogue, d->category);
        s = flow_state(f, d->state);
        mvt_tag_int(tile, "id", d->id);
        mvt_tag_str(tile, "number", case_number(cx->arena, d->created_ms, d->id));
        mvt_tag_str(tile, "title", k ? in_lang(cx, k->name, k->name_en) : d->category);
        mvt_tag_str(tile, "state", d->state);
        mvt_tag_str(tile, "state_name", s ? in_lang(cx, s->name, s->name_en) : d->state);
        mvt_tag_str(tile, "text", str_utf8_head(d->text, 40));
        mvt_tag_bool(tile, "late", d->due_ms.set && d->due_ms.n < now_ms(cx));
        return OK;
}

Rc case_tile(Cx *cx, Mvt *tile) {
        CaseDotList dots = { 0 };
        CaseScope scope;

        case_scope(cx, &scope);
        TRY(case_store_dots(cx, &scope, tile->box.west, tile->box.east, tile->box.south, tile->box.north,
                            TILE_FEATURES_MAX, &dots));
        for (size_t i = 0; i < dots.n; i++)
                TRY(dot_add(cx, tile, &dots.v[i]));
        return OK;
}

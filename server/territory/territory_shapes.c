/* Places with their outlines, walked in order of their codes: for whoever shows many of them at once (server/features). */
#include "territory/territory_int.h"

Rc territory_shapes(Cx *cx, Str day, Str under, Str after, TerritoryEach each, void *arg) {
        _cleanup_(epoch_dropp) const Epoch *e = NULL;
        size_t from, to;

        TRY(epoch_take_at(cx, day, &e));
        to = epoch_end(e, under, &from);
        for (size_t i = from; i < to; i++) {
                const EpochPlace *p = &e->places[i];
                TerritoryShape s;

                if (!p->shape || (after.n && str_cmp(p->place.code, after) <= 0))
                        continue;
                s = (TerritoryShape){ &p->place, &p->shape->polygons, p->shape->box, p->shape->area_m2 };
                if (!each(cx, &s, arg))
                        break;
        }
        return OK;
}

/* Grids for a township that has no surveyed ones: communities and grids of the generator in geo/partition.c, with names,
 * numbers of households by area, and the community offices as points of the map. */
#include "core/audit/audit.h"
#include "geo/partition.h"
#include "territory/territory_int.h"

enum { M2_PER_HOUSEHOLD = 330 };

typedef struct Communities {
        Str township;
        PlaceList list;
} Communities;

static Rc each_place(Cx *cx, const Place *p, void *arg) {
        Communities *c = arg;
        Place *kept;

        if (p->kind != PLACE_KIND_COMMUNITY || !str_starts(p->code, c->township))
                return OK;
        kept = list_push(cx->arena, &c->list);
        *kept = *p;
        kept->code = str_dup(cx->arena, p->code);
        kept->name = str_dup(cx->arena, p->name);
        return OK;
}

/* 小龙路社区居委会 → 小龙路社区 */
static Str short_name(Str name) {
        static const char *const tails[] = { "居民委员会", "村民委员会", "居委会", "村委会" };

        for (size_t i = 0; i < ARRAY_LEN(tails); i++)
                if (str_ends(name, str_c(tails[i])))
                        return str_sub(name, 0, name.n - strlen(tails[i]));
        return name;
}

static Rc put_grid(Cx *cx, const Place *community, const PartitionPart *part) {
        Place p = { .kind = PLACE_KIND_GRID, .grid_kind = GRID_KIND_COMMUNITY };
        ImportReport report = { 0 };
        double area = ring_area_m2(&part->ring);
        bool changed;

        p.code = str_fmt(cx->arena, STR_FMT "%03d", STR_ARG(community->code), part->number);
        p.name = str_fmt(cx->arena, STR_FMT "第%d网格", STR_ARG(short_name(community->name)), part->number);
        p.households = SOME_INT((int64_t)(area / M2_PER_HOUSEHOLD));
        TRY(places_put(cx, &(PlaceList){ &p, 1, 1 }, &report));
        return store_shape_put(cx, p.code, &part->ring, &changed);
}

/* In the grid nearest to the middle of the community. */
static Point office_at(const PartitionPartList *parts, size_t area) {
        double best = -1;
        Point found = { 0, 0 }, middle;
        int64_t lon = 0, lat = 0, n = 0;

        for (size_t i = 0; i < parts->n; i++)
                if (parts->v[i].area == area) {
                        Point p = ring_label(&parts->v[i].ring);

                        lon += p.lon_e7, lat += p.lat_e7, n++;
                }
        middle = (Point){ lon / n, lat / n };
        for (size_t i = 0; i < parts->n; i++) {
                Point p = ring_label(&parts->v[i].ring);

                if (parts->v[i].area == area && (best < 0 || point_distance_m(p, middle) < best))
                        best = point_distance_m(p, middle), found = p;
        }
        return found;
}

static Rc put_offices(Cx *cx, const Communities *c, const PartitionPartList *parts, Str township) {
        Point centre = office_at(parts, c->list.n / 2);

        for (size_t i = 0; i < c->list.n; i++) {
                Str name =
                        str_fmt(cx->arena, STR_FMT "党群服务中心", STR_ARG(short_name(c->list.v[i].name)));

                TRY(store_point_put(
                        cx, &(EpochPoint){ 0, S("office"), name, c->list.v[i].code, office_at(parts, i) }));
        }
        centre.lon_e7 += 4000;
        centre.lat_e7 += 3000;
        return store_point_put(cx,
                               &(EpochPoint){ 0, S("centre"), S("网格化服务管理中心"), township, centre });
}

Rc territory_demo_geometry(Cx *cx, Str township, Point centre, int64_t area_m2,
                           const int *grids_per_community, uint64_t seed) {
        Communities c = { .township = township };
        PartitionPartList parts;
        PartitionPlan plan;
        Ring outline;

        TRY(store_places_at(cx, INT64_MAX, each_place, &c));
        if (!c.list.n)
                return fail(cx, P_PLACE_UNKNOWN, STR_FMT " has no communities", STR_ARG(township));
        plan = (PartitionPlan){ centre, (double)area_m2, grids_per_community, c.list.n, seed };
        if (!partition_make(cx->arena, &plan, &parts, &outline))
                return fail(cx, P_CONFIG_INVALID, "No partition of %lld m² for " STR_FMT, (long long)area_m2,
                            STR_ARG(township));
        for (size_t i = 0; i < parts.n; i++)
                TRY(put_grid(cx, &c.list.v[parts.v[i].area], &parts.v[i]));
        TRY(put_offices(cx, &c, &parts, township));
        TRY(audit_note(cx, "territory.drawn", str_fmt(cx->arena, "place/" STR_FMT, STR_ARG(township)),
                       STR_NONE));
        return territory_changed(cx);
}

/* Grids for a territory that has no surveyed ones: its townships, communities and grids by the generator in geo/partition.c, with
 * names, numbers of households, and the offices of communities and centres as points of the map. */
#include "core/audit/audit.h"
#include "geo/partition.h"
#include "territory/territory_int.h"

enum { M2_PER_HOUSEHOLD = 330, GROUPS_MAX = 3 /* a city's counties, their townships */ };

typedef struct Communities {
        const DemoTerritory *demo;
        Arena *work;
        PlaceList list, made; /* communities; their grids */
        GridRings rings;
        int *grids;
        double area_m2;          /* of the parts named so far, for */
        int64_t households;      /* those given to them */
} Communities;

static Rc each_place(Cx *cx, const Place *p, void *arg) {
        Communities *c = arg;
        Place *kept;

        if (p->kind != PLACE_KIND_COMMUNITY || !str_starts(p->code, c->demo->root))
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

/* Villagers' committees are numbered 200–399 and 500–599 (see place_code_valid). */
static int grid_kind_of(Str community) {
        char c = community.p[9];

        return c == '2' || c == '3' || c == '5' ? GRID_KIND_RURAL : GRID_KIND_COMMUNITY;
}

/* By area; where the profile says how many there are in all, each gets what is due to everything up to it, so that they add up. */
static int64_t households_of(Communities *c, double area) {
        int64_t before = c->households;

        if (!c->demo->households)
                return (int64_t)(area / M2_PER_HOUSEHOLD);
        c->area_m2 += area;
        c->households = (int64_t)((double)c->demo->households * c->area_m2 / (double)c->demo->area_m2 + 0.5);
        if (c->households > c->demo->households)
                c->households = c->demo->households;
        return c->households - before;
}

static void make_grid(Communities *c, const PartitionPart *part, bool last) {
        const Place *community = &c->list.v[part->area];
        Place p = { .kind = PLACE_KIND_GRID, .grid_kind = grid_kind_of(community->code) };

        p.code = str_fmt(c->work, STR_FMT "%03d", STR_ARG(community->code), part->number);
        p.name = str_fmt(c->work, STR_FMT "第%d网格", STR_ARG(short_name(community->name)), part->number);
        p.households = SOME_INT(households_of(c, ring_area_m2(&part->ring)));
        if (last && c->demo->households)
                p.households.n += c->demo->households - c->households;
        *list_push(c->work, &c->made) = p;
        *list_push(c->work, &c->rings) = (GridRing){ .code = p.code, .grid_kind = p.grid_kind, .ring = part->ring };
}

/* In the grid nearest to the middle of the community; parts come area by area. */
static Point office_of(const PartitionPart *parts, size_t n) {
        double best = -1;
        Point found = { 0, 0 }, middle;
        int64_t lon = 0, lat = 0;

        for (size_t i = 0; i < n; i++) {
                Point p = ring_label(&parts[i].ring);

                lon += p.lon_e7, lat += p.lat_e7;
        }
        middle = (Point){ lon / (int64_t)n, lat / (int64_t)n };
        for (size_t i = 0; i < n; i++) {
                Point p = ring_label(&parts[i].ring);

                if (best < 0 || point_distance_m(p, middle) < best)
                        best = point_distance_m(p, middle), found = p;
        }
        return found;
}

/* The centre of a place stands beside the office of its middle community. */
static Rc put_centre(Cx *cx, Str place, Point beside) {
        beside.lon_e7 += 4000;
        beside.lat_e7 += 3000;
        return store_point_put(cx, &(EpochPoint){ 0, S("centre"), S("网格化服务管理中心"), place, beside });
}

static Rc put_offices(Cx *cx, const Communities *c, const PartitionPartList *parts) {
        Point *at = TAKE_ARRAY(cx->arena, Point, c->list.n);
        size_t from = 0, township = 0;

        for (size_t i = 0; i < c->list.n; i++) {
                Str name = str_fmt(cx->arena, STR_FMT "党群服务中心", STR_ARG(short_name(c->list.v[i].name)));

                at[i] = office_of(parts->v + from, (size_t)c->grids[i]);
                from += (size_t)c->grids[i];
                TRY(store_point_put(cx, &(EpochPoint){ 0, S("office"), name, c->list.v[i].code, at[i] }));
        }
        TRY(put_centre(cx, c->demo->root, at[c->list.n / 2]));
        if (c->demo->root.n >= 9)
                return OK;
        for (size_t i = 1; i <= c->list.n; i++) {
                Str code = str_sub(c->list.v[township].code, 0, 9);

                if (i < c->list.n && str_starts(c->list.v[i].code, code))
                        continue;
                TRY(put_centre(cx, code, at[township + (i - township) / 2]));
                township = i;
        }
        return OK;
}

/* Grids per community as the profile lists them, or a total spread evenly with at least one each. */
static Rc count_grids(Cx *cx, Communities *c) {
        const DemoTerritory *d = c->demo;
        size_t n = c->list.n;

        if (!n)
                return fail(cx, P_PLACE_UNKNOWN, STR_FMT " has no communities", STR_ARG(d->root));
        if (d->grids ? d->grids_n != n : d->grids_total < (int64_t)n || d->grids_total > 100000)
                return fail(cx, P_CONFIG_INVALID, STR_FMT " has %zu communities; their grids are given for %lld",
                            STR_ARG(d->root), n, (long long)(d->grids ? (int64_t)d->grids_n : d->grids_total));
        c->grids = TAKE_ARRAY(cx->arena, int, n);
        for (size_t i = 0; i < n; i++) {
                int64_t even = d->grids ? d->grids[i] : d->grids_total / (int64_t)n + ((int64_t)i < d->grids_total % (int64_t)n);

                if (even < 1 || even > 999)
                        return fail(cx, P_CONFIG_INVALID, "%lld grids for " STR_FMT, (long long)even,
                                    STR_ARG(c->list.v[i].code));
                c->grids[i] = (int)even;
        }
        return OK;
}

/* Which county, which township each community lies in: the levels between the root and the communities. */
static size_t group(Arena *a, const Communities *c, const int **ret) {
        static const size_t lengths[] = { 4, 6, 9 };
        size_t levels = 0;

        for (size_t k = 0; k < ARRAY_LEN(lengths); k++) {
                int *of;

                if (lengths[k] <= c->demo->root.n)
                        continue;
                of = TAKE_ARRAY(a, int, c->list.n);
                for (size_t i = 1; i < c->list.n; i++)
                        of[i] = of[i - 1] +
                                !str_starts(c->list.v[i].code, str_sub(c->list.v[i - 1].code, 0, lengths[k]));
                ret[levels++] = of;
        }
        return levels;
}

Rc territory_demo_geometry(Cx *cx, const DemoTerritory *in) {
        _cleanup_(arena_freep) Arena *work = arena_new(0); /* the blocks of a city are more than a request may take */
        const int *groups[GROUPS_MAX];
        Communities c = { .demo = in };
        ImportReport report = { 0 };
        PartitionPartList parts;
        PartitionPlan plan;
        Ring outline;

        c.work = work;
        TRY(store_places_at(cx, now_ms(cx), each_place, &c));
        TRY(count_grids(cx, &c));
        plan = (PartitionPlan){ .centre = in->centre, .area_m2 = (double)in->area_m2, .parts = c.grids, .areas = c.list.n,
                                .seed = in->seed, .groups = groups };
        plan.levels = group(work, &c, groups);
        if (!partition_make(work, &plan, &parts, &outline))
                return fail(cx, P_CONFIG_INVALID, "No partition of %lld m² for " STR_FMT, (long long)in->area_m2,
                            STR_ARG(in->root));
        for (size_t i = 0; i < parts.n; i++)
                make_grid(&c, &parts.v[i], i + 1 == parts.n);
        TRY(places_put_all(cx, &c.made, &report));
        TRY(edition_put(cx, &c.rings));
        TRY(put_offices(cx, &c, &parts));
        TRY(audit_note(cx, "territory.drawn", str_fmt(cx->arena, "place/" STR_FMT, STR_ARG(in->root)), STR_NONE));
        return territory_changed(cx);
}

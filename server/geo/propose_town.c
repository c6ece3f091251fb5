/* A made community: roads in two directions that sway, lanes between them, a river across, compounds in the blocks, buildings in rows. */
#include "geo/propose_town.h"
#include "geo/mesh_city.h"
#include "geo/propose_int.h"
#include <math.h>

enum { BENDS = 24, ROW_M = 38, CLEAR_M = 10, TRIES = 60 };

typedef struct Town {
        const ProposeTown *town;
        Arena *arena;
        Ground g; /* only origin, x_m, y_m */
        uint64_t random;
        double half; /* of the box, metres */
        Ring outline;
        struct {
                ProposeBarrier *v;
                size_t n, cap;
        } barriers;
        RingList compounds;
        struct {
                ProposeBuilding *v;
                size_t n, cap;
        } buildings;
} Town;

static double between(Town *t, double low, double high) {
        return low + (high - low) * random_of(&t->random);
}

static Point point_of(const Town *t, double x, double y) {
        return (Point){ t->g.origin.lon_e7 + llround(x / t->g.x_m),
                        t->g.origin.lat_e7 + llround(y / t->g.y_m) };
}

/* A line across, at c from the middle; along: it leads north. From and to: parts of the way. */
static void lay(Town *t, bool along, double c, double from, double to, double sway, double strength) {
        Point *v = TAKE_ARRAY(t->arena, Point, BENDS + 1);
        double phase = between(t, 0, 2 * M_PI), waves = between(t, 1, 3);

        for (int i = 0; i <= BENDS; i++) {
                double part = from + (to - from) * i / BENDS, at = (2 * part - 1) * t->half;
                double aside = c + sway * sin(phase + waves * M_PI * part);

                v[i] = along ? point_of(t, aside, at) : point_of(t, at, aside);
        }
        *list_push(t->arena, &t->barriers) = (ProposeBarrier){ v, BENDS + 1, strength };
}

static void lay_roads(Town *t) {
        double step = t->town->road_m;

        for (int along = 0; along < 2; along++) {
                for (double c = -t->half + step / 2; c < t->half; c += step * between(t, 0.8, 1.2)) {
                        double from = between(t, 0, 0.6);

                        lay(t, along, c, 0, 1, step * 0.1, 0.7);
                        lay(t, along, c + step / 2, from, fmin(1, from + between(t, 0.2, 0.6)), step * 0.05,
                            0.3); /* a lane; its ends may hang */
                }
        }
        if (t->town->river)
                lay(t, between(t, 0, 1) < 0.5, between(t, -0.3, 0.3) * t->half, 0, 1, t->half * 0.15, 1);
}

/* Is there a road within a distance of the middle? */
static bool is_near_road(const Town *t, double x, double y, double far) {
        for (size_t i = 0; i < t->barriers.n; i++) {
                const ProposeBarrier *b = &t->barriers.v[i];

                for (size_t k = 1; k < b->n; k++) {
                        Spot p = spot_of(&t->g, b->v[k - 1]), q = spot_of(&t->g, b->v[k]);
                        double dx = q.x - p.x, dy = q.y - p.y,
                               part = ((x - p.x) * dx + (y - p.y) * dy) / (dx * dx + dy * dy);

                        part = fmin(1, fmax(0, part));
                        if (hypot(x - p.x - part * dx, y - p.y - part * dy) < far)
                                return true;
                }
        }
        return false;
}

static bool is_inside(const Town *t, double x, double y, double far) {
        for (int i = 0; i < 8; i++)
                if (!ring_holds(&t->outline,
                                point_of(t, x + far * cos(i * M_PI / 4), y + far * sin(i * M_PI / 4))))
                        return false;
        return true;
}

static const Ring *compound_at(const Town *t, Point p) {
        for (size_t i = 0; i < t->compounds.n; i++)
                if (ring_holds(&t->compounds.v[i], p))
                        return &t->compounds.v[i];
        return NULL;
}

static Ring box_around(Town *t, double x, double y, double wide, double high, double turn) {
        Ring r = { TAKE_ARRAY(t->arena, Point, 4), 4, 4 };
        static const int sx[4] = { -1, 1, 1, -1 }, sy[4] = { -1, -1, 1, 1 };

        for (int i = 0; i < 4; i++) {
                double u = sx[i] * wide / 2, v = sy[i] * high / 2;

                r.v[i] = point_of(t, x + u * cos(turn) - v * sin(turn), y + u * sin(turn) + v * cos(turn));
        }
        return r;
}

static void lay_compounds(Town *t) {
        for (size_t tries = 0; t->compounds.n < t->town->compounds && tries < TRIES * t->town->compounds;
             tries++) {
                double x = between(t, -1, 1) * t->half, y = between(t, -1, 1) * t->half;
                double wide = between(t, 60, 150), high = between(t, 60, 150), far = hypot(wide, high) / 2;
                bool free = is_inside(t, x, y, far) && !is_near_road(t, x, y, far * 0.8);

                for (size_t i = 0; i < t->compounds.n && free; i++) {
                        Spot p = spot_of(&t->g, t->compounds.v[i].v[0]),
                             q = spot_of(&t->g, t->compounds.v[i].v[2]);

                        free = hypot((p.x + q.x) / 2 - x, (p.y + q.y) / 2 - y) >
                               far + hypot(p.x - q.x, p.y - q.y) / 2 + 3;
                }
                if (free)
                        *list_push(t->arena, &t->compounds) =
                                box_around(t, x, y, wide, high, between(t, -0.3, 0.3));
        }
}

static void lay_buildings(Town *t) {
        for (double y = -t->half; y < t->half; y += ROW_M) {
                for (double x = -t->half; x < t->half; x += ROW_M) {
                        double bx = x + between(t, -7, 7), by = y + between(t, -7, 7),
                               luck = between(t, 0, 1);
                        Point at = point_of(t, bx, by);
                        bool home = compound_at(t, at) != NULL;
                        double households = home ? between(t, 40, 120)
                                                 : between(t, 2, 30) * (1.4 - hypot(bx, by) / t->half);
                        ProposeBuilding b = { .at = at };

                        if (!is_inside(t, bx, by, CLEAR_M) || is_near_road(t, bx, by, CLEAR_M) ||
                            luck < 0.12)
                                continue;
                        if (luck < 0.5) {
                                Ring *r = TAKE(t->arena, Ring);

                                *r = box_around(t, bx, by, 12, 8, 0);
                                b.footprint = r;
                        }
                        b.load.of[BALANCE_HOUSEHOLDS] = (int64_t)fmax(0, households);
                        b.load.of[BALANCE_CASES] =
                                (int64_t)(fmax(0, households) * between(t, 0, 0.4) + (luck > 0.97 ? 20 : 0));
                        b.load.of[BALANCE_VISITS] = (int64_t)(fmax(0, households) * between(t, 0.1, 0.3));
                        *list_push(t->arena, &t->buildings) = b;
                }
        }
}

void propose_town(const ProposeTown *town, Arena *a, ProposePlan *ret) {
        Town t = { .town = town, .arena = a, .random = town->seed };
        Point centre = { 1148800000, 408000000 };
        PolygonList *ground = TAKE(a, PolygonList);
        Polygon *polygon = list_push(a, ground);

        t.g.origin = centre;
        t.g.x_m = lon_m_per_e7((double)centre.lat_e7 * 1e-7);
        t.g.y_m = lat_m_per_e7((double)centre.lat_e7 * 1e-7);
        mesh_city_outline(
                a,
                &(MeshCity){ .seed = town->seed, .centre = centre, .area_m2 = town->area_m2, .step_m = 40 },
                &t.outline);
        for (size_t i = 0; i < t.outline.n; i++) {
                Spot p = spot_of(&t.g, t.outline.v[i]);

                t.half = fmax(t.half, fmax(fabs(p.x), fabs(p.y)) + 20);
        }
        lay_roads(&t);
        lay_compounds(&t);
        lay_buildings(&t);
        polygon->rings = arena_copy(a, &t.outline, sizeof t.outline);
        polygon->n = 1;
        *ret = (ProposePlan){ .ground = ground,
                              .tag = { 0, 130702001001, 1 },
                              .buildings = t.buildings.v,
                              .building_n = t.buildings.n,
                              .barriers = t.barriers.v,
                              .barrier_n = t.barriers.n,
                              .compounds = t.compounds.v,
                              .compound_n = t.compounds.n,
                              .seed = town->seed };
}

/* GEOS, bounded: its interrupt asks the clock, so that no tangle takes the machine. */
#include "repair/repair_geos.h"
#include "base/time.h"
#include <pthread.h>
#include <stdio.h>

/* GEOS asks one function of the whole process, on the thread that works: so each thread has its own end. */
static _Thread_local int64_t until_us;

static void ask_clock(void) {
        if (until_us && time_mono_us() > until_us)
                GEOS_interruptRequest();
}

static void init(void) { GEOS_interruptRegisterCallback(ask_clock); }

static void on_error(const char *message, void *arg) {
        Geos *g = arg;

        snprintf(g->said, sizeof g->said, "%s", message);
}

void geos_begin(Geos *g, const Repair *r) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, init);
        *g = (Geos){ .h = GEOS_init_r() };
        GEOSContext_setErrorMessageHandler_r(g->h, on_error, g);
        until_us = r->until_us;
}

void geos_end(Geos *g) {
        until_us = 0;
        if (g->h)
                GEOS_finish_r(g->h);
}

void geos_drop(const Geos *g, GEOSGeometry **x) {
        if (*x)
                GEOSGeom_destroy_r(g->h, *x);
        *x = NULL;
}

GEOSGeometry *geos_line(const Geos *g, const Point *v, size_t n, bool ring) {
        size_t all = n + (ring ? 1 : 0);
        GEOSCoordSequence *s = GEOSCoordSeq_create_r(g->h, (unsigned)all, 2);

        for (size_t i = 0; s && i < all; i++) {
                Point p = v[i < n ? i : 0];

                (void)GEOSCoordSeq_setXY_r(g->h, s, (unsigned)i, (double)p.lon_e7, (double)p.lat_e7);
        }
        return s ? GEOSGeom_createLineString_r(g->h, s) : NULL;
}

void geos_tree_begin(GeosTree *t, const Geos *g) { *t = (GeosTree){ g, GEOSSTRtree_create_r(g->h, 10) }; }

void geos_tree_end(GeosTree *t) {
        if (t->tree)
                GEOSSTRtree_destroy_r(t->g->h, t->tree);
        t->tree = NULL;
}

bool geos_tree_add(const GeosTree *t, Box box, size_t number) {
        GEOSGeometry *line =
                geos_line(t->g, (Point[]){ { box.west, box.south }, { box.east, box.north } }, 2, false);

        if (!line)
                return false;
        /* the tree keeps the box, not the line; numbers stand for pointers, never followed */
        GEOSSTRtree_insert_r(t->g->h, t->tree, line, (void *)(uintptr_t)(number + 1));
        geos_drop(t->g, &line);
        return true;
}

void geos_tree_ask(const GeosTree *t, Box box, void (*visit)(void *number, void *arg), void *arg) {
        GEOSGeometry *line =
                geos_line(t->g, (Point[]){ { box.west, box.south }, { box.east, box.north } }, 2, false);

        if (line)
                GEOSSTRtree_query_r(t->g->h, t->tree, line, visit, arg);
        geos_drop(t->g, &line);
}

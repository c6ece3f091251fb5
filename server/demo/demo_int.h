/* What the files of this folder share: the plan of the demo, people by post, names, pictures. */
#pragma once
#include "contract.gen.h"
#include "core/who/who.h"
#include "demo/demo.h"

/* Names and telephone numbers that belong to nobody; from the seeded stream. */
Str demo_name(Cx *cx);
Str demo_phone(Cx *cx);                 /* 1990000 and four digits */
const JsonNode *demo_pick(const JsonNode *list);
/* What the root holds, itself included where it is of that kind, in order of the codes. */
typedef struct DemoPlaces {
        StrList counties, townships, communities, grids;
} DemoPlaces;
Rc demo_places(Cx *cx, Str root, DemoPlaces *ret);
int64_t demo_int(const JsonNode *obj, const char *name, int64_t otherwise);

/* A drawn photo: what the scene is ("rubbish", "bicycles", …), before or after, with the caption that camera apps print. */
typedef struct DemoPicture {
        Str sha256, bytes, thumb;
        int64_t width, height;
        bool recording; /* a voice note: bytes alone */
        bool kept;      /* in the database for good: its transaction is over */
} DemoPicture;
typedef struct DemoScene {
        Str icon;       /* the catalogue's icon word */
        bool after;     /* put right */
        Str line1, line2;
        uint64_t seed;
} DemoScene;
Rc demo_picture(Cx *cx, const DemoScene *scene, DemoPicture *ret);
Rc demo_sound(Cx *cx, uint64_t seed, DemoPicture *ret);

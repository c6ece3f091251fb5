/* Files from strangers, read by a process of its own: the server starts its own program anew (posix_spawn of /proc/self/exe, so that nothing of
 * the server's memory, threads or descriptors goes along), hands it the file and the known ground, and gets the report and the redrawing back as one
 * JSON text. Whatever the file does to a library ends there. Why: docs/adr/0018. */
#pragma once
#include "repair/repair.h"

typedef struct RepairAsk {
        Str file;    /* all in one: GeoJSON, KML, GeoPackage, ZIP */
        Str present; /* mesh_pack of the known ground */
        RepairOptions options; /* without present, tag, on_step */
        const CrsKnown *known; /* grid: the key of its grid in the known ground */
        size_t known_n;
} RepairAsk;

enum { REPAIR_TOLD_MAX = 500, REPAIR_ANSWER_MAX = 64 << 20 };

/* {"report":…,"groups":[…],"redraw":[…]}: repair_json with at most REPAIR_TOLD_MAX findings, open ones first; per feature the number of the first one that
 * stands for the same grid; per community what geo/redraw.h writes. REPAIR_DONE when there is an answer, whatever its own stop. */
RepairStop repair_run(Arena *a, const RepairAsk *ask, Str *ret);

/* The other side: standard input to standard output, in a process that does nothing else. Ends the process. */
_Noreturn void repair_child(void);
/* What the child makes of a request; for tests. */
void repair_answer(Arena *a, const RepairAsk *ask, Buf *ret);

/* Bounds of time and memory for a process that reads a file from a stranger; and what its end means. */
void repair_fence(void);
RepairStop repair_status_stop(int status);

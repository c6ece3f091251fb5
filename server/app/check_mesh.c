/* `wangge check mesh FILE --crs …`: what is wrong with a file of grid polygons and what its repair would change. No database, nothing is
 * written. The file may come from anybody: it is read by a process of its own, so that whatever it does to a library ends in a refusal. */
#include "app/serve.h"
#include "base/env.h"
#include "base/json.h"
#include "contract.gen.h"
#include "repair/repair.h"
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DECISIONS_MAX = 4 << 20 };

typedef struct MeshAsked {
        Str file, points, decisions;
        RepairOptions options;
} MeshAsked;

static Rc usage(Cx *cx) {
        return fail(
                cx, P_CONFIG_INVALID,
                "wangge check mesh FILE --crs wgs84|cgcs2000|gcj02|bd09 [--tolerance METRES] [--name FIELD] [--points FILE] [--decisions FILE] [--json]");
}

static Rc read_words(Cx *cx, const Config *config, MeshAsked *ret) {
        MeshAsked in = { .options = { .crs = CRS_COUNT, .tolerance_m = REPAIR_TOLERANCE_M } };

        for (size_t i = 1; i < config->rest.n; i++) {
                Str word = config->rest.v[i], value;

                if (!str_starts(word, S("--"))) {
                        if (in.file.n)
                                return usage(cx);
                        in.file = word;
                        continue;
                }
                if (i + 1 == config->rest.n)
                        return fail(cx, P_CONFIG_INVALID, STR_FMT " needs a value", STR_ARG(word));
                value = config->rest.v[++i];
                if (str_eq_c(word, "--crs")) {
                        if (!crs_read(value, &in.options.crs))
                                return usage(cx);
                } else if (str_eq_c(word, "--tolerance")) {
                        if (!str_num(value, &in.options.tolerance_m) || !(in.options.tolerance_m >= 0) ||
                            in.options.tolerance_m > REPAIR_TOLERANCE_MAX_M)
                                return fail(cx, P_CONFIG_INVALID,
                                            "--tolerance is a number of metres from 0 to %g",
                                            REPAIR_TOLERANCE_MAX_M);
                } else if (str_eq_c(word, "--name")) {
                        in.options.name_field = value;
                } else if (str_eq_c(word, "--points")) {
                        in.points = value;
                } else if (str_eq_c(word, "--decisions")) {
                        in.decisions = value;
                } else {
                        return usage(cx);
                }
        }
        if (!in.file.n || in.options.crs == CRS_COUNT) /* a datum is never guessed */
                return usage(cx);
        return *ret = in, OK;
}

/* What lies beside a Shapefile under the same name. */
static Str beside(Cx *cx, Str path, const char *lower, const char *upper) {
        Str stem = str_sub(path, 0, path.n - 3), bytes;

        if (file_read(cx->arena, str_z(cx->arena, str_fmt(cx->arena, STR_FMT "%s", STR_ARG(stem), lower)),
                      REPAIR_BYTES_MAX, &bytes) ||
            file_read(cx->arena, str_z(cx->arena, str_fmt(cx->arena, STR_FMT "%s", STR_ARG(stem), upper)),
                      REPAIR_BYTES_MAX, &bytes))
                return bytes;
        return STR_NONE;
}

static Rc read_file(Cx *cx, Str path, RepairFile *ret) {
        RepairFile f = { 0 };

        if (!file_read(cx->arena, str_z(cx->arena, path), REPAIR_BYTES_MAX, &f.bytes))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT " (at most %d MiB)", STR_ARG(path),
                            REPAIR_BYTES_MAX >> 20);
        if (str_ends(path, S(".shp")) || str_ends(path, S(".SHP"))) {
                f.shx = beside(cx, path, "shx", "SHX");
                f.dbf = beside(cx, path, "dbf", "DBF");
                f.prj = beside(cx, path, "prj", "PRJ");
                f.cpg = beside(cx, path, "cpg", "CPG");
        }
        return *ret = f, OK;
}

/* [{"remainder": 1, "feature": 2}]: numbers as the report has them; feature 0: nobody; without a remainder the feature is left out. */
static Rc read_decisions(Cx *cx, Str path, RepairOptions *ret) {
        RepairDecision *v;
        JsonNode *list;
        Str text;

        if (!path.n)
                return OK;
        if (!file_read(cx->arena, str_z(cx->arena, path), DECISIONS_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(path));
        TRY(json_parse(cx, text, &list));
        v = TAKE_ARRAY(cx->arena, RepairDecision, list->count + 1);
        for (const JsonNode *n = list->first; n; n = n->next) {
                int64_t face = 0, feature = -1;

                if (list->type != JT_ARR || !json_int(n, "feature", &feature) || feature < 0 || (json_get(n, "remainder") && !json_int(n, "remainder", &face)) ||
                    face < 0 || (!face && !feature))
                        return fail(cx, P_CONFIG_INVALID, STR_FMT " is a list of {\"remainder\": …, \"feature\": …}", STR_ARG(path));
                v[ret->decision_n++] = (RepairDecision){ .face = (size_t)face, .what = !face ? REPAIR_LEFT_OUT : feature ? REPAIR_TO_FEATURE : REPAIR_TO_NOBODY,
                                                         .feature = (size_t)feature };
        }
        ret->decisions = v;
        return OK;
}

static void print(Cx *cx, const Config *config, const RepairReport *r) {
        Buf b = BUF_IN(cx->arena);

        if (config->json)
                repair_json(&b, r);
        else
                repair_text(&b, r);
        fputs(str_z(cx->arena, buf_view(&b)), config->json || r->stop == REPAIR_DONE ? stdout : stderr);
}

static void on_step(int step, int of) { fprintf(stderr, "\r  %d/%d%s", step, of, step == of ? "\n" : ""); }

static int check(Cx *cx, const Config *config, MeshAsked *in) {
        RepairFile file, points;
        RepairReport r;
        int code = 2;

        if (read_decisions(cx, in->decisions, &in->options) != OK || read_file(cx, in->file, &file) != OK ||
            (in->points.n && read_file(cx, in->points, &points) != OK))
                return command_failed(cx, config);
        if (isatty(STDERR_FILENO) && !config->quiet)
                in->options.on_step = on_step;
        repair_import(cx->arena, &file, &in->options, &r);
        if (r.stop == REPAIR_DONE && in->points.n) {
                RepairStop stop = repair_fit_file(cx->arena, &points, &in->options, &r);

                if (stop != REPAIR_DONE) {
                        repair_done(&r);
                        return (void)fail(cx, P_CONFIG_INVALID, STR_FMT ": %s", STR_ARG(in->points),
                                          repair_stop_en(stop)),
                               command_failed(cx, config);
                }
        }
        print(cx, config, &r);
        if (r.stop == REPAIR_DONE)
                code = repair_is_clean(&r) ? 0 : 1;
        repair_done(&r);
        return code;
}

int command_check_mesh(Cx *cx, const Config *config) {
        MeshAsked in;
        RepairReport refused = { .format = "" };
        int status;
        pid_t child;

        if (read_words(cx, config, &in) != OK)
                return command_failed(cx, config);
        child = fork();
        if (child == 0) { /* one thread, and nothing yet to lose: a fork is enough */
                repair_fence();
                return check(cx, config, &in);
        }
        if (child < 0 || waitpid(child, &status, 0) != child)
                return (void)fail(cx, P_CONFIG_INVALID, "no process could be started"),
                       command_failed(cx, config);
        if (WIFEXITED(status))
                return WEXITSTATUS(status);
        refused.stop = repair_status_stop(status);
        refused.crs = in.options.crs;
        print(cx, config, &refused);
        return 2;
}

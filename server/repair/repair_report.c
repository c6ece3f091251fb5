/* The report: JSON with every finding that is listed, and text for people. */
#include "geo/geojson.h"
#include "repair/repair_int.h"
#include <math.h>

bool repair_is_clean(const RepairReport *r) {
        return r->stop == REPAIR_DONE && !r->findings.n && !r->datum_odd &&
               (!r->fit.known || r->fit.best == r->crs);
}

/* ---- JSON ----------------------------------------------------------------------------------------------------------------------- */

/* m² to the tenth of a square centimetre: doubles do not tell more about them. */
static void json_m2(Buf *b, const char *name, double m2) {
        buf_fmt(b, ",\"%s\":", name);
        buf_json_num(b, round(m2 * 1e5) / 1e5);
}

static void json_word(Buf *b, const char *name, const char *word) {
        buf_fmt(b, ",\"%s\":", name);
        buf_json_str(b, str_c(word));
}

/* null or {"index": 0, "name": "…"}: the index is the place among the features of the report. */
static void json_feature(Buf *b, const RepairReport *r, const char *name, size_t feature) {
        buf_fmt(b, ",\"%s\":", name);
        if (!feature) {
                buf_c(b, "null");
                return;
        }
        buf_fmt(b, "{\"index\":%zu,\"name\":", feature - 1);
        buf_json_str(b, r->features.v[feature - 1].name);
        buf_char(b, '}');
}

static void json_finding(Buf *b, const RepairReport *r, const RepairFinding *f) {
        buf_c(b, "{\"kind\":");
        buf_json_str(b, str_c(repair_kind_name(f->kind)));
        json_word(b, "zh", repair_kind_zh(f->kind));
        json_word(b, "en", repair_kind_en(f->kind));
        json_word(b, "done", repair_rule_name(f->rule));
        json_word(b, "done_zh", repair_rule_zh(f->rule));
        json_word(b, "done_en", repair_rule_en(f->rule));
        json_feature(b, r, "feature", f->feature);
        json_feature(b, r, "other", f->other);
        json_feature(b, r, "to", f->to);
        if (f->face)
                buf_fmt(b, ",\"face\":%zu", f->face);
        json_m2(b, "m2", f->m2);
        buf_c(b, ",\"at\":[");
        buf_deg(b, f->at.lon_e7);
        buf_char(b, ',');
        buf_deg(b, f->at.lat_e7);
        buf_c(b, "],\"geometry\":");
        if (f->polygon.n)
                geojson_write(b, &(PolygonList){ (Polygon *)(uintptr_t)&f->polygon, 1, 1 });
        else
                buf_c(b, "null");
        buf_char(b, '}');
}

static void json_features(Buf *b, const RepairReport *r) {
        buf_c(b, ",\"features\":[");
        for (size_t i = 0; i < r->features.n; i++) {
                const RepairFeature *f = &r->features.v[i];

                buf_c(b, i ? ",{\"name\":" : "{\"name\":");
                buf_json_str(b, f->name);
                buf_c(b, ",\"layer\":");
                buf_json_str(b, f->layer);
                buf_c(b, ",\"code\":");
                buf_json_str(b, f->code);
                if (r->features.v[i].community)
                        buf_fmt(b, ",\"community\":%lld", (long long)f->community);
                buf_fmt(b, ",\"fid\":%lld,\"points\":%zu", (long long)f->fid, f->points);
                json_m2(b, "before_m2", f->before_m2);
                json_m2(b, "after_m2", f->after_m2);
                buf_char(b, '}');
        }
        buf_char(b, ']');
}

static void json_moves(Buf *b, const RepairReport *r) {
        buf_c(b, ",\"moves\":[");
        for (size_t i = 0; i < r->moves.n; i++) {
                buf_fmt(b, "%s{\"n\":%zu", i ? "," : "", i + 1);
                json_feature(b, r, "from", r->moves.v[i].from);
                json_feature(b, r, "to", r->moves.v[i].to);
                json_m2(b, "m2", r->moves.v[i].m2);
                buf_char(b, '}');
        }
        buf_char(b, ']');
}

static void json_fit(Buf *b, const RepairReport *r) {
        const CrsFit *f = &r->fit;

        if (!f->known)
                return;
        buf_fmt(b, ",\"label\":{\"points\":%zu,\"likely\":\"%s\",\"wrong\":%s,\"shift_m\":%.1f,\"fits\":{",
                f->known, crs_name(f->best), f->best == r->crs ? "false" : "true", f->shift_m);
        for (int i = 0; i < CRS_COUNT; i++)
                buf_fmt(b, "%s\"%s\":%zu", i ? "," : "", crs_name((Crs)i), f->fits[i]);
        buf_c(b, "}}");
}

void repair_json(Buf *b, const RepairReport *r) {
        bool first = true;

        buf_fmt(b, "{\"ok\":%s,\"stop\":\"%s\"", repair_is_clean(r) ? "true" : "false",
                repair_stop_name(r->stop));
        json_word(b, "zh", repair_stop_zh(r->stop));
        json_word(b, "en", repair_stop_en(r->stop));
        buf_c(b, ",\"detail\":");
        buf_json_str(b, r->detail);
        json_word(b, "format", r->format);
        json_word(b, "crs", crs_name(r->crs));
        buf_fmt(b, ",\"tolerance_m\":%g,\"datum\":", r->tolerance_m);
        buf_json_str(b, r->datum);
        buf_fmt(b,
                ",\"datum_odd\":%s,\"unprojected\":%s,\"skipped\":%zu,\"open\":%zu,\"ignored\":%zu,\"counts\":{",
                r->datum_odd ? "true" : "false", r->unprojected ? "true" : "false", r->skipped, r->open,
                r->ignored);
        for (int i = 0; i < REPAIR_KINDS; i++) {
                if (!r->counts[i])
                        continue;
                buf_fmt(b, "%s\"%s\":%zu", first ? "" : ",", repair_kind_name((RepairKind)i), r->counts[i]);
                first = false;
        }
        buf_c(b, "},\"findings\":[");
        for (size_t i = 0; i < r->findings.n; i++) {
                if (i)
                        buf_char(b, ',');
                json_finding(b, r, &r->findings.v[i]);
        }
        buf_char(b, ']');
        json_features(b, r);
        json_moves(b, r);
        json_fit(b, r);
        if (r->mesh) {
                MeshCounts c = mesh_counts(r->mesh);

                buf_fmt(b, ",\"mesh\":{\"nodes\":%zu,\"edges\":%zu,\"faces\":%zu}", c.nodes, c.edges,
                        c.faces);
        }
        buf_c(b, "}\n");
}

/* ---- for people ------------------------------------------------------------------------------------------------------------------ */

enum { TEXT_FINDINGS = 20 }; /* of each kind; all are in the JSON */

static void text_feature(Buf *b, const RepairReport *r, size_t feature) {
        const RepairFeature *f = feature ? &r->features.v[feature - 1] : NULL;

        if (!f)
                buf_c(b, "—");
        else if (f->name.n)
                buf_fmt(b, "%zu「" STR_FMT "」", feature, STR_ARG(f->name));
        else
                buf_fmt(b, "%zu", feature);
}

static void text_finding(Buf *b, const RepairReport *r, const RepairFinding *f) {
        buf_c(b, "    ");
        text_feature(b, r, f->feature);
        if (f->other) {
                buf_c(b, " / ");
                text_feature(b, r, f->other);
        }
        buf_fmt(b, " @ %.7f, %.7f", (double)f->at.lon_e7 / 1e7, (double)f->at.lat_e7 / 1e7);
        if (f->polygon.n)
                buf_fmt(b, " %.2f m²", f->m2);
        buf_fmt(b, ": %s %s", repair_rule_zh(f->rule), repair_rule_en(f->rule));
        if (f->to) {
                buf_c(b, " → ");
                text_feature(b, r, f->to);
        }
        if (f->face)
                buf_fmt(b, " (#%zu)", f->face);
        buf_char(b, '\n');
}

static void text_kind(Buf *b, const RepairReport *r, RepairKind kind) {
        size_t told = 0;

        if (!r->counts[kind])
                return;
        buf_fmt(b, "  %s %s (%s): %zu\n", repair_kind_zh(kind), repair_kind_name(kind), repair_kind_en(kind),
                r->counts[kind]);
        for (size_t i = 0; i < r->findings.n && told < TEXT_FINDINGS; i++)
                if (r->findings.v[i].kind == kind)
                        text_finding(b, r, &r->findings.v[i]), told++;
        if (r->counts[kind] > told)
                buf_fmt(b, "    另有 %zu 处未列出 and %zu more (--json)\n", r->counts[kind] - told,
                        r->counts[kind] - told);
}

static void text_moves(Buf *b, const RepairReport *r) {
        if (r->moves.n)
                buf_c(b, "面积变动 ground that changed hands:\n");
        for (size_t i = 0; i < r->moves.n && i < TEXT_FINDINGS; i++) {
                buf_c(b, "    ");
                text_feature(b, r, r->moves.v[i].from);
                buf_c(b, " → ");
                text_feature(b, r, r->moves.v[i].to);
                buf_fmt(b, ": %.2f m²\n", r->moves.v[i].m2);
        }
        if (r->moves.n > TEXT_FINDINGS)
                buf_fmt(b, "    另有 %zu 处未列出 and %zu more (--json)\n", r->moves.n - TEXT_FINDINGS,
                        r->moves.n - TEXT_FINDINGS);
}

static void text_warnings(Buf *b, const RepairReport *r) {
        const CrsFit *f = &r->fit;

        if (r->datum_odd)
                buf_fmt(b,
                        "注意：文件标注的基准为 " STR_FMT "，既非 CGCS2000 也非 WGS 84，须先转换坐标\n"
                        "warning: the file names the datum " STR_FMT
                        ", which is neither CGCS2000 nor WGS 84: convert it first\n",
                        STR_ARG(r->datum), STR_ARG(r->datum));
        if (f->known)
                buf_fmt(b, "已知点 known points: %zu, 相符 fit: %zu\n", f->known, f->fits[r->crs]);
        if (f->known && f->best != r->crs)
                buf_fmt(b,
                        "注意：坐标系很可能标错，按 %s 有 %zu 个点相符，整体相差约 %.0f 米\n"
                        "warning: the coordinate system is probably %s, under which %zu points fit; everything is about %.0f m off\n",
                        crs_name(f->best), f->fits[f->best], f->shift_m, crs_name(f->best), f->fits[f->best],
                        f->shift_m);
        if (r->skipped)
                buf_fmt(b, "略过非面要素 features without a polygon: %zu\n", r->skipped);
}

void repair_text(Buf *b, const RepairReport *r) {
        size_t all = 0;

        if (r->stop != REPAIR_DONE) {
                buf_fmt(b, "%s%s" STR_FMT "\n%s%s" STR_FMT "\n", repair_stop_zh(r->stop),
                        r->detail.n ? "：" : "", STR_ARG(r->detail), repair_stop_en(r->stop),
                        r->detail.n ? ": " : "", STR_ARG(r->detail));
                return;
        }
        buf_fmt(b, "%s, %s, 容差 tolerance %g m: 要素 features %zu\n", r->format, crs_name(r->crs),
                r->tolerance_m, r->features.n);
        text_warnings(b, r);
        for (int i = 0; i < REPAIR_KINDS; i++) {
                text_kind(b, r, (RepairKind)i);
                all += r->counts[i];
        }
        text_moves(b, r);
        if (repair_is_clean(r))
                buf_c(b, "网格正确，无缝无重叠 the mesh is clean: no gap, no overlap\n");
        else if (all)
                buf_fmt(b, "问题 findings: %zu, 待人工决定 to be decided: %zu\n", all, r->open);
}

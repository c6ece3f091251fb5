/* `wangge check flows DIR|FILE…`: whole profiles, or single flows beside the forms and flows of their folder. No database. */
#include "app/serve.h"
#include "base/env.h"
#include "contract.gen.h"
#include "core/flow/flow.h"
#include "core/setting/setting.h"
#include <stdio.h>
#include <sys/stat.h>

enum { FILE_MAX = 4 * 1024 * 1024 };

typedef struct FlowsReport {
        StrList flows; /* paths of those that were checked */
        FlowFaults faults;
        size_t dropped; /* faults beyond the ceiling */
} FlowsReport;

static bool is_folder(Cx *cx, Str path) {
        struct stat st;

        return stat(str_z(cx->arena, path), &st) == 0 && S_ISDIR(st.st_mode);
}

static Str folder_of(Str path) {
        for (size_t i = path.n; i > 0; i--)
                if (path.p[i - 1] == '/')
                        return i == 1 ? S("/") : str_sub(path, 0, i - 1);
        return S(".");
}

/* The folder with the shared flows and forms, beside the profile or with what is installed. */
static Str shared_for(Cx *cx, Str dir) {
        Str beside = str_fmt(cx->arena, STR_FMT "/../common", STR_ARG(dir)), share;

        if (is_folder(cx, beside))
                return beside;
        if (setting_share_dir(cx, &share) == OK)
                return str_fmt(cx->arena, STR_FMT "/profiles/common", STR_ARG(share));
        cx->problem = (Problem){ 0 };
        return S("");
}

static Rc check_folder(Cx *cx, Str dir, Str only, FlowsReport *report) {
        FlowFaults faults = { 0 };
        FlowProfile p;

        TRY(flow_profile_read(cx, dir, shared_for(cx, dir), &p));
        if (!p.flows.n)
                return fail(cx, P_CONFIG_INVALID, STR_FMT " has no flows", STR_ARG(dir));
        flow_profile_check(cx, &p, &faults);
        for (size_t i = 0; i < p.flows.n; i++)
                if (!only.n || str_eq(p.flows.v[i].name, only))
                        *list_push(cx->arena, &report->flows) = p.flows.v[i].path;
        for (size_t i = 0; i < faults.n; i++)
                if (!only.n ||
                    str_ends(faults.v[i].file, str_fmt(cx->arena, "flows/" STR_FMT ".json", STR_ARG(only))))
                        *list_push(cx->arena, &report->faults) = faults.v[i];
        report->dropped += faults.more;
        return OK;
}

static Rc check_file(Cx *cx, Str path, FlowsReport *report) {
        Str folder = folder_of(path),
            name = str_sub(path, folder.n == 1 && path.p[0] != '/' ? 0 : folder.n + 1, path.n), text;
        FlowFaults faults = { 0 };
        Flow *flow;

        if ((str_ends(folder, S("/flows")) || str_eq(folder, S("flows"))) && str_ends(name, S(".json")))
                return check_folder(cx, folder_of(folder), str_sub(name, 0, name.n - 5), report);
        if (!file_read(cx->arena, str_z(cx->arena, path), FILE_MAX, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read " STR_FMT, STR_ARG(path));
        flow_examine(cx, text, NULL, &flow, &faults);
        *list_push(cx->arena, &report->flows) = path;
        for (size_t i = 0; i < faults.n; i++) {
                faults.v[i].file = path;
                *list_push(cx->arena, &report->faults) = faults.v[i];
        }
        report->dropped += faults.more;
        return OK;
}

static void print_json(Cx *cx, const FlowsReport *r) {
        Buf b = BUF_IN(cx->arena);

        buf_fmt(&b, "{\"ok\":%s,\"flows\":[", r->faults.n ? "false" : "true");
        for (size_t i = 0; i < r->flows.n; i++) {
                if (i)
                        buf_char(&b, ',');
                buf_json_str(&b, r->flows.v[i]);
        }
        buf_fmt(&b, "],\"more\":%zu,\"faults\":[", r->dropped);
        for (size_t i = 0; i < r->faults.n; i++) {
                const FlowFault *f = &r->faults.v[i];

                buf_c(&b, i ? ",{\"file\":" : "{\"file\":");
                buf_json_str(&b, f->file);
                buf_fmt(&b, ",\"line\":%u,\"pointer\":", f->line);
                buf_json_str(&b, f->pointer);
                buf_c(&b, ",\"zh\":");
                buf_json_str(&b, f->zh);
                buf_c(&b, ",\"en\":");
                buf_json_str(&b, f->en);
                buf_char(&b, '}');
        }
        buf_c(&b, "]}\n");
        fputs(str_z(cx->arena, buf_view(&b)), stdout);
}

static void print_text(const FlowsReport *r) {
        for (size_t i = 0; i < r->faults.n; i++) {
                const FlowFault *f = &r->faults.v[i];

                printf(STR_FMT ":%u " STR_FMT "\n  " STR_FMT "\n  " STR_FMT "\n", STR_ARG(f->file), f->line,
                       STR_ARG(f->pointer), STR_ARG(f->zh), STR_ARG(f->en));
        }
        if (r->dropped)
                printf("另有 %zu 处未列出 and %zu more\n", r->dropped, r->dropped);
        if (r->faults.n)
                printf("流程 flows: %zu, 错误 faults: %zu\n", r->flows.n, r->faults.n + r->dropped);
        for (size_t i = 0; !r->faults.n && i < r->flows.n; i++)
                printf(STR_FMT ": 正确 good\n", STR_ARG(r->flows.v[i]));
}

int command_check_flows(Cx *cx, const Config *config) {
        FlowsReport report = { 0 };

        for (size_t i = 1; i < config->rest.n; i++) {
                Str path = config->rest.v[i];

                while (path.n > 1 && path.p[path.n - 1] == '/')
                        path.n--;
                if ((is_folder(cx, path) ? check_folder(cx, path, STR_NONE, &report)
                                         : check_file(cx, path, &report)) != OK)
                        return command_failed(cx, config);
        }
        if (config->json)
                print_json(cx, &report);
        else
                print_text(&report);
        return report.faults.n ? 1 : 0;
}

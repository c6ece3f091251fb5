/* Faults of a flow file: where, and one sentence in each language. All are collected, up to a ceiling; none stops the reading. */
#include "core/flow/flow_int.h"

enum { SHOWN_MAX = 400 }; /* code points of a sentence or pointer: the file decides how long its words are */

/* RFC 6901. The reader's nodes know no parents: the way is looked for from the root, which only happens for a fault. */
static bool path_to(const JsonNode *in, const JsonNode *wanted, const JsonNode **path, size_t *depth) {
        if (in == wanted)
                return true;
        if (*depth == JSON_DEPTH)
                return false;
        for (const JsonNode *m = in->first; m; m = m->next) {
                path[(*depth)++] = m;
                if (path_to(m, wanted, path, depth))
                        return true;
                (*depth)--;
        }
        return false;
}

static void step_to(Buf *b, const JsonNode *in, const JsonNode *member) {
        int64_t index = 0;

        buf_char(b, '/');
        for (const JsonNode *m = in->first; in->type == JT_ARR && m != member; m = m->next)
                index++;
        if (in->type == JT_ARR)
                buf_int(b, index);
        for (size_t i = 0; in->type == JT_OBJ && i < member->name.n; i++)
                if (member->name.p[i] == '~' || member->name.p[i] == '/')
                        buf_c(b, member->name.p[i] == '~' ? "~0" : "~1");
                else
                        buf_char(b, member->name.p[i]);
}

/* Empty: it is the root, or not in the file. */
static Str pointer_to(FlowReader *r, const JsonNode *wanted) {
        const JsonNode *path[JSON_DEPTH], *in = r->root;
        Buf b = BUF_IN(r->cx->arena);
        size_t depth = 0;

        if (wanted && in && path_to(in, wanted, path, &depth))
                for (size_t i = 0; i < depth; in = path[i++])
                        step_to(&b, in, path[i]);
        return buf_view(&b);
}

static bool known_already(const FlowReader *r, uint32_t line, Str pointer, Str en) {
        for (size_t i = 0; i < r->faults->n; i++) {
                const FlowFault *f = &r->faults->v[i];

                if (f->line == line && str_eq(f->file, r->file) && str_eq(f->pointer, pointer) &&
                    str_eq(f->en, en))
                        return true;
        }
        return false;
}

void flow_fault(FlowReader *r, const JsonNode *at, Str zh, Str en) {
        uint32_t line = at && at->line ? at->line : 1;
        Str pointer;

        if (r->faults->n >= FLOW_FAULTS_MAX) {
                r->faults->more++;
                return;
        }
        pointer = pointer_to(r, at);
        if (!known_already(r, line, pointer, en))
                *list_push(r->cx->arena, r->faults) = (FlowFault){ r->file, line, pointer, zh, en };
}

void flow_fault_told(FlowReader *r) {
        Str en = r->cx->problem.detail, zh = r->cx->problem.detail_zh.n ? r->cx->problem.detail_zh : en,
            after = en, word;
        JsonNode *at = TAKE(r->cx->arena, JsonNode);
        int64_t line = 1;

        for (size_t i = 0; i + 5 < en.n; i++)
                if (str_starts(str_sub(en, i, 5), S("line "))) {
                        size_t digits = 0;

                        after = str_sub(en, i + 5, en.n);
                        while (digits < after.n && after.p[digits] >= '0' && after.p[digits] <= '9')
                                digits++;
                        word = str_sub(after, 0, digits);
                        if (str_int(word, &line))
                                break;
                }
        at->line = line > 0 && line < UINT32_MAX ? (uint32_t)line : 1;
        r->root = NULL;
        flow_fault(r, at, zh, en);
}

Str flow_label(FlowReader *r, Str code, Str name, Lang lang) {
        if (!name.n)
                return code;
        return lang == LANG_ZH ? SAY(r, "“" STR_FMT "”（" STR_FMT "）", STR_ARG(name), STR_ARG(code))
                               : SAY(r, "\"" STR_FMT "\" (" STR_FMT ")", STR_ARG(name), STR_ARG(code));
}

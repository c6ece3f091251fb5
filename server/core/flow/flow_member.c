/* Single members of a flow file: each is read, and complained of when it is not what it must be. What could not be read is left
 * empty and the reading goes on, so that one check shows all that has to be mended. */
#include "core/flow/flow_int.h"

enum { CODE_MAX = 40, TEXT_MAX = 300 };

const char *const flow_kind_words[] = { "event",   "assignment", "campaign", "whistle",
                                        "dispute", "order",      "service",  "grading" };
const char *const flow_holder_words[] = { "none",        "grid-member", "dispatcher", "target", "verifier",
                                          "grid-leader", "township",    "county",     "city",   "units",
                                          "opener",      "reporter",    "outside" };
const char *const flow_who_words[] = { NULL,     "grid-member", "grid-leader", "dispatcher", "inspector",
                                       "holder", "opener",      "reporter",    "system",     "township",
                                       "county", "city",        "lead",        "unit",       "outside" };
const char *const flow_note_words[] = { "none", "optional", "required" };
const char *const flow_clock_words[] = { "none",  "start", "stop",  "resume",
                                         "reset", "pause", "go_on", "extend" };
const char *const flow_unit_words[] = { "workdays", "workhours", "hours", "days" };
const char *const flow_phase_words[] = { NULL, "verify", "handle", "check", "archive", "other" };
const char *const flow_end_words[] = { "done", "merged", "void", "rejected" };
const char *const flow_guard_words[] = { "units-arrived", "units-done", "units-rated", "children-closed",
                                         "no-open-request" };
const char *const flow_unit_mark_words[] = { NULL, "arrived", "done", "rated" };
const char *const flow_mark_words[] = { NULL, "urged", "supervised" };
const char *const flow_once_words[] = { NULL, "case", "unit" };

void flow_only(FlowReader *r, const JsonNode *obj, const char *const *known) {
        if (obj->type != JT_OBJ) {
                flow_fault(r, obj, S("此处应为一个对象 { … }"), S("an object { … } is wanted here"));
                return;
        }
        for (const JsonNode *m = obj->first; m; m = m->next) {
                bool found = false;

                for (const char *const *k = known; *k && !found; k++)
                        found = str_eq_c(m->name, *k);
                if (!found)
                        flow_fault(
                                r, m, SAY(r, "没有“" STR_FMT "”这个项目，请检查拼写", STR_ARG(m->name)),
                                SAY(r, "unknown member '" STR_FMT "': is it misspelt?", STR_ARG(m->name)));
        }
}

static void missing(FlowReader *r, const JsonNode *obj, const char *name) {
        flow_fault(r, obj, SAY(r, "缺少“%s”", name), SAY(r, "'%s' is missing", name));
}

static bool is_code(Str s) {
        if (!s.n || s.n > CODE_MAX || s.p[0] < 'a' || s.p[0] > 'z')
                return false;
        for (size_t i = 1; i < s.n; i++)
                if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
                    s.p[i] != '-' && s.p[i] != '_')
                        return false;
        return true;
}

static Str code_of(FlowReader *r, const JsonNode *m) {
        if (m->type == JT_STR && is_code(m->text))
                return m->text;
        flow_fault(
                r, m, S("代码应以小写字母开头，只含小写字母、数字、“-”和“_”，最长 40 个字符"),
                S("a code begins with a small letter and holds small letters, digits, - and _, at most 40"));
        return STR_NONE;
}

Str flow_code_maybe(FlowReader *r, const JsonNode *obj, const char *name) {
        const JsonNode *m = json_get(obj, name);

        return m ? code_of(r, m) : STR_NONE;
}

Str flow_code_need(FlowReader *r, const JsonNode *obj, const char *name) {
        if (!json_get(obj, name))
                missing(r, obj, name);
        return flow_code_maybe(r, obj, name);
}

/* A Chinese character anywhere: U+3400–U+9FFF, in UTF-8 E3 90 80 – E9 BF BF. */
static bool has_chinese(Str s) {
        for (size_t i = 0; i + 2 < s.n; i++) {
                unsigned char a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];

                if ((a == 0xe3 && b >= 0x90) || (a >= 0xe4 && a <= 0xe9))
                        return true;
        }
        return false;
}

static Str one_text(FlowReader *r, const JsonNode *pair, const char *lang, bool chinese) {
        const JsonNode *m = json_get(pair, lang);
        Str s = json_text(pair, lang);

        if (!m || !str_trim(s).n) {
                flow_fault(r, m ? m : pair, SAY(r, "缺少%s文字“%s”", chinese ? "中文" : "英文", lang),
                           SAY(r, "'%s' is missing: every text is wanted in Chinese and in English", lang));
                return STR_NONE;
        }
        if (str_utf8_len(s) > TEXT_MAX)
                flow_fault(r, m, SAY(r, "文字过长，最多 %d 个字", TEXT_MAX),
                           SAY(r, "the text is too long, at most %d characters", TEXT_MAX));
        if (chinese != has_chinese(s))
                flow_fault(r, m, chinese ? S("“zh”应为中文") : S("“en”应为英文"),
                           chinese ? S("'zh' must be Chinese") : S("'en' must be English"));
        return s;
}

FlowText flow_text(FlowReader *r, const JsonNode *obj, const char *name, bool optional) {
        static const char *const known[] = { "zh", "en", NULL };
        const JsonNode *pair = name ? json_get(obj, name) : obj;
        FlowText t = { 0 };

        if (!pair) {
                if (!optional)
                        missing(r, obj, name);
                return t;
        }
        if (name || pair->type != JT_OBJ)
                flow_only(r, pair, known);
        if (pair->type != JT_OBJ)
                return t;
        t.zh = one_text(r, pair, "zh", true);
        t.en = one_text(r, pair, "en", false);
        return t;
}

static Str known_words(FlowReader *r, const char *const *words, int count) {
        Buf b = BUF_IN(r->cx->arena);

        for (int i = 0; i < count; i++)
                if (words[i])
                        buf_fmt(&b, "%s%s", b.n ? ", " : "", words[i]);
        return buf_view(&b);
}

static int word_index(FlowReader *r, const JsonNode *m, const char *const *words, int count) {
        Str known;

        for (int i = 0; i < count; i++)
                if (words[i] && m->type == JT_STR && str_eq_c(m->text, words[i]))
                        return i;
        known = known_words(r, words, count);
        flow_fault(
                r, m, SAY(r, "不认识“" STR_FMT "”，可用的有：" STR_FMT, STR_ARG(m->text), STR_ARG(known)),
                SAY(r, "unknown word '" STR_FMT "'; known are " STR_FMT, STR_ARG(m->text), STR_ARG(known)));
        return -1;
}

int flow_word(FlowReader *r, const JsonNode *obj, const char *name, const char *const *words, int count,
              int otherwise) {
        const JsonNode *m = json_get(obj, name);
        int i = m ? word_index(r, m, words, count) : otherwise;

        return i < 0 ? otherwise : i;
}

uint32_t flow_word_set(FlowReader *r, const JsonNode *obj, const char *name, const char *const *words,
                       int count) {
        const JsonNode *m = flow_items(r, obj, name, json_get(obj, name) ? 1 : 0, (size_t)count);
        uint32_t set = 0;

        for (; m; m = m->next) {
                int i = word_index(r, m, words, count);

                if (i >= 0 && (set >> i & 1))
                        flow_fault(r, m, SAY(r, "“%s”重复", words[i]),
                                   SAY(r, "'%s' is there twice", words[i]));
                if (i >= 0)
                        set |= 1u << i;
        }
        return set;
}

int flow_number(FlowReader *r, const JsonNode *obj, const char *name, int lo, int hi, int otherwise) {
        int64_t n = 0;

        if (!json_get(obj, name))
                return otherwise;
        if (json_int(obj, name, &n) && n >= lo && n <= hi)
                return (int)n;
        flow_fault(r, json_get(obj, name), SAY(r, "“%s”应为 %d 到 %d 的整数", name, lo, hi),
                   SAY(r, "'%s' must be a whole number from %d to %d", name, lo, hi));
        return otherwise;
}

bool flow_flag(FlowReader *r, const JsonNode *obj, const char *name) {
        const JsonNode *m = json_get(obj, name);

        if (m && m->type != JT_BOOL)
                flow_fault(r, m, SAY(r, "“%s”只能是 true 或 false", name),
                           SAY(r, "'%s' must be true or false", name));
        return m && m->type == JT_BOOL && m->b;
}

const JsonNode *flow_items(FlowReader *r, const JsonNode *obj, const char *name, size_t lo, size_t hi) {
        const JsonNode *m = json_get(obj, name);

        if (!m && !lo)
                return NULL;
        if (m && m->type == JT_ARR && m->count >= lo && m->count <= hi)
                return m->first;
        flow_fault(r, m ? m : obj, SAY(r, "“%s”应为 %zu 到 %zu 项的列表", name, lo, hi),
                   SAY(r, "'%s' must be a list of %zu to %zu", name, lo, hi));
        return NULL;
}

StrList flow_codes(FlowReader *r, const JsonNode *obj, const char *name, size_t lo, size_t hi) {
        const JsonNode *m = flow_items(r, obj, name, lo, hi);
        StrList list = { 0 };

        for (; m; m = m->next) {
                Str code = code_of(r, m);

                for (size_t i = 0; i < list.n; i++)
                        if (code.n && str_eq(list.v[i], code))
                                flow_fault(r, m, SAY(r, "“" STR_FMT "”重复", STR_ARG(code)),
                                           SAY(r, "'" STR_FMT "' is there twice", STR_ARG(code)));
                if (code.n)
                        *list_push(r->cx->arena, &list) = code;
        }
        return list;
}

FlowLimit flow_limit(FlowReader *r, const JsonNode *obj, const char *name) {
        static const char *const known[] = { "amount", "unit", NULL };
        const JsonNode *m = json_get(obj, name);
        FlowLimit l = { 0 };

        if (!m)
                return l;
        flow_only(r, m, known);
        if (m->type != JT_OBJ)
                return l;
        if (!json_get(m, "amount") || !json_get(m, "unit"))
                missing(r, m, json_get(m, "amount") ? "unit" : "amount");
        l.amount = flow_number(r, m, "amount", 1, 1000, 0);
        l.unit = (FlowUnit)flow_word(r, m, "unit", flow_unit_words, FLOW_UNIT_COUNT, FLOW_UNIT_WORKDAYS);
        return l;
}

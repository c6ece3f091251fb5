/* limits.json: office hours, seasons, card rule and the table of limits. Every member is looked at: a misspelt one is an error with
 * line and column, not silence. The format is in README.md. */
#include "contract.gen.h"
#include "core/clock/clock_int.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMITS_MAX = 20000, WORD_MAX_BYTES = 60, CARD_DAYS_MAX = 365, PREFIX_MAX = 63 };

typedef struct Reader {
        Cx *cx;
        Str text;
        const ClockWords *words;
        ClockLimits *limits;
        struct {
                ClockLimit *v;
                size_t n, cap;
        } rows;
} Reader;

/* Columns are told in characters. */
static size_t column_of(Str text, const JsonNode *at) {
        size_t column = 1;
        Str line, rest = text;

        for (uint32_t i = 1; i < at->line; i++)
                if (!str_cut(rest, '\n', &line, &rest))
                        return 1;
        for (size_t i = 0; i + 1 < at->column && i < rest.n; i++)
                column += ((unsigned char)rest.p[i] & 0xc0) != 0x80;
        return column;
}

static Rc fault(Reader *r, const JsonNode *at, const char *zh, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
static Rc fault(Reader *r, const JsonNode *at, const char *zh, const char *fmt, ...) {
        size_t column = column_of(r->text, at);
        char what[300];
        va_list ap;

        va_start(ap, fmt);
        vsnprintf(what, sizeof what, fmt, ap);
        va_end(ap);
        return fail_zh(
                r->cx, P_CONFIG_INVALID,
                str_fmt(r->cx->arena, "时限文件第 %u 行第 %zu 列有误：%s（%s）", at->line, column, zh, what),
                "limits, line %u, column %zu: %s", at->line, column, what);
}

static Rc only_members(Reader *r, const JsonNode *obj, const char *const *known) {
        if (obj->type != JT_OBJ)
                return fault(r, obj, "应为对象", "an object is wanted");
        for (const JsonNode *m = obj->first; m; m = m->next) {
                bool found = false;

                for (const char *const *k = known; *k && !found; k++)
                        found = str_eq_c(m->name, *k);
                if (!found)
                        return fault(r, m, "未知的项目", "unknown member '" STR_FMT "'", STR_ARG(m->name));
        }
        return OK;
}

/* ---- office hours -------------------------------------------- */

static bool two_digits(Str s, size_t at, int max, int *ret) {
        if (at + 2 > s.n || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' || s.p[at + 1] > '9')
                return false;
        *ret = (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
        return *ret <= max;
}

/* "08:00-12:00" */
static bool window_parse(Str s, ClockWindow *ret) {
        int h1, m1, h2, m2;

        if (s.n != 11 || s.p[2] != ':' || s.p[5] != '-' || s.p[8] != ':' || !two_digits(s, 0, 24, &h1) ||
            !two_digits(s, 3, 59, &m1) || !two_digits(s, 6, 24, &h2) || !two_digits(s, 9, 59, &m2))
                return false;
        *ret = (ClockWindow){ (int16_t)(h1 * 60 + m1), (int16_t)(h2 * 60 + m2) };
        return ret->from_min < ret->to_min && ret->to_min <= 24 * 60;
}

static Rc windows_parse(Reader *r, const JsonNode *obj, ClockSeason *ret) {
        const JsonNode *list = json_get(obj, "windows");

        if (!list)
                return fault(r, obj, "缺少 windows", "'windows' is missing");
        if (list->type != JT_ARR || !list->count || list->count > CLOCK_WINDOWS_MAX)
                return fault(r, list, "windows 应为 1 到 6 个时段", "'windows' must be a list of 1 to %d",
                             CLOCK_WINDOWS_MAX);
        for (const JsonNode *m = list->first; m; m = m->next) {
                if (m->type != JT_STR || !window_parse(m->text, &ret->v[ret->n]))
                        return fault(r, m, "时段应写作 08:00-12:00", "a window is written 08:00-12:00");
                if (ret->n && ret->v[ret->n].from_min <= ret->v[ret->n - 1].to_min)
                        return fault(r, m, "时段应按先后排列且不相接",
                                     "windows are in order and apart from each other");
                ret->n++;
        }
        return OK;
}

/* "06-01" of every year, or "2027-06-01". */
static Rc season_day(Reader *r, const JsonNode *obj, const char *name, Date *ret) {
        const JsonNode *m = json_get(obj, name);
        Str s = json_text(obj, name);
        Date d;

        if (!m)
                return fault(r, obj, "缺少日期", "'%s' is missing", name);
        if (s.n == 5 && date_parse(str_fmt(r->cx->arena, "2024-" STR_FMT, STR_ARG(s)), &d))
                d.year = 0;
        else if (!date_parse(s, &d))
                return fault(r, m, "日期应写作 06-01 或 2027-06-01", "a day is written 06-01 or 2027-06-01");
        return *ret = d, OK;
}

static Rc season_parse(Reader *r, const JsonNode *obj) {
        static const char *const known[] = { "name", "from", "to", "windows", NULL };
        static const char *const names[] = { "zh", "en", NULL };
        ClockSeason *s = &r->limits->windows.v[r->limits->windows.n];
        const JsonNode *name;

        TRY(only_members(r, obj, known));
        name = json_get(obj, "name");
        if (!name)
                return fault(r, obj, "缺少 name", "'name' is missing");
        TRY(only_members(r, name, names));
        s->name = json_text(name, "zh");
        s->name_en = json_text(name, "en");
        if (!str_trim(s->name).n || !str_trim(s->name_en).n)
                return fault(r, name, "缺少中文或英文名称", "'zh' and 'en' are wanted");
        TRY(season_day(r, obj, "from", &s->from));
        TRY(season_day(r, obj, "to", &s->to));
        if (!s->from.year != !s->to.year || (s->from.year && day_of_date(s->from) > day_of_date(s->to)))
                return fault(r, json_get(obj, "to"), "起止日期不一致",
                             "'from' and 'to' do not fit each other");
        TRY(windows_parse(r, obj, s));
        r->limits->windows.n++;
        return OK;
}

static Rc hours_parse(Reader *r, const JsonNode *root) {
        ClockWindows *w = &r->limits->windows;
        const JsonNode *seasons = json_get(root, "seasons");

        *w = clock_windows_usual;
        if (json_get(root, "windows")) {
                w->v[0].n = 0;
                TRY(windows_parse(r, root, &w->v[0]));
        }
        if (seasons && (seasons->type != JT_ARR || seasons->count >= CLOCK_SEASONS_MAX))
                return fault(r, seasons, "seasons 过多或格式错误", "'seasons' must be a list of at most %d",
                             CLOCK_SEASONS_MAX - 1);
        for (const JsonNode *m = seasons ? seasons->first : NULL; m; m = m->next)
                TRY(season_parse(r, m));
        return OK;
}

/* ---- cards -------------------------------------------- */

static Rc days_parse(Reader *r, const JsonNode *obj, const char *name, int *ret) {
        const JsonNode *m = json_get(obj, name);
        int64_t n;

        if (!m)
                return *ret = 0, OK;
        if (!json_int(obj, name, &n) || n < 0 || n > CARD_DAYS_MAX)
                return fault(r, m, "应为 0 到 365 的工作日数",
                             "'%s' must be a number of working days from 0 to %d", name, CARD_DAYS_MAX);
        return *ret = (int)n, OK;
}

static Rc rule_parse(Reader *r, const JsonNode *cards, ClockCardRule *rule) {
        static const char *const known[] = { "check", "ordinary", "complex", NULL };
        static const char *const colours[] = { "yellow", "red", NULL };
        const JsonNode *m;

        *rule = (ClockCardRule){ 0 };
        TRY(only_members(r, cards, known));
        TRY(days_parse(r, cards, "check", &rule->check_days));
        if ((m = json_get(cards, "ordinary"))) {
                TRY(only_members(r, m, colours));
                TRY(days_parse(r, m, "yellow", &rule->ordinary_yellow_days));
                TRY(days_parse(r, m, "red", &rule->ordinary_red_days));
        }
        if ((m = json_get(cards, "complex"))) {
                TRY(only_members(r, m, colours));
                TRY(days_parse(r, m, "yellow", &rule->complex_yellow_days));
                TRY(days_parse(r, m, "red", &rule->complex_red_days));
        }
        return OK;
}

static Rc cards_parse(Reader *r, const JsonNode *root) {
        const JsonNode *cards = json_get(root, "cards");

        r->limits->cards = clock_cards_usual;
        return cards ? rule_parse(r, cards, &r->limits->cards) : OK;
}

Rc clock_cards_parse(Cx *cx, Str text, const JsonNode *cards, ClockCardRule *ret) {
        Reader r = { .cx = cx, .text = text };

        return rule_parse(&r, cards, ret);
}

/* ---- the table -------------------------------------------- */

static int by_key(const ClockLimit *a, const ClockLimit *b) {
        int d = str_cmp(a->of.class, b->of.class);

        d = d ? d : str_cmp(a->of.condition, b->of.condition);
        d = d ? d : str_cmp(a->of.level, b->of.level);
        return d ? d : str_cmp(a->phase, b->phase);
}

static int by_key_and_day(const void *a, const void *b) {
        const ClockLimit *x = a, *y = b;
        int d = by_key(x, y);

        return d ? d : (x->from > y->from) - (x->from < y->from);
}

/* A word of the profile; absent: any. */
static Rc word_parse(Reader *r, const JsonNode *obj, const char *name, ClockWord kind, Str in_class,
                     Str *ret) {
        const JsonNode *m = json_get(obj, name);
        bool prefix;

        if (!m)
                return *ret = S(""), OK;
        if (m->type != JT_STR || !m->text.n || m->text.n > WORD_MAX_BYTES)
                return fault(r, m, "应为文字", "'%s' must be a text of 1 to %d bytes", name, WORD_MAX_BYTES);
        prefix = kind == CLOCK_WORD_CLASS && str_ends(m->text, S("*"));
        if (!prefix && r->words && !r->words->known(r->words->arg, kind, in_class, m->text))
                return fault(r, m, "配置中没有这个词", "unknown %s '" STR_FMT "'", name, STR_ARG(m->text));
        return *ret = m->text, OK;
}

static Rc limit_value(Reader *r, const JsonNode *m, ClockDuration *ret) {
        if (m->type != JT_STR || !clock_duration_parse(m->text, ret, NULL))
                return fault(
                        r, m, "时限应写作“4小时”“5天”“2紧急工作时”“1紧急工作日”",
                        "a limit is a number and a unit (workhours, workdays, hours, days), found '" STR_FMT
                        "'",
                        STR_ARG(str_utf8_head(m->text, 30)));
        return OK;
}

static void row_add(Reader *r, ClockLimit row, const JsonNode *at) {
        row.line = at->line;
        *list_push(r->cx->arena, &r->rows) = row;
}

static Rc phases_parse(Reader *r, const JsonNode *phases, ClockLimit row) {
        if (phases->type != JT_OBJ || !phases->count)
                return fault(r, phases, "phases 应为对象", "'phases' must be an object");
        for (const JsonNode *m = phases->first; m; m = m->next) {
                if (!m->name.n || m->name.n > WORD_MAX_BYTES ||
                    (r->words && !r->words->known(r->words->arg, CLOCK_WORD_PHASE, row.of.class, m->name)))
                        return fault(r, m, "未知的环节", "unknown phase '" STR_FMT "'", STR_ARG(m->name));
                row.phase = m->name;
                TRY(limit_value(r, m, &row.limit));
                row_add(r, row, m);
        }
        return OK;
}

static Rc limit_parse(Reader *r, const JsonNode *obj) {
        static const char *const known[] = { "class", "condition", "level", "from",
                                             "limit", "phases",    "basis", NULL };
        const JsonNode *from, *limit, *phases, *basis;
        ClockLimit row = { .phase = S(""), .from = INT32_MIN };
        Date d;

        TRY(only_members(r, obj, known));
        TRY(word_parse(r, obj, "class", CLOCK_WORD_CLASS, S(""), &row.of.class));
        TRY(word_parse(r, obj, "condition", CLOCK_WORD_CONDITION, row.of.class, &row.of.condition));
        TRY(word_parse(r, obj, "level", CLOCK_WORD_LEVEL, row.of.class, &row.of.level));
        if ((from = json_get(obj, "from"))) {
                if (from->type != JT_STR || !date_parse(from->text, &d))
                        return fault(r, from, "日期应写作 2026-01-01", "a day is written 2026-01-01");
                row.from = day_of_date(d);
        }
        if ((basis = json_get(obj, "basis"))) {
                if (basis->type != JT_STR || basis->text.n > 600)
                        return fault(r, basis, "应为文字", "'basis' must be a text");
                row.basis = basis->text;
        }
        limit = json_get(obj, "limit");
        phases = json_get(obj, "phases");
        if (!limit && !phases)
                return fault(r, obj, "缺少 limit 或 phases", "'limit' or 'phases' is missing");
        if (limit) {
                TRY(limit_value(r, limit, &row.limit));
                row_add(r, row, obj);
        }
        return phases ? phases_parse(r, phases, row) : OK;
}

static Rc table_parse(Reader *r, const JsonNode *root) {
        const JsonNode *list = json_get(root, "limits");
        ClockLimits *l = r->limits;

        if (!list || list->type != JT_ARR || !list->count || list->count > LIMITS_MAX)
                return fault(r, list ? list : root, "limits 应为列表", "'limits' must be a list of 1 to %d",
                             LIMITS_MAX);
        for (const JsonNode *m = list->first; m; m = m->next)
                TRY(limit_parse(r, m));
        qsort(r->rows.v, r->rows.n, sizeof *r->rows.v, by_key_and_day);
        for (size_t i = 0; i < r->rows.n; i++) {
                ClockLimit *row = &r->rows.v[i];
                Str class = row->of.class;

                if (i && !by_key_and_day(row, row - 1)) {
                        JsonNode at = { .line = row->line > row[-1].line ? row->line : row[-1].line,
                                        .column = 1 };

                        return fault(r, &at, "重复的时限", "the same limit is there twice");
                }
                if (str_ends(class, S("*")) && class.n - 1 <= PREFIX_MAX)
                        l->prefixes |= (uint64_t)1 << (class.n - 1);
        }
        l->v = r->rows.v;
        l->n = r->rows.n;
        return OK;
}

Rc clock_limits_parse(Cx *cx, Str json, const ClockWords *words, ClockLimits **ret) {
        static const char *const known[] = { "windows", "seasons", "cards", "limits", NULL };
        Reader r = { .cx = cx, .text = json, .words = words, .limits = TAKE(cx->arena, ClockLimits) };
        JsonNode *root;

        TRY(json_parse(cx, json, &root));
        TRY(only_members(&r, root, known));
        TRY(hours_parse(&r, root));
        TRY(cards_parse(&r, root));
        TRY(table_parse(&r, root));
        return *ret = r.limits, OK;
}

/* ---- looking up -------------------------------------------- */

/* The newest row of exactly this key that is in force. */
static const ClockLimit *row_at(const ClockLimits *l, const ClockLimit *key) {
        size_t lo = 0, hi = l->n;

        while (lo < hi) { /* the first row after the key and its day */
                size_t mid = lo + (hi - lo) / 2;

                if (by_key_and_day(&l->v[mid], key) <= 0)
                        lo = mid + 1;
                else
                        hi = mid;
        }
        return lo && !by_key(&l->v[lo - 1], key) ? &l->v[lo - 1] : NULL;
}

static const ClockLimit *row_of_class(const ClockLimits *l, Str class, const ClockSubject *of,
                                      ClockLimit key) {
        for (int way = 0; way < 4; way++) {
                const ClockLimit *found;

                if ((!(way & 2) && !of->condition.n) || (!(way & 1) && !of->level.n))
                        continue; /* nothing exact to look for */
                key.of = (ClockSubject){ class, way & 2 ? S("") : of->condition,
                                         way & 1 ? S("") : of->level };
                found = row_at(l, &key);
                if (found)
                        return found;
        }
        return NULL;
}

const ClockLimit *clock_limit_find(const ClockLimits *limits, const ClockSubject *of, Str phase,
                                   DayNo started) {
        ClockLimit key = { .phase = phase, .from = started };
        const ClockLimit *found = of->class.n ? row_of_class(limits, of->class, of, key) : NULL;
        char prefix[PREFIX_MAX + 1];

        for (size_t n = of->class.n < PREFIX_MAX ? of->class.n : PREFIX_MAX;
             !found && limits->prefixes && n + 1; n--) {
                if (!(limits->prefixes >> n & 1))
                        continue;
                memcpy(prefix, of->class.n ? of->class.p : "", n);
                prefix[n] = '*';
                found = row_of_class(limits, (Str){ prefix, n + 1 }, of, key);
        }
        return found ? found : row_of_class(limits, S(""), of, key);
}

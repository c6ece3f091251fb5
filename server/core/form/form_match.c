/* Matching by sets of states: every place of the text is looked at once, whatever the pattern. A text made to be slow costs no
 * more than any other of its length. */
#include "core/form/form_int.h"

bool regex_set_has(const RegexSet *set, uint32_t point) {
        size_t lo = 0, hi = set->n;

        while (lo < hi) {
                size_t mid = (lo + hi) / 2;

                if (point > set->v[mid].to)
                        lo = mid + 1;
                else if (point < set->v[mid].from)
                        hi = mid;
                else
                        return true;
        }
        return false;
}

uint32_t regex_point(Str s, size_t at, size_t *ret_length) {
        const unsigned char *p = (const unsigned char *)s.p + at;
        size_t n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

        if (n > s.n - at) /* no UTF-8; the readers let none in */
                n = 1;
        *ret_length = n;
        switch (n) {
        case 2: return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
        case 3: return (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
        case 4: return (p[0] & 7u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
        default: return *p;
        }
}

/* States in order of arrival; mark tells at which step a state was last put in. */
typedef struct States {
        uint32_t *v;
        size_t n;
} States;

typedef struct Matcher {
        const Regex *r;
        Arena *arena;
        Str s;
        int64_t *steps;
        struct Scratch {
                States now, next, open;
                uint64_t *mark;
                uint64_t step;
        } * levels[REGEX_NESTED + 1];
} Matcher;

static bool is_word(Str s, size_t at) {
        char c = s.p[at];

        return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool boundary(Str s, size_t at) {
        return (at > 0 && is_word(s, at - 1)) != (at < s.n && is_word(s, at));
}

static bool matches_from(Matcher *m, uint32_t start, size_t at, bool anywhere, int level);

static struct Scratch *scratch(Matcher *m, int level) {
        struct Scratch *x = m->levels[level];

        if (x)
                return x;
        x = m->levels[level] = TAKE(m->arena, struct Scratch);
        x->now.v = TAKE_ARRAY(m->arena, uint32_t, m->r->n);
        x->next.v = TAKE_ARRAY(m->arena, uint32_t, m->r->n);
        x->open.v = TAKE_ARRAY(m->arena, uint32_t, 2 * m->r->n + 2);
        x->mark = TAKE_ARRAY(m->arena, uint64_t, m->r->n);
        return x;
}

/* Where an instruction that eats nothing leads at this place. */
static void lead_on(Matcher *m, struct Scratch *x, uint32_t pc, size_t at, int level) {
        const RegexInstruction *i = &m->r->v[pc];
        bool on = false;
        uint32_t to = pc + 1;

        switch (i->op) {
        case RX_SPLIT: x->open.v[x->open.n++] = i->y; [[fallthrough]];
        case RX_JUMP:
                on = true;
                to = i->x;
                break;
        case RX_BEGIN: on = at == 0; break;
        case RX_END: on = at == m->s.n; break;
        case RX_WORD: on = boundary(m->s, at); break;
        case RX_NOT_WORD: on = !boundary(m->s, at); break;
        case RX_LOOK:
        case RX_NOT_LOOK:
                on = matches_from(m, pc + 1, at, false, level + 1) == (i->op == RX_LOOK);
                to = i->x;
                break;
        case RX_CHAR:
        case RX_SET:
        case RX_MATCH: break;
        }
        if (on)
                x->open.v[x->open.n++] = to;
}

/* Puts a state, and all that are reached from it without eating, into the next set. True when the end is among them. */
static bool arrive(Matcher *m, struct Scratch *x, uint32_t start, size_t at, int level) {
        x->open.n = 0;
        x->open.v[x->open.n++] = start;
        while (x->open.n) {
                uint32_t pc = x->open.v[--x->open.n];

                if (x->mark[pc] == x->step)
                        continue;
                x->mark[pc] = x->step;
                if (--*m->steps < 0)
                        return true;
                if (m->r->v[pc].op == RX_MATCH)
                        return true;
                if (m->r->v[pc].op == RX_CHAR || m->r->v[pc].op == RX_SET)
                        x->next.v[x->next.n++] = pc;
                else
                        lead_on(m, x, pc, at, level);
        }
        return false;
}

static bool matches_from(Matcher *m, uint32_t start, size_t at, bool anywhere, int level) {
        struct Scratch *x = scratch(m, level);
        bool begin = true;

        x->next.n = 0;
        for (;;) {
                States now;
                size_t length;
                uint32_t c;

                if (begin)
                        x->step++;
                if ((begin || anywhere) && arrive(m, x, start, at, level))
                        return true;
                begin = false;
                now = x->next;
                if (at >= m->s.n || (!now.n && !anywhere) || *m->steps < 0)
                        return false;
                c = regex_point(m->s, at, &length);
                at += length;
                x->next = x->now;
                x->next.n = 0;
                x->now = now;
                x->step++;
                for (size_t i = 0; i < now.n; i++) {
                        const RegexInstruction *in = &m->r->v[now.v[i]];

                        if (in->op == RX_CHAR ? in->x != c : !regex_set_has(in->set, c))
                                continue;
                        if (arrive(m, x, now.v[i] + 1, at, level))
                                return true;
                }
                --*m->steps;
        }
}

bool regex_match(const Regex *r, Str text, int64_t *steps) {
        _cleanup_(arena_freep) Arena *own = arena_new(0);
        Matcher m = { .r = r, .arena = own, .s = { text.p ? text.p : "", text.n }, .steps = steps };

        return matches_from(&m, 0, 0, true, 0);
}

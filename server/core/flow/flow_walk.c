/* Walks every way a case can go: from each start, by every action that somebody may take, with every value a form can give to a
 * fact. On the way it notes what a look at single actions cannot see: states never reached, actions never offered, cases that
 * nobody has, dead ends that open only under some facts, clocks that run on past the end.
 *
 * A spot is all that the rules know of a case; there are a few thousand in a real flow; a flow with far more is refused. */
#include "core/flow/flow_int.h"

enum {
        SPOTS_MAX = 1 << 21, /* that can be numbered: one byte each */
        REACHED_MAX = 50000, /* the largest shipped flow reaches some 5,000 */
        TARGET = 1,          /* somebody was named, units were named, a link was given */
        UNITS = 2,
        LINK = 4,
        NAMED = 8,
        OPENER = 1, /* who was there at the beginning */
        REPORTER = 2,
        ORIGINS = 4,
        SEEN = 1,
        ENDS = 2, /* from here a case can end without waiting for anybody outside */
};

typedef struct Spot {
        uint32_t state, facts, requests, tick, origin, named;
} Spot;

typedef enum WalkFault {
        NOBODY_HAS_IT,
        HANDLED_WITHOUT_CLOCK,
        ENDS_WITH_CLOCK,
        STAYS_PAUSED,
        RESUMES_WHAT_RUNS,
        STARTS_WHAT_STANDS,
        GIVEN_WITHOUT_CLOCK,
        NO_EFFECT
} WalkFault;

typedef struct Walk {
        FlowReader *r;
        const Flow *f;
        bool loose; /* forms are not known: facts are left out of account */
        bool vague; /* so more is walked than can happen: only what is wrong all the same is said */
        uint32_t combos;
        uint8_t *marks; /* per spot */
        struct {
                uint32_t *v;
                size_t n, cap;
        } spots;   /* reached ones */
        bool over; /* more than REACHED_MAX */
        uint64_t reached;
        bool used[FLOW_ACTIONS_MAX], clocked[FLOW_ACTIONS_MAX];
        uint32_t branches[FLOW_ACTIONS_MAX];                  /* taken; bit 31: none of them */
        uint32_t fills[FLOW_ACTIONS_MAX + 1][FLOW_FACTS_MAX]; /* the last row: the form of the report */
        struct {
                struct {
                        const void *about; /* a state or an action */
                        WalkFault what;
                } * v;
                size_t n, cap;
        } told;
} Walk;

/* The walk comes by the same fault from many spots: it is put into words once. */
static bool news(Walk *w, const void *about, WalkFault what) {
        for (size_t i = 0; i < w->told.n; i++)
                if (w->told.v[i].about == about && w->told.v[i].what == what)
                        return false;
        *list_push(w->r->cx->arena, &w->told) = (__typeof__(*w->told.v)){ about, what };
        return true;
}

/* ---- spots and numbers ---- */

static uint32_t facts_number(const Walk *w, FlowFacts facts) {
        uint32_t n = 0;

        for (size_t i = w->loose ? 0 : w->f->facts.n; i > 0; i--)
                n = n * (uint32_t)(w->f->facts.v[i - 1].values.n + 1) + facts.v[i - 1];
        return n;
}

static FlowFacts facts_of(const Walk *w, uint32_t n) {
        FlowFacts facts = { 0 };

        for (size_t i = 0; !w->loose && i < w->f->facts.n; i++) {
                uint32_t values = (uint32_t)w->f->facts.v[i].values.n + 1;

                facts.v[i] = (uint8_t)(n % values);
                n /= values;
        }
        return facts;
}

static uint32_t spot_number(const Walk *w, Spot s) {
        uint32_t n = s.state;

        n = n * w->combos + s.facts;
        n = n * (1u << w->f->requests.n) + s.requests / 2;
        n = n * FLOW_TICK_COUNT + s.tick;
        n = n * ORIGINS + s.origin;
        return n * NAMED + s.named;
}

static Spot spot_of(const Walk *w, uint32_t n) {
        Spot s;

        s.named = n % NAMED, n /= NAMED;
        s.origin = n % ORIGINS, n /= ORIGINS;
        s.tick = n % FLOW_TICK_COUNT, n /= FLOW_TICK_COUNT;
        s.requests = n % (1u << w->f->requests.n) * 2, n /= 1u << w->f->requests.n;
        s.facts = n % w->combos;
        s.state = n / w->combos;
        return s;
}

static const FlowState *state_at(const Walk *w, Spot s) { return &w->f->states.v[s.state]; }

static FlowCase case_at(const Walk *w, Spot s) {
        int units = s.named & UNITS ? 1 : 0;

        return (FlowCase){ .state = state_at(w, s),
                           .facts = facts_of(w, s.facts),
                           .requests = s.requests,
                           .reporter = s.origin & REPORTER,
                           .link = s.named & LINK,
                           .target = s.named & TARGET,
                           .units = units,
                           .units_arrived = units,
                           .units_done = units,
                           .units_rated = units };
}

/* "（风险等级：高）", so that a complaint names the facts under which it is true. */
static Str under(const Walk *w, Spot s, Lang lang) {
        Buf b = BUF_IN(w->r->cx->arena);
        FlowFacts facts = facts_of(w, s.facts);

        for (size_t i = 0; !w->loose && i < w->f->facts.n; i++) {
                const FlowFact *f = &w->f->facts.v[i];
                const FlowValue *v = flow_facts_get(w->f, facts, (int)i);

                if (lang == LANG_ZH)
                        buf_fmt(&b, "%s" STR_FMT "：" STR_FMT, b.n ? "，" : "（", STR_ARG(f->name),
                                STR_ARG(v ? v->name : S("未填")));
                else
                        buf_fmt(&b, "%s" STR_FMT ": " STR_FMT, b.n ? ", " : " (", STR_ARG(f->name_en),
                                STR_ARG(v ? v->name_en : S("not known")));
        }
        if (b.n)
                buf_c(&b, lang == LANG_ZH ? "）" : ")");
        return buf_view(&b);
}

/* ---- who is there ---- */

static const uint32_t later_only = 1u << FLOW_WHO_REPORTER | 1u << FLOW_WHO_OUTSIDE;

static uint32_t people(Spot s) {
        uint32_t who = ~0u;

        if (!(s.named & TARGET))
                who &= ~(1u << FLOW_WHO_HOLDER);
        if (!(s.named & UNITS))
                who &= ~(1u << FLOW_WHO_LEAD | 1u << FLOW_WHO_UNIT);
        if (!(s.named & LINK))
                who &= ~(1u << FLOW_WHO_OUTSIDE);
        if (!(s.origin & OPENER))
                who &= ~(1u << FLOW_WHO_OPENER);
        if (!(s.origin & REPORTER))
                who &= ~(1u << FLOW_WHO_REPORTER);
        return who;
}

static bool usable(const Walk *w, const FlowAction *a, Spot s, const FlowCase *c) {
        static const uint32_t of_units =
                1u << FLOW_GUARD_UNITS_ARRIVED | 1u << FLOW_GUARD_UNITS_DONE | 1u << FLOW_GUARD_UNITS_RATED;
        FlowAction asked = *a;

        if (w->loose)
                asked.when.n = 0;
        return (a->who & people(s)) && flow_action_offered(w->f, &asked, c) && !flow_action_missing(a, c) &&
               !((a->guards & of_units) && !c->units);
}

/* Something a case may rely on to get to its end: not once only, not within days only, not by somebody who need not answer. */
static bool dependable(const FlowAction *a, Spot s) {
        return (a->who & people(s) & ~later_only) && !a->once && !a->within_workdays;
}

/* ---- moving ---- */

typedef void Visit(Walk *w, Spot next, void *arg);

static Spot moved(Walk *w, const FlowAction *a, Spot s, const FlowState *next) {
        s.state = (uint32_t)(next - w->f->states.v);
        s.requests = flow_requests_after(w->f, a, s.requests, next);
        s.tick = flow_tick((FlowTick)s.tick, a->clock);
        s.named |= (a->target_department || a->target_member ? TARGET : 0u) | (a->units_max ? UNITS : 0u) |
                   (a->link_days ? LINK : 0u);
        return s;
}

static void outcome(Walk *w, const FlowAction *a, Spot s, FlowFacts facts, Visit *visit, void *arg) {
        const FlowState *now = state_at(w, s);
        size_t i = (size_t)(a - w->f->actions.v);

        facts = flow_facts_after(w->f, a, NULL, facts);
        for (size_t b = 0; b < a->branches.n; b++) {
                if (!w->loose && !flow_when(&a->branches.v[b].when, facts))
                        continue;
                w->branches[i] |= 1u << b;
                s.facts = facts_number(w, facts);
                visit(w, moved(w, a, s, flow_state(w->f, a->branches.v[b].to)), arg);
                if (!w->loose)
                        return;
        }
        w->branches[i] |= 1u << 31;
        s.facts = facts_number(w, facts);
        visit(w, moved(w, a, s, a->to.n ? flow_state(w->f, a->to) : now), arg);
}

/* Every value that the form can give to every fact. */
static void each_outcome(Walk *w, const FlowAction *a, Spot s, FlowFacts facts, size_t fact, Visit *visit,
                         void *arg) {
        uint32_t values = fact < w->f->facts.n ? w->fills[a - w->f->actions.v][fact] : 0;

        while (fact < w->f->facts.n && !values)
                values = ++fact < w->f->facts.n ? w->fills[a - w->f->actions.v][fact] : 0;
        if (w->loose || fact >= w->f->facts.n) {
                outcome(w, a, s, facts, visit, arg);
                return;
        }
        for (uint32_t v = 0; v <= w->f->facts.v[fact].values.n; v++) {
                FlowFacts with = facts;

                if (!(values >> v & 1))
                        continue;
                if (v)
                        with.v[fact] = (uint8_t)v;
                each_outcome(w, a, s, with, fact + 1, visit, arg);
        }
}

static void reach(Walk *w, Spot s, void *arg) {
        uint32_t n = spot_number(w, s);

        (void)arg;
        w->over |= w->spots.n >= REACHED_MAX;
        if ((w->marks[n] & SEEN) || w->over)
                return;
        w->marks[n] |= SEEN;
        w->reached |= (uint64_t)1 << s.state;
        *list_push(w->r->cx->arena, &w->spots) = n;
}

/* ---- where cases come from ---- */

static void begin_facts(Walk *w, Spot s, FlowFacts facts, size_t fact) {
        uint32_t values = fact < w->f->facts.n ? w->fills[FLOW_ACTIONS_MAX][fact] : 0;

        if (w->loose || fact >= w->f->facts.n) {
                s.facts = facts_number(w, facts);
                reach(w, s, NULL);
                return;
        }
        for (uint32_t v = 0; v <= w->f->facts.v[fact].values.n; v++) {
                FlowFacts with = facts;

                if (v ? !(values >> v & 1) : values && !(values & 1))
                        continue;
                with.v[fact] = (uint8_t)v;
                begin_facts(w, s, with, fact + 1);
        }
}

static void begin(Walk *w, Str state, uint32_t origin) {
        const FlowState *s = flow_state(w->f, state);

        begin_facts(w, (Spot){ .state = (uint32_t)(s - w->f->states.v), .origin = origin }, (FlowFacts){ 0 },
                    0);
}

static bool one_of(Str channel, const char *const *list, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (str_eq_c(channel, list[i]))
                        return true;
        return false;
}

static void begin_all(Walk *w) {
        static const char *const residents[] = { "qr", "web", "wechat" }, *const machines[] = { "alarm",
                                                                                                "camera",
                                                                                                "platform" };
        const Flow *f = w->f;

        begin(w, f->start, OPENER);
        if (f->kind == FLOW_KIND_EVENT) {
                begin(w, f->start, OPENER | REPORTER);
                begin(w, f->start, REPORTER);
                begin(w, f->start, 0);
        }
        for (size_t i = 0; i < f->starts.n; i++) {
                Str channel = f->starts.v[i].channel, state = f->starts.v[i].state;

                if (one_of(channel, residents, ARRAY_LEN(residents)))
                        begin(w, state, REPORTER);
                else if (one_of(channel, machines, ARRAY_LEN(machines)))
                        begin(w, state, 0);
                else
                        begin(w, state, str_eq_c(channel, "hotline") ? OPENER | REPORTER : OPENER);
        }
        if (f->spot_action.n)
                begin(w, flow_action(f, f->spot_action)->from.v[0], OPENER);
}

/* ---- what is wrong on the way ---- */

static void note_owner(Walk *w, Spot s) {
        static const uint32_t needs[FLOW_HOLDER_COUNT] = { [FLOW_HOLDER_TARGET] = 1u << FLOW_WHO_HOLDER,
                                                           [FLOW_HOLDER_UNITS] = 1u << FLOW_WHO_UNIT,
                                                           [FLOW_HOLDER_OPENER] = 1u << FLOW_WHO_OPENER,
                                                           [FLOW_HOLDER_REPORTER] = 1u << FLOW_WHO_REPORTER,
                                                           [FLOW_HOLDER_OUTSIDE] = 1u << FLOW_WHO_OUTSIDE };
        const FlowState *st = state_at(w, s);

        if (needs[st->holder] & ~people(s) && news(w, st, NOBODY_HAS_IT))
                flow_fault(w->r, flow_at(w->r->states_at[s.state], "holder"),
                           SAY(w->r, "案件可能在没有“%s”的情况下进入环节" STR_FMT "，届时无人负责",
                               flow_holder_words[st->holder], STATE_ZH(w->r, st)),
                           SAY(w->r,
                               "a case can come to state " STR_FMT " without any '%s': then nobody has it",
                               STATE_EN(w->r, st), flow_holder_words[st->holder]));
        if (!(needs[st->holder] & ~people(s)) &&
            1u << st->holder & (1u << FLOW_HOLDER_TARGET | 1u << FLOW_HOLDER_UNITS) &&
            s.tick != FLOW_TICK_RUNS && s.tick != FLOW_TICK_PAUSED && news(w, st, HANDLED_WITHOUT_CLOCK))
                flow_fault(w->r, w->r->states_at[s.state],
                           SAY(w->r,
                               "案件可能在期限没有计算时由承办单位办理：环节" STR_FMT
                               "（派遣时 start，退回重办时 resume）",
                               STATE_ZH(w->r, st)),
                           SAY(w->r,
                               "a case can be handled in state " STR_FMT
                               " while no clock runs: start it at dispatch, resume "
                               "it when the case comes back",
                               STATE_EN(w->r, st)));
        if (st->final && (s.tick == FLOW_TICK_RUNS || s.tick == FLOW_TICK_PAUSED) &&
            news(w, st, ENDS_WITH_CLOCK))
                flow_fault(w->r, w->r->states_at[s.state],
                           SAY(w->r,
                               "案件可能在期限仍在计算时进入终结环节" STR_FMT
                               "：此前应有操作停止计时（clock: stop）",
                               STATE_ZH(w->r, st)),
                           SAY(w->r,
                               "a case can end in " STR_FMT
                               " while its clock goes on: an action before must stop it",
                               STATE_EN(w->r, st)));
}

static void clock_fault(Walk *w, const FlowAction *a, WalkFault what) {
        static const char *const sentences[][2] = {
                [RESUMES_WHAT_RUNS] = { "期限没有停止过，不能恢复计时（resume）",
                                        "the clock has not been stopped, it cannot resume" },
                [STARTS_WHAT_STANDS] = { "期限已停止，start 不会重新计时：应先 reset 或用 resume",
                                         "the clock stands and start does not move it: reset it before, or resume" },
                [GIVEN_WITHOUT_CLOCK] = { "已派给承办人，但期限没有开始计算（clock: start）",
                                          "somebody is given the case, but no clock runs (clock: start)" },
                [NO_EFFECT] = { "对计时的操作从不起作用：那时期限不在相应的状态",
                                "what it does to the clock never has an effect: the clock is never so that it could" },
        };
        const char *zh = sentences[what][0], *en = sentences[what][1];

        if (!news(w, a, what))
                return;
        flow_fault(w->r, flow_at(w->r->actions_at[a - w->f->actions.v], "clock"),
                   SAY(w->r, "操作" STR_FMT "：%s", ACTION_ZH(w->r, a), zh),
                   SAY(w->r, "action " STR_FMT ": %s", ACTION_EN(w->r, a), en));
}

static bool clock_moves(FlowTick tick, FlowClock clock) {
        return clock == FLOW_CLOCK_EXTEND ? tick == FLOW_TICK_RUNS || tick == FLOW_TICK_PAUSED
                                          : flow_tick(tick, clock) != tick;
}

static void note_clock(Walk *w, const FlowAction *a, Spot s) {
        bool names = a->target_department || a->target_member || a->units_max;

        w->clocked[a - w->f->actions.v] |= clock_moves((FlowTick)s.tick, a->clock);
        if (w->vague)
                return;
        if (a->clock == FLOW_CLOCK_RESUME && s.tick != FLOW_TICK_STOPPED)
                clock_fault(w, a, RESUMES_WHAT_RUNS);
        if (a->clock == FLOW_CLOCK_START && (s.tick == FLOW_TICK_STOPPED || s.tick == FLOW_TICK_PAUSED))
                clock_fault(w, a, STARTS_WHAT_STANDS);
        else if (names && flow_tick((FlowTick)s.tick, a->clock) != FLOW_TICK_RUNS)
                clock_fault(w, a, GIVEN_WITHOUT_CLOCK);
}

/* Whoever has it while the clock is paused, somebody can let it go on. */
static void note_pause(Walk *w, Spot s, const FlowCase *c) {
        const FlowState *st = state_at(w, s);

        if (s.tick != FLOW_TICK_PAUSED || st->final)
                return;
        for (size_t i = 0; i < w->f->actions.n; i++) {
                const FlowAction *a = &w->f->actions.v[i];

                if (a->clock == FLOW_CLOCK_GO_ON && usable(w, a, s, c) && dependable(a, s))
                        return;
        }
        if (!news(w, st, STAYS_PAUSED))
                return;
        flow_fault(w->r, w->r->states_at[s.state],
                   SAY(w->r, "期限暂停后案件可能停在环节" STR_FMT "，但那里无人能恢复计时（clock: go_on）",
                       STATE_ZH(w->r, st)),
                   SAY(w->r,
                       "a case can be in state " STR_FMT
                       " with its clock paused, and nobody there can let it go on",
                       STATE_EN(w->r, st)));
}

static void walk_all(Walk *w) {
        for (size_t i = 0; i < w->spots.n; i++) {
                Spot s = spot_of(w, w->spots.v[i]);
                FlowCase c = case_at(w, s);

                if (!w->vague) {
                        note_owner(w, s);
                        note_pause(w, s, &c);
                }
                for (size_t k = 0; k < w->f->actions.n; k++) {
                        const FlowAction *a = &w->f->actions.v[k];

                        if (!(a->from_set >> s.state & 1) || !usable(w, a, s, &c))
                                continue;
                        w->used[k] = true;
                        note_clock(w, a, s);
                        each_outcome(w, a, s, c.facts, 0, reach, NULL);
                }
        }
}

/* ---- can it end ---- */

typedef struct Way {
        uint32_t state;
        bool moves, ends;
} Way;

static void look(Walk *w, Spot next, void *arg) {
        Way *way = arg;

        way->moves |= next.state != way->state;
        way->ends |= !!(w->marks[spot_number(w, next)] & ENDS);
}

/* For a person who fills a form every answer must lead on: one that does is enough here, for where it leads is looked at too. */
static Way ways_from(Walk *w, Spot s, bool sure) {
        FlowCase c = case_at(w, s);
        Way way = { .state = s.state };

        for (size_t k = 0; k < w->f->actions.n; k++) {
                const FlowAction *a = &w->f->actions.v[k];

                if ((a->from_set >> s.state & 1) && usable(w, a, s, &c) && (!sure || dependable(a, s)))
                        each_outcome(w, a, s, c.facts, 0, look, &way);
        }
        return way;
}

static void mark_ends(Walk *w) {
        bool more = true;

        for (size_t i = 0; i < w->spots.n; i++)
                if (state_at(w, spot_of(w, w->spots.v[i]))->final)
                        w->marks[w->spots.v[i]] |= ENDS;
        while (more) {
                more = false;
                for (size_t i = w->spots.n; i > 0; i--) {
                        uint32_t n = w->spots.v[i - 1];

                        if (!(w->marks[n] & ENDS) && ways_from(w, spot_of(w, n), true).ends) {
                                w->marks[n] |= ENDS;
                                more = true;
                        }
                }
        }
}

static void report_dead_ends(Walk *w) {
        uint64_t ending = 0;

        for (size_t i = 0; w->vague && i < w->spots.n; i++)
                if (w->marks[w->spots.v[i]] & ENDS)
                        ending |= (uint64_t)1 << spot_of(w, w->spots.v[i]).state;
        for (size_t i = 0; i < w->spots.n; i++) {
                Spot s = spot_of(w, w->spots.v[i]);
                const FlowState *st = state_at(w, s);
                Str zh = under(w, s, LANG_ZH), en = under(w, s, LANG_EN);

                if ((w->marks[w->spots.v[i]] & ENDS) || (ending >> s.state & 1))
                        continue;
                if (!ways_from(w, s, false).moves)
                        flow_fault(w->r, w->r->states_at[s.state],
                                   SAY(w->r, "环节" STR_FMT "是死胡同：没有操作能离开它" STR_FMT,
                                       STATE_ZH(w->r, st), STR_ARG(zh)),
                                   SAY(w->r, "state " STR_FMT " is a dead end: no action leaves it" STR_FMT,
                                       STATE_EN(w->r, st), STR_ARG(en)));
                else
                        flow_fault(w->r, w->r->states_at[s.state],
                                   SAY(w->r,
                                       "案件从环节" STR_FMT "可能永远不能结束" STR_FMT
                                       "：应有工作人员或系统随时可用的操作通向终结环节",
                                       STATE_ZH(w->r, st), STR_ARG(zh)),
                                   SAY(w->r,
                                       "from state " STR_FMT " a case can never end" STR_FMT
                                       " unless somebody outside helps: staff or the system need a way on",
                                       STATE_EN(w->r, st), STR_ARG(en)));
        }
}

/* ---- what was never used ---- */

static void report_branches(Walk *w, const FlowAction *a, size_t i) {
        const JsonNode *m = json_get(w->r->actions_at[i], "to_when");

        m = m ? m->first : NULL;
        for (size_t b = 0; b < a->branches.n && m; b++, m = m->next)
                if (!(w->branches[i] >> b & 1))
                        flow_fault(w->r, m,
                                   SAY(w->r, "操作" STR_FMT "的这条去向永远不会用到", ACTION_ZH(w->r, a)),
                                   SAY(w->r, "this way of action " STR_FMT " is never taken",
                                       ACTION_EN(w->r, a)));
}

static void report_unused(Walk *w) {
        const Flow *f = w->f;

        for (size_t i = 0; i < f->states.n; i++)
                if (!(w->reached >> i & 1))
                        flow_fault(w->r, w->r->states_at[i],
                                   SAY(w->r, "案件永远到不了环节" STR_FMT, STATE_ZH(w->r, &f->states.v[i])),
                                   SAY(w->r, "state " STR_FMT " cannot be reached",
                                       STATE_EN(w->r, &f->states.v[i])));
        for (size_t i = 0; i < f->actions.n; i++) {
                const FlowAction *a = &f->actions.v[i];

                if (a->from_set & ~w->reached)
                        continue;
                if (!w->used[i]) {
                        flow_fault(w->r, w->r->actions_at[i],
                                   SAY(w->r, "操作" STR_FMT "永远不会出现：没有案件满足它的条件",
                                       ACTION_ZH(w->r, a)),
                                   SAY(w->r,
                                       "action " STR_FMT " is never offered: no case meets its conditions",
                                       ACTION_EN(w->r, a)));
                        continue;
                }
                report_branches(w, a, i);
                if (a->clock && !w->clocked[i])
                        clock_fault(w, a, NO_EFFECT);
        }
}

/* ---- all of it ---- */

static void too_many(FlowReader *r) {
        flow_fault(r, flow_at(r->root, "facts"), S("情况、取值和申请种类太多，无法逐一核对，请减少"),
                   S("too many facts, values and requests to be checked one by one: use fewer"));
}

static bool tables(Walk *w) {
        FlowReader *r = w->r;
        uint64_t spots;

        w->combos = 1;
        for (size_t i = 0; !w->loose && i < w->f->facts.n; i++) {
                w->combos *= (uint32_t)w->f->facts.v[i].values.n + 1;
                for (size_t k = 0; k < w->f->actions.n; k++)
                        w->fills[k][i] = flow_form_fill(r, w->f->actions.v[k].category ? w->f->open_form : w->f->actions.v[k].form,
                                                        (int)i).values;
                w->fills[FLOW_ACTIONS_MAX][i] = flow_form_fill(r, w->f->open_form, (int)i).values;
        }
        spots = (uint64_t)w->f->states.n * w->combos * (1u << w->f->requests.n) * FLOW_TICK_COUNT * ORIGINS *
                NAMED;
        if (spots > SPOTS_MAX) {
                too_many(r);
                return false;
        }
        w->marks = arena_take(r->cx->arena, (size_t)spots);
        return true;
}

void flow_walk(FlowReader *r) {
        Walk *w = TAKE(r->cx->arena, Walk);

        w->r = r;
        w->f = r->f;
        w->loose = !r->world || !r->world->forms;
        w->vague = w->loose && r->f->facts.n;
        if (!tables(w))
                return;
        begin_all(w);
        walk_all(w);
        if (w->over) {
                too_many(r);
                return;
        }
        if (!r->world || !r->world->report_form.n) /* the form of one category need not lead everywhere */
                report_unused(w);
        mark_ends(w);
        report_dead_ends(w);
}

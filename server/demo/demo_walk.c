/* One case along its way: each step at its time, by whoever takes it there, with the evidence that the flow asks for, as far as the case's
 * fate lets it come. */
#include "base/id.h"
#include "demo/demo_plan.h"

enum { PHOTOS_MAX = 3, TRIES = 400, FIRST_TRIES = 20000, FIRST_TAIL = 48 };

typedef struct Walk {
        Plan *p;
        size_t i;
        const Way *way;
        const Fate *fate;
        const Kind *kind;
        const Site *site;
        DemoCase *c;
        WayPeople who;
        PlanWords words;
        int order;
        bool has_photo;
} Walk;

/* ---- texts ---- */

static bool number_at(Str t, size_t *i, int64_t *ret) {
        size_t k = *i;

        for (*ret = 0; k < t.n && t.p[k] >= '0' && t.p[k] <= '9'; k++)
                *ret = *ret * 10 + (t.p[k] - '0');
        if (k == t.n || t.p[k] != '}')
                return false;
        return *i = k, true;
}

/* What stands for the word that begins at `at`; *ret_end: its closing brace. */
static bool word_at(Cx *cx, Str t, size_t at, const PlanWords *w, Str *ret, size_t *ret_end) {
        static const char letters[] = "pknm";
        const Str words[] = { w->place, w->kind, w->name, w->other };
        int64_t n;

        if (at + 2 >= t.n || t.p[at] != '{')
                return false;
        for (size_t i = 0; t.p[at + 2] == '}' && letters[i]; i++)
                if (t.p[at + 1] == letters[i])
                        return *ret = words[i], *ret_end = at + 2, true;
        if (t.p[at + 2] != '+' || (t.p[at + 1] != 'd' && t.p[at + 1] != 't'))
                return false;
        *ret_end = at + 3;
        if (!number_at(t, ret_end, &n))
                return false;
        *ret = t.p[at + 1] == 'd' ? date_str(cx->arena, date_of_day(day_of_ms(w->at_ms) + (int)n))
                                  : time_rfc3339(cx->arena, (w->at_ms + n * MS_HOUR) / MS_MINUTE * MS_MINUTE);
        return true;
}

Str plan_text(Cx *cx, Str template, const PlanWords *w) {
        Buf b = BUF_IN(cx->arena);
        size_t end;
        Str word;

        for (size_t i = 0; i < template.n; i++) {
                if (word_at(cx, template, i, w, &word, &end)) {
                        buf_str(&b, word);
                        i = end;
                } else {
                        buf_char(&b, template.p[i]);
                }
        }
        return buf_view(&b);
}

/* A text, or one of a list; "@done" is what the category's unit says when it is done. */
static Str text_of(const Walk *k, const JsonNode *n) {
        if (n && n->type == JT_ARR)
                n = demo_pick(n);
        if (n && str_eq(n->text, S("@done")))
                n = demo_pick(k->kind->done);
        return n ? plan_text(k->p->cx, n->text, &k->words) : S("");
}

static Str form_of(const Walk *k, const JsonNode *spec) {
        const JsonNode *form = json_get(spec, "form");
        Buf b = BUF_IN(k->p->cx->arena);

        if (!form)
                return S("");
        json_write(&b, form);
        return plan_text(k->p->cx, buf_view(&b), &k->words);
}

/* ---- one step ---- */

static DemoStep *add_step(Walk *k, int64_t at, Str action, Str actor) {
        DemoStep *s = list_push(k->p->cx->arena, &k->p->demo->steps);

        *s = (DemoStep){ .of = (int)k->i, .order = k->order++, .at_ms = at, .action = action, .actor = actor };
        return s;
}

static void add_photo(DemoStep *s, PhotoKind kind) {
        if (s->photo_count < PHOTOS_MAX)
                s->kinds[s->photo_count++] = kind;
}

static PhotoKind photo_kind(Str word) {
        for (int i = 1; i <= enum_PhotoKind.count; i++)
                if (str_eq_c(word, enum_PhotoKind.words[i]))
                        return (PhotoKind)i;
        return PHOTO_KIND_SCENE;
}

/* The photos and the voice note that the flow asks for; a scene photo that is there shows the state before. */
static void add_evidence(Walk *k, DemoStep *s, const FlowAction *a, bool all) {
        size_t need = (size_t)a->photos;

        for (size_t i = 0; i < a->photo_kinds.n; i++) {
                PhotoKind kind = photo_kind(a->photo_kinds.v[i]);

                if (kind != PHOTO_KIND_BEFORE || all || !k->has_photo)
                        add_photo(s, kind);
                else if (need)
                        need--;
        }
        while (a->photo_kinds.n && s->photo_count < need && s->photo_count < PHOTOS_MAX)
                add_photo(s, photo_kind(a->photo_kinds.v[a->photo_kinds.n - 1]));
        k->has_photo |= s->photo_count > 0;
        s->recording = a->media > 0 && s->photo_count < PHOTOS_MAX;
        if (s->recording)
                add_photo(s, PHOTO_KIND_SCENE);
}

/* By the dice of the way, or as the figures want it; 0: nobody rates. */
static Satisfaction rating(const Walk *k, const WayStep *s) {
        const JsonNode *odds = json_get(s->spec, "rate");
        int64_t dice = (int64_t)rand_below(100);

        if (k->fate->counted && way_by_reporter(s->action))
                return k->fate->rated ? k->fate->satisfaction : 0;
        for (const JsonNode *o = odds ? odds->first : NULL; o; o = o->next) {
                dice -= (int64_t)o->num;
                if (dice >= 0)
                        continue;
                for (int i = 1; i <= enum_Satisfaction.count; i++)
                        if (str_eq_c(o->name, enum_Satisfaction.words[i]))
                                return (Satisfaction)i;
                return 0;
        }
        return 0;
}

static const char *rating_note(Satisfaction s) {
        if (s == SATISFACTION_DISSATISFIED)
                return "等得有点久";
        return s == SATISFACTION_SATISFIED && rand_below(3) == 0 ? "处理很快，谢谢" : "";
}

/* Another department on the same level than the one in charge. */
static Str other_unit(const Walk *k, const StrList *but) {
        const StrList *all = &k->p->units;
        bool beyond = plan_beyond(k->p, k->kind->unit);

        for (int tries = 0; tries < TRIES; tries++) {
                Str unit = all->v[rand_below(all->n)];
                bool known = plan_beyond(k->p, unit) != beyond || str_eq(unit, k->kind->unit);

                for (size_t i = 0; i < but->n; i++)
                        known |= str_eq(unit, but->v[i]);
                if (!known)
                        return unit;
        }
        return k->kind->unit;
}

static void give_to(Walk *k, const WayStep *w, DemoStep *s) {
        Str to = json_text(w->spec, "to");
        int64_t units = demo_int(w->spec, "units", 0);

        if (str_eq(to, S("member"))) {
                s->person = k->who.target = plan_member(k->p, k->site);
        } else if (to.n) {
                s->department = str_eq(to, S("other")) ? other_unit(k, &(StrList){ 0 }) : k->kind->unit;
                k->who.target = plan_department(k->p, s->department);
        }
        if (!units)
                return;
        k->who.units = (StrList){ 0 };
        *list_push(k->p->cx->arena, &k->who.units) = k->kind->unit;
        while ((int64_t)k->who.units.n < units) {
                Str unit = other_unit(k, &k->who.units);

                if (str_eq(unit, k->kind->unit))
                        break;
                *list_push(k->p->cx->arena, &k->who.units) = unit;
        }
        s->units = k->who.units;
}

/* unit empty: not taken for one of several. */
static void take_step(Walk *k, const WayStep *w, int64_t at, Str unit, Satisfaction satisfaction) {
        const FlowAction *a = w->action;
        bool own = unit.n && flow_who(a, FLOW_WHO_UNIT), reporter = way_by_reporter(a);
        Str actor = own ? plan_department(k->p, unit) : reporter ? STR_NONE : way_actor(k->p, w, k->site, &k->who);
        DemoStep *s = add_step(k, at, a->code, actor);

        k->words.at_ms = at;
        s->by_reporter = reporter;
        s->satisfaction = satisfaction;
        s->note = reporter && a->satisfaction ? str_c(rating_note(satisfaction)) : text_of(k, json_get(w->spec, "note"));
        s->form = form_of(k, w->spec);
        s->reason = json_text(w->spec, "reason");
        if (a->reasons.n && !s->reason.n)
                s->reason = a->reasons.v[rand_below(a->reasons.n)].code;
        if (unit.n && !own)
                s->unit = unit;
        s->outside = plan_text(k->p->cx, json_text(w->spec, "outside"), &k->words);
        s->parts = json_bool(w->spec, "parts", false);
        give_to(k, w, s);
        add_evidence(k, s, a, false);
}

/* ---- the report ---- */

static CaseChannel channel_of(WayBy by) {
        static const CaseChannel channels[WAY_BY_COUNT] = { CASE_CHANNEL_MEMBER, CASE_CHANNEL_LEADER, CASE_CHANNEL_CENTRE,
                                                            CASE_CHANNEL_CENTRE, CASE_CHANNEL_CENTRE, CASE_CHANNEL_HOTLINE,
                                                            CASE_CHANNEL_QR,     CASE_CHANNEL_WEB,    CASE_CHANNEL_ORDER };

        return channels[by];
}

static void fill_case(Walk *k, int64_t at) {
        const JsonNode *texts = json_get(k->way->spec, "text");
        Cx *cx = k->p->cx;

        k->words = (PlanWords){ k->site->address, k->kind->name, demo_name(cx), demo_name(cx), at };
        *k->c = (DemoCase){ .number = (int)k->i + 1, .category = k->kind->code, .icon = k->kind->icon, .building = k->site->code,
                            .address = k->site->address, .at = k->site->at, .channel = channel_of(k->way->by),
                            .name = k->words.name, .phone = demo_phone(cx), .part_of = k->fate->part_of };
        if (!str_eq(k->way->flow->code, k->kind->flow))
                k->c->flow = k->way->flow->code;
        k->c->text = text_of(k, texts ? texts : k->kind->report);
        if (!way_public(k->way))
                k->c->form = form_of(k, k->way->spec);
}

static void report(Walk *k, int64_t at) {
        DemoStep *s = add_step(k, at, S(""), way_public(k->way) ? STR_NONE : k->who.opener);

        s->on_the_spot = k->way->spot;
        if (k->way->spot) {
                s->note = text_of(k, k->kind->done);
                add_evidence(k, s, flow_action(k->way->flow, k->way->flow->spot_action), true);
        } else if ((int64_t)rand_below(100) < k->kind->scene) {
                add_photo(s, PHOTO_KIND_SCENE);
                k->has_photo = true;
        }
}

/* ---- how far ---- */

/* The steps that must be taken in any case: parts have to be opened, and what counts as moved has moved. */
static size_t least_steps(const Walk *k) {
        size_t least = 0;

        for (size_t i = 0; i < k->way->n; i++)
                if (json_bool(k->way->steps[i].spec, "parts", false))
                        least = i + 1;
        if (k->fate->counted && k->fate->moved && k->way->moved > least)
                least = k->way->moved;
        return least;
}

/* Open cases stand where they are handled, on the way there, anywhere: in turn. */
static size_t steps_open(Walk *k) {
        size_t least = least_steps(k), most = k->way->disposed - 1, turn = k->p->opens++ % 3;

        if (least >= most || turn == 0)
                return most;
        return turn == 1 ? (least + most) / 2 : least + rand_below(most - least + 1);
}

/* Past the first step that disposes of it, where it is disposed of (a check may have failed) and the archive is still to come. */
static size_t steps_disposed(const Walk *k) {
        const Way *w = k->way;
        size_t most = (w->archived <= w->n ? w->archived : w->n + 1) - 1, n = w->disposed + rand_below(most - w->disposed + 1);

        while (n > w->disposed && !w->steps[n - 1].to->disposed)
                n--;
        return n;
}

static size_t steps_taken(Walk *k) {
        switch (k->fate->goal) {
        case GOAL_CLOSED:
                return k->way->n;
        case GOAL_DISPOSED:
                return steps_disposed(k);
        case GOAL_OPEN:
                return steps_open(k);
        case GOAL_FRESH:
                break;
        }
        return 0;
}

/* Early enough for all its steps. */
static int64_t early_enough(const Walk *k, int64_t at, size_t steps) {
        double hours = 0;
        int64_t latest;

        for (size_t i = 0; i < steps; i++)
                hours += (k->way->steps[i].lo_h + k->way->steps[i].hi_h) * (json_get(k->way->steps[i].spec, "each") ? 1.2 : 0.6);
        latest = k->p->until_ms - (int64_t)(hours * MS_HOUR) - MS_HOUR;
        return at > latest && latest > k->p->from_ms ? plan_later(k->p, latest - MS_HOUR, 0, 2) : at;
}

static Rc walk_parts(Walk *k, int64_t at, int64_t *end) {
        Plan *p = k->p;
        int64_t part_end;

        for (size_t j = 0; j < p->demo->count; j++) {
                if (p->fates[j].part_of != (int)k->i + 1)
                        continue;
                TRY(plan_walk(p, j, at, k->site, &part_end));
                if (part_end > *end)
                        *end = part_end;
        }
        return OK;
}

static Rc walk_steps(Walk *k, size_t steps, int64_t *at) {
        for (size_t i = 0; i < steps; i++) {
                const WayStep *w = &k->way->steps[i];
                size_t units = json_bool(w->spec, "each", false) ? k->who.units.n : 1;

                for (size_t u = 0; u < units; u++) {
                        Satisfaction s = w->action->satisfaction ? rating(k, w) : 0;
                        bool each = json_bool(w->spec, "each", false);

                        if (w->action->satisfaction && !s)
                                continue;
                        *at = plan_later(k->p, *at, w->lo_h, w->hi_h);
                        take_step(k, w, *at, each ? k->who.units.v[u] : S(""), s);
                }
                if (json_bool(w->spec, "parts", false))
                        TRY(walk_parts(k, *at, at));
        }
        return OK;
}

/* Some of the newest unfinished cases are where member1 is, so that whoever signs in as that has work to do. */
static bool is_first_grid(const Plan *p, size_t i) {
        return p->fates[i].goal != GOAL_CLOSED && p->fates[i].goal != GOAL_FRESH && i + FIRST_TAIL >= p->demo->count && i % 4 == 0;
}

/* A building, near the other one when there is one. */
static const Site *site_near(const Plan *p, size_t i, const Site *other) {
        for (int tries = 0; !other && is_first_grid(p, i) && tries < FIRST_TRIES; tries++) {
                const Site *s = &p->sites.v[rand_below(p->sites.n)];

                if (s->grid_index == 0)
                        return s;
        }
        for (int tries = 0; other && tries < TRIES; tries++) {
                const Site *s = &p->sites.v[rand_below(p->sites.n)];

                if (s->community == other->community && s != other)
                        return s;
        }
        return other ? other : &p->sites.v[rand_below(p->sites.n)];
}

Rc plan_walk(Plan *p, size_t i, int64_t at, const Site *near, int64_t *ret_end) {
        Walk k = { .p = p, .i = i, .fate = &p->fates[i], .kind = p->choice[i], .site = site_near(p, i, near), .c = &p->demo->cases[i] };
        size_t steps;

        TRY(way_choose(p, k.fate, k.kind, k.site, &k.way));
        k.who = (WayPeople){ .opener = way_opener(p, k.way, k.site), .member = plan_member(p, k.site) };
        k.who.centre = k.fate->beyond || rand_below(4) == 0 ? S("center") : plan_street(p, k.site);
        if (k.way->by == WAY_BY_MEMBER)
                k.who.member = k.who.opener;
        steps = steps_taken(&k);
        if (!near)
                at = early_enough(&k, at, steps);
        fill_case(&k, at);
        if (!k.fate->part_of)
                report(&k, at);
        TRY(walk_steps(&k, steps, &at));
        return *ret_end = at, OK;
}

/* Judging what has parts: members of objects, items of lists, what no schema has looked at; and comparing values. */
#include "core/form/form_int.h"
#include <stdlib.h>

/* ---- equal values -------------------------------------------- */

uint64_t node_hash(Run *r, const JsonNode *node) {
        uint64_t h = (uint64_t)node->type * UINT64_C(0x9e3779b97f4a7c15);
        Decimal d;

        r->steps--;
        switch (node->type) {
        case JT_NULL: break;
        case JT_BOOL: h += node->b; break;
        case JT_NUM:
                d = decimal_read(node->text);
                h ^= decimal_hash(&d);
                break;
        case JT_STR: h ^= str_hash(node->text); break;
        case JT_ARR:
                for (const JsonNode *m = node->first; m; m = m->next)
                        h = h * 31 + node_hash(r, m);
                break;
        case JT_OBJ: /* whatever the order */
                for (const JsonNode *m = node->first; m; m = m->next)
                        h += (str_hash(m->name) * 31 + node_hash(r, m)) * UINT64_C(0xff51afd7ed558ccd);
                break;
        }
        return h;
}

static const JsonNode *member(Run *r, const JsonNode *obj, Str name) {
        for (const JsonNode *m = obj->first; m; m = m->next) {
                r->steps--;
                if (str_eq(m->name, name))
                        return m;
        }
        return NULL;
}

static bool parts_equal(Run *r, const JsonNode *a, const JsonNode *b) {
        const JsonNode *n = b->first;

        if (a->count != b->count)
                return false;
        for (const JsonNode *m = a->first; m; m = m->next, n = n->next) {
                const JsonNode *other =
                        a->type == JT_ARR || str_eq(m->name, n->name) ? n : member(r, b, m->name);

                if (!other || run_over(r) || !node_equal(r, m, other))
                        return false;
        }
        return true;
}

bool node_equal(Run *r, const JsonNode *a, const JsonNode *b) {
        Decimal x, y;

        r->steps--;
        if (a->type != b->type)
                return false;
        switch (a->type) {
        case JT_NULL: return true;
        case JT_BOOL: return a->b == b->b;
        case JT_NUM:
                x = decimal_read(a->text);
                y = decimal_read(b->text);
                r->steps -= x.n;
                return decimal_cmp(&x, &y) == 0;
        case JT_STR: return str_eq(a->text, b->text);
        case JT_ARR:
        case JT_OBJ: return parts_equal(r, a, b);
        }
        return false;
}

/* ---- members -------------------------------------------- */

static bool run_name(Run *r, const Frame *f, const Spot *member) {
        JsonNode name = { .type = JT_STR, .name = member->node->name, .text = member->node->name };
        Spot at = { f->at, &name, member->index };
        bool ok;

        r->quiet++;
        ok = run_schema(r, f, f->schema->members->names, &at, NULL);
        r->quiet--;
        if (!ok)
                say_unknown(r, f, member);
        return ok;
}

/* One member by properties, patternProperties, additionalProperties. *ret_seen: one of them spoke of it. */
static bool run_member(Run *r, const Frame *f, const Spot *at, bool *ret_seen) {
        const MemberRules *rules = f->schema->members;
        const Schema *named = map_get(&rules->properties, at->node->name);
        bool seen = named != NULL, ok = true;

        if (named)
                ok &= run_schema(r, f, named, at, NULL);
        for (size_t i = 0; i < rules->patterns.n && (ok || !run_brief(r)); i++) {
                const Patterned *p = &rules->patterns.v[i];

                if (!regex_match(p->pattern, at->node->name, &r->steps))
                        continue;
                seen = true;
                ok &= run_schema(r, f, p->schema, at, NULL);
        }
        if (!seen && rules->additional) {
                seen = true;
                if (!rules->additional->never) {
                        ok &= run_schema(r, f, rules->additional, at, NULL);
                } else {
                        say_unknown(r, f, at);
                        ok = false;
                }
        }
        *ret_seen = seen;
        return ok;
}

static bool run_dependents(Run *r, const Frame *f, Seen *seen) {
        const MemberRules *rules = f->schema->members;
        bool ok = true;

        for (size_t i = 0; i < rules->dependents.n && (ok || !run_brief(r)); i++) {
                const Dependent *d = &rules->dependents.v[i];

                if (!member(r, f->at->node, d->name))
                        continue;
                for (size_t k = 0; k < d->needs.n; k++) {
                        if (member(r, f->at->node, d->needs.v[k]))
                                continue;
                        say_missing_with(r, f, d->name, d->needs.v[k]);
                        ok = false;
                }
                if (d->schema)
                        ok &= run_schema(r, f, d->schema, f->at, seen);
        }
        return ok;
}

static bool run_counts(Run *r, const Frame *f) {
        const MemberRules *rules = f->schema->members;
        size_t n = f->at->node->count;

        if (n < rules->min)
                say_with(r, f, "too-few", "{}至少填写 {1} 项", "{}: fill in at least {1}",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->min));
        if (n > rules->max)
                say_with(r, f, "too-many", "{}最多填写 {1} 项", "{}: fill in at most {1}",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->max));
        return n >= rules->min && n <= rules->max;
}

bool run_members(Run *r, const Frame *f, Seen *seen) {
        const MemberRules *rules = f->schema->members;
        Spot at = { f->at, f->at->node->first, 0 };
        bool ok = run_counts(r, f),
             looks = rules->properties.n || rules->patterns.n || rules->additional || rules->names;

        for (size_t i = 0; i < rules->required.n && (ok || !run_brief(r)); i++) {
                if (member(r, f->at->node, rules->required.v[i]))
                        continue;
                say_missing(r, f, rules->required.v[i]);
                ok = false;
        }
        for (; looks && at.node && (ok || !run_brief(r)); at.node = at.node->next, at.index++) {
                bool spoke;

                ok &= run_member(r, f, &at, &spoke);
                if (rules->names)
                        ok &= run_name(r, f, &at);
                if (seen && spoke)
                        seen->v[at.index] = true;
        }
        return run_dependents(r, f, seen) && ok;
}

/* ---- items -------------------------------------------- */

typedef struct Hashed {
        uint64_t hash;
        const JsonNode *node;
} Hashed;

static int hash_order(const void *a, const void *b) {
        uint64_t x = ((const Hashed *)a)->hash, y = ((const Hashed *)b)->hash;

        return (x > y) - (x < y);
}

static bool all_differ(Run *r, const JsonNode *list) {
        Hashed *v = TAKE_ARRAY(r->cx->arena, Hashed, list->count);
        size_t n = 0;

        r->steps -= (int64_t)list->count * 8;
        for (const JsonNode *m = list->first; m; m = m->next)
                v[n++] = (Hashed){ node_hash(r, m), m };
        qsort(v, n, sizeof *v, hash_order);
        for (size_t i = 0; i < n; i++)
                for (size_t k = i + 1; k < n && v[k].hash == v[i].hash; k++)
                        if (run_over(r) || node_equal(r, v[i].node, v[k].node))
                                return false;
        return true;
}

static bool run_contains(Run *r, const Frame *f, Seen *seen) {
        const ItemRules *rules = f->schema->items;
        Spot at = { f->at, f->at->node->first, 0 };
        uint64_t found = 0;

        r->quiet++;
        for (; at.node && !run_over(r); at.node = at.node->next, at.index++) {
                if (!run_schema(r, f, rules->contains, &at, NULL))
                        continue;
                found++;
                if (seen)
                        seen->v[at.index] = true;
        }
        r->quiet--;
        if (found < rules->min_contains)
                say_with(r, f, "contains", "{}中至少要有 {1} 项符合要求",
                         "{} must have at least {1} item(s) of the kind wanted",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->min_contains));
        if (found > rules->max_contains)
                say_with(r, f, "contains", "{}中最多有 {1} 项这样的内容",
                         "{} may have at most {1} item(s) of this kind",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->max_contains));
        return found >= rules->min_contains && found <= rules->max_contains;
}

bool run_items(Run *r, const Frame *f, Seen *seen) {
        const ItemRules *rules = f->schema->items;
        size_t n = f->at->node->count;
        Spot at = { f->at, f->at->node->first, 0 };
        bool ok = n >= rules->min && n <= rules->max;

        if (n < rules->min)
                say_with(r, f, "too-few", "{}至少要有 {1} 项", "{} must have at least {1} item(s)",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->min));
        if (n > rules->max)
                say_with(r, f, "too-many", "{}最多 {1} 项", "{} may have at most {1} item(s)",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)rules->max));
        for (; at.node && (ok || !run_brief(r)); at.node = at.node->next, at.index++) {
                const Schema *s = at.index < rules->prefix.n ? rules->prefix.v[at.index] : rules->items;

                if (!s)
                        break;
                ok &= run_schema(r, f, s, &at, NULL);
                if (seen)
                        seen->v[at.index] = true;
        }
        if (rules->contains && (ok || !run_brief(r)))
                ok &= run_contains(r, f, seen);
        if (rules->unique && (ok || !run_brief(r)) && !all_differ(r, f->at->node)) {
                say(r, f, "repeated", "{}中有重复的内容", "{} has the same item twice");
                ok = false;
        }
        return ok;
}

/* ---- what nobody looked at -------------------------------------------- */

bool run_unevaluated(Run *r, const Frame *f, Seen *seen) {
        const Schema *s = f->schema, *rest = NULL;
        Spot at = { f->at, f->at->node->first, 0 };
        bool ok = true;

        if (f->at->node->type == JT_OBJ && s->members)
                rest = s->members->unevaluated;
        else if (f->at->node->type == JT_ARR && s->items)
                rest = s->items->unevaluated;
        for (; rest && at.node && (ok || !run_brief(r)); at.node = at.node->next, at.index++) {
                if (seen->v[at.index])
                        continue;
                seen->v[at.index] = true;
                if (rest->never && f->at->node->type == JT_OBJ) {
                        say_unknown(r, f, &at);
                        ok = false;
                } else {
                        ok &= run_schema(r, f, rest, &at, NULL);
                }
        }
        return ok;
}

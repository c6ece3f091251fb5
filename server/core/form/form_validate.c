/* Judges an instance by a compiled schema: what holds for one value and the branches ($ref, allOf, if …). Members and items are
 * in form_object.c, the sentences in form_say.c. Work is counted: see Run.steps. */
#include "core/form/form_int.h"
#include <stdlib.h>

/* ---- one value -------------------------------------------- */

static bool type_fits(const Schema *s, const JsonNode *node) {
        Decimal d;

        if (!s->types)
                return true;
        if (!(s->types & 1u << node->type))
                return false;
        if (node->type != JT_NUM || !s->whole)
                return true;
        d = decimal_read(node->text);
        return decimal_whole(&d);
}

static bool run_type(Run *r, const Frame *f) {
        if (type_fits(f->schema, f->at->node))
                return true;
        say_type(r, f);
        return false;
}

static bool run_choice(Run *r, const Frame *f) {
        const Schema *s = f->schema;
        bool ok = true;

        if (s->constant && !node_equal(r, s->constant, f->at->node)) {
                Buf b = BUF_IN(r->cx->arena);

                if (!r->quiet)
                        json_write(&b, s->constant);
                say_with(r, f, "const", "{}必须是 {1}", "{} must be {1}", str_utf8_head(buf_view(&b), 60));
                ok = false;
        }
        if (s->options) {
                const JsonNode *m = s->options->first;

                while (m && !node_equal(r, m, f->at->node))
                        m = m->next;
                if (!m)
                        say(r, f, "choice", "请为{}选择给出的选项之一",
                            "Choose one of the options given for {}");
                ok &= m != NULL;
        }
        return ok;
}

static bool run_number(Run *r, const Frame *f) {
        const NumberRules *n = f->schema->number;
        Decimal d = decimal_read(f->at->node->text);
        bool ok = true;

        r->steps -= d.n;
        if (n->min && decimal_cmp(&d, &n->min_is) < 0) {
                say_with(r, f, "too-small", "{}不能小于 {1}", "{} must be at least {1}", n->min->text);
                ok = false;
        }
        if (n->above && decimal_cmp(&d, &n->above_is) <= 0) {
                say_with(r, f, "too-small", "{}必须大于 {1}", "{} must be more than {1}", n->above->text);
                ok = false;
        }
        if (n->max && decimal_cmp(&d, &n->max_is) > 0) {
                say_with(r, f, "too-large", "{}不能大于 {1}", "{} must be at most {1}", n->max->text);
                ok = false;
        }
        if (n->below && decimal_cmp(&d, &n->below_is) >= 0) {
                say_with(r, f, "too-large", "{}必须小于 {1}", "{} must be less than {1}", n->below->text);
                ok = false;
        }
        if (n->multiple && !decimal_multiple(&d, n->divisor, n->divisor_exponent)) {
                say_with(r, f, "multiple", "{}必须是 {1} 的整数倍", "{} must be a multiple of {1}",
                         n->multiple->text);
                ok = false;
        }
        return ok;
}

static bool run_text(Run *r, const Frame *f) {
        const TextRules *t = f->schema->text;
        Str text = f->at->node->text;
        size_t length = str_utf8_len(text);
        bool ok = true;

        r->steps -= (int64_t)text.n / 16;
        if (length < t->min) {
                if (!length)
                        say(r, f, "required", "请填写{}", "{} is required");
                else
                        say_with(r, f, "too-short", "{}至少 {1} 个字",
                                 "{} must have at least {1} characters",
                                 str_fmt(r->cx->arena, "%llu", (unsigned long long)t->min));
                ok = false;
        }
        if (length > t->max) {
                say_with(r, f, "too-long", "{}最多 {1} 个字", "{} may have at most {1} characters",
                         str_fmt(r->cx->arena, "%llu", (unsigned long long)t->max));
                ok = false;
        }
        if (t->pattern && !regex_match(t->pattern, text, &r->steps)) {
                say(r, f, "pattern", "{}的格式不对", "{} has the wrong form");
                ok = false;
        }
        if (t->format && r->form->formats && !t->format->fits(text)) {
                say_format(r, f);
                ok = false;
        }
        return ok;
}

/* ---- branches -------------------------------------------- */

static bool try_schema(Run *r, const Frame *f, const Schema *s, Seen *seen) {
        bool ok;

        r->quiet++;
        ok = run_schema(r, f, s, f->at, seen);
        r->quiet--;
        return ok;
}

static bool run_any(Run *r, const Frame *f, const Branches *b, Seen *seen) {
        size_t held = 0;

        for (size_t i = 0; i < b->any.n; i++) {
                held += try_schema(r, f, b->any.v[i], seen);
                if (held && !seen)
                        break;
        }
        if (b->any.n && !held)
                say(r, f, "any-of", "{}不符合任何一种允许的填法",
                    "{} is none of the kinds that are allowed");
        return held || !b->any.n;
}

/* When every branch is a `const` it was a choice, and so it is called. */
static bool run_one(Run *r, const Frame *f, const Branches *b, Seen *seen) {
        size_t held = 0;
        bool choice = true;

        for (size_t i = 0; i < b->one.n && held < 2; i++) {
                held += try_schema(r, f, b->one.v[i], seen);
                choice &= b->one.v[i]->constant != NULL;
        }
        if (!b->one.n || held == 1)
                return true;
        if (choice && !held)
                say(r, f, "choice", "请为{}选择给出的选项之一", "Choose one of the options given for {}");
        else if (!held)
                say(r, f, "one-of", "{}不符合任何一种允许的填法",
                    "{} is none of the kinds that are allowed");
        else
                say(r, f, "one-of", "{}同时符合多种填法，只能是其中一种",
                    "{} is of several kinds at once; only one is allowed");
        return false;
}

static const Schema *dynamic_target(Run *r, const Frame *f, const Branches *b) {
        const Schema *to = b->dynamic;

        for (const Frame *g = b->dynamic_anchor.p ? f : NULL; g; g = g->up) {
                const Schema *outer = map_get(&g->schema->resource->dynamic_anchors, b->dynamic_anchor);

                r->steps--;
                if (outer)
                        to = outer;
        }
        return to;
}

bool run_branches(Run *r, const Frame *f, Seen *seen) {
        const Branches *b = f->schema->branches;
        bool ok = true;

        if (b->ref)
                ok &= run_schema(r, f, b->ref, f->at, seen);
        if (b->dynamic && (ok || !run_brief(r)))
                ok &= run_schema(r, f, dynamic_target(r, f, b), f->at, seen);
        for (size_t i = 0; i < b->all.n && (ok || !run_brief(r)); i++)
                ok &= run_schema(r, f, b->all.v[i], f->at, seen);
        if (!ok && run_brief(r))
                return false;
        ok &= run_any(r, f, b, seen);
        ok &= run_one(r, f, b, seen);
        if (b->not &&try_schema(r, f, b->not, NULL)) {
                say(r, f, "not", "{}是不允许的填法", "{} is of a kind that is not allowed");
                ok = false;
        }
        if (b->if_) {
                const Schema *next = try_schema(r, f, b->if_, seen) ? b->then : b->otherwise;

                if (next)
                        ok &= run_schema(r, f, next, f->at, seen);
        }
        return ok;
}

/* ---- one schema -------------------------------------------- */

static bool run_rules(Run *r, const Frame *f, Seen *seen) {
        const Schema *s = f->schema;
        JsonType type = f->at->node->type;
        bool ok = run_type(r, f);

        if ((s->constant || s->options) && (ok || !run_brief(r)))
                ok &= run_choice(r, f);
        if (s->number && type == JT_NUM && (ok || !run_brief(r)))
                ok &= run_number(r, f);
        if (s->text && type == JT_STR && (ok || !run_brief(r)))
                ok &= run_text(r, f);
        if (s->members && type == JT_OBJ && (ok || !run_brief(r)))
                ok &= run_members(r, f, seen);
        if (s->items && type == JT_ARR && (ok || !run_brief(r)))
                ok &= run_items(r, f, seen);
        if (s->branches && (ok || !run_brief(r)))
                ok &= run_branches(r, f, seen);
        /* what nobody looked at is asked only when all else holds: a schema that fails has looked at nothing */
        return ok && run_unevaluated(r, f, seen);
}

bool run_schema(Run *r, const Frame *up, const Schema *s, const Spot *at, Seen *seen) {
        Frame f = { up, s, at, up ? up->depth + 1 : 0 };
        bool asks = (s->members && s->members->unevaluated) || (s->items && s->items->unevaluated), ok;
        Seen own = { 0 };

        if (--r->steps < 0 || f.depth > FORM_DEPTH)
                return r->steps = -1, false;
        if (s->never) {
                say(r, &f, "not-allowed", "这里不能填写{}", "{} may not be filled in here");
                return false;
        }
        if ((seen || asks) && at->node->count) {
                own.n = at->node->count;
                r->steps -= (int64_t)own.n;
                own.v = TAKE_ARRAY(r->cx->arena, bool, own.n);
        }
        ok = run_rules(r, &f, own.n ? &own : NULL);
        for (size_t i = 0; ok && seen && i < own.n; i++)
                seen->v[i] |= own.v[i];
        return ok;
}

Rc form_validate(Cx *cx, const FormSchema *schema, const JsonNode *instance, FieldErrorList *ret) {
        FieldErrorList errors = { 0 };
        Run r = { .cx = cx, .form = schema, .errors = &errors, .steps = FORM_STEPS };
        Spot root = { NULL, instance, 0 };
        bool ok = run_schema(&r, NULL, schema->root, &root, NULL);

        if (run_over(&r))
                *list_push(cx->arena, &errors) =
                        (FieldError){ S(""), "too-complex", S("内容过于复杂，无法核对"),
                                      S("This is too complex to be checked") };
        else if (!ok && !errors.n) /* cannot be: every refusal is said */
                abort();
        *ret = errors;
        return OK;
}

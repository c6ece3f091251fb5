/* Reply templates (回复模板) of a centre, and the words in braces that are filled in for a case. */
#include "desk/desk_store.h"
#include "territory/territory.h"

/* ---- words ---- */

typedef enum Word { WORD_NUMBER, WORD_PLACE, WORD_CATEGORY, WORD_DUE, WORD_HOLDER, WORD_COUNT } Word;

static const struct {
        Str zh, en;
} words[WORD_COUNT] = {
        [WORD_NUMBER] = { { "编号", 6 }, { "number", 6 } },       [WORD_PLACE] = { { "地点", 6 }, { "place", 5 } },
        [WORD_CATEGORY] = { { "类别", 6 }, { "category", 8 } },   [WORD_DUE] = { { "期限", 6 }, { "due", 3 } },
        [WORD_HOLDER] = { { "承办", 6 }, { "holder", 6 } },
};

static bool word_find(Str s, Word *ret) {
        for (int w = 0; w < WORD_COUNT; w++)
                if (str_eq(s, words[w].zh) || str_eq(s, words[w].en))
                        return *ret = (Word)w, true;
        return false;
}

/* "text {word} rest": false when no braces follow. */
static bool next_braces(Str text, Str *ret_before, Str *ret_inside, Str *ret_rest) {
        Str after;

        if (!str_cut(text, '{', ret_before, &after))
                return false;
        return str_cut(after, '}', ret_inside, ret_rest);
}

Rc desk_words_check(Cx *cx, Str pointer, Str text) {
        Str before, inside;
        Word w;

        while (next_braces(text, &before, &inside, &text))
                if (!word_find(inside, &w))
                        return fail_field(cx, pointer, "unknown-placeholder",
                                          str_fmt(cx->arena, "没有占位词 {" STR_FMT "}，可用 {编号} {地点} {类别} {期限} {承办}", STR_ARG(inside)),
                                          str_fmt(cx->arena, "Nothing fills in {" STR_FMT "}; there are {number} {place} {category} {due} {holder}",
                                                  STR_ARG(inside)));
        return OK;
}

/* 11月20日 17:00 */
static Str due_text(Cx *cx, const CaseItem *item) {
        Str stamp;

        if (!item->due.set) /* not yet, or not any more: a row of the queue does not tell */
                return item->ended.n ? desk_lang(cx, S("已停止计时"), S("stopped")) : desk_lang(cx, S("未在计时"), S("not running"));
        stamp = time_rfc3339(cx->arena, item->due.n);
        return str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(str_sub(stamp, 0, 10)), STR_ARG(str_sub(stamp, 11, 5)));
}

static Str word_text(Cx *cx, Word w, const CaseItem *item, const Str *holder) {
        switch (w) {
        case WORD_NUMBER: return item->number;
        case WORD_PLACE: return item->address.n ? item->address : item->place_name;
        case WORD_CATEGORY: return item->category_name;
        case WORD_DUE: return due_text(cx, item);
        case WORD_HOLDER: return holder ? *holder : item->holder->name;
        case WORD_COUNT: break;
        }
        return S("");
}

Str desk_words_fill(Cx *cx, Str text, const CaseItem *item, const Str *holder) {
        Buf b = BUF_IN(cx->arena);
        Str before, inside, rest;
        Word w;

        while (next_braces(text, &before, &inside, &rest)) {
                buf_str(&b, before);
                if (word_find(inside, &w))
                        buf_str(&b, word_text(cx, w, item, holder));
                else
                        buf_fmt(&b, "{" STR_FMT "}", STR_ARG(inside));
                text = rest;
        }
        buf_str(&b, text);
        return buf_view(&b);
}

/* ---- lists ---- */

static void view_of(Cx *cx, const DeskTemplateRow *row, const CaseItem *item, TemplateView *ret) {
        *ret = (TemplateView){ .id = row->id,
                               .name = row->name,
                               .place = row->place,
                               .place_name = territory_name(cx, row->place),
                               .text = row->text,
                               .own = desk_may_keep(cx, row->place),
                               .version = row->version };
        if (item)
                ret->filled = desk_words_fill(cx, row->text, item, NULL);
}

Rc desk_templates_list(Cx *cx, OptInt case_id, TemplateList **ret) {
        TemplateList *v = TAKE(cx->arena, TemplateList);
        DeskReach reach;
        DeskTemplateRowList rows;
        CaseItem *item = NULL;

        desk_reach(cx, &reach);
        if (case_id.set) {
                TRY(case_brief(cx, (CaseId){ case_id.n }, &item));
                TRY(q_desk_templates(cx, S(":"), S(":"), desk_above(cx, item->place), DESK_LISTED, &rows));
        } else
                TRY(q_desk_templates(cx, reach.scope.lo, reach.scope.hi, reach.above, DESK_LISTED, &rows));
        for (size_t i = 0; i < rows.n; i++)
                if (item || desk_reaches(&reach, rows.v[i].place))
                        view_of(cx, &rows.v[i], item, list_push(cx->arena, &v->items));
        for (int w = 0; w < WORD_COUNT; w++)
                *list_push(cx->arena, &v->placeholders) =
                        str_fmt(cx->arena, "{" STR_FMT "}", STR_ARG(desk_lang(cx, words[w].zh, words[w].en)));
        return *ret = v, OK;
}

/* ---- keeping ---- */

static Rc own_template(Cx *cx, int64_t id, DeskTemplateRow **ret) {
        TRY(q_desk_template_get(cx, id, ret));
        if (*ret && desk_may_keep(cx, (*ret)->place))
                return OK;
        return fail(cx, P_NOT_FOUND, "no template %lld of one's own centre", (long long)id);
}

static Rc keep(Cx *cx, const DeskTemplateRow *row, DeskTemplateRow **ret) {
        DeskTemplateRow *there = NULL;
        DeskCount *all;

        if (row->id) {
                TRY(own_template(cx, row->id, &there));
                TRY(q_desk_template_named(cx, row->place, row->name, &there));
                TRY(desk_name_check(cx, row->name, row->id, there ? there->id : 0));
        } else {
                TRY(q_desk_template_count(cx, row->place, &all));
                TRY(desk_room_check(cx, "templates", all->n, DESK_KEPT));
        }
        TRY(store_template_put(cx, row, ret));
        return desk_kept_check(cx, "template", row->id, row->name, *ret);
}

Rc desk_template_save(Cx *cx, int64_t id, const TemplateSave *in, TemplateView **ret) {
        TemplateView *v = TAKE(cx->arena, TemplateView);
        DeskTemplateRow row = { .id = id,
                                .place = in->place,
                                .name = str_trim(in->name),
                                .text = str_trim(in->text),
                                .by_account = actor_account(cx).n,
                                .version = in->version.n };
        DeskTemplateRow *kept;

        TRY(desk_place_check(cx, row.place));
        if (!row.name.n || !row.text.n)
                return fail_field(cx, row.name.n ? S("/text") : S("/name"), "required", S("请填写名称和内容"),
                                  S("A name and a text are needed"));
        TRY(desk_words_check(cx, S("/text"), row.text));
        TRY(keep(cx, &row, &kept));
        view_of(cx, kept, NULL, v);
        return *ret = v, OK;
}

Rc desk_template_give_up(Cx *cx, int64_t id) {
        DeskTemplateRow *row;

        TRY(own_template(cx, id, &row));
        return store_template_drop(cx, id);
}

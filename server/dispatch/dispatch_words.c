/* A rule in words, in the language of who reads. */
#include "dispatch/dispatch_int.h"

static Str say(const Cx *cx, Str zh, Str en) { return cx->lang == LANG_EN ? en : zh; }

Str weekday_name(const Cx *cx, int weekday) {
        static const struct {
                const char *zh, *en;
        } names[] = { { "周一", "Monday" },  { "周二", "Tuesday" },  { "周三", "Wednesday" }, { "周四", "Thursday" },
                      { "周五", "Friday" },  { "周六", "Saturday" }, { "周日", "Sunday" } };

        return say(cx, str_c(names[weekday - 1].zh), str_c(names[weekday - 1].en));
}

Str date_of_dayno(Cx *cx, int64_t day) { return date_str(cx->arena, date_of_day((DayNo)day)); }

static void hours(Cx *cx, Buf *b, const Rule *r) {
        int64_t from = r->from_minute.set ? r->from_minute.n : 0;
        int64_t to = r->to_minute.set ? r->to_minute.n : MINUTES_A_DAY;

        if (!r->from_minute.set && !r->to_minute.set)
                return;
        if (b->n)
                buf_char(b, ' ');
        buf_fmt(b, "%02d:%02d–", (int)(from / 60), (int)(from % 60));
        if (from > to)
                buf_str(b, say(cx, S("次日"), S("next day ")));
        buf_fmt(b, "%02d:%02d", (int)(to / 60), (int)(to % 60));
}

Str rule_when(Cx *cx, const Rule *r) {
        Buf b = BUF_IN(cx->arena);

        switch (r->days) {
        case DISPATCH_DAYS_ANY: break;
        case DISPATCH_DAYS_WORKING: buf_str(&b, say(cx, S("工作日"), S("Working days"))); break;
        case DISPATCH_DAYS_OFF: buf_str(&b, say(cx, S("休息日"), S("Days off"))); break;
        case DISPATCH_DAYS_LISTED:
                for (int d = 1; d <= 7; d++)
                        if (r->weekdays >> (d - 1) & 1) {
                                if (b.n)
                                        buf_str(&b, say(cx, S("、"), S(", ")));
                                buf_str(&b, weekday_name(cx, d));
                        }
                break;
        }
        hours(cx, &b, r);
        return b.n ? buf_view(&b) : say(cx, S("任何时间"), S("At any time"));
}

Str rule_category(Cx *cx, const Rule *r) {
        Str title;

        if (!r->category.n)
                return say(cx, S("任何类别"), S("Any category"));
        title = case_kind_title(cx, r->category);
        return title.n ? title : r->category;
}

Str rule_title(Cx *cx, const Rule *r, Str target) {
        Str place = r->place.n ? territory_name(cx, r->place) : say(cx, S("全部地区"), S("Everywhere"));

        return str_fmt(cx->arena, STR_FMT " · " STR_FMT " · " STR_FMT " → " STR_FMT, STR_ARG(rule_category(cx, r)),
                       STR_ARG(place), STR_ARG(rule_when(cx, r)), STR_ARG(target));
}

static bool in_force(const Cx *cx, const Rule *r) {
        DayNo today = day_of_ms(now_ms(cx));

        return (!r->active_from.set || today >= r->active_from.n) && (!r->active_to.set || today <= r->active_to.n);
}

Rc rule_view(Cx *cx, const Rule *r, DispatchRuleView *ret) {
        bool there, reach;
        Worker worker;
        Str target;

        TRY(rule_target(cx, r, &target, &there, &reach, &worker));
        *ret = (DispatchRuleView){ .id = r->id,
                                   .centre = r->centre,
                                   .centre_name = territory_name(cx, r->centre),
                                   .position = r->position,
                                   .category = r->category,
                                   .category_name = rule_category(cx, r),
                                   .category_gone = r->category.n && !case_kind_title(cx, r->category).n,
                                   .place = r->place,
                                   .place_name = r->place.n ? territory_name(cx, r->place) : STR_NONE,
                                   .days = r->days,
                                   .from_minute = r->from_minute,
                                   .to_minute = r->to_minute,
                                   .when = rule_when(cx, r),
                                   .department = r->department,
                                   .account = r->account,
                                   .target_name = target,
                                   .target_gone = !there,
                                   .active = in_force(cx, r),
                                   .note = r->note,
                                   .version = r->version,
                                   .changed = r->changed_ms };
        for (int d = 1; d <= 7; d++)
                if (r->weekdays >> (d - 1) & 1)
                        *list_push(cx->arena, &ret->weekdays) = d;
        if (r->active_from.set)
                ret->active_from = date_of_dayno(cx, r->active_from.n);
        if (r->active_to.set)
                ret->active_to = date_of_dayno(cx, r->active_to.n);
        return OK;
}

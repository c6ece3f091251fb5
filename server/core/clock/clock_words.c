/* Durations as words and back, and from one unit to another. */
#include "core/clock/clock_int.h"

enum { FRACTION_DIGITS = 2 };

/* Longer words before those they begin with. */
static const struct {
        const char *word;
        ClockUnit unit;
} unit_words[] = {
        { "紧急工作日", CLOCK_DAYS },
        { "紧急工作时", CLOCK_HOURS },
        { "个工作日", CLOCK_WORK_DAYS },
        { "个工作时", CLOCK_WORK_HOURS },
        { "个工作小时", CLOCK_WORK_HOURS },
        { "工作小时", CLOCK_WORK_HOURS },
        { "工作日", CLOCK_WORK_DAYS },
        { "工作时", CLOCK_WORK_HOURS },
        { "小时", CLOCK_WORK_HOURS },
        { "天", CLOCK_WORK_DAYS },
        { "workdays", CLOCK_WORK_DAYS },
        { "workday", CLOCK_WORK_DAYS },
        { "workhours", CLOCK_WORK_HOURS },
        { "workhour", CLOCK_WORK_HOURS },
        { "hours", CLOCK_HOURS },
        { "hour", CLOCK_HOURS },
        { "days", CLOCK_DAYS },
        { "day", CLOCK_DAYS },
};

/* "12", "0.25": in hundredths. */
static bool amount_parse(Str *text, int64_t *ret_hundredths) {
        int64_t n = 0;
        size_t i = 0, digits = 0;
        int after = -1; /* digits after the point; -1: no point yet */

        for (; i < text->n; i++) {
                char c = text->p[i];

                if (c == '.' && digits && after < 0)
                        after = 0;
                else if (c >= '0' && c <= '9' && n < INT32_MAX)
                        n = n * 10 + (c - '0'), digits++, after += after >= 0;
                else
                        break;
        }
        if (!digits || after == 0 || after > FRACTION_DIGITS)
                return false;
        for (int k = after < 0 ? 0 : after; k < FRACTION_DIGITS; k++)
                n *= 10;
        *text = str_trim(str_sub(*text, i, text->n - i));
        return *ret_hundredths = n, true;
}

bool clock_duration_parse(Str text, ClockDuration *ret, Str *ret_rest) {
        int64_t hundredths;
        ClockDuration d = { 0 };

        text = str_trim(text);
        if (!amount_parse(&text, &hundredths))
                return false;
        for (size_t i = 0; i < ARRAY_LEN(unit_words) && !d.unit; i++)
                if (str_starts(text, str_c(unit_words[i].word))) {
                        d.unit = unit_words[i].unit;
                        text = str_trim(str_sub(text, strlen(unit_words[i].word), text.n));
                }
        if (!d.unit || (text.n && !ret_rest))
                return false;
        if (d.unit == CLOCK_WORK_HOURS || d.unit == CLOCK_HOURS) {
                if (hundredths * 60 % 100 || hundredths > CLOCK_HOURS_MAX * 100)
                        return false;
                d.amount = hundredths * 60 / 100;
        } else {
                if (hundredths % 100 || hundredths > CLOCK_DAYS_MAX * 100)
                        return false;
                d.amount = hundredths / 100;
        }
        if (!d.amount)
                return false;
        if (ret_rest)
                *ret_rest = text;
        return *ret = d, true;
}

Str clock_duration_text(Cx *cx, ClockDuration d) {
        static const char *const zh[] = { "", "个工作时", "个工作日", "小时（连续计时）", "天（连续计时）" };
        static const char *const en[] = { "", "working hour", "working day", "hour without a break",
                                          "day without a break" };
        static const char *const en_many[] = { "", "working hours", "working days", "hours without a break",
                                               "days without a break" };
        bool hours = d.unit == CLOCK_WORK_HOURS || d.unit == CLOCK_HOURS, one;
        Buf b = BUF_IN(cx->arena);

        if (!d.amount)
                return cx->lang == LANG_EN ? S("no limit") : S("不限时");
        buf_int(&b, hours ? d.amount / 60 : d.amount);
        if (hours && d.amount % 60) {
                int64_t hundredths = (d.amount % 60 * 100 + 30) / 60;

                buf_fmt(&b, hundredths % 10 ? ".%02d" : ".%d",
                        (int)(hundredths % 10 ? hundredths : hundredths / 10));
        }
        one = d.amount == (hours ? 60 : 1);
        buf_char(&b, ' ');
        buf_c(&b, cx->lang != LANG_EN ? zh[d.unit] : one ? en[d.unit] : en_many[d.unit]);
        return buf_view(&b);
}

int64_t clock_duration_in(const ClockWindows *windows, ClockDuration d, ClockUnit unit) {
        bool from_hours = d.unit == CLOCK_WORK_HOURS || d.unit == CLOCK_HOURS,
             to_hours = unit == CLOCK_WORK_HOURS || unit == CLOCK_HOURS;
        int64_t day = 0;

        if (from_hours == to_hours || !unit || !d.unit)
                return d.amount;
        for (size_t i = 0; i < windows->v[0].n; i++)
                day += windows->v[0].v[i].to_min - windows->v[0].v[i].from_min;
        if ((from_hours ? d.unit : unit) == CLOCK_HOURS || !day)
                day = MS_DAY / MS_MINUTE;
        return from_hours ? (d.amount + day - 1) / day : d.amount * day;
}

int64_t clock_duration_measure(ClockDuration d) {
        switch (d.unit) {
        case CLOCK_UNIT_NONE:
        case CLOCK_UNIT_COUNT: break;
        case CLOCK_WORK_HOURS:
        case CLOCK_HOURS: return d.amount * MS_MINUTE;
        case CLOCK_WORK_DAYS: return d.amount;
        case CLOCK_DAYS: return d.amount * MS_DAY;
        }
        return 0;
}

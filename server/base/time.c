/* Clock and civil dates. Day numbers by Howard Hinnant's algorithms (chrono-compatible low-level date algorithms). */
#include "base/time.h"
#include "base/env.h"
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static struct {
        _Atomic int64_t shift_ms;
        atomic_bool read;
} clock_state;

int64_t time_now_ms(void) {
        struct timespec ts;

        if (!atomic_load_explicit(&clock_state.read, memory_order_acquire)) {
                atomic_fetch_add(&clock_state.shift_ms, env_int("WANGGE_TEST_CLOCK_SHIFT_MS", 0));
                if (atomic_exchange(&clock_state.read, true))
                        atomic_fetch_sub(&clock_state.shift_ms, env_int("WANGGE_TEST_CLOCK_SHIFT_MS", 0));
        }
        clock_gettime(CLOCK_REALTIME, &ts);
        return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + atomic_load(&clock_state.shift_ms);
}

int64_t time_mono_us(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void time_test_shift(int64_t by_ms) { atomic_fetch_add(&clock_state.shift_ms, by_ms); }

DayNo day_of_date(Date d) {
        int y = d.year - (d.month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
        int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

        return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

Date date_of_day(DayNo n) {
        int z = n + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
        int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        int mp = (5 * doy + 2) / 153, month = mp + (mp < 10 ? 3 : -9);

        return (Date){ (int16_t)(yoe + era * 400 + (month <= 2)), (int8_t)month, (int8_t)(doy - (153 * mp + 2) / 5 + 1) };
}

bool date_valid(Date d) {
        static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;

        if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1)
                return false;
        return d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

static bool fixed_int(Str s, size_t at, size_t len, int *ret) {
        int v = 0;

        if (at + len > s.n)
                return false;
        for (size_t i = at; i < at + len; i++) {
                if (s.p[i] < '0' || s.p[i] > '9')
                        return false;
                v = v * 10 + (s.p[i] - '0');
        }
        *ret = v;
        return true;
}

bool date_parse(Str s, Date *ret) {
        int y, m, d;
        Date date;

        if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !fixed_int(s, 0, 4, &y) || !fixed_int(s, 5, 2, &m) ||
            !fixed_int(s, 8, 2, &d))
                return false;
        date = (Date){ (int16_t)y, (int8_t)m, (int8_t)d };
        if (!date_valid(date))
                return false;
        *ret = date;
        return true;
}

int day_weekday(DayNo n) {
        int w = (int)((n + 3) % 7); /* 1970-01-01 was a Thursday */

        return (w < 0 ? w + 7 : w) + 1;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

DayNo day_of_ms(int64_t ms) { return (DayNo)floor_div(ms + ZONE_MS, MS_DAY); }
int64_t day_start_ms(DayNo n) { return (int64_t)n * MS_DAY - ZONE_MS; }

/* "+08:00", "-05:30" or "Z" at the end. */
static bool zone_parse(Str s, int64_t *ret_ms) {
        int h, m;

        if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z'))
                return *ret_ms = 0, true;
        if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !fixed_int(s, 1, 2, &h) ||
            !fixed_int(s, 4, 2, &m) || h > 23 || m > 59)
                return false;
        *ret_ms = (s.p[0] == '-' ? -1 : 1) * ((int64_t)h * MS_HOUR + (int64_t)m * MS_MINUTE);
        return true;
}

bool time_parse_rfc3339(Str s, int64_t *ret_ms) {
        int h, m, sec;
        int64_t ms = 0, zone;
        size_t at = 19;
        Date d;

        if (s.n < 20 || !date_parse(str_sub(s, 0, 10), &d) || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') ||
            s.p[13] != ':' || s.p[16] != ':' || !fixed_int(s, 11, 2, &h) || !fixed_int(s, 14, 2, &m) ||
            !fixed_int(s, 17, 2, &sec) || h > 23 || m > 59 || sec > 60)
                return false;
        if (s.p[at] == '.') {
                int64_t unit = 100;
                size_t from = ++at;

                for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, unit /= 10)
                        ms += (s.p[at] - '0') * unit;
                if (at == from)
                        return false;
        }
        if (!zone_parse(str_sub(s, at, s.n), &zone))
                return false;
        *ret_ms = (int64_t)day_of_date(d) * MS_DAY + (int64_t)h * MS_HOUR + (int64_t)m * MS_MINUTE +
                  (int64_t)sec * MS_SECOND + ms - zone;
        return true;
}

Str time_rfc3339(Arena *a, int64_t ms) {
        int64_t local = ms + ZONE_MS, day = floor_div(local, MS_DAY), rest = local - day * MS_DAY;
        Date d = date_of_day((DayNo)day);
        char z[48];
        int n;

        n = snprintf(z, sizeof z, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day, (int)(rest / MS_HOUR),
                     (int)(rest / MS_MINUTE % 60), (int)(rest / MS_SECOND % 60));
        if (rest % 1000)
                n += snprintf(z + n, sizeof z - (size_t)n, ".%03d", (int)(rest % 1000));
        n += snprintf(z + n, sizeof z - (size_t)n, "+08:00");
        return str_dup(a, (Str){ z, (size_t)n });
}

Str date_str(Arena *a, Date d) { return str_fmt(a, "%04d-%02d-%02d", d.year, d.month, d.day); }

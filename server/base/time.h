/* Time: Unix milliseconds everywhere; civil dates in the proleptic Gregorian calendar without a time zone.
 * The territory's zone is UTC+08:00 without summer time (Asia/Shanghai since 1992). */
#pragma once
#include "base/str.h"

enum { MS_SECOND = 1000, MS_MINUTE = 60000, MS_HOUR = 3600000, MS_DAY = 86400000, ZONE_MS = 8 * MS_HOUR };

typedef struct Date {
        int16_t year;
        int8_t month, day; /* 1..12, 1..31 */
} Date;

typedef int32_t DayNo; /* days since 1970-01-01 */

int64_t time_now_ms(void);       /* wall clock, or WANGGE_TEST_CLOCK_MS-shifted in tests */
int64_t time_mono_us(void);      /* monotonic, for durations */
void time_test_shift(int64_t by_ms); /* tests turn the clock */

DayNo day_of_date(Date d);
Date date_of_day(DayNo n);
bool date_valid(Date d);
bool date_parse(Str s, Date *ret);   /* YYYY-MM-DD */
int day_weekday(DayNo n);            /* 1 Monday … 7 Sunday */
DayNo day_of_ms(int64_t ms);         /* the civil day at UTC+08:00 */
int64_t day_start_ms(DayNo n);       /* 00:00 at UTC+08:00 */
bool time_parse_rfc3339(Str s, int64_t *ret_ms); /* zone needed */
Str time_rfc3339(Arena *a, int64_t ms);          /* 2026-01-04T14:05:00.000+08:00, milliseconds only if not 0 */
Str date_str(Arena *a, Date d);

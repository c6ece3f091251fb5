/* The formats that forms offer: dates and times of RFC 3339, addresses of RFC 3986, and Chinese numbers: telephone (GB habits),
 * citizen's number (GB 11643-1999), organisation's code (GB 32100-2015). All other `format` words are only notes. */
#include "core/form/form_int.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* n digits at p as a number, −1 when they are none. */
static int number_at(Str s, size_t at, size_t n) {
        int v = 0;

        if (at + n > s.n)
                return -1;
        for (size_t i = at; i < at + n; i++) {
                if (!is_digit(s.p[i]))
                        return -1;
                v = v * 10 + (s.p[i] - '0');
        }
        return v;
}

static bool char_at(Str s, size_t at, char c) { return at < s.n && s.p[at] == c; }

static bool is_date(Str s) {
        Date d;

        return s.n == 10 && number_at(s, 0, 4) >= 0 && char_at(s, 4, '-') && number_at(s, 5, 2) > 0 &&
               char_at(s, 7, '-') && number_at(s, 8, 2) > 0 && date_parse(s, &d);
}

/* Hours and minutes; a leap second only where it is the last of a day in UTC. */
static bool is_time(Str s) {
        int hour = number_at(s, 0, 2), minute = number_at(s, 3, 2), second = number_at(s, 6, 2), zone_h = 0,
            zone_m = 0;
        size_t at = 8, from;
        int utc;

        if (hour < 0 || hour > 23 || !char_at(s, 2, ':') || minute < 0 || minute > 59 ||
            !char_at(s, 5, ':') || second < 0 || second > 60)
                return false;
        if (char_at(s, at, '.')) {
                for (from = ++at; at < s.n && is_digit(s.p[at]); at++)
                        ;
                if (at == from)
                        return false;
        }
        if (at >= s.n)
                return false;
        if (s.p[at] == '+' || s.p[at] == '-') {
                zone_h = number_at(s, at + 1, 2);
                zone_m = number_at(s, at + 4, 2);
                if (s.n != at + 6 || zone_h < 0 || zone_h > 23 || !char_at(s, at + 3, ':') || zone_m < 0 ||
                    zone_m > 59)
                        return false;
                if (s.p[at] == '+') {
                        zone_h = -zone_h;
                        zone_m = -zone_m;
                }
        } else if ((s.p[at] | 32) != 'z' || s.n != at + 1) {
                return false;
        }
        utc = ((hour + zone_h) * 60 + minute + zone_m + 2 * 1440) % 1440;
        return second < 60 || utc == 1439;
}

static bool is_date_time(Str s) {
        return s.n > 11 && (s.p[10] | 32) == 't' && is_date(str_sub(s, 0, 10)) &&
               is_time(str_sub(s, 11, s.n));
}

/* ---- addresses -------------------------------------------- */

static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

static bool is_hex(char c) { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/* Letters, digits, the marks of RFC 3986 and those in `also`; %XX. */
static bool plain(Str s, const char *also) {
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];

                if (c == '%') {
                        if (i + 2 >= s.n || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2]))
                                return false;
                        i += 2;
                } else if (!c || (!is_letter(c) && !is_digit(c) && !strchr("-._~!$&'()*+,;=", c) &&
                                  !strchr(also, c))) {
                        return false;
                }
        }
        return true;
}

/* [user@]host[:port]; an IPv6 address in brackets is looked at by its letters only. */
static bool authority(Str s) {
        const char *user = memrchr(s.p, '@', s.n);
        size_t i;

        if (user) {
                size_t n = (size_t)(user - s.p);

                if (!plain(str_sub(s, 0, n), ":"))
                        return false;
                s = str_sub(s, n + 1, s.n);
        }
        i = s.n;
        while (i && is_digit(s.p[i - 1]))
                i--;
        if (i && s.p[i - 1] == ':')
                s.n = i - 1;
        if (!s.n || s.p[0] != '[')
                return plain(s, "");
        for (i = 1; i < s.n && (is_hex(s.p[i]) || s.p[i] == ':' || s.p[i] == '.'); i++)
                ;
        return i + 1 == s.n && i > 2 && s.p[i] == ']';
}

static bool is_uri(Str s) {
        Str rest, tail, part;
        size_t n = 0;

        while (n < s.n && (is_letter(s.p[n]) || (n && (is_digit(s.p[n]) || strchr("+-.", s.p[n])))))
                n++;
        if (!n || !char_at(s, n, ':'))
                return false;
        rest = str_sub(s, n + 1, s.n);
        if (str_cut(rest, '#', &part, &tail)) {
                if (!plain(tail, ":@/?"))
                        return false;
                rest = part;
        }
        if (str_cut(rest, '?', &part, &tail)) {
                if (!plain(tail, ":@/?"))
                        return false;
                rest = part;
        }
        if (str_starts(rest, S("//"))) {
                for (n = 2; n < rest.n && rest.p[n] != '/'; n++)
                        ;
                if (!authority(str_sub(rest, 2, n - 2)))
                        return false;
                rest = str_sub(rest, n, rest.n);
        }
        return plain(rest, ":@/");
}

/* ---- Chinese numbers -------------------------------------------- */

static bool is_phone(Str s) {
        _cleanup_(arena_freep) Arena *own = arena_new(0);

        return json_phone(own, s).n > 0;
}

/* ISO 7064 MOD 11-2 over 17 digits; the birthday must be one. Small x is accepted. */
static bool is_citizen_number(Str s) {
        static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        static const char provinces[] =
                "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
                "61 62 63 64 65 71 81 82 83 91 92 93 94 95 96 97 98 99 ";
        char province[4] = { 0 };
        int sum = 0;

        if (s.n != 18)
                return false;
        for (size_t i = 0; i < 17; i++) {
                if (!is_digit(s.p[i]))
                        return false;
                sum += (s.p[i] - '0') * weights[i];
        }
        memcpy(province, s.p, 2);
        province[2] = ' ';
        return strstr(provinces, province) && (s.p[17] == 'x' ? 'X' : s.p[17]) == "10X98765432"[sum % 11] &&
               number_at(s, 6, 4) >= 1800 &&
               date_valid((Date){ (int16_t)number_at(s, 6, 4), (int8_t)number_at(s, 10, 2),
                                  (int8_t)number_at(s, 12, 2) });
}

/* Both check characters: of the organisation's code in places 9–17 (GB 11714), of the whole. */
static bool is_organisation_code(Str s) {
        static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        static const int inner_weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
        int sum = 0, inner = 0, weight = 1, check;
        const char *found;

        if (s.n != 18)
                return false;
        for (size_t i = 0; i < 17; i++) {
                found = s.p[i] ? strchr(letters, s.p[i]) : NULL;
                if (!found)
                        return false;
                sum += (int)(found - letters) * weight;
                weight = weight * 3 % 31;
                if (i >= 8 && i < 16)
                        inner +=
                                (is_digit(s.p[i]) ? s.p[i] - '0' : s.p[i] - 'A' + 10) * inner_weights[i - 8];
        }
        check = 11 - inner % 11;
        if (s.p[16] != "0123456789X0"[check])
                return false;
        return s.p[17] == letters[(31 - sum % 31) % 31];
}

static bool is_regex(Str s) {
        _cleanup_(arena_freep) Arena *own = arena_new(0);
        const char *why;

        return regex_compile(own, s, &why) != NULL;
}

const Format *format_named(Str name) {
        static const Format all[] = {
                { "date", is_date, "请填写正确的日期", "enter a date" },
                { "time", is_time, "请填写正确的时间", "enter a time" },
                { "date-time", is_date_time, "请填写正确的日期和时间", "enter a date and time" },
                { "uri", is_uri, "请填写正确的网址", "enter a web address" },
                { "regex", is_regex, "请填写正确的正则表达式", "enter a pattern" },
                { "phone", is_phone, "请填写正确的电话号码", "enter a telephone number" },
                { "id-number", is_citizen_number, "请填写正确的身份证号码（18 位）",
                  "enter a citizen's number (18 characters)" },
                { "uscc", is_organisation_code, "请填写正确的统一社会信用代码（18 位）",
                  "enter a unified social credit code (18 characters)" },
        };

        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                if (str_eq_c(name, all[i].name))
                        return &all[i];
        return NULL;
}

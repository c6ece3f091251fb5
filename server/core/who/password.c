/* What makes a password acceptable: long, or shorter and mixed; not the login; not one that everybody takes. */
#include "core/who/who_int.h"

/* Taken most often, here and abroad, that would pass the other rules or nearly so. Compared in lower case, without trailing
 * marks and digits too. */
static const char *const common[] = {
        "password",      "passw0rd",   "p@ssw0rd",    "p@ssword",     "qwertyuiop",    "1qaz2wsx",
        "1qaz2wsx3edc",  "q1w2e3r4",   "q1w2e3r4t5",  "qazwsxedc",    "zaq12wsx",      "1q2w3e4r",
        "1q2w3e4r5t",    "qwer1234",   "asdf1234",    "asdfghjkl",    "zxcvbnm",       "abc123",
        "abcd1234",      "a1b2c3d4",   "aa123456",    "a123456",      "a12345678",     "a123456789",
        "123456",        "12345678",   "123456789",   "1234567890",   "0123456789",    "9876543210",
        "0987654321",    "987654321",  "123123123",   "1231231230",   "112233",        "1122334455",
        "123321",        "147258369",  "159357",      "110110",       "admin",         "admin123",
        "administrator", "root",       "toor",        "welcome",      "welcome1",      "letmein",
        "changeme",      "default",    "iloveyou",    "iloveyou1314", "woaini",        "woaini1314",
        "woaini520",     "woaini521",  "5201314",     "1314520",      "5211314",       "7758521",
        "7758258",       "5845201314", "woaiwojia",   "wodemima",     "mima",          "nihao",
        "nihaoma",       "caonima",    "zhongguo",    "woshishei",    "beijing",       "kunming",
        "dragon",        "monkey",     "sunshine",    "football",     "baseball",      "superman",
        "master",        "shadow",     "princess",    "trustno1",     "hello",         "helloworld",
        "test",          "test1234",   "guest",       "user",         "server",        "secret",
        "wangge",        "wanggeyuan", "wanggezhang", "donghua",      "donghuajiedao", "grid",
        "gridmember",    "china",      "china123",    "huawei",       "huawei@123",    "admin@123",
        "abc@123",       "root@123",   "test@123",    "aa@123456",    "qq123456",      "qwe123",
        "qweasd",        "qweasdzxc",  "asd123",      "zxc123",       "q123456",       "w123456",
        "z123456",       "s123456",    "l123456",     "1a2b3c4d",     "x123456",       "li123456",
        "wang123456",    "zhang123",   "liu123456",   "chen123456",   "yang123456",
};

static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c); }

static Str fold(Arena *a, Str s) {
        char *p = arena_copy(a, s.p, s.n);

        for (size_t i = 0; i < s.n; i++)
                p[i] = lower(p[i]);
        return (Str){ p, s.n };
}

static bool listed(Str s) {
        for (size_t i = 0; i < ARRAY_LEN(common); i++)
                if (str_eq_c(s, common[i]))
                        return true;
        return false;
}

/* The word itself, or the word with digits and marks behind it ("password2024!"). */
static bool is_common(Str folded) {
        Str bare = folded;

        while (bare.n && !(bare.p[bare.n - 1] >= 'a' && bare.p[bare.n - 1] <= 'z') &&
               !((unsigned char)bare.p[bare.n - 1] & 0x80))
                bare.n--;
        return listed(folded) || (bare.n && listed(bare));
}

/* One character, a run (abcdef, 987654) or a short piece again and again. */
static bool is_pattern(Str s) {
        for (size_t period = 1; period <= 3 && period * 2 <= s.n; period++) {
                size_t i = period;

                while (i < s.n && s.p[i] == s.p[i - period])
                        i++;
                if (i == s.n)
                        return true;
        }
        for (int by = -1; by <= 1; by += 2) {
                size_t i = 1;

                while (i < s.n && s.p[i] - s.p[i - 1] == by)
                        i++;
                if (i == s.n)
                        return true;
        }
        return false;
}

static int classes(Str s) {
        bool small = false, large = false, digit = false, other = false;

        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];

                if (c >= 'a' && c <= 'z')
                        small = true;
                else if (c >= 'A' && c <= 'Z')
                        large = true;
                else if (c >= '0' && c <= '9')
                        digit = true;
                else
                        other = true;
        }
        return small + large + digit + other;
}

Rc password_check(Cx *cx, Str pointer, Str login, Str password) {
        size_t length = str_utf8_len(password);
        Str folded = fold(cx->arena, password), name = fold(cx->arena, login);

        if (length > PASSWORD_MAX)
                field_error(cx, pointer, "too-long", S("密码最长 128 个字符"),
                            S("A password has at most 128 characters"));
        else if (length < 8)
                field_error(cx, pointer, "too-short", S("密码至少 10 个字符，或 8 个字符且含三类字符"),
                            S("A password has at least 10 characters, or 8 of three kinds"));
        else if (length < 10 && classes(password) < 3)
                field_error(
                        cx, pointer, "too-simple", S("8–9 个字符的密码须含大写、小写、数字、符号中的三类"),
                        S("A password of 8 or 9 characters needs three of: capitals, small letters, digits, marks"));
        else if (name.n && str_contains(folded, name))
                field_error(cx, pointer, "contains-login", S("密码不能包含登录名"),
                            S("A password does not contain the login"));
        else if (is_common(folded) || is_pattern(folded))
                field_error(cx, pointer, "common", S("这个密码太常见，容易被猜中"),
                            S("That password is easily guessed"));
        return has_field_errors(cx) ? fail_input(cx) : OK;
}

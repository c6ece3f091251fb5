/* Folding of addresses, so that two ways of writing one address are seen as one. */
#include "registry/registry.h"

typedef struct CodePoint {
        uint32_t c;
} CodePoint;

/* s is valid UTF-8 (checked when it was read). */
static size_t decode(const char *p, size_t n, uint32_t *ret) {
        unsigned char b = (unsigned char)*p;
        size_t len = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
        uint32_t c = len == 1 ? b : b & (0xff >> (len + 1));

        if (len > n)
                len = n;
        for (size_t i = 1; i < len; i++)
                c = c << 6 | ((unsigned char)p[i] & 0x3f);
        *ret = c;
        return len;
}

static void encode(Buf *b, uint32_t c) {
        if (c < 0x80) {
                buf_char(b, (char)c);
        } else if (c < 0x800) {
                buf_char(b, (char)(0xc0 | c >> 6));
                buf_char(b, (char)(0x80 | (c & 0x3f)));
        } else if (c < 0x10000) {
                buf_char(b, (char)(0xe0 | c >> 12));
                buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
                buf_char(b, (char)(0x80 | (c & 0x3f)));
        } else {
                buf_char(b, (char)(0xf0 | c >> 18));
                buf_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
                buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
                buf_char(b, (char)(0x80 | (c & 0x3f)));
        }
}

/* 0: dropped. */
static uint32_t fold_one(uint32_t c) {
        if (c >= 0xff01 && c <= 0xff5e) /* full width */
                c -= 0xfee0;
        if (c >= 'A' && c <= 'Z')
                return c + 32;
        if (c >= 0x2010 && c <= 0x2015) /* hyphens and dashes */
                return '-';
        if (c == 0x5e62) /* 幢 → 栋 */
                return 0x680b;
        if (c <= ' ' || c == 0x3000 || c == 0xa0 || c == ',' || c == '.' || c == '(' || c == ')' ||
            c == ';' || c == 0xb7 || c == 0x3001 || c == 0x3002 || c == 0x3010 || c == 0x3011)
                return 0;
        return c;
}

/* 一 … 九, 十, 百, 〇 and 零; 0 otherwise. */
static int numeral(uint32_t c) {
        static const uint32_t ones[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                         0x516d, 0x4e03, 0x516b, 0x4e5d };

        for (int i = 0; i < 9; i++)
                if (c == ones[i])
                        return i + 1;
        return c == 0x5341 ? 10 : c == 0x767e ? 100 : c == 0x3007 || c == 0x96f6 ? -1 : 0;
}

/* 栋 单 号 层 室 期 组 区 座 楼: what a number is counted for. */
static bool counted(uint32_t c) {
        static const uint32_t words[] = { 0x680b, 0x5355, 0x53f7, 0x5c42, 0x5ba4,
                                          0x671f, 0x7ec4, 0x533a, 0x5ea7, 0x697c };

        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
                if (c == words[i])
                        return true;
        return false;
}

/* Numerals from v[i] on, if a counted word follows them: how many, and the value. */
static size_t read_number(const CodePoint *v, size_t n, size_t i, int *ret) {
        int value = 0, digit = 0;
        size_t k = i;

        for (; k < n && numeral(v[k].c); k++) {
                int d = numeral(v[k].c);

                if (d >= 10) {
                        value += (digit ? digit : 1) * d;
                        digit = 0;
                } else if (d > 0 && digit) /* 二三 is no number but two digits */
                        return 0;
                else
                        digit = d > 0 ? d : 0;
        }
        if (k == i || k == n || !counted(v[k].c))
                return 0;
        *ret = value + digit;
        return k - i;
}

Str address_fold(Arena *a, Str address) {
        CodePoint *v = TAKE_ARRAY(a, CodePoint, address.n + 1);
        Buf b = BUF_IN(a);
        size_t n = 0;

        for (size_t i = 0; i < address.n;) {
                uint32_t c;

                i += decode(address.p + i, address.n - i, &c);
                c = fold_one(c);
                if (c)
                        v[n++].c = c;
        }
        for (size_t i = 0; i < n; i++) {
                int number;
                size_t used = read_number(v, n, i, &number);

                if (used) {
                        buf_int(&b, number);
                        i += used - 1;
                } else if (v[i].c == 0x53f7 && i + 1 < n && v[i + 1].c == 0x697c) { /* 号楼 → 栋 */
                        encode(&b, 0x680b);
                        i++;
                } else
                        encode(&b, v[i].c);
        }
        return buf_view(&b);
}

/* Texts that do not show what they are: control characters, marks that turn the direction of writing, signs without width. They
 * have no business in names and sentences of a profile, where they could make one thing look like another. */
#include "core/flow/flow_int.h"

enum { TEXT_MAX = 4000 /* code points of one text */ };

/* Next code point of valid UTF-8. */
static uint32_t next_point(Str s, size_t *at) {
        unsigned char c = (unsigned char)s.p[(*at)++];
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
        uint32_t point = more == 3 ? c & 0x07u : more == 2 ? c & 0x0fu : more == 1 ? c & 0x1fu : c;

        for (; more && *at < s.n; more--)
                point = point << 6 | ((unsigned char)s.p[(*at)++] & 0x3fu);
        return point;
}

static bool is_hidden(uint32_t p) {
        if (p < 0x20)
                return p != '\n' && p != '\t';
        return (p >= 0x7f && p <= 0x9f) || p == 0x061c || (p >= 0x200b && p <= 0x200f) || (p >= 0x2028 && p <= 0x202e) ||
               (p >= 0x2060 && p <= 0x206f) || p == 0xfeff || (p >= 0xfff9 && p <= 0xfffb);
}

uint32_t flow_text_hidden(Str s) {
        for (size_t at = 0; at < s.n;) {
                uint32_t p = next_point(s, &at);

                if (is_hidden(p))
                        return p ? p : 0xfffd;
        }
        return 0;
}

static void text_check(FlowReader *r, const JsonNode *at, Str s) {
        uint32_t hidden = flow_text_hidden(s);

        if (hidden)
                flow_fault(r, at, SAY(r, "文字里有看不见的控制字符或改变书写方向的字符 U+%04X，请删去", hidden),
                           SAY(r, "the text has an invisible control or direction mark, U+%04X; take it out", hidden));
        if (str_utf8_valid(s) && str_utf8_len(s) > TEXT_MAX)
                flow_fault(r, at, SAY(r, "文字过长，最多 %d 个字", TEXT_MAX), SAY(r, "the text is longer than %d characters", TEXT_MAX));
}

void flow_text_check(FlowReader *r, const JsonNode *n) {
        if (n->type == JT_STR)
                text_check(r, n, n->text);
        for (const JsonNode *m = n->first; m; m = m->next) {
                if (m->name.n)
                        text_check(r, m, m->name);
                flow_text_check(r, m);
        }
}

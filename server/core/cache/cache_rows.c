/* Rows as a block: head, the structs as they are, the bytes of their strings. In a block a string's pointer is its distance from
 * the head; 0 stays "absent". */
#include "core/cache/cache.h"

enum { ALIGN = 16 };

typedef struct Head {
        size_t rows, bytes; /* of the whole list, a multiple of ALIGN */
} Head;
_Static_assert(sizeof(Head) % ALIGN == 0, "rows follow the head");

static bool is_string(const DbColumn *c) { return c->type == DB_TEXT || c->type == DB_BLOB; }

static Str *string_at(char *row, const DbColumn *c) { return (Str *)(void *)(row + c->offset); }

static void pad(Buf *b, size_t from) {
        static const char zero[ALIGN];

        buf_add(b, zero, (ALIGN - (b->n - from) % ALIGN) % ALIGN);
}

void rows_pack(Buf *b, const DbRowShape *shape, const void *rows, size_t n) {
        Head head = { .rows = n };
        size_t from = b->n;

        buf_add(b, &head, sizeof head);
        buf_add(b, rows, n * shape->size);
        for (size_t i = 0; i < n; i++)
                for (int x = 0; x < shape->count; x++) {
                        size_t at = from + sizeof head + i * shape->size;
                        Str *s = is_string(&shape->columns[x]) ? string_at(b->p + at, &shape->columns[x]) : NULL;
                        Str text;

                        if (!s || !s->p)
                                continue;
                        text = *s;
                        s->p = (const char *)(uintptr_t)(b->n - from);
                        buf_str(b, text); /* may move the block: s is no more */
                }
        pad(b, from);
        head.bytes = b->n - from;
        memcpy(b->p + from, &head, sizeof head);
}

bool rows_unpack(Str *block, const DbRowShape *shape, void *ret_rows, size_t *ret_n) {
        char *p = (char *)(uintptr_t)block->p; /* the copy is the caller's own */
        Head head;

        if (block->n < sizeof head)
                return false;
        memcpy(&head, p, sizeof head);
        if (head.bytes > block->n || head.bytes < sizeof head ||
            (head.rows && (head.bytes - sizeof head) / head.rows < shape->size))
                return false;
        for (size_t i = 0; i < head.rows; i++)
                for (int x = 0; x < shape->count; x++) {
                        char *row = p + sizeof head + i * shape->size;
                        Str *s = is_string(&shape->columns[x]) ? string_at(row, &shape->columns[x]) : NULL;

                        if (s && s->p)
                                s->p = p + (uintptr_t)s->p;
                }
        *block = str_sub(*block, head.bytes, block->n);
        *(void **)ret_rows = p + sizeof head;
        return *ret_n = head.rows, true;
}

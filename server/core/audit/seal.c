/* Seals: key and digest of a row as it was written, and the text line that the log's entry keeps of it. */
#include "core/audit/audit_int.h"
#include <assert.h>
#include <stdlib.h>

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const DbColumn *key_column(const DbRowShape *shape, Str name) {
        for (int i = 0; i < shape->count; i++) {
                const DbColumn *c = &shape->columns[i];

                if (!c->nullable && (c->type == DB_INT || c->type == DB_TEXT) && str_eq_c(name, c->name))
                        return c;
        }
        abort(); /* the module that registers the table is wrong */
}

void seal_key_of(AuditTable *t, Str columns) {
        Str name;

        for (; str_cut(columns, '/', &name, &columns); t->key_count++) {
                assert(t->key_count < KEY_COLUMNS - 1);
                t->key[t->key_count] = key_column(t->all->shape, name);
        }
        t->key[t->key_count++] = key_column(t->all->shape, columns);
}

Str seal_key(Arena *a, const AuditTable *t, const void *row) {
        Buf b = BUF_IN(a);

        for (size_t i = 0; i < t->key_count; i++) {
                const char *at = (const char *)row + t->key[i]->offset;

                if (i)
                        buf_char(&b, '/');
                if (t->key[i]->type == DB_INT)
                        buf_int(&b, *(const int64_t *)at);
                else
                        buf_str(&b, *(const Str *)at);
        }
        return buf_view(&b);
}

/* A value as bytes: its type, whether it is there, and its content. Whole numbers are big-endian without leading zero bytes:
 * hashing is most of the cost, and rows are full of small numbers. */
typedef struct Value {
        char tag;
        const void *p;
        size_t n;
        uint64_t number;
} Value;

static void number_is(Value *v, bool given, uint64_t n) {
        size_t zeros = n ? (size_t)__builtin_clzll(n) / 8 : 8;

        v->number = __builtin_bswap64(n);
        v->p = given ? (const char *)&v->number + zeros : NULL;
        v->n = sizeof v->number - zeros;
}

static void value_of(const DbColumn *c, const char *row, Value *ret) {
        const void *at = row + c->offset;
        double d = 0;
        uint64_t bits;

        ret->tag = (char)('0' + (int)c->type);
        switch (c->type) {
        case DB_INT:
                if (c->nullable)
                        number_is(ret, ((const OptInt *)at)->set, (uint64_t)((const OptInt *)at)->n);
                else
                        number_is(ret, true, (uint64_t) * (const int64_t *)at);
                return;
        case DB_BOOL:
                if (c->nullable)
                        number_is(ret, ((const OptBool *)at)->set, ((const OptBool *)at)->b);
                else
                        number_is(ret, true, *(const bool *)at);
                return;
        case DB_NUM:
                d = c->nullable ? ((const OptNum *)at)->n : *(const double *)at;
                memcpy(&bits, &d, sizeof bits);
                number_is(ret, !c->nullable || ((const OptNum *)at)->set, bits);
                return;
        case DB_TEXT:
        case DB_BLOB:
                ret->p = ((const Str *)at)->p;
                ret->n = ((const Str *)at)->n;
                return;
        }
        abort();
}

/* 24 bits of FNV-1a. Part of what is stored: not to be changed. */
static void mark(const Value *v, char *ret) {
        uint64_t h = 0xcbf29ce484222325u ^ (unsigned char)(v->p ? v->tag : '0');

        for (size_t i = 0; v->p && i < v->n; i++)
                h = (h ^ ((const uint8_t *)v->p)[i]) * 0x100000001b3u;
        h = h * 0x100000001b3u;
        h ^= h >> 32;
        for (int i = 0; i < SEAL_MARK; i++)
                ret[i] = digits64[h >> (6 * i) & 63];
}

/* Type, length (seven bits a byte, the highest bit: more follow), bytes; "0" alone for what is absent. */
static void add_value(Sm3Run *run, const Value *v) {
        uint8_t head[12] = { (uint8_t)(v->p ? v->tag : '0') };
        size_t n = 1;

        for (size_t rest = v->n; v->p; rest >>= 7) {
                head[n++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
                if (rest <= 0x7f)
                        break;
        }
        sm3_add(run, head, n);
        if (v->p)
                sm3_add(run, v->p, v->n);
}

void seal_row(const DbRowShape *shape, int columns, const void *row, Sm3 *ret_digest, char *ret_marks) {
        Sm3Run run;
        Value v;

        sm3_begin(&run);
        for (int i = 0; i < columns; i++) {
                value_of(&shape->columns[i], row, &v);
                add_value(&run, &v);
                mark(&v, ret_marks + (size_t)i * SEAL_MARK);
        }
        sm3_end(&run, ret_digest);
}

/* table TAB key TAB digest TAB marks NEWLINE; a deleted row's line ends after "-". */
void seal_write(Buf *b, Str table, Str key, const DbRowShape *shape, const void *row) {
        static const char hex[] = "0123456789abcdef";
        size_t marks = shape ? (size_t)shape->count * SEAL_MARK : 0;
        Sm3 digest;
        char *p;

        assert(table.n && key.n && !memchr(key.p, '\t', key.n) && !memchr(key.p, '\n', key.n));
        buf_str(b, table);
        buf_char(b, '\t');
        buf_str(b, key);
        buf_char(b, '\t');
        if (!shape) {
                buf_c(b, "-\n");
                return;
        }
        p = buf_reserve(b, 2 * sizeof digest.b + marks + 2);
        seal_row(shape, shape->count, row, &digest, p + 2 * sizeof digest.b + 1);
        for (size_t i = 0; i < sizeof digest.b; i++) {
                *p++ = hex[digest.b[i] >> 4];
                *p++ = hex[digest.b[i] & 15];
        }
        *p = '\t';
        p[1 + marks] = '\n';
        b->n += 2 * sizeof digest.b + marks + 2;
}

bool seal_read(Str *rest, Seal *ret, bool *ret_broken) {
        Str line, digest;

        *ret_broken = false;
        if (!rest->n)
                return false;
        if (!str_cut(*rest, '\n', &line, rest)) {
                line = *rest;
                *rest = S("");
        }
        *ret = (Seal){ 0 };
        if (!str_cut(line, '\t', &ret->table, &line) || !str_cut(line, '\t', &ret->key, &line)) {
                *ret_broken = true;
                return true;
        }
        if (str_eq_c(line, "-")) {
                ret->gone = true;
                return true;
        }
        *ret_broken = !str_cut(line, '\t', &digest, &ret->marks) ||
                      !str_hex(digest, ret->digest.b, sizeof ret->digest.b);
        return true;
}

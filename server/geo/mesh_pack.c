/* A mesh as one blob, and the difference of two. What is stored is what cannot be derived: where nodes are, which two nodes and faces an edge
 * has, what faces stand for; and which ids are free in which order, so that the same edits go on giving the same ids. Links and loops
 * are made anew when it is read, and checked. */
#include "base/rc.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

static const char magic[4] = { 'W', 'G', 'M', '1' };

static void put(Buf *b, uint64_t n) {
        while (n >= 128) {
                buf_char(b, (char)(n | 128));
                n >>= 7;
        }
        buf_char(b, (char)n);
}

static void put_signed(Buf *b, int64_t n) { put(b, (uint64_t)n << 1 ^ (uint64_t)(n >> 63)); }

/* Any number is allowed as a key: differences wrap. */
static int64_t step(int64_t from, int64_t to) { return (int64_t)((uint64_t)to - (uint64_t)from); }

static uint32_t free_after(const Mesh *m, MTable t, uint32_t id) {
        return t == T_NODE ? (uint32_t)NODE(m, id)->lon : HALF(m, 2 * id)->next;
}

static void put_free(Buf *b, const Mesh *m, MTable t, uint32_t end) {
        put(b, end);
        put(b, end - 1 - m->tables[t].live);
        for (uint32_t id = m->tables[t].free_id; id; id = free_after(m, t, id))
                put(b, id);
}

void mesh_pack(const Mesh *m, Buf *b) {
        MeshTag last = { 0, 0, 0 };
        uint32_t was[4] = { 0 };
        Point p = { m->west, 0 };

        buf_add(b, magic, sizeof magic);
        put_signed(b, m->west);
        put(b, m->locked);
        put_free(b, m, T_NODE, m->tables[T_NODE].n);
        for (uint32_t n = 1; n < m->tables[T_NODE].n; n++) {
                if (!node_alive(m, n))
                        continue;
                put_signed(b, NODE(m, n)->lon - p.lon_e7);
                put_signed(b, NODE(m, n)->lat - p.lat_e7);
                p = node_point(m, n);
        }
        put(b, m->tables[T_FACE].n);
        for (uint32_t f = 1; f < m->tables[T_FACE].n; f++) {
                MeshTag tag = FACE(m, f)->tag;

                put(b, FACE(m, f)->alive);
                if (!FACE(m, f)->alive)
                        continue;
                put_signed(b, step(last.grid, tag.grid));
                put_signed(b, step(last.community, tag.community));
                put_signed(b, tag.kind);
                last = tag;
        }
        put_free(b, m, T_HALF, m->tables[T_HALF].n / 2);
        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2; e++) {
                uint32_t h = 2 * e, now[4];

                if (!edge_alive(m, e))
                        continue;
                now[0] = half_from(m, h), now[1] = half_to(m, h), now[2] = half_face(m, h),
                now[3] = half_face(m, h + 1);
                put_signed(b, (int64_t)now[0] - was[1]);
                put_signed(b, (int64_t)now[1] - now[0]);
                put_signed(b, (int64_t)now[2] - was[2]);
                put_signed(b, (int64_t)now[3] - was[3]);
                memcpy(was, now, sizeof was);
        }
}

/* ---- reading ------------------------------------------------------------------------------------------------------------- */

typedef struct Reader {
        const char *p, *end;
        bool bad;
} Reader;

static uint64_t take(Reader *r) {
        uint64_t n = 0;

        for (int shift = 0; r->p < r->end && shift < 64; shift += 7) {
                unsigned char c = (unsigned char)*r->p++;

                if (shift == 63 && c > 1)
                        break;
                n |= (uint64_t)(c & 127) << shift;
                if (c < 128) {
                        r->bad |= !c && shift; /* one form for each value */
                        return n;
                }
        }
        r->bad = true;
        return 0;
}

static int64_t take_signed(Reader *r) {
        uint64_t n = take(r);

        return (int64_t)(n >> 1 ^ -(n & 1));
}

/* A count of things that take at least one byte each. */
static uint32_t take_count(Reader *r, uint32_t limit) {
        uint64_t n = take(r);

        if (n > limit || (n && n - 1 > (size_t)(r->end - r->p)))
                r->bad = true;
        return r->bad ? 1 : (uint32_t)n;
}

/* How many records the table has had, and those of them that are free, as the list says. */
static bool take_free(Reader *r, Mesh *m, MTable t, uint32_t limit) {
        uint32_t end = take_count(r, limit), n = take_count(r, limit), last = 0;
        Table *x = &m->tables[t];

        if (r->bad || !end || n >= end)
                return false;
        table_reserve(m, t, t == T_HALF ? 2 * end : end);
        x->n = t == T_HALF ? 2 * end : end;
        x->live = end - 1 - n;
        for (uint32_t i = 0; i < n; i++) {
                uint64_t id = take(r);

                /* `seen` is not used before the first edit: it marks what is free. */
                if (r->bad || !id || id >= end || x->seen[id])
                        return false;
                x->seen[id] = 1;
                if (!last)
                        x->free_id = (uint32_t)id;
                else if (t == T_NODE)
                        NODE(m, last)->lon = (int32_t)id;
                else
                        HALF(m, 2 * last)->next = (uint32_t)id;
                last = (uint32_t)id;
        }
        return true;
}

static bool take_nodes(Reader *r, Mesh *m) {
        Point p = { m->west, 0 };

        if (!take_free(r, m, T_NODE, 2 * MESH_EDGES_MAX))
                return false;
        for (uint32_t n = 1; n < m->tables[T_NODE].n && !r->bad; n++) {
                if (m->tables[T_NODE].seen[n])
                        continue;
                p.lon_e7 = area_sum(p.lon_e7, take_signed(r));
                p.lat_e7 = area_sum(p.lat_e7, take_signed(r));
                if (!in_frame(m, p))
                        return false;
                *NODE(m, n) = (MNode){ (int32_t)p.lon_e7, (int32_t)p.lat_e7, 0 };
        }
        return !r->bad;
}

static bool take_faces(Reader *r, Mesh *m) {
        uint32_t end = take_count(r, UINT32_MAX);
        MeshTag tag = { 0, 0, 0 };

        if (r->bad || !end)
                return false;
        table_reserve(m, T_FACE, end);
        m->tables[T_FACE].n = end;
        for (uint32_t f = 1; f < end; f++) {
                uint64_t alive = take(r);

                if (r->bad || alive > 1)
                        return false;
                if (!alive)
                        continue;
                tag.grid = area_sum(tag.grid, take_signed(r));
                tag.community = area_sum(tag.community, take_signed(r));
                tag.kind = take_signed(r);
                *FACE(m, f) = (MFace){ .tag = tag, .alive = 1 };
                m->tables[T_FACE].live++;
        }
        return !r->bad && m->tables[T_FACE].live <= MESH_FACES_MAX;
}

static bool take_edges(Reader *r, Mesh *m, uint32_t **ret_faces) {
        int64_t was[4] = { 0 };
        uint32_t *faces;

        if (!take_free(r, m, T_HALF, MESH_EDGES_MAX))
                return false;
        faces = *ret_faces = heap_take(m->tables[T_HALF].n, sizeof *faces);
        for (uint32_t e = 1; e < m->tables[T_HALF].n / 2 && !r->bad; e++) {
                int64_t now[4];

                if (m->tables[T_HALF].seen[e])
                        continue;
                now[0] = area_sum(was[1], take_signed(r));
                now[1] = area_sum(now[0], take_signed(r));
                now[2] = area_sum(was[2], take_signed(r));
                now[3] = area_sum(was[3], take_signed(r));
                for (int i = 0; i < 2; i++) {
                        if (now[i] <= 0 || now[i] >= m->tables[T_NODE].n || m->tables[T_NODE].seen[now[i]] ||
                            now[2 + i] < 0 || now[2 + i] >= m->tables[T_FACE].n ||
                            !FACE(m, now[2 + i])->alive)
                                return false;
                        HALF(m, 2 * e + (uint32_t)i)->node = (uint32_t)now[i];
                        faces[2 * e + (uint32_t)i] = (uint32_t)now[2 + i];
                }
                if (now[0] == now[1] || now[2] == now[3])
                        return false;
                memcpy(was, now, sizeof was);
        }
        return !r->bad && r->p == r->end;
}

static bool unpack(Reader *r, Mesh *m, uint32_t **ret_faces) {
        if (r->end - r->p < (ptrdiff_t)sizeof magic || memcmp(r->p, magic, sizeof magic) != 0)
                return false;
        r->p += sizeof magic;
        m->west = take_signed(r);
        m->locked = take(r) & 1;
        return !r->bad && m->west >= -LON_MAX && m->west <= 0 && take_nodes(r, m) && take_faces(r, m) &&
               take_edges(r, m, ret_faces);
}

Mesh *mesh_unpack(Str bytes) {
        _cleanup_(arena_freep) Arena *a = arena_new(0);
        Reader r = { bytes.p, bytes.p + bytes.n, false };
        MeshFaultList faults = { 0 };
        uint32_t *faces = NULL;
        Mesh *m = mesh_new();
        bool fine = unpack(&r, m, &faces);

        for (MTable t = 0; t < T_COUNT; t++) /* whatever was marked */
                memset(m->tables[t].seen, 0, m->tables[t].cap * sizeof *m->tables[t].seen);
        fine = fine && mesh_link_all(m, faces, true, a, &faults) && mesh_check(m, NULL) == MESH_FINE;
        free(faces);
        if (fine)
                return m;
        mesh_free(m);
        return NULL;
}

/* ---- difference ------------------------------------------------------------------------------------------------------------ */

static bool same_tag(MeshTag a, MeshTag b) {
        return a.grid == b.grid && a.community == b.community && a.kind == b.kind;
}

static bool same_polygon(const Polygon *a, const Polygon *b) {
        if (a->n != b->n)
                return false;
        for (size_t i = 0; i < a->n; i++)
                if (a->rings[i].n != b->rings[i].n ||
                    memcmp(a->rings[i].v, b->rings[i].v, a->rings[i].n * sizeof *a->rings[i].v) != 0)
                        return false;
        return true;
}

void mesh_diff(const Mesh *before, const Mesh *after, Arena *a, MeshDiff *ret) {
        uint32_t end = before->tables[T_FACE].n > after->tables[T_FACE].n ? before->tables[T_FACE].n
                                                                          : after->tables[T_FACE].n;
        _cleanup_(arena_freep) Arena *scratch = arena_new(0);

        *ret = (MeshDiff){ 0 };
        for (uint32_t f = 1; f < end; f++) {
                bool was = face_alive(before, f), is = face_alive(after, f);
                Polygon p, q;

                if (was != is)
                        *list_push(a, is ? &ret->born : &ret->gone) = (MeshFaceId){ f };
                if (!was || !is)
                        continue;
                if (!same_tag(FACE(before, f)->tag, FACE(after, f)->tag))
                        *list_push(a, &ret->retagged) = (MeshFaceId){ f };
                arena_reset(scratch);
                if (!mesh_face_polygon(before, (MeshFaceId){ f }, scratch, &p) ||
                    !mesh_face_polygon(after, (MeshFaceId){ f }, scratch, &q) || !same_polygon(&p, &q))
                        *list_push(a, &ret->reshaped) = (MeshFaceId){ f };
        }
}

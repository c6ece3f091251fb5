/* The mesh's records and their journal: every record is noted before an edit changes it, so that a refused edit, an undo and a redo
 * are the same thing: old bytes back. Ids come from lists of free ones that are part of the records, so they come back too. */
#include "base/rc.h"
#include "geo/mesh_int.h"
#include <stdlib.h>

static const size_t record_bytes[T_COUNT] = { sizeof(MNode), sizeof(MHalf), sizeof(MLoop), sizeof(MFace) };

void *heap_take(size_t count, size_t each) {
        void *p = calloc(count ? count : 1, each);

        if (!p)
                abort();
        return p;
}

void *heap_grow(void *p, size_t count, size_t each) {
        p = reallocarray(p, count ? count : 1, each);
        if (!p)
                abort();
        return p;
}

void ids_push(Ids *list, uint32_t id) {
        HEAP_ROOM(list, 1);
        list->v[list->n++] = id;
}

void ids_clear(Ids *list) {
        free(list->v);
        *list = (Ids){ 0 };
}

int ids_order(const void *a, const void *b) {
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

        return (x > y) - (x < y);
}

void ids_sort(Ids *list) {
        size_t n = 0;

        if (!list->n)
                return;
        qsort(list->v, list->n, sizeof *list->v, ids_order);
        for (size_t i = 0; i < list->n; i++)
                if (!i || list->v[i] != list->v[i - 1])
                        list->v[n++] = list->v[i];
        list->n = n;
}

bool ids_has(const Ids *sorted, uint32_t id) {
        size_t low = 0, high = sorted->n;

        while (low < high) {
                size_t middle = (low + high) / 2;

                if (sorted->v[middle] == id)
                        return true;
                if (sorted->v[middle] < id)
                        low = middle + 1;
                else
                        high = middle;
        }
        return false;
}

/* ---- records ----------------------------------------------------------------------------------------------------------- */

void table_reserve(Mesh *m, MTable t, uint32_t n) {
        Table *x = &m->tables[t];
        uint32_t cap = x->cap;

        if (n <= cap)
                return;
        while (cap < n)
                cap = cap * 2 + 64;
        x->v = heap_grow(x->v, cap, record_bytes[t]);
        x->seen = heap_grow(x->seen, cap, sizeof *x->seen);
        memset(x->v + (size_t)x->cap * record_bytes[t], 0, (size_t)(cap - x->cap) * record_bytes[t]);
        memset(x->seen + x->cap, 0, (size_t)(cap - x->cap) * sizeof *x->seen);
        x->cap = cap;
}

Mesh *mesh_new(void) {
        Mesh *m = heap_take(1, sizeof *m);

        for (MTable t = 0; t < T_COUNT; t++) {
                table_reserve(m, t, 64);
                m->tables[t].n = t == T_HALF ? 2 : 1;
        }
        FACE(m, 0)->alive = 1;
        m->box = BOX_EMPTY;
        return m;
}

void record_note(Mesh *m, MTable t, uint32_t id) {
        Table *x = &m->tables[t];
        size_t each = record_bytes[t];
        Journal *j = &m->done;

        if (!m->editing || x->seen[id] == m->edit)
                return;
        x->seen[id] = m->edit;
        HEAP_ROOM(&j->entries, 1);
        HEAP_ROOM(&j->bytes, each);
        j->entries.v[j->entries.n++] = (Entry){ t, id, j->bytes.n };
        memcpy(j->bytes.v + j->bytes.n, x->v + (size_t)id * each, each);
        j->bytes.n += each;
}

/* The id that a free record points on to. */
static uint32_t *free_link(Mesh *m, MTable t, uint32_t id) {
        switch (t) {
        case T_NODE: return (uint32_t *)&NODE(m, id)->lon;
        case T_HALF: return &HALF(m, 2 * id)->next;
        case T_LOOP: return &LOOP(m, id)->after;
        case T_FACE:
        case T_COUNT: break;
        }
        return NULL;
}

static void record_clear(Mesh *m, MTable t, uint32_t id) {
        size_t each = record_bytes[t], from = t == T_HALF ? 2 * id : id, many = t == T_HALF ? 2 : 1;

        for (size_t i = from; i < from + many; i++)
                record_note(m, t, (uint32_t)i);
        memset(m->tables[t].v + from * each, 0, many * each);
}

uint32_t record_new(Mesh *m, MTable t) {
        Table *x = &m->tables[t];
        uint32_t id = x->free_id;

        x->live++;
        if (id) {
                x->free_id = *free_link(m, t, id);
        } else {
                id = t == T_HALF ? x->n / 2 : x->n;
                table_reserve(m, t, x->n + 2);
                x->n += t == T_HALF ? 2 : 1;
        }
        record_clear(m, t, id);
        return id;
}

void record_free(Mesh *m, MTable t, uint32_t id) {
        Table *x = &m->tables[t];

        x->live--;
        record_clear(m, t, id);
        if (t == T_FACE)
                return;
        *free_link(m, t, id) = x->free_id;
        x->free_id = id;
}

/* ---- life -------------------------------------------------------------------------------------------------------------- */

static void journal_clear(Journal *j) {
        free(j->entries.v);
        free(j->bytes.v);
        free(j->edits.v);
        free(j->faces.v);
        *j = (Journal){ 0 };
}

void mesh_free(Mesh *m) {
        if (!m)
                return;
        for (MTable t = 0; t < T_COUNT; t++) {
                free(m->tables[t].v);
                free(m->tables[t].seen);
        }
        for (int i = 0; i < CHANGES; i++)
                free(m->lists[i].v);
        index_done(m);
        mesh_forget(m);
        free(m->changed.v);
        free(m->starts.v);
        free(m->stale.v);
        free(m->faces.v);
        free(m);
}

void mesh_freep(Mesh **m) { mesh_free(*m); }

Mesh *mesh_copy(const Mesh *m) {
        Mesh *copy = heap_take(1, sizeof *copy);

        copy->west = m->west;
        copy->walks = m->walks;
        copy->locked = m->locked;
        copy->box = BOX_EMPTY;
        for (MTable t = 0; t < T_COUNT; t++) {
                const Table *from = &m->tables[t];
                Table *to = &copy->tables[t];

                *to = *from;
                to->cap = from->n;
                to->v = heap_take(from->n, record_bytes[t]);
                to->seen = heap_take(from->n, sizeof *to->seen);
                memcpy(to->v, from->v, from->n * record_bytes[t]);
        }
        return copy;
}

void mesh_lock_outline(Mesh *m, bool locked) { m->locked = locked; }

/* ---- edits ------------------------------------------------------------------------------------------------------------- */

static EditMark mark_now(const Mesh *m, const Journal *j) {
        EditMark mark = { .entries = j->entries.n, .bytes = j->bytes.n, .faces = j->faces.n };

        for (MTable t = 0; t < T_COUNT; t++) {
                mark.n[t] = m->tables[t].n;
                mark.free_id[t] = m->tables[t].free_id;
                mark.live[t] = m->tables[t].live;
        }
        return mark;
}

void edit_begin(Mesh *m) {
        index_make(m);
        m->edit++;
        m->editing = true;
        m->outline_moved = false;
        m->changed.n = m->starts.n = m->stale.n = m->faces.n = 0;
        m->box = BOX_EMPTY;
        HEAP_ROOM(&m->done.edits, 1);
        m->done.edits.v[m->done.edits.n++] = mark_now(m, &m->done);
}

static void each_around(Mesh *m, uint32_t node, void (*act)(Mesh *m, uint32_t edge)) {
        uint32_t first = NODE(m, node)->out, h = first;

        do {
                act(m, h / 2);
                h = HALF(m, h ^ 1)->next;
        } while (h != first);
}

/* Takes the edges out of the index whose records or ends the entries hold. In the middle of an edit nodes may be bare. */
static void unhook(Mesh *m, const Journal *j, size_t from) {
        for (size_t i = from; i < j->entries.n; i++) {
                uint32_t id = j->entries.v[i].id;

                if (j->entries.v[i].table == T_HALF)
                        index_drop(m, id / 2);
                else if (j->entries.v[i].table == T_NODE && node_alive(m, id))
                        each_around(m, id, index_drop);
        }
}

static void hook(Mesh *m, const Journal *j, size_t from) {
        for (size_t i = from; i < j->entries.n; i++) {
                uint32_t id = j->entries.v[i].id;

                if (j->entries.v[i].table == T_HALF && edge_alive(m, id / 2))
                        index_add(m, id / 2);
                else if (j->entries.v[i].table == T_NODE && node_alive(m, id))
                        each_around(m, id, index_add);
        }
}

/* Puts the last edit's old records back; what they replace goes to `to`, where the same step leads forward again. */
static void step(Mesh *m, Journal *from, Journal *to) {
        EditMark mark = from->edits.v[from->edits.n - 1];

        m->editing = false;
        unhook(m, from, mark.entries);
        if (to) {
                HEAP_ROOM(&to->edits, 1);
                to->edits.v[to->edits.n++] = mark_now(m, to);
        }
        for (size_t i = mark.entries; i < from->entries.n; i++) {
                Entry e = from->entries.v[i];
                size_t each = record_bytes[e.table];
                char *now = m->tables[e.table].v + e.id * each;

                if (to) {
                        HEAP_ROOM(&to->entries, 1);
                        HEAP_ROOM(&to->bytes, each);
                        to->entries.v[to->entries.n++] = (Entry){ e.table, e.id, to->bytes.n };
                        memcpy(to->bytes.v + to->bytes.n, now, each);
                        to->bytes.n += each;
                }
                memcpy(now, from->bytes.v + e.at, each);
        }
        for (size_t i = mark.faces; to && i < from->faces.n; i++)
                ids_push(&to->faces, from->faces.v[i]);
        for (MTable t = 0; t < T_COUNT; t++) {
                m->tables[t].n = mark.n[t];
                m->tables[t].free_id = mark.free_id[t];
                m->tables[t].live = mark.live[t];
        }
        hook(m, from, mark.entries);
        from->entries.n = mark.entries;
        from->bytes.n = mark.bytes;
        from->faces.n = mark.faces;
        from->edits.n--;
}

MeshWhy refuse(Mesh *m, MeshFault fault) {
        m->fault = fault;
        return fault.why;
}

MeshWhy edit_refuse(Mesh *m, MeshFault fault) {
        step(m, &m->done, NULL);
        return refuse(m, fault);
}

MeshWhy mesh_undo(Mesh *m) {
        if (!m->done.edits.n)
                return refuse(m, (MeshFault){ .why = MESH_NO_CHANGE });
        step(m, &m->done, &m->undone);
        change_note(m, &m->undone);
        return MESH_FINE;
}

MeshWhy mesh_redo(Mesh *m) {
        if (!m->undone.edits.n)
                return refuse(m, (MeshFault){ .why = MESH_NO_CHANGE });
        step(m, &m->undone, &m->done);
        change_note(m, &m->done);
        return MESH_FINE;
}

size_t mesh_mark(const Mesh *m) { return m->done.edits.n; }

MeshWhy mesh_undo_to(Mesh *m, size_t mark) {
        if (mark > m->done.edits.n)
                return refuse(m, (MeshFault){ .why = MESH_NO_CHANGE });
        while (m->done.edits.n > mark) {
                MeshWhy why = mesh_undo(m);

                if (why)
                        return why;
        }
        return MESH_FINE;
}

void mesh_forget(Mesh *m) {
        journal_clear(&m->done);
        journal_clear(&m->undone);
}

/* ---- what an edit did ---------------------------------------------------------------------------------------------------- */

static void note_face(Mesh *m, uint32_t face, const MFace *old, bool moved) {
        const MFace *now = FACE(m, face);
        bool alive = face < m->tables[T_FACE].n && now->alive, was = old ? old->alive : alive;

        if (!face || (!alive && !was))
                return;
        if (alive != was) {
                ids_push(&m->lists[alive ? CHANGE_BORN : CHANGE_GONE], face);
                return;
        }
        if (moved)
                ids_push(&m->lists[CHANGE_RESHAPED], face);
        if (old && (old->tag.grid != now->tag.grid || old->tag.community != now->tag.community ||
                    old->tag.kind != now->tag.kind))
                ids_push(&m->lists[CHANGE_RETAGGED], face);
}

void change_note(Mesh *m, const Journal *before) {
        const EditMark *mark = &before->edits.v[before->edits.n - 1];
        Ids *lists = m->lists;

        for (int i = 0; i < CHANGES; i++)
                lists[i].n = 0;
        m->edit++; /* marks the faces that have an old record */
        for (size_t i = mark->entries; i < before->entries.n; i++) {
                const Entry *e = &before->entries.v[i];
                MFace old;

                if (e->table != T_FACE)
                        continue;
                memcpy(&old, before->bytes.v + e->at, sizeof old);
                note_face(m, e->id, &old, false);
                m->tables[T_FACE].seen[e->id] = old.alive ? 0 : m->edit;
        }
        for (size_t i = mark->faces; i < before->faces.n; i++)
                if (m->tables[T_FACE].seen[before->faces.v[i]] != m->edit)
                        note_face(m, before->faces.v[i], NULL, true);
        for (int i = 0; i < CHANGES; i++)
                ids_sort(&lists[i]);
        m->change = (MeshChange){ .born = lists[CHANGE_BORN].v,
                                  .born_n = lists[CHANGE_BORN].n,
                                  .gone = lists[CHANGE_GONE].v,
                                  .gone_n = lists[CHANGE_GONE].n,
                                  .reshaped = lists[CHANGE_RESHAPED].v,
                                  .reshaped_n = lists[CHANGE_RESHAPED].n,
                                  .retagged = lists[CHANGE_RETAGGED].v,
                                  .retagged_n = lists[CHANGE_RETAGGED].n };
}

const MeshFault *mesh_fault(const Mesh *m) { return &m->fault; }
const MeshChange *mesh_change(const Mesh *m) { return &m->change; }

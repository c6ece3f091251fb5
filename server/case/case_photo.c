/* Evidence: the uploads that a report or an action brings. They are checked to be here whole, claimed, and attached to the step.
 * Where photos are asked for only photos count; voice notes and videos come beside them. */
#include "case/case_int.h"
#include "core/blob/blob.h"

Rc case_evidence(Cx *cx, const PhotoLinkList *links, PhotoKind otherwise, const char *pointer,
                 CaseEvidence *ret) {
        CaseEvidence e = { .rows = TAKE_ARRAY(cx->arena, CasePhotoRow, links->n + 1) };
        Buf text = BUF_IN(cx->arena);

        for (size_t i = 0; i < links->n; i++) {
                PhotoLink link = links->v[i];
                BlobInfo info;
                bool again = false;

                if (!link.kind)
                        link.kind = otherwise;
                for (size_t k = 0; k < e.links.n && !again; k++)
                        again = str_eq(e.links.v[k].sha256, link.sha256);
                if (again)
                        continue;
                TRY(blob_need(cx, link.sha256, str_fmt(cx->arena, "%s/%zu", pointer, i), &info));
                e.rows[e.links.n] = (CasePhotoRow){
                        .sha256 = link.sha256, .kind = link.kind, .width = info.width, .height = info.height
                };
                if (blob_is_photo(info.type))
                        e.photos++;
                else
                        e.rows[e.links.n].type = info.type;
                *list_push(cx->arena, &e.links) = link;
                buf_fmt(&text, "%s%s:" STR_FMT, text.n ? " " : "",
                        enum_word(&enum_PhotoKind, (int)link.kind), STR_ARG(link.sha256));
        }
        e.text = text.n ? buf_view(&text) : STR_NONE;
        return *ret = e, OK;
}

Str case_photo_type(const CasePhotoRow *row) { return row->type.p ? row->type : S("image/jpeg"); }

void case_evidence_count(CaseRow *row, const CaseEvidence *e) {
        row->photos += e->photos;
        for (size_t i = 0; i < e->links.n && !row->thumb.p; i++)
                if (!e->rows[i].type.p)
                        row->thumb = e->links.v[i].sha256;
}

Rc case_evidence_attach(Cx *cx, int64_t case_id, int64_t seq, const CaseEvidence *e) {
        int64_t last = 0;

        if (e->links.n)
                TRY(case_store_photo_last(cx, case_id, &last));
        for (size_t i = 0; i < e->links.n; i++) {
                CasePhotoRow row = e->rows[i];

                row.case_id = case_id;
                row.n = last + 1 + (int64_t)i;
                row.seq = seq;
                TRY(blob_mark_used(cx, row.sha256));
                TRY(case_store_photo_add(cx, &row));
        }
        return OK;
}

/* The tables of this module that the chained log seals, read row by row for `wangge verify`. */
#include "case/case_int.h"
#include "case/case_store.h"
#include "core/audit/audit.h"

typedef struct Stream {
        Rc (*check)(Cx *cx, Str key, const void *row, void *arg);
        void *arg;
} Stream;

static Rc case_each(Cx *cx, const CaseRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld", (long long)r->id), r, s->arg);
}

static Rc step_each(Cx *cx, const CaseStepRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld/%lld", (long long)r->case_id, (long long)r->seq), r,
                        s->arg);
}

static Rc photo_each(Cx *cx, const CasePhotoRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld/%lld", (long long)r->case_id, (long long)r->n), r,
                        s->arg);
}

static Rc reader_each(Cx *cx, const CaseReaderRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld/%lld", (long long)r->case_id, (long long)r->account), r,
                        s->arg);
}

static Rc unit_each(Cx *cx, const CaseUnitRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld/" STR_FMT, (long long)r->case_id, STR_ARG(r->department)), r,
                        s->arg);
}

static Rc reporter_each(Cx *cx, const CaseReporterRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld", (long long)r->case_id), r, s->arg);
}

static Rc card_each(Cx *cx, const CaseCardRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, case_card_key(cx, r), r, s->arg);
}

static Rc voice_each(Cx *cx, const CaseVoiceRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld/%lld", (long long)r->case_id, (long long)r->n), r,
                        s->arg);
}

static Rc told_each(Cx *cx, const CaseToldRow *r, void *arg) {
        const Stream *s = arg;
        Str key = str_fmt(cx->arena, "%lld/%lld/%lld", (long long)r->case_id, (long long)r->n, (long long)r->at_ms);

        return s->check(cx, key, r, s->arg);
}

static Rc link_each(Cx *cx, const CaseLinkRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld", (long long)r->id), r, s->arg);
}

static Rc source_each(Cx *cx, const CaseSourceRow *r, void *arg) {
        const Stream *s = arg;

        return s->check(cx, str_fmt(cx->arena, "%lld", (long long)r->id), r, s->arg);
}

#define STREAM(name, query, each) \
        static Rc name(Cx *cx, Rc (*check)(Cx *, Str, const void *, void *), void *arg) { \
                Stream s = { check, arg }; \
\
                return query(cx, each, &s); \
        }
STREAM(case_stream, q_case_all, case_each)
STREAM(step_stream, q_case_step_all, step_each)
STREAM(photo_stream, q_case_photo_all, photo_each)
STREAM(reader_stream, q_case_reader_all, reader_each)
STREAM(unit_stream, q_case_unit_all, unit_each)
STREAM(reporter_stream, q_case_reporter_all, reporter_each)
STREAM(card_stream, q_case_card_all, card_each)
STREAM(voice_stream, q_case_voice_all, voice_each)
STREAM(told_stream, q_case_told_all, told_each)
STREAM(link_stream, q_case_link_all, link_each)
STREAM(source_stream, q_case_source_all, source_each)

/* A step's own chain: its hash is that of its content, and it names the hash of the step before. */
static Rc step_extra(Cx *cx, const void *row, Str *ret_wrong) {
        static const uint8_t zero[32];
        const CaseStepRow *r = row;
        Str wanted = { (const char *)zero, sizeof zero };
        CaseStepRow *before;
        Sm3 hash;

        case_step_hash(cx, r, &hash);
        if (!str_eq(r->hash, (Str){ (const char *)hash.b, sizeof hash.b }))
                return *ret_wrong = S("the step's content does not have its hash"), OK;
        if (r->seq > 1) {
                TRY(q_case_step_at(cx, r->case_id, r->seq - 1, &before));
                if (!before)
                        return *ret_wrong = S("the step before it is gone"), OK;
                wanted = before->hash;
        }
        if (!str_eq(r->previous, wanted))
                *ret_wrong = S("it does not follow the step before it");
        return OK;
}

void case_store_init(void) {
        static const AuditTable tables[] = {
                { "case_case", &db_shape_CaseRow, case_stream, NULL },
                { "case_step", &db_shape_CaseStepRow, step_stream, step_extra },
                { "case_photo", &db_shape_CasePhotoRow, photo_stream, NULL },
                { "case_reader", &db_shape_CaseReaderRow, reader_stream, NULL },
                { "case_unit", &db_shape_CaseUnitRow, unit_stream, NULL },
                { "case_reporter", &db_shape_CaseReporterRow, reporter_stream, NULL },
                { "case_card", &db_shape_CaseCardRow, card_stream, NULL },
                { "case_voice", &db_shape_CaseVoiceRow, voice_stream, NULL },
                { "case_told", &db_shape_CaseToldRow, told_stream, NULL },
                { "case_link", &db_shape_CaseLinkRow, link_stream, NULL },
                { "case_source", &db_shape_CaseSourceRow, source_stream, NULL },
        };

        for (size_t i = 0; i < ARRAY_LEN(tables); i++)
                audit_table(&tables[i]);
        case_file_init();
}

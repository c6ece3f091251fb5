/* The whole case on paper (案卷): what was reported, how the deadline came about, who did what, evidence, and the hashes by which anybody
 * can check it. Forms are in case_paper_form.c, layout in core/print. Made on a worker, outside every transaction; the pages go into an
 * unnamed file and memory holds one picture at a time. */
#include "base/env.h"
#include "case/case_paper.h"
#include "core/blob/blob.h"
#include "core/blob/picture.h"
#include "core/print/paper.h"
#include <inttypes.h>
#include <unistd.h>

enum { LONGEST = 900 /* pixels: 86 mm at 265 dots an inch */, HASH_SHORT = 16, HEADS_MOST = 16 };

static Str minute(Cx *cx, int64_t ms) {
        Str stamp = time_rfc3339(cx->arena, ms);

        return str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(str_sub(stamp, 0, 10)), STR_ARG(str_sub(stamp, 11, 5)));
}

static Str opt_minute(Cx *cx, OptInt ms) { return ms.set ? minute(cx, ms.n) : STR_NONE; }

/* 2 天 3 小时 5 分 */
static Str span(Cx *cx, int64_t ms) {
        int64_t min = ms / MS_MINUTE, days = min / 1440, hours = min / 60 % 24;
        bool en = cx->lang == LANG_EN;
        Buf b = BUF_IN(cx->arena);

        if (days)
                buf_fmt(&b, en ? "%lld d " : "%lld 天 ", (long long)days);
        if (days || hours)
                buf_fmt(&b, en ? "%lld h " : "%lld 小时 ", (long long)hours);
        buf_fmt(&b, en ? "%lld min" : "%lld 分", (long long)(min % 60));
        return buf_view(&b);
}

static Str channel_text(Cx *cx, CaseChannel channel) {
        static const char *const names[][2] = { { "", "" },         { "网格员", "Member" }, { "网格长", "Leader" },   { "网格中心", "Centre" },
                                                { "扫码", "QR" },   { "网页", "Web" },      { "热线", "Hotline" },    { "部门", "Department" },
                                                { "交办", "Order" } };

        if ((size_t)channel < ARRAY_LEN(names))
                return str_c(names[channel][cx->lang == LANG_EN]);
        return str_c(enum_word(&enum_CaseChannel, (int)channel));
}

static Str satisfaction_text(Cx *cx, Satisfaction s) {
        static const char *const names[][2] = { { "", "" }, { "满意", "Satisfied" }, { "基本满意", "Fairly satisfied" }, { "不满意", "Dissatisfied" } };

        return (size_t)s < ARRAY_LEN(names) ? str_c(names[s][cx->lang == LANG_EN]) : STR_NONE;
}

static Str kind_text(Cx *cx, PhotoKind kind) {
        static const char *const names[][2] = { { "", "" }, { "现场", "Scene" }, { "处置前", "Before" }, { "处置后", "After" }, { "核查", "Check" } };

        return (size_t)kind < ARRAY_LEN(names) ? str_c(names[kind][cx->lang == LANG_EN]) : STR_NONE;
}

static void pair(Cx *cx, Sheet *s, const char *zh, const char *en, Str value) {
        sheet_pair(s, str_c(cx->lang == LANG_EN ? en : zh), value);
}

static void heading(Cx *cx, Sheet *s, const char *zh, const char *en) { sheet_heading(s, str_c(cx->lang == LANG_EN ? en : zh)); }

/* ---- what it is ---- */

static Str reporter_text(Cx *cx, const CaseView *v) {
        if (!v->reporter_name.n && !v->reporter_phone.n)
                return in_lang(cx, S("未留姓名"), S("no name given"));
        return str_fmt(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(v->reporter_name), v->reporter_name.n ? "  " : "", STR_ARG(v->reporter_phone));
}

static Str facts_text(Cx *cx, const CaseView *v) {
        Buf b = BUF_IN(cx->arena);

        for (size_t i = 0; i < v->facts.n; i++)
                buf_fmt(&b, "%s" STR_FMT ": " STR_FMT, i ? "; " : "", STR_ARG(v->facts.v[i].name), STR_ARG(v->facts.v[i].value_name));
        return buf_view(&b);
}

static Str counts_text(Cx *cx, const CaseView *v) {
        return str_fmt(cx->arena, cx->lang == LANG_EN ? "%lld report(s), urged %lld×, supervised %lld×, returned %lld×, reopened %lld×"
                                                      : "反映 %lld 次，催办 %lld 次，督办 %lld 次，退回 %lld 次，重办 %lld 次",
                       (long long)v->voices, (long long)v->urged, (long long)v->supervised, (long long)v->item->returned,
                       (long long)v->item->reopened);
}

static Rc about(Cx *cx, Sheet *s, const Paper *p) {
        const CaseView *v = p->view;
        const CaseItem *i = v->item;
        Buf at = BUF_IN(cx->arena);

        TRY(sheet_head(cx, s, in_lang(cx, S("案卷"), S("Case file")), i->number, p->link));
        buf_deg(&at, i->lon);
        buf_c(&at, ", ");
        buf_deg(&at, i->lat);
        pair(cx, s, "状态", "State", str_fmt(cx->arena, STR_FMT "（" STR_FMT "）", STR_ARG(i->state_name), STR_ARG(i->step_name)));
        pair(cx, s, "类别", "Category", str_fmt(cx->arena, STR_FMT " · " STR_FMT, STR_ARG(i->class_name), STR_ARG(i->category_name)));
        pair(cx, s, "流程", "Flow", v->flow_name);
        pair(cx, s, "地点", "Place", str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(i->community_name), STR_ARG(i->place_name)));
        pair(cx, s, "地址", "Address", i->address);
        pair(cx, s, "坐标", "Position", str_fmt(cx->arena, STR_FMT " (CGCS2000)", STR_ARG(buf_view(&at))));
        pair(cx, s, "来源", "Source", channel_text(cx, i->channel));
        pair(cx, s, "反映人", "Reporter", reporter_text(cx, v));
        pair(cx, s, "上报", "Reported", minute(cx, i->created));
        pair(cx, s, "期限", "Due", opt_minute(cx, i->due));
        pair(cx, s, "办结", "Closed", opt_minute(cx, i->closed));
        pair(cx, s, "现在在", "Now with", i->holder->name);
        pair(cx, s, "要素", "Known of it", facts_text(cx, v));
        pair(cx, s, "次数", "Counts", counts_text(cx, v));
        pair(cx, s, "评价", "Rating", i->satisfaction ? satisfaction_text(cx, i->satisfaction) : STR_NONE);
        heading(cx, s, "反映内容", "What was reported");
        sheet_text(s, (SheetStyle){ .size = 10.5 }, v->text);
        return OK;
}

/* ---- the deadline ---- */

static void deadline(Cx *cx, Sheet *s, const ClockView *k) {
        heading(cx, s, "期限推算", "How the deadline came about");
        pair(cx, s, "规则", "Rule", k->rule);
        if (k->status == CLOCK_STATUS_IDLE && !k->due.set)
                return;
        pair(cx, s, "时限", "Limit", k->limit);
        pair(cx, s, "起算", "Started", opt_minute(cx, k->start));
        pair(cx, s, "到期", "Due", opt_minute(cx, k->due));
        pair(cx, s, "计入", "Counted", span(cx, k->elapsed_ms));
        pair(cx, s, "结论", "Result", k->late ? in_lang(cx, S("超期"), S("late")) : in_lang(cx, S("未超期"), S("in time")));
        for (size_t i = 0; i < k->pauses.n; i++)
                pair(cx, s, "暂停", "Paused",
                     str_fmt(cx->arena, STR_FMT " — " STR_FMT "  " STR_FMT, STR_ARG(minute(cx, k->pauses.v[i].from)),
                             STR_ARG(opt_minute(cx, k->pauses.v[i].to)), STR_ARG(k->pauses.v[i].why)));
        for (size_t i = 0; i < k->extensions.n; i++)
                pair(cx, s, "延期", "Extended",
                     str_fmt(cx->arena, STR_FMT "  +" STR_FMT, STR_ARG(minute(cx, k->extensions.v[i].at)), STR_ARG(k->extensions.v[i].more)));
        for (size_t i = 0; i < k->holders.n; i++)
                pair(cx, s, "经手", "Held by",
                     str_fmt(cx->arena, cx->lang == LANG_EN ? STR_FMT ": " STR_FMT " in all, counted " STR_FMT : STR_FMT "：共 " STR_FMT "，计入 " STR_FMT,
                             STR_ARG(k->holders.v[i].holder), STR_ARG(span(cx, k->holders.v[i].held_ms)), STR_ARG(span(cx, k->holders.v[i].counted_ms))));
}

/* ---- who did what ---- */

static void step(Cx *cx, Sheet *s, const Paper *p, size_t n) {
        const CaseStepView *t = &p->view->steps.v[n];
        SheetStyle title = { .size = 10, .bold = true }, quiet = { .size = 8.5, .quiet = true };
        Str days = t->days.set ? str_fmt(cx->arena, "%lld", (long long)t->days.n) : STR_NONE;

        sheet_gap(s, 4);
        sheet_text(s, title, str_fmt(cx->arena, "%lld  " STR_FMT "  " STR_FMT " → " STR_FMT, (long long)t->seq, STR_ARG(minute(cx, t->at)),
                                     STR_ARG(t->action_name), STR_ARG(t->to_state_name)));
        sheet_text(s, quiet, t->held_ms.set ? str_fmt(cx->arena, cx->lang == LANG_EN ? STR_FMT " · held for " STR_FMT " before" : STR_FMT " · 此前停留 " STR_FMT,
                                                      STR_ARG(t->actor), STR_ARG(span(cx, t->held_ms.n)))
                                            : t->actor);
        pair(cx, s, "承办", "To", t->target);
        pair(cx, s, "单位", "Unit", t->unit_name);
        pair(cx, s, "说明", "Note", t->note);
        pair(cx, s, "工作日", "Working days", days);
        pair(cx, s, "关联", "Other case", t->ref.set ? str_fmt(cx->arena, "#%lld", (long long)t->ref.n) : STR_NONE);
        paper_form(cx, s, p->forms[n]);
        if (t->photos.n)
                pair(cx, s, "证据", "Evidence", str_fmt(cx->arena, cx->lang == LANG_EN ? "%zu piece(s)" : "%zu 件", t->photos.n));
}

/* ---- evidence ---- */

typedef struct Shown {
        Str sha256;
} Shown;

static Rc load(Cx *cx, const void *arg, Str *ret_jpeg, int *ret_width, int *ret_height) {
        const Shown *shown = arg;
        Str bytes, type;
        Picture fitted;

        TRY(blob_bytes(cx, shown->sha256, false, &bytes, &type));
        TRY(picture_fit(cx, bytes, LONGEST, &fitted));
        *ret_width = (int)fitted.width;
        *ret_height = (int)fitted.height;
        return *ret_jpeg = fitted.bytes, OK;
}

static Str piece_text(Cx *cx, const CaseStepView *t, const PhotoView *photo, size_t hash) {
        return str_fmt(cx->arena, cx->lang == LANG_EN ? STR_FMT " · step %lld · " STR_FMT "\nSHA-256 " STR_FMT : STR_FMT " · 第 %lld 步 · " STR_FMT "\nSHA-256 " STR_FMT,
                       STR_ARG(kind_text(cx, photo->kind)), (long long)t->seq, STR_ARG(minute(cx, t->at)), STR_ARG(str_sub(photo->sha256, 0, hash)));
}

static Rc pictures(Cx *cx, Sheet *s, const CaseView *v) {
        bool begun = false;

        for (size_t i = 0; i < v->steps.n; i++)
                for (size_t k = 0; k < v->steps.v[i].photos.n; k++) {
                        const PhotoView *photo = &v->steps.v[i].photos.v[k];
                        Shown *shown = TAKE(cx->arena, Shown);

                        if (!photo->thumb.n) /* a recording */
                                continue;
                        if (!begun)
                                sheet_pictures_begin(s, in_lang(cx, S("照片"), S("Photos")));
                        begun = true;
                        shown->sha256 = photo->sha256;
                        TRY(sheet_picture(cx, s, &(SheetPicture){ piece_text(cx, &v->steps.v[i], photo, HASH_SHORT * 2), load, shown }));
                }
        sheet_pictures_end(s);
        return OK;
}

static void recordings(Cx *cx, Sheet *s, const CaseView *v) {
        bool begun = false;

        for (size_t i = 0; i < v->steps.n; i++)
                for (size_t k = 0; k < v->steps.v[i].photos.n; k++) {
                        const PhotoView *piece = &v->steps.v[i].photos.v[k];

                        if (piece->thumb.n)
                                continue;
                        if (!begun)
                                heading(cx, s, "录音录像", "Recordings");
                        begun = true;
                        sheet_pair(s, piece->type, piece_text(cx, &v->steps.v[i], piece, piece->sha256.n));
                }
}

/* ---- the chain ---- */

static void chain(Cx *cx, Sheet *s, const Paper *p) {
        const CaseStepViewList *steps = &p->view->steps;
        bool en = cx->lang == LANG_EN;

        heading(cx, s, "存证", "Proof");
        sheet_row(s, (SheetCell[]){ { 0.06, in_lang(cx, S("序"), S("No.")), true }, { 0.2, in_lang(cx, S("时间"), S("When")), true },
                                    { 0.3, in_lang(cx, S("操作"), S("Action")), true }, { 0.44, in_lang(cx, S("本步摘要（SM3 前 32 位）"), S("Hash (SM3, first 32 digits)")), true } }, 4);
        for (size_t i = 0; i < steps->n; i++)
                sheet_row(s, (SheetCell[]){ { 0.06, str_fmt(cx->arena, "%lld", (long long)steps->v[i].seq), false },
                                            { 0.2, minute(cx, steps->v[i].at), false },
                                            { 0.3, steps->v[i].action_name, false },
                                            { 0.44, str_sub(steps->v[i].hash, 0, HASH_SHORT * 2), false } }, 4);
        sheet_gap(s, 4);
        pair(cx, s, "链首摘要", "Head", p->head);
        for (size_t i = 0; i < p->audit->heads.n && i < HEADS_MOST; i++)
                sheet_pair(s, str_fmt(cx->arena, en ? "Log, lane %lld" : "总日志 %lld", (long long)p->audit->heads.v[i].lane),
                           str_fmt(cx->arena, en ? "No. %lld  " STR_FMT : "第 %lld 条  " STR_FMT, (long long)p->audit->heads.v[i].seq,
                                   STR_ARG(p->audit->heads.v[i].hash)));
        sheet_gap(s, 4);
        sheet_text(s, (SheetStyle){ .size = 8.5, .quiet = true },
                   en ? S("How to check: every step's hash covers all of its contents and the hash of the step before. The page behind the code "
                          "above (tab \"Sealed log\") shows the present hashes; each printed here must be among them, the head unchanged unless steps "
                          "were added. The file of a photo has the SHA-256 printed below it. On the server, \"wangge verify\" recomputes all steps "
                          "and the chained log, whose heads are signed.")
                      : S("核对方法：每一步的摘要都包含本步全部内容和上一步的摘要。扫描首页二维码，在“存证日志”中查看现有摘要，"
                          "本页各摘要都应在其中；没有新增步骤时，链首摘要应完全一致。照片原件的 SHA-256 应与照片下方所印一致。"
                          "在服务器上运行 wangge verify 会重新计算每一步和总日志，总日志的链首带有签名。"));
}

/* ---- all of it ---- */

static Rc fill(Cx *cx, Sheet *s, void *arg) {
        const Paper *p = arg;

        TRY(about(cx, s, p));
        deadline(cx, s, p->clock);
        heading(cx, s, "办理经过", "What was done");
        for (size_t i = 0; i < p->view->steps.n; i++)
                step(cx, s, p, i);
        TRY(pictures(cx, s, p->view));
        recordings(cx, s, p->view);
        chain(cx, s, p);
        return OK;
}

static Rc collect(Cx *cx, CaseId id, Paper *p) {
        CaseScope scope;
        Case *c;

        case_scope(cx, &scope);
        TRY(case_load(cx, id, &scope, &c));
        TRY(case_view(cx, id, &p->view));
        if (p->view->steps.n != c->steps.n) /* somebody acted in between */
                TRY(case_load(cx, id, &scope, &c));
        TRY(case_clock_view(cx, c, &p->clock));
        p->head = p->view->steps.v[p->view->steps.n - 1].hash;
        p->link = paper_link(cx, str_fmt(cx->arena, "/console/cases?view=all&case=%lld", (long long)id.n));
        return paper_forms(cx, c, p);
}

/* Everything of a case in one piece that leaves the house: who took it is in the chained log before it is made. */
static Rc note(Cx *cx, CaseId id, const Paper *p) {
        TRY(audit_read_note(cx, "case.file-printed", str_fmt(cx->arena, "case/%" PRId64, id.n),
                            str_fmt(cx->arena, "{\"head\":\"" STR_FMT "\"}", STR_ARG(p->head))));
        return audit_show_heads(cx, p->audit);
}

Rc case_paper(Cx *cx, CaseId id, int *ret_fd, Str *ret_number) {
        Paper p = { .audit = TAKE(cx->arena, AuditHeads) };
        int fd;
        SheetLook look;
        Rc rc;

        TRY(collect(cx, id, &p));
        TRY(note(cx, id, &p));
        look.title = str_fmt(cx->arena, STR_FMT " " STR_FMT, STR_ARG(in_lang(cx, S("案卷"), S("Case file"))), STR_ARG(p.view->item->number));
        look.foot = str_fmt(cx->arena, cx->lang == LANG_EN ? STR_FMT " · printed by " STR_FMT " " STR_FMT " · " STR_FMT : STR_FMT " · 打印人 " STR_FMT " " STR_FMT " · " STR_FMT,
                            STR_ARG(look.title), STR_ARG(cx->actor ? cx->actor->name : STR_NONE), STR_ARG(minute(cx, now_ms(cx))),
                            STR_ARG(str_sub(p.head, 0, HASH_SHORT)));
        fd = file_unnamed(cx->arena);
        if (fd < 0)
                return fail(cx, P_DB_FULL, "no temporary file for the document");
        rc = sheet_write(cx, &look, fill, &p, fd, NULL);
        if (rc != OK)
                return close(fd), rc;
        *ret_number = p.view->item->number;
        return *ret_fd = fd, OK;
}

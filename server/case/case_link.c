/* One-time links for people without an account. What a link allows is in the flow's action that issued it; it ends with its days, its
 * use, its withdrawal, and as soon as the case leaves the state in which it was issued. */
#include "base/id.h"
#include "case/case_int.h"
#include "core/vault/vault.h"
#include "db/db.h"
#include "territory/territory.h"
#include <openssl/crypto.h>

enum { TOKEN_BYTES = 18, LINKS_SHOWN = 20 };

static Rc sealed(Cx *cx, const CaseLinkRow *row) { return audit_seal(cx, &db_shape_CaseLinkRow, row); }

/* ID-MAC: 144 bits that only the data key can make. */
static Rc token_of(Cx *cx, const CaseLinkRow *row, Str *ret) {
        uint8_t mac[VAULT_MAC_BYTES];

        TRY(vault_mac(cx, "case-link", str_fmt(cx->arena, "%lld/%lld/%lld", (long long)row->id, (long long)row->case_id,
                                               (long long)row->issued_ms), mac));
        return *ret = str_fmt(cx->arena, "%lld-" STR_FMT, (long long)row->id, STR_ARG(id_base64url(cx->arena, mac, TOKEN_BYTES))), OK;
}

/* One answer for everything that is not a link that was issued. */
static Rc link_open(Cx *cx, Str token, CaseLinkRow **ret) {
        CaseLinkRow *row = NULL;
        Str number, rest, right;
        int64_t id;

        if (str_cut(token, '-', &number, &rest) && case_id_read(number, &id))
                TRY(q_case_link_at(cx, id, &row));
        if (!row)
                return fail(cx, P_LINK_UNKNOWN, "no such link");
        TRY(token_of(cx, row, &right));
        if (token.n != right.n || CRYPTO_memcmp(token.p, right.p, right.n) != 0)
                return fail(cx, P_LINK_UNKNOWN, "no such link");
        return *ret = row, OK;
}

/* ---- issuing ---- */

Rc case_link_check(Cx *cx, const FlowAction *a, const OutsideLink *outside) {
        if (!a->link_days)
                return outside ? fail_field(cx, S("/outside"), "not-asked", S("此操作不发链接"), S("This action issues no link")) : OK;
        if (!outside || !str_trim(outside->name).n)
                return fail_field(cx, S("/outside/name"), "required", S("请填写对方名称"), S("Say who is to get the link"));
        return OK;
}

Rc case_link_issue(Cx *cx, const Case *c, const FlowAction *a, const OutsideLink *outside) {
        int64_t seq = c->steps.v[c->steps.n - 1].seq;
        CaseLinkRow *row;
        Str phone;

        if (!a->link_days)
                return OK;
        TRY(vault_seal(cx, str_fmt(cx->arena, "case_link/%lld/%lld/phone", (long long)c->row.id, (long long)seq),
                       outside->phone.n ? outside->phone : STR_NONE, &phone));
        TRY(q_case_link_add(cx, c->row.id, seq, a->code, outside->name, phone, now_ms(cx), now_ms(cx) + a->link_days * (int64_t)MS_DAY,
                            &row));
        return sealed(cx, row);
}

/* ---- how it stands ---- */

static bool has_moved_on(const Case *c, const CaseLinkRow *link) {
        for (size_t i = 0; i < c->steps.n; i++) {
                const CaseStepRow *s = &c->steps.v[i];

                if (s->seq > link->seq && !str_eq(s->from_state, s->to_state))
                        return true;
        }
        return false;
}

static bool is_open(const Cx *cx, const Case *c, const CaseLinkRow *link) {
        return !link->used_ms.set && !link->withdrawn_ms.set && now_ms(cx) < link->expires_ms && !has_moved_on(c, link);
}

static bool may_issue(const Cx *cx, const Case *c, const CaseLinkRow *link) {
        const FlowAction *a = flow_action(c->flow, link->action);

        return a && case_right(cx, c, a, false).allowed;
}

Rc case_links_fill(Cx *cx, const Case *c, CaseView *v) {
        bool any = false;
        CaseLinkRowList rows;

        for (size_t i = 0; i < c->steps.n && !any; i++) {
                const FlowAction *a = flow_action(c->flow, c->steps.v[i].action);

                any = a && a->link_days;
        }
        if (!any)
                return OK;
        TRY(q_case_links(cx, c->row.id, LINKS_SHOWN, &rows));
        for (size_t i = 0; i < rows.n; i++) {
                const CaseLinkRow *r = &rows.v[i];
                const FlowAction *a = flow_action(c->flow, r->action);
                CaseLinkView *l = list_push(cx->arena, &v->links);

                *l = (CaseLinkView){ .id = r->id, .name = r->name, .issued = r->issued_ms, .expires = r->expires_ms, .used = r->used_ms,
                                     .withdrawn = r->withdrawn_ms, .open = is_open(cx, c, r) };
                l->may_manage = l->open && may_issue(cx, c, r);
                for (size_t k = 0; a && k < a->link_actions.n; k++)
                        *list_push(cx->arena, &l->action_names) = case_action_name(cx, c->flow, a->link_actions.v[k]);
        }
        return OK;
}

/* ---- whoever may issue it ---- */

static Rc managed(Cx *cx, CaseId id, int64_t link, Case **ret_case, CaseLinkRow **ret) {
        CaseScope scope;

        case_scope(cx, &scope);
        TRY(case_load(cx, id, &scope, ret_case));
        TRY(q_case_link_at(cx, link, ret));
        if (!*ret || (*ret)->case_id != id.n)
                return fail(cx, P_NOT_FOUND, "case %lld has no link %lld", (long long)id.n, (long long)link);
        if (!may_issue(cx, *ret_case, *ret))
                return fail(cx, P_CASE_NOT_YOURS, "link %lld is not the actor's to manage", (long long)link);
        return is_open(cx, *ret_case, *ret) ? OK : fail(cx, P_LINK_OVER, "link %lld cannot be used any more", (long long)link);
}

Rc case_link_address(Cx *cx, CaseId id, int64_t link, LinkAddress **ret) {
        LinkAddress *v = TAKE(cx->arena, LinkAddress);
        CaseLinkRow *row;
        Str token;
        Case *c;

        TRY(managed(cx, id, link, &c, &row));
        TRY(audit_read_note(cx, "case.link-seen", str_fmt(cx->arena, "case/%lld", (long long)id.n),
                            str_fmt(cx->arena, "{\"link\":%lld}", (long long)link)));
        TRY(token_of(cx, row, &token));
        *v = (LinkAddress){ .path = str_fmt(cx->arena, "/o/" STR_FMT, STR_ARG(token)), .expires = row->expires_ms };
        return *ret = v, OK;
}

typedef struct Withdrawing {
        CaseId id;
        int64_t link;
} Withdrawing;

static Rc withdraw_work(Cx *cx, void *arg) {
        const Withdrawing *w = arg;
        CaseLinkRow *row;
        Case *c;

        TRY(managed(cx, w->id, w->link, &c, &row));
        TRY(q_case_link_withdraw(cx, w->link, now_ms(cx), &row));
        if (!row)
                return fail(cx, P_LINK_OVER, "link %lld was used meanwhile", (long long)w->link);
        TRY(sealed(cx, row));
        TRY(audit_note(cx, "case.link-withdrawn", str_fmt(cx->arena, "case/%lld", (long long)w->id.n),
                       str_fmt(cx->arena, "{\"link\":%lld}", (long long)w->link)));
        return case_tell(cx, &c->row, NULL, S("link-withdrawn"));
}

Rc case_link_withdraw(Cx *cx, CaseId id, int64_t link, CaseView **ret) {
        Withdrawing w = { id, link };

        TRY(db_write(cx, withdraw_work, &w));
        return case_view(cx, id, ret);
}

/* ---- whoever holds it ---- */

/* What whoever issued it told them. */
static Str told(Cx *cx, const Case *c, const CaseLinkRow *link) {
        for (size_t i = 0; i < c->steps.n; i++)
                if (c->steps.v[i].seq == link->seq)
                        return case_note_text(cx, c->flow, &c->steps.v[i]);
        return STR_NONE;
}

/* Photos of the matter, without those of steps that are not for the public. */
static Rc photos_fill(Cx *cx, const Case *c, OutsideCase *v) {
        CasePhotoRowList rows;

        TRY(case_photos(cx, c, &rows));
        for (size_t i = 0; i < rows.n && v->photos.n < 9; i++)
                if (rows.v[i].kind == PHOTO_KIND_SCENE || rows.v[i].kind == PHOTO_KIND_BEFORE)
                        *list_push(cx->arena, &v->photos) =
                                (PublicPhoto){ .url = str_fmt(cx->arena, "%lld/" STR_FMT, (long long)c->row.id, STR_ARG(rows.v[i].sha256)),
                                               .kind = str_c(enum_word(&enum_PhotoKind, (int)rows.v[i].kind)),
                                               .type = case_photo_type(&rows.v[i]) };
        return OK;
}

/* The last answers to the form that the link is to show; nothing of it when the form is no longer there. */
static FilledForm *shown(Cx *cx, const Case *c, const FlowAction *issued) {
        const CaseForm *form = issued && issued->link_shows.n ? case_form(c->profile, issued->link_shows) : NULL;
        FilledForm *v;

        for (size_t i = c->steps.n; form && i-- > 0;) {
                const CaseStepRow *s = &c->steps.v[i];
                const FlowAction *a = flow_action(c->flow, s->action);

                if (!a || !s->form.n || !str_eq(a->form, issued->link_shows))
                        continue;
                v = TAKE(cx->arena, FilledForm);
                *v = (FilledForm){ .schema = form->text, .data = case_form_shown(cx, c, s->form) };
                return v->data.n ? v : NULL;
        }
        return NULL;
}

static Rc open_fill(Cx *cx, Case *c, const CaseLinkRow *link, OutsideCase *v) {
        const FlowAction *issued = flow_action(c->flow, link->action);
        FlowCase standing;

        v->text = c->row.text;
        v->address = c->row.address.n ? c->row.address : STR_NONE;
        v->place_name = territory_name(cx, c->row.place);
        v->lon = SOME_INT(c->row.lon_e7);
        v->lat = SOME_INT(c->row.lat_e7);
        v->note = told(cx, c, link);
        v->shown = shown(cx, c, issued);
        TRY(photos_fill(cx, c, v));
        c->link = link;
        TRY(case_standing(cx, c, &standing));
        for (size_t i = 0; issued && i < c->flow->actions.n; i++) {
                const FlowAction *a = &c->flow->actions.v[i];

                if (flow_link_allows(issued, a) && flow_action_offered(c->flow, a, &standing))
                        TRY(case_action_view(cx, c, a, &standing, case_right(cx, c, a, false), list_push(cx->arena, &v->actions)));
        }
        return OK;
}

Rc case_link_view(Cx *cx, Str token, OutsideCase **ret) {
        OutsideCase *v = TAKE(cx->arena, OutsideCase);
        CaseLinkRow *link;
        CaseItem item;
        Case *c;

        TRY(link_open(cx, token, &link));
        TRY(case_load(cx, (CaseId){ link->case_id }, NULL, &c));
        if (!link->used_ms.set && !is_open(cx, c, link))
                return fail(cx, P_LINK_OVER, "link %lld cannot be used any more", (long long)link->id);
        TRY(case_item(cx, &c->row, &item));
        if (c->flow->kind != FLOW_KIND_EVENT) /* a house to be graded, an order: the category says little of it */
                item.category_name = in_lang(cx, c->flow->name, c->flow->name_en);
        *v = (OutsideCase){ .number = item.number, .category_name = item.category_name, .name = link->name, .expires = link->expires_ms,
                            .used = link->used_ms };
        if (!link->used_ms.set)
                TRY(open_fill(cx, c, link, v));
        return *ret = v, OK;
}

typedef struct Using {
        Str token;
        const CaseAction *in;
} Using;

static Rc use_work(Cx *cx, void *arg) {
        const Using *u = arg;
        const FlowAction *issued, *a;
        CaseAction in = *u->in;
        CaseLinkRow *link, *used;
        Case *c;

        TRY(link_open(cx, u->token, &link));
        TRY(q_case_link_use(cx, link->id, now_ms(cx), &used));
        TRY(case_load(cx, (CaseId){ link->case_id }, NULL, &c));
        if (!used || !is_open(cx, c, link))
                return fail(cx, P_LINK_OVER, "link %lld cannot be used any more", (long long)link->id);
        issued = flow_action(c->flow, link->action);
        a = flow_action(c->flow, in.action);
        if (!a || !issued || !flow_link_allows(issued, a))
                return fail_field(cx, S("/action"), "unknown", S("没有这个操作"), S("There is no such action"));
        c->link = link;
        in.version = c->row.version;
        TRY(sealed(cx, used));
        return case_move(cx, c, a, &in, false);
}

Rc case_link_do(Cx *cx, Str token, const CaseAction *in, OutsideCase **ret) {
        Using u = { token, in };

        TRY(db_write(cx, use_work, &u));
        return case_link_view(cx, token, ret);
}

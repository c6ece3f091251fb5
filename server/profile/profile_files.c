/* The files of the profile in use: the newest edition of each, read from the database; a draft's files laid upon them. */
#include "core/audit/audit.h"
#include "core/setting/setting.h"
#include "profile/profile_int.h"

Str profile_kind_word(ProfileKind kind) { return str_c(enum_word(&enum_ProfileKind, (int)kind)); }

ProfileKind profile_kind_of(Str word) {
        for (int k = 1; k <= enum_ProfileKind.count; k++)
                if (str_eq_c(word, enum_word(&enum_ProfileKind, k)))
                        return (ProfileKind)k;
        return PROFILE_KIND_CATALOGUE;
}

static bool is_many(Str kind) { return str_eq(kind, S("flow")) || str_eq(kind, S("form")); }

Str profile_path(Arena *a, Str kind, Str name) {
        return is_many(kind) ? str_fmt(a, STR_FMT "s/" STR_FMT ".json", STR_ARG(kind), STR_ARG(name))
                             : str_fmt(a, STR_FMT ".json", STR_ARG(name));
}

Rc profile_now(Cx *cx, Str kind, Str name, int64_t *ret_edition, Str *ret_text) {
        Rc rc = setting_get(cx, kind, name, ret_text);

        *ret_edition = 0;
        if (rc == E_MISSING) {
                cx->problem = (Problem){ 0 };
                *ret_text = S("");
                return OK;
        }
        TRY(rc);
        return ret_text->n ? setting_edition(cx, kind, name, ret_edition) : OK;
}

static void base_add(Buf *base, Str kind, Str name, int64_t edition) {
        buf_fmt(base, STR_FMT "/" STR_FMT "/%lld\n", STR_ARG(kind), STR_ARG(name), (long long)edition);
}

static Rc one_read(Cx *cx, Str kind, Buf *base, FlowFile *ret) {
        int64_t edition;

        *ret = (FlowFile){ .name = kind, .path = profile_path(cx->arena, kind, kind) };
        TRY(profile_now(cx, kind, kind, &edition, &ret->text));
        base_add(base, kind, kind, edition);
        return OK;
}

static Rc many_read(Cx *cx, Str kind, Buf *base, FlowFiles *ret) {
        SettingNameList names = { 0 };

        TRY(setting_list(cx, kind, &names));
        for (size_t i = 0; i < names.n; i++) {
                FlowFile f = { .name = names.v[i].name, .path = profile_path(cx->arena, kind, names.v[i].name) };
                int64_t edition;

                TRY(profile_now(cx, kind, f.name, &edition, &f.text));
                base_add(base, kind, f.name, edition);
                if (f.text.n)
                        *list_push(cx->arena, ret) = f;
        }
        return OK;
}

Rc profile_texts(Cx *cx, FlowProfile *ret, Str *ret_base) {
        Buf base = BUF_IN(cx->arena);
        Sm3 digest;

        *ret = (FlowProfile){ .dir = S("") };
        TRY(one_read(cx, S("profile"), &base, &ret->profile));
        TRY(one_read(cx, S("catalogue"), &base, &ret->catalogue));
        TRY(one_read(cx, S("departments"), &base, &ret->departments));
        TRY(one_read(cx, S("limits"), &base, &ret->limits));
        TRY(many_read(cx, S("flow"), &base, &ret->flows));
        TRY(many_read(cx, S("form"), &base, &ret->forms));
        sm3(&digest, base.p, base.n);
        return *ret_base = hex_str(cx->arena, digest.b, sizeof digest.b), OK;
}

static void overlay_many(Cx *cx, FlowFiles *files, const ProfileFileRow *f) {
        FlowFile file = { .name = f->name, .path = profile_path(cx->arena, f->kind, f->name), .text = f->content };
        size_t at = 0;

        while (at < files->n && !str_eq(files->v[at].name, f->name))
                at++;
        if (!f->removed && at == files->n)
                *list_push(cx->arena, files) = file;
        else if (!f->removed)
                files->v[at] = file;
        else if (at < files->n) {
                for (; at + 1 < files->n; at++)
                        files->v[at] = files->v[at + 1];
                files->n--;
        }
}

void profile_overlay(Cx *cx, FlowProfile *p, const ProfileFileRowList *files) {
        for (size_t i = 0; i < files->n; i++) {
                const ProfileFileRow *f = &files->v[i];
                Str text = f->removed ? S("") : f->content;

                switch (profile_kind_of(f->kind)) {
                case PROFILE_KIND_CATALOGUE: p->catalogue.text = text; break;
                case PROFILE_KIND_DEPARTMENTS: p->departments.text = text; break;
                case PROFILE_KIND_LIMITS: p->limits.text = text; break;
                case PROFILE_KIND_FLOW: overlay_many(cx, &p->flows, f); break;
                case PROFILE_KIND_FORM: overlay_many(cx, &p->forms, f); break;
                }
        }
}

/* ---- views ---- */

/* A flow's name, a form's title; what cannot be read has none. */
static void titles(Cx *cx, Str text, ProfileFile *ret) {
        const JsonNode *name;
        JsonNode *root;

        ret->title = ret->title_en = S("");
        if (json_parse(cx, text, &root) != OK) {
                cx->problem = (Problem){ 0 };
                return;
        }
        name = json_get(root, "name");
        ret->title = name ? json_text(name, "zh") : json_text(root, "title");
        ret->title_en = name ? json_text(name, "en") : json_text(root, "title_en");
}

static Rc file_add(Cx *cx, ProfileKind kind, Str name, ProfileFiles *ret) {
        SettingEditionList all = { 0 };
        const SettingEdition *last;
        ProfileFile *f;

        TRY(setting_editions(cx, profile_kind_word(kind), name, &all));
        last = all.n ? &all.v[all.n - 1] : NULL;
        if (!last || !last->content.n)
                return OK;
        f = list_push(cx->arena, &ret->items);
        *f = (ProfileFile){ .kind = kind,
                            .name = name,
                            .title = S(""),
                            .title_en = S(""),
                            .edition = last->edition,
                            .added = last->added_ms,
                            .bytes = (int64_t)last->content.n };
        if (is_many(profile_kind_word(kind)))
                titles(cx, last->content, f);
        return OK;
}

Rc profile_files_view(Cx *cx, ProfileFiles **ret) {
        ProfileFiles *v = TAKE(cx->arena, ProfileFiles);
        JsonNode *root;
        Str text;

        TRY(setting_get(cx, S("profile"), S("profile"), &text));
        TRY(json_parse(cx, text, &root));
        v->profile = json_text(root, "code");
        v->title = json_text(root, "title");
        v->title_en = json_text(root, "title_en");
        for (int k = 1; k <= enum_ProfileKind.count; k++) {
                Str kind = profile_kind_word((ProfileKind)k);
                SettingNameList names = { 0 };

                TRY(setting_list(cx, kind, &names));
                for (size_t i = 0; i < names.n; i++)
                        TRY(file_add(cx, (ProfileKind)k, names.v[i].name, v));
        }
        return *ret = v, OK;
}

Rc profile_text_view(Cx *cx, const ProfileTextQuery *in, ProfileText **ret) {
        ProfileText *v = TAKE(cx->arena, ProfileText);
        SettingEditionList all = { 0 };
        const SettingEdition *found = NULL;

        TRY(setting_editions(cx, profile_kind_word(in->kind), in->name, &all));
        for (size_t i = 0; i < all.n; i++) {
                const SettingEdition *e = &all.v[i];

                *list_push(cx->arena, &v->editions) = (ProfileEdition){ e->edition, e->added_ms, e->digest, !e->content.n };
                if (!in->edition.set || in->edition.n == e->edition)
                        found = e;
        }
        if (!found)
                return fail(cx, P_NOT_FOUND, "no such file or edition");
        v->kind = in->kind;
        v->name = in->name;
        v->edition = found->edition;
        v->content = found->content;
        return *ret = v, OK;
}

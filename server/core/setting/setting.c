/* Settings by kind, name and edition. The newest editions are kept in memory, because every request asks for them; a notice
 * drops them in every server process when one changes. */
#include "core/setting/setting.h"
#include "base/env.h"
#include "contract.gen.h"
#include "core/audit/audit.h"
#include "core/notice/notice.h"
#include "sql.gen.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Kept {
        struct Kept *next;
        Str kind, name, content;
        int64_t edition;
} Kept;

static struct {
        pthread_mutex_t lock;
        Arena *arena;
        Kept *first;
        _Atomic uint64_t generation;
} setting = { .lock = PTHREAD_MUTEX_INITIALIZER, .generation = 1 };

static void heard(Cx *cx, const Notice *n) {
        (void)cx, (void)n;
        setting_forget();
}

void setting_init(void) {
        audit_table("setting_file", &query_setting_all, "kind/name/edition", NULL);
        notice_hear_at_once("setting", heard); /* whoever changed one reads it anew, here before they are answered */
}

uint64_t setting_generation(void) { return atomic_load(&setting.generation); }

void setting_forget(void) {
        pthread_mutex_lock(&setting.lock);
        if (setting.arena)
                arena_reset(setting.arena);
        setting.first = NULL;
        atomic_fetch_add(&setting.generation, 1);
        pthread_mutex_unlock(&setting.lock);
}

static bool kept_find(Cx *cx, Str kind, Str name, Kept *ret) {
        bool found = false;

        pthread_mutex_lock(&setting.lock);
        for (const Kept *k = setting.first; k && !found; k = k->next)
                if (str_eq(k->kind, kind) && str_eq(k->name, name)) {
                        *ret = *k;
                        ret->content = str_dup(cx->arena, k->content);
                        found = true;
                }
        pthread_mutex_unlock(&setting.lock);
        return found;
}

/* Remembers what was read, unless something changed since the reading began. */
static void keep(uint64_t generation, Str kind, Str name, const SettingFile *f) {
        pthread_mutex_lock(&setting.lock);
        if (generation == atomic_load(&setting.generation)) {
                Kept *k;

                if (!setting.arena)
                        setting.arena = arena_new(64u << 20);
                k = TAKE(setting.arena, Kept);
                *k = (Kept){ setting.first, str_dup(setting.arena, kind), str_dup(setting.arena, name),
                             str_dup(setting.arena, f->content), f->edition };
                setting.first = k;
        }
        pthread_mutex_unlock(&setting.lock);
}

/* Inside a transaction the database is asked, so that it sees its own changes and remembers nothing uncommitted. */
static Rc newest(Cx *cx, Str kind, Str name, Kept *ret) {
        uint64_t generation = setting_generation();
        SettingFile *f;

        if (!cx->tx && kept_find(cx, kind, name, ret))
                return OK;
        TRY(q_setting_newest(cx, kind, name, &f));
        if (!f)
                return fail(cx, P_NOT_FOUND, "no setting " STR_FMT "/" STR_FMT, STR_ARG(kind),
                            STR_ARG(name));
        if (!cx->tx && !cx->reader) /* a pinned snapshot may be older than the generation */
                keep(generation, kind, name, f);
        *ret = (Kept){ NULL, kind, name, f->content, f->edition };
        return OK;
}

Rc setting_put(Cx *cx, Str kind, Str name, Str content) {
        uint8_t digest[32];
        SettingFile *now;
        SettingRow *row;

        TRY(q_setting_newest(cx, kind, name, &now));
        if (now && str_eq(now->content, content))
                return OK;
        if (!EVP_Digest(content.p ? content.p : "", content.n, digest, NULL, EVP_sm3(), NULL))
                return fail(cx, P_SERVER_BUG, "SM3 is not available");
        TRY(q_setting_add(cx, kind, name, now ? now->edition + 1 : 1, content, now_ms(cx),
                          hex_str(cx->arena, digest, sizeof digest), &row));
        TRY(audit_seal(cx, &db_shape_SettingRow, row));
        return notice_send(cx, &(Notice){ .topic = S("setting"),
                                          .action = S("setting.changed"),
                                          .number = kind,
                                          .state = name });
}

Rc setting_get(Cx *cx, Str kind, Str name, Str *ret) {
        Kept k;

        TRY(newest(cx, kind, name, &k));
        *ret = k.content;
        return OK;
}

Rc setting_edition(Cx *cx, Str kind, Str name, int64_t *ret) {
        Kept k;

        TRY(newest(cx, kind, name, &k));
        *ret = k.edition;
        return OK;
}

Rc setting_get_edition(Cx *cx, Str kind, Str name, int64_t edition, Str *ret) {
        SettingFile *f;

        TRY(q_setting_of_edition(cx, kind, name, edition, &f));
        if (!f)
                return fail(cx, P_NOT_FOUND, "no edition %lld of setting " STR_FMT "/" STR_FMT,
                            (long long)edition, STR_ARG(kind), STR_ARG(name));
        *ret = f->content;
        return OK;
}

Rc setting_list(Cx *cx, Str kind, SettingNameList *ret) {
        SettingNameRowList rows;

        TRY(q_setting_names(cx, kind, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = (SettingName){ kind, rows.v[i].name, rows.v[i].edition };
        return OK;
}

Rc setting_editions(Cx *cx, Str kind, Str name, SettingEditionList *ret) {
        SettingEditionRowList rows;

        TRY(q_setting_editions(cx, kind, name, &rows));
        for (size_t i = 0; i < rows.n; i++)
                *list_push(cx->arena, ret) = (SettingEdition){ rows.v[i].edition, rows.v[i].added_ms,
                                                               rows.v[i].digest, rows.v[i].content };
        return OK;
}

static bool holds_profiles(Cx *cx, Str dir) {
        return access(str_fmt(cx->arena, STR_FMT "/profiles", STR_ARG(dir)).p, R_OK | X_OK) == 0;
}

Rc setting_share_dir(Cx *cx, Str *ret) {
        Str given = env_get("WANGGE_SHARE"), dir, installed;
        char exe[4096];
        ssize_t n;

        if (given.p) {
                if (!holds_profiles(cx, given))
                        return fail(cx, P_CONFIG_INVALID, "WANGGE_SHARE: no folder profiles in " STR_FMT,
                                    STR_ARG(given));
                *ret = str_dup(cx->arena, given);
                return OK;
        }
        n = readlink("/proc/self/exe", exe, sizeof exe);
        dir = (Str){ exe, n > 0 ? (size_t)n : 0 };
        for (int up = 0; up < 5 && dir.n; up++) {
                while (dir.n && dir.p[--dir.n] != '/')
                        ;
                installed = str_fmt(cx->arena, STR_FMT "/share/wangge", STR_ARG(dir));
                if (holds_profiles(cx, installed))
                        return *ret = installed, OK;
                if (holds_profiles(cx, dir))
                        return *ret = str_dup(cx->arena, dir), OK;
        }
        return fail(cx, P_CONFIG_INVALID, "the folder with profiles/ was not found; set WANGGE_SHARE");
}

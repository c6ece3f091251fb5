/* Command line, environment and configuration file. */
#include "app/config.h"
#include "base/env.h"
#include "contract.gen.h"

typedef struct Option {
        const char *flag, *env, *key;
        size_t offset;
        enum { AS_TEXT, AS_INT, AS_FLAG } as;
} Option;

#define AT(member) offsetof(Config, member)
static const Option options[] = {
        { "--db", "WANGGE_DB", "db", AT(db), AS_TEXT },
        { "--listen", "WANGGE_LISTEN", "listen", AT(listen), AS_TEXT },
        { "--profile", "WANGGE_PROFILE", "profile", AT(profile), AS_TEXT },
        { "--web", "WANGGE_WEB", "web", AT(web_dir), AS_TEXT },
        { "--public-url", "WANGGE_PUBLIC_URL", "public_url", AT(public_url), AS_TEXT },
        { "--trusted-proxy", "WANGGE_TRUSTED_PROXY", "trusted_proxy", AT(trusted_proxy), AS_TEXT },
        { "--workers", "WANGGE_WORKERS", "workers", AT(workers), AS_INT },
        { "--loops", "WANGGE_LOOPS", "loops", AT(loops), AS_INT },
        { "--json", NULL, NULL, AT(json), AS_FLAG },
        { "--empty", NULL, NULL, AT(empty), AS_FLAG },
        { "--with-key", NULL, NULL, AT(with_key), AS_FLAG },
        { "--quiet", NULL, NULL, AT(quiet), AS_FLAG },
};

static Rc option_set(Cx *cx, Config *c, const Option *o, Str value) {
        void *at = (char *)c + o->offset;
        int64_t n;

        switch (o->as) {
        case AS_TEXT:
                *(Str *)at = str_dup(cx->arena, value);
                return OK;
        case AS_INT:
                if (!str_int(value, &n) || n < 0 || n > 1024)
                        return fail(cx, P_CONFIG_INVALID, "%s: " STR_FMT " is not a number up to 1024", o->flag,
                                    STR_ARG(value));
                *(int64_t *)at = n;
                return OK;
        case AS_FLAG:
                *(bool *)at = true;
                return OK;
        }
        return fail(cx, P_SERVER_BUG, "option %s", o->flag);
}

/* Lines `key = value`; '#' starts a comment. Values given earlier (flags, environment) win. */
static Rc file_apply(Cx *cx, Config *c, const char *path, const bool *set) {
        Str text, line, rest, key, value;
        int number = 0;

        if (!file_read(cx->arena, path, 65536, &text))
                return fail(cx, P_CONFIG_INVALID, "cannot read %s", path);
        while (text.n) {
                bool known = false;

                number++;
                if (!str_cut(text, '\n', &line, &rest))
                        line = text, rest = STR_NONE;
                text = rest;
                line = str_trim(line);
                if (!line.n || line.p[0] == '#')
                        continue;
                if (!str_cut(line, '=', &key, &value))
                        return fail(cx, P_CONFIG_INVALID, "%s:%d: expected key = value", path, number);
                for (size_t i = 0; i < ARRAY_LEN(options); i++) {
                        if (!options[i].key || !str_eq_c(str_trim(key), options[i].key))
                                continue;
                        known = true;
                        if (!set[i])
                                TRY(option_set(cx, c, &options[i], str_trim(value)));
                }
                if (!known)
                        return fail(cx, P_CONFIG_INVALID, "%s:%d: unknown setting " STR_FMT, path, number, STR_ARG(key));
        }
        return OK;
}

/* Options of a single command, which reads them itself. */
static bool of_one_command(const char *word) {
        static const char *const flags[] = { "--under", "--name", "--crs", "--tolerance", "--points", "--decisions" };

        for (size_t i = 0; i < ARRAY_LEN(flags); i++)
                if (strcmp(word, flags[i]) == 0)
                        return true;
        return false;
}

static Rc words_apply(Cx *cx, int argc, char **argv, Config *c, bool *set, const char **ret_file) {
        for (int i = 0; i < argc; i++) {
                bool known = false;

                if (argv[i][0] != '-' || argv[i][1] != '-') {
                        *list_push(cx->arena, &c->rest) = str_c(argv[i]);
                        continue;
                }
                if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
                        *ret_file = argv[++i];
                        continue;
                }
                for (size_t k = 0; k < ARRAY_LEN(options) && !known; k++) {
                        if (strcmp(argv[i], options[k].flag) != 0)
                                continue;
                        known = set[k] = true;
                        if (options[k].as != AS_FLAG && i + 1 == argc)
                                return fail(cx, P_CONFIG_INVALID, "%s needs a value", argv[i]);
                        TRY(option_set(cx, c, &options[k], options[k].as == AS_FLAG ? STR_NONE : str_c(argv[++i])));
                }
                if (!known && !of_one_command(argv[i])) /* a slip of the pen must not become something else in silence */
                        return fail(cx, P_CONFIG_INVALID, "there is no option %s", argv[i]);
                if (!known)
                        *list_push(cx->arena, &c->rest) = str_c(argv[i]);
        }
        return OK;
}

Rc config_read(Cx *cx, int argc, char **argv, Config *ret) {
        Config c = { 0 };
        bool set[ARRAY_LEN(options)] = { 0 };
        const char *file = NULL;

        TRY(words_apply(cx, argc, argv, &c, set, &file));
        for (size_t i = 0; i < ARRAY_LEN(options); i++) {
                Str value = options[i].env ? env_get(options[i].env) : STR_NONE;

                if (!set[i] && str_given(value)) {
                        TRY(option_set(cx, &c, &options[i], value));
                        set[i] = true;
                }
        }
        if (file)
                TRY(file_apply(cx, &c, file, set));
        if (!c.listen.n)
                c.listen = S("127.0.0.1:8080");
        if (!c.profile.n)
                c.profile = S("donghua");
        *ret = c;
        return OK;
}

bool config_is_loopback(Str listen) {
        return str_starts(listen, S("127.")) || str_starts(listen, S("localhost:")) || str_starts(listen, S("[::1]:")) ||
               str_starts(listen, S("unix:"));
}

Str config_beside(Cx *cx, const Config *config, const char *suffix) {
        Str dir = env_get("WANGGE_DATA_DIR");

        if (str_starts(config->db, S("postgresql:")) || str_starts(config->db, S("postgres:")))
                return str_fmt(cx->arena, STR_FMT "/wangge%s", STR_ARG(dir.n ? dir : S("var")), suffix);
        return str_fmt(cx->arena, STR_FMT "%s", STR_ARG(config->db), suffix);
}

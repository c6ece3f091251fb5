/* Environment and small whole files. */
#include "base/env.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

Str env_get(const char *name) {
        const char *v = getenv(name);

        return v && *v ? str_c(v) : STR_NONE;
}

int64_t env_int(const char *name, int64_t otherwise) {
        int64_t n;

        return str_int(env_get(name), &n) ? n : otherwise;
}

bool file_read(Arena *a, const char *path, size_t max, Str *ret) {
        struct stat st;
        size_t n = 0;
        char *p;
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return false;
        if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > max) {
                close(fd);
                return false;
        }
        p = arena_take(a, (size_t)st.st_size + 1);
        while (n < (size_t)st.st_size) {
                ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        break;
                n += (size_t)got;
        }
        close(fd);
        *ret = (Str){ p, n };
        return n == (size_t)st.st_size;
}

static bool write_all(int fd, Str bytes) {
        while (bytes.n) {
                ssize_t put = write(fd, bytes.p, bytes.n);

                if (put < 0 && errno == EINTR)
                        continue;
                if (put <= 0)
                        return false;
                bytes = (Str){ bytes.p + put, bytes.n - (size_t)put };
        }
        return true;
}

bool file_write(const char *path, Str bytes) {
        char part[4096];
        int fd, n = snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
        bool good;

        if (n < 0 || (size_t)n >= sizeof part)
                return false;
        fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0)
                return false;
        good = write_all(fd, bytes) && fsync(fd) == 0;
        close(fd);
        if (!good || rename(part, path) < 0) {
                unlink(part);
                return false;
        }
        return true;
}

/* /var/tmp is on a disk, /tmp may not be. */
int file_unnamed(Arena *a) {
        Str dir = env_get("TMPDIR");
        char *path = (char *)(uintptr_t)str_z(a, str_fmt(a, STR_FMT "/wangge-XXXXXX", STR_ARG(dir.n ? dir : S("/var/tmp"))));
        int fd = mkostemp(path, O_CLOEXEC);

        if (fd >= 0)
                unlink(path);
        return fd;
}

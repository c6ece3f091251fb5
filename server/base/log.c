/* JSON lines on standard error, each written whole. */
#include "base/log.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/time.h"
#include <stdarg.h>
#include <unistd.h>

static struct {
        LogLevel least;
} log_state = { LOG_INFO_ };

void log_level(LogLevel least) { log_state.least = least; }

void log_line(Str json_line) {
        ssize_t put = write(STDERR_FILENO, json_line.p, json_line.n);

        (void)put; /* a log that cannot be written must not stop the work */
}

void log_event(LogLevel level, const char *event, const char *fmt, ...) {
        static const char *const names[] = { "debug", "info", "warn", "error" };
        _cleanup_(buf_done) Buf line = BUF_HEAP;
        _cleanup_(buf_done) Buf text = BUF_HEAP;
        Arena *a;
        va_list ap;

        if (level < log_state.least)
                return;
        a = arena_new(0);
        va_start(ap, fmt);
        buf_vfmt(&text, fmt, ap);
        va_end(ap);
        buf_c(&line, "{\"time\":");
        buf_json_str(&line, time_rfc3339(a, time_now_ms()));
        buf_fmt(&line, ",\"level\":\"%s\",\"event\":", names[level]);
        buf_json_str(&line, str_c(event));
        buf_c(&line, ",\"text\":");
        buf_json_str(&line, buf_view(&text));
        buf_c(&line, "}\n");
        log_line(buf_view(&line));
        arena_free(a);
}

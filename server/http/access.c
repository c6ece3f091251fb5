/* The access log: a JSON line per answered request, with the route's template instead of the path, so that no name, number or
 * token of a person gets in. Lines are gathered and written by the reaper's thread: a slow log stops nobody. */
#include "http/http_int.h"
#include <pthread.h>

enum { HELD_MOST = 8 << 20 };

static struct {
        pthread_mutex_t lock;
        Buf held;
        uint64_t lost;
        atomic_bool on;
} access_log = { .lock = PTHREAD_MUTEX_INITIALIZER };

void access_start(bool on) { atomic_store(&access_log.on, on); }

void access_note(const Cx *cx, const HttpRequest *req, int status, int64_t us, uint64_t bytes) {
        Buf line;

        if (!atomic_load_explicit(&access_log.on, memory_order_relaxed))
                return;
        line = BUF_IN(cx->arena);
        buf_c(&line, "{\"time\":");
        buf_json_str(&line, time_rfc3339(cx->arena, cx->now_ms));
        buf_c(&line, ",\"event\":\"http.request\",\"id\":");
        buf_json_str(&line, cx->request_id);
        buf_fmt(&line, ",\"method\":\"%s\",\"route\":", method_name(req->method));
        buf_json_str(&line, str_c(req->route ? req->route->path : req->label ? req->label : "none"));
        buf_fmt(&line, ",\"status\":%d,\"ms\":%lld.%03lld,\"bytes\":%llu,\"remote\":", status,
                (long long)us / 1000, (long long)us % 1000, (unsigned long long)bytes);
        buf_json_str(&line, req->remote);
        if (req->account)
                buf_fmt(&line, ",\"account\":%lld", (long long)req->account);
        buf_c(&line, "}\n");
        pthread_mutex_lock(&access_log.lock);
        if (access_log.held.n + line.n <= HELD_MOST)
                buf_add(&access_log.held, line.p, line.n);
        else
                access_log.lost++;
        pthread_mutex_unlock(&access_log.lock);
}

void access_flush(void) {
        Buf out;
        uint64_t lost;

        pthread_mutex_lock(&access_log.lock);
        out = access_log.held;
        lost = access_log.lost;
        access_log.held = BUF_HEAP;
        access_log.lost = 0;
        pthread_mutex_unlock(&access_log.lock);
        if (out.n)
                log_line(buf_view(&out));
        if (lost)
                log_warn("access.lost", "%llu lines of the access log did not fit",
                         (unsigned long long)lost);
        buf_done(&out);
}

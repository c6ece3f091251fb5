/* Figures of the HTTP layer as Prometheus text: requests by route and status, times, bytes, what is open right now. Counters are
 * relaxed atomics; nobody waits for them. */
#include "http/http_int.h"
#include <stdio.h>
#include <unistd.h>

enum { ROUTES = 1024, SOURCES = 16 };

static const int statuses[] = { 200, 201, 204, 206, 304, 308, 400, 401, 403, 404, 405, 408,
                                409, 412, 413, 415, 416, 422, 429, 431, 500, 503, 0 /* any other */ };
static const int64_t bounds_us[] = { 500,   1000,   2500,   5000,   10000,   25000,
                                     50000, 100000, 250000, 500000, 1000000, 5000000 };
enum { STATUSES = sizeof statuses / sizeof *statuses, BOUNDS = sizeof bounds_us / sizeof *bounds_us };

/* Row 0: no route; 1: a static file; 2: a page; from 3 on the contract's rows. */
enum { ROW_NONE, ROW_STATIC, ROW_PAGE, ROW_FIRST };

static struct {
        struct {
                atomic_ulong by_status[STATUSES], by_time[BOUNDS + 1], us, bytes;
        } rows[ROUTES];
        _Atomic(MetricsSource) sources[SOURCES];
} figures;

static size_t row_of(const HttpRequest *req) {
        size_t i;

        if (!req->route)
                return !req->label ? ROW_NONE : strcmp(req->label, "page") == 0 ? ROW_PAGE : ROW_STATIC;
        i = (size_t)(req->route - routes) + ROW_FIRST;
        return i < ROUTES ? i : ROW_NONE;
}

void metrics_request(const HttpRequest *req, int status, int64_t us, uint64_t bytes) {
        size_t row = row_of(req), s = 0, t = 0;

        while (s < STATUSES - 1 && statuses[s] != status)
                s++;
        while (t < BOUNDS && us > bounds_us[t])
                t++;
        atomic_fetch_add_explicit(&figures.rows[row].by_status[s], 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&figures.rows[row].by_time[t], 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&figures.rows[row].us, (unsigned long)us, memory_order_relaxed);
        atomic_fetch_add_explicit(&figures.rows[row].bytes, bytes, memory_order_relaxed);
}

void metrics_add_source(MetricsSource source) {
        for (int i = 0; i < SOURCES; i++) {
                MetricsSource none = NULL;

                if (atomic_compare_exchange_strong(&figures.sources[i], &none, source) || none == source)
                        return;
        }
        log_error("metrics.sources", "no room for another source");
}

static unsigned long read_count(atomic_ulong *at) { return atomic_load_explicit(at, memory_order_relaxed); }

static void write_row(Buf *b, size_t row, const char *method, const char *route) {
        unsigned long total = 0;

        for (size_t s = 0; s < STATUSES; s++) {
                unsigned long n = read_count(&figures.rows[row].by_status[s]);

                if (n)
                        buf_fmt(b, "http_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"} %lu\n",
                                method, route, statuses[s], n);
                total += n;
        }
        if (!total)
                return;
        total = 0;
        for (size_t t = 0; t <= BOUNDS; t++) {
                total += read_count(&figures.rows[row].by_time[t]);
                if (t < BOUNDS)
                        buf_fmt(b, "http_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"%g\"} %lu\n",
                                method, route, (double)bounds_us[t] / 1e6, total);
                else
                        buf_fmt(b,
                                "http_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"+Inf\"} %lu\n",
                                method, route, total);
        }
        buf_fmt(b, "http_request_seconds_count{method=\"%s\",route=\"%s\"} %lu\n", method, route, total);
        buf_fmt(b, "http_request_seconds_sum{method=\"%s\",route=\"%s\"} %.6f\n", method, route,
                (double)read_count(&figures.rows[row].us) / 1e6);
        buf_fmt(b, "http_reply_bytes_total{method=\"%s\",route=\"%s\"} %lu\n", method, route,
                read_count(&figures.rows[row].bytes));
}

static int64_t resident_bytes(void) {
        Str text, total, rest, resident;
        int64_t pages = 0;
        FILE *f = fopen("/proc/self/statm", "re");
        char line[128] = "";

        if (f) {
                if (fgets(line, sizeof line, f)) {
                        text = str_trim(str_c(line));
                        if (str_cut(text, ' ', &total, &rest) && str_cut(rest, ' ', &resident, &text))
                                (void)str_int(resident, &pages);
                }
                fclose(f);
        }
        return pages * sysconf(_SC_PAGESIZE);
}

static void gauge(Buf *b, const char *name, const char *what, int64_t value) {
        buf_fmt(b, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, what, name, name, (long long)value);
}

void metrics_write(Buf *b) {
        Gauges g = listen_gauges();

        gauge(b, "http_connections", "Open connections that are not event streams", g.connections);
        gauge(b, "http_requests_in_flight", "Requests begun and not yet answered", g.in_flight);
        gauge(b, "http_streams", "Open event streams", g.streams);
        gauge(b, "http_body_bytes", "Memory of request bodies in flight", (int64_t)g.bodies);
        gauge(b, "http_queue_depth", "Requests that wait for a worker", g.queue);
        gauge(b, "process_resident_memory_bytes", "Resident memory", resident_bytes());
        buf_c(b, "# HELP http_requests_total Answered requests\n# TYPE http_requests_total counter\n"
                 "# HELP http_request_seconds Time from the request's head to the end of the answer\n"
                 "# TYPE http_request_seconds histogram\n");
        write_row(b, ROW_NONE, "", "none");
        write_row(b, ROW_STATIC, "GET", "static");
        write_row(b, ROW_PAGE, "GET", "page");
        for (size_t i = 0; i < (size_t)route_count && i + ROW_FIRST < ROUTES; i++)
                write_row(b, i + ROW_FIRST, method_name(routes[i].method), routes[i].path);
        for (int i = 0; i < SOURCES; i++) {
                MetricsSource source = atomic_load(&figures.sources[i]);

                if (source)
                        source(b);
        }
}

/* The job thread. */
#include "core/job/job.h"
#include "base/log.h"
#include "base/time.h"
#include <pthread.h>
#include <assert.h>
#include <errno.h>
#include <time.h>

enum { JOBS_MAX = 32, JOB_ARENA = 64 * 1024 * 1024, FIRST_US = 10 * MS_MINUTE * 1000 };

static struct {
        struct {
                const char *name;
                int64_t every_us, next_us;
                Job run;
        } jobs[JOBS_MAX];
        int count;
        bool stopping, started;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

void job_every(const char *name, int64_t every_ms, Job job) {
        assert(state.count < JOBS_MAX && !state.started);
        state.jobs[state.count].name = name;
        state.jobs[state.count].every_us = every_ms * 1000;
        state.jobs[state.count++].run = job;
}

static void run_one(int i) {
        _cleanup_(cx_freep) Cx *cx = cx_new(JOB_ARENA);

        if (state.jobs[i].run(cx) != OK)
                log_warn("job.failed", "%s: %s: " STR_FMT, state.jobs[i].name, problem_name(cx->problem.code),
                         STR_ARG(cx->problem.detail));
}

/* Index of the job that is due first; -1 without jobs. */
static int next_due(void) {
        int first = -1;

        for (int i = 0; i < state.count; i++)
                if (first < 0 || state.jobs[i].next_us < state.jobs[first].next_us)
                        first = i;
        return first;
}

static void wait_until(int64_t mono_us) {
        struct timespec ts = { .tv_sec = mono_us / 1000000, .tv_nsec = mono_us % 1000000 * 1000 };

        pthread_cond_timedwait(&state.wake, &state.lock, &ts);
}

static void *work(void *arg) {
        (void)arg;
        pthread_mutex_lock(&state.lock);
        while (!state.stopping) {
                int i = next_due();
                int64_t now = time_mono_us();

                if (i < 0) {
                        pthread_cond_wait(&state.wake, &state.lock);
                } else if (state.jobs[i].next_us > now) {
                        wait_until(state.jobs[i].next_us);
                } else {
                        state.jobs[i].next_us = now + state.jobs[i].every_us;
                        pthread_mutex_unlock(&state.lock);
                        run_one(i);
                        pthread_mutex_lock(&state.lock);
                }
        }
        pthread_mutex_unlock(&state.lock);
        return NULL;
}

void job_start(void) {
        pthread_condattr_t attr;

        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(&state.wake, &attr);
        pthread_condattr_destroy(&attr);
        for (int i = 0; i < state.count; i++) { /* a server that is started every morning does its daily work too */
                int64_t first_us = state.jobs[i].every_us < FIRST_US ? state.jobs[i].every_us : FIRST_US;

                state.jobs[i].next_us = time_mono_us() + first_us;
        }
        state.started = pthread_create(&state.thread, NULL, work, NULL) == 0;
}

void job_stop(void) {
        if (!state.started)
                return;
        pthread_mutex_lock(&state.lock);
        state.stopping = true;
        pthread_cond_broadcast(&state.wake);
        pthread_mutex_unlock(&state.lock);
        pthread_join(state.thread, NULL);
        state.started = false;
}

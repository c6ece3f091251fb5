/* The worker threads: handlers are plain blocking functions, so there are many and they mostly wait. A queue with one lock; one
 * sleeper is woken at a time and wakes the next one itself if there is more, which saves most wake-ups under load. */
#include "http/http_int.h"
#include <pthread.h>
#include <stdlib.h>

static struct {
        pthread_mutex_t lock;
        pthread_cond_t more;
        Job *head, **tail;
        int depth, idle;
        bool waking, stop;
        void (*run)(Job *job);
        pthread_t *threads;
        int count;
} work = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

/* With the lock: wakes one sleeper unless one is already on its way. */
static void wake_one(void) {
        if (work.idle && !work.waking && work.head) {
                work.waking = true;
                pthread_cond_signal(&work.more);
        }
}

static Job *take(void) {
        Job *job;

        pthread_mutex_lock(&work.lock);
        while (!work.head && !work.stop) {
                work.idle++;
                pthread_cond_wait(&work.more, &work.lock);
                work.idle--;
                work.waking = false;
        }
        job = work.head;
        if (job) {
                work.head = job->next;
                if (!work.head)
                        work.tail = &work.head;
                work.depth--;
        }
        wake_one();
        pthread_mutex_unlock(&work.lock);
        return job;
}

static void *worker(void *unused) {
        Job *job;

        (void)unused;
        while ((job = take()))
                work.run(job);
        return NULL;
}

void work_start(int threads, void (*run)(Job *job)) {
        work.tail = &work.head;
        work.head = NULL;
        work.stop = work.waking = false;
        work.idle = work.depth = 0;
        work.run = run;
        work.threads = calloc((size_t)threads, sizeof *work.threads);
        if (!work.threads)
                abort();
        for (work.count = 0; work.count < threads; work.count++)
                if (pthread_create(&work.threads[work.count], NULL, worker, NULL) != 0)
                        break;
        if (!work.count)
                abort();
        if (work.count < threads)
                log_warn("http.workers", "only %d of %d threads could be made", work.count, threads);
}

bool work_push(Job *job) {
        bool taken;

        job->next = NULL;
        pthread_mutex_lock(&work.lock);
        taken = !work.stop;
        if (taken) {
                *work.tail = job;
                work.tail = &job->next;
                work.depth++;
                wake_one();
        }
        pthread_mutex_unlock(&work.lock);
        return taken;
}

int work_depth(void) {
        int depth;

        pthread_mutex_lock(&work.lock);
        depth = work.depth;
        pthread_mutex_unlock(&work.lock);
        return depth;
}

void work_stop(void) {
        pthread_mutex_lock(&work.lock);
        work.stop = true;
        pthread_cond_broadcast(&work.more);
        pthread_mutex_unlock(&work.lock);
        for (int i = 0; i < work.count; i++)
                pthread_join(work.threads[i], NULL);
        free(work.threads);
        work.threads = NULL;
        work.count = 0;
}

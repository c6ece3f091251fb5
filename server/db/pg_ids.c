/* Ids of new rows, taken from the table's sequence before the row is made: what refers to the row then needs no answer first, and
 * a transaction that only adds rows is one round trip. As many are taken at a time as were lately used in IDS_FOR_US, by one
 * caller for all. What is not used soon is dropped, a gap in the numbers: ids stay in the order of time, whichever connection they
 * are used on. */
#include "db/pg.h"
#include <assert.h>
#include <pthread.h>

enum {
        IDS_FOR_US = 20000,   /* how long a portion is meant to last */
        IDS_FRESH_US = 50000, /* and how long it may */
        IDS_TABLES = 32
};

typedef struct Stock {
        const DbQuery *q;
        int64_t ids[PG_IDS];
        int n, at; /* ids[at] is the next */
        int64_t since_us;
        bool coming; /* somebody is taking a portion */
} Stock;

static struct {
        pthread_mutex_t lock;
        pthread_cond_t came;
        Stock stocks[IDS_TABLES];
} ids = { .lock = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER };

static Stock *stock_of(const DbQuery *q) {
        int i = 0;

        while (i < IDS_TABLES && ids.stocks[i].q && ids.stocks[i].q != q)
                i++;
        assert(i < IDS_TABLES);
        ids.stocks[i].q = q;
        return &ids.stocks[i];
}

/* How many to take now, by how fast the last ones went. */
static int next_portion(const Stock *s, int64_t now_us) {
        int64_t took_us = now_us - s->since_us + 1, n = (int64_t)s->at * IDS_FOR_US / took_us;

        return n < 1 ? 1 : n > PG_IDS ? PG_IDS : (int)n;
}

bool ids_take(const DbQuery *q, int64_t *ret, int *ret_wanted) {
        int64_t now_us = time_mono_us();
        bool found;
        Stock *s;

        pthread_mutex_lock(&ids.lock);
        s = stock_of(q);
        if (s->at < s->n && now_us - s->since_us > IDS_FRESH_US)
                s->n = s->at;
        while (s->at == s->n && s->coming)
                pthread_cond_wait(&ids.came, &ids.lock);
        found = s->at < s->n;
        if (found)
                *ret = s->ids[s->at++];
        else {
                *ret_wanted = next_portion(s, now_us);
                s->coming = true;
        }
        pthread_mutex_unlock(&ids.lock);
        return found;
}

void ids_give(const DbQuery *q, const int64_t *more, int n) {
        Stock *s;

        pthread_mutex_lock(&ids.lock);
        s = stock_of(q);
        s->coming = false;
        s->n = n;
        s->at = 1; /* the first is the giver's own */
        s->since_us = time_mono_us();
        if (n)
                memcpy(s->ids, more, (size_t)n * sizeof *more);
        else
                s->at = 0;
        pthread_cond_broadcast(&ids.came);
        pthread_mutex_unlock(&ids.lock);
}

void ids_forget(void) {
        pthread_mutex_lock(&ids.lock);
        for (int i = 0; i < IDS_TABLES; i++)
                ids.stocks[i].n = ids.stocks[i].at = 0;
        pthread_mutex_unlock(&ids.lock);
}

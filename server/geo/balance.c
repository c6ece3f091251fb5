/* The index of balance; see balance.h for the formula and its source. */
#include "geo/balance.h"
#include <math.h>

BalanceWeights balance_weights(const BalanceWeights *weights, const BalanceLoad *total) {
        BalanceWeights w = *weights;
        double sum = 0;

        for (int i = 0; i < BALANCE_MEASURES; i++)
                sum += w.of[i];
        if (sum <= 0)
                w = (BalanceWeights){ { 2, 1, 1 } };
        sum = 0;
        for (int i = 0; i < BALANCE_MEASURES; i++) {
                if (total->of[i] <= 0 || w.of[i] < 0)
                        w.of[i] = 0;
                sum += w.of[i];
        }
        if (sum <= 0) { /* only measures that do not count have anything: these then */
                for (int i = 0; i < BALANCE_MEASURES; i++)
                        sum += w.of[i] = total->of[i] > 0;
        }
        for (int i = 0; i < BALANCE_MEASURES && sum > 0; i++)
                w.of[i] /= sum;
        return w;
}

static BalanceSpread spread_of(const BalanceLoad *grids, size_t n, int measure) {
        BalanceSpread s = { .index = 100 };
        double squares = 0, apart = 0, jain;

        for (size_t i = 0; i < n; i++) {
                int64_t x = grids[i].of[measure];

                s.total += x;
                s.least = !i || x < s.least ? x : s.least;
                s.most = !i || x > s.most ? x : s.most;
                squares += (double)x * (double)x;
        }
        if (!n || s.total <= 0)
                return s;
        s.mean = (double)s.total / (double)n;
        for (size_t i = 0; i < n; i++)
                apart += pow((double)grids[i].of[measure] - s.mean, 2);
        s.variation = sqrt(apart / (double)n) / s.mean;
        jain = (double)s.total * (double)s.total / ((double)n * squares);
        if (n > 1)
                s.index = 100 * fmin(1, fmax(0, (jain - 1 / (double)n) / (1 - 1 / (double)n)));
        return s;
}

void balance_of(const BalanceLoad *grids, size_t n, const BalanceWeights *weights, Balance *ret) {
        BalanceLoad total = { 0 };
        BalanceWeights w;

        *ret = (Balance){ .grids = n };
        for (int i = 0; i < BALANCE_MEASURES; i++) {
                ret->of[i] = spread_of(grids, n, i);
                total.of[i] = ret->of[i].total;
        }
        w = balance_weights(weights, &total);
        ret->index = 0;
        for (int i = 0; i < BALANCE_MEASURES; i++)
                ret->index += w.of[i] * ret->of[i].index;
        if (w.of[0] + w.of[1] + w.of[2] <= 0)
                ret->index = 100;
}

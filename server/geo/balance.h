/* How evenly work is shared among grids 规模适度、任务相当: per measure (households, cases, visits) what each grid has, and one index of
 * 0–100. The same function serves present grids and a proposal, so that both can be shown side by side. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum BalanceMeasure {
        BALANCE_HOUSEHOLDS, /* 户 */
        BALANCE_CASES,      /* 事件 */
        BALANCE_VISITS,     /* 走访 */
        BALANCE_MEASURES
} BalanceMeasure;

/* What one grid has of each measure; whole numbers, never negative. */
typedef struct BalanceLoad {
        int64_t of[BALANCE_MEASURES];
} BalanceLoad;

/* How much each measure counts; only the proportions matter. All zero: 2 for households, 1 for cases, 1 for visits. */
typedef struct BalanceWeights {
        double of[BALANCE_MEASURES];
} BalanceWeights;

typedef struct BalanceSpread {
        int64_t total, least, most;
        double mean,
                variation; /* variation: standard deviation of all grids / mean; 0 when the total is 0 */
        double index;      /* 0–100, as below; 100 when there is nothing of it to share */
} BalanceSpread;

typedef struct Balance {
        size_t grids;
        BalanceSpread of[BALANCE_MEASURES];
        double index; /* 0–100: the weighted mean over the measures of which there is anything */
} Balance;

/* Index of a measure among n grids: 100 · (J − 1/n) / (1 − 1/n) with J = (Σx)² / (n · Σx²), the fairness index of Jain, Chiu and Hawe (DEC
 * TR-301, 1984): 100 when all are alike, 0 when one grid has everything. J = 1 / (1 + variation²), so that it does not depend on the
 * unit. n = 1 is 100. */
void balance_of(const BalanceLoad *grids, size_t n, const BalanceWeights *weights, Balance *ret);

/* The weights in force for these totals: what there is nothing of counts 0, the others add up to 1 (all 0 when there is nothing). */
BalanceWeights balance_weights(const BalanceWeights *weights, const BalanceLoad *total);

/* effect.h - what came of something: the four rewards before and after it, whether that is
 * a fix that was made, a finding that was first noticed or mended, or a journey that people began
 * to live by.
 *
 * Satisfaction, churn, revenue and employee satisfaction (and ruined days, whose fall is
 * what a fix is for), each with its definition, n, period and 95 % interval; and against
 * customers who came to none of its touchpoints (difference in differences). Definitions stand
 * at fh_effect_options (firsthand/fold.h) and in the words of the answer.
 */
#ifndef FH_APP_EFFECT_H
#define FH_APP_EFFECT_H

#include "app/ask/views.h"

#define FH_SETTING_STAFF "colleagues-touchpoints" /* where colleagues give scores */

typedef struct fh_estimate {
    uint64_t n; /* customers; 0: nothing is known */
    double value, low, high;
} fh_estimate;

/* A share with Wilson's interval; a mean with the normal one (n = 1: no interval: as wide
 * as can be told, low = high = value). */
fh_estimate fh_estimate_share(uint64_t part, uint64_t n);
fh_estimate fh_estimate_mean(uint64_t n, double sum, double squares);
/* after - before. n: of the smaller one. */
fh_estimate fh_estimate_change(const fh_estimate *before, const fh_estimate *after);
/* The change of one group less that of the other. */
fh_estimate fh_estimate_beyond(const fh_estimate *change, const fh_estimate *beside);

typedef enum fh_reward {
    FH_REWARD_SATISFACTION,
    FH_REWARD_CHURN,
    FH_REWARD_REVENUE,
    FH_REWARD_COLLEAGUES,
    FH_REWARD_RUINED,
    FH_N_REWARDS
} fh_reward;

typedef struct fh_reward_view {
    const char *name, *unit; /* "satisfaction", "%" */
    bool up;                 /* more is better */
    fh_str definition, says;
    fh_estimate before, after, change;
    fh_estimate beside_before, beside_after, beyond; /* n 0: no comparison */
} fh_reward_view;

typedef struct fh_effect_ask {
    fh_bitset touchpoints, beside; /* beside NULL: everybody who met none of the first */
    fh_str where, where_beside;    /* the same in words */
    fh_str turn;                   /* what it is before and after: "the fix was made" */
    int64_t fixed_ms;
    int64_t span_ms, follow_ms, gap_ms;
} fh_effect_ask;
#define FH_EFFECT_SPAN   (180 * FH_DAY_MS) /* on both sides, as far as there is data */
#define FH_EFFECT_FOLLOW (30 * FH_DAY_MS)
#define FH_EFFECT_GAP    (90 * FH_DAY_MS)

/* How a caller wants it counted. */
typedef struct fh_effect_wish {
    uint64_t days, follow, gap; /* 0: as above */
    fh_str beside;              /* touchpoints of the comparison group; empty: everybody else */
    fh_str since;               /* a day that is the turn; empty: what the thing itself says */
} fh_effect_wish;
/* All of `ask` but where, and the turn when no day is wished for. */
FH_MUST_CHECK fh_status fh_effect_take(const fh_view *v, const fh_effect_wish *wish,
                                       fh_effect_ask *ask, fh_error *err);

typedef struct fh_effect_view {
    int64_t from_ms, fixed_ms, until_ms;
    fh_reward_view reward[FH_N_REWARDS];
    fh_str says; /* how it was counted */
} fh_effect_view;
/* FH_CONFLICT: too little time has passed since. */
FH_MUST_CHECK fh_status fh_view_effect(const fh_view *v, const fh_effect_ask *ask,
                                       fh_effect_view *out, fh_error *err);
/* Members of an object. */
void fh_effect_json(const fh_view *v, const fh_effect_view *a, fh_json *j);

#endif

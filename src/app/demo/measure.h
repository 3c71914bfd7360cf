/* measure.h - findings held against what is known to be true.
 *
 * The truth is a CSV, a pair of messages a row:
 *
 *     sort,variant,customer_kind,customer,a_source_id,b_source_id,fact_type,planted,group
 *     contradiction,mass,customer,M00000017,O-00000055,O-00000061,date,1,12
 *
 * planted 1: it is to be found. 0: it is clean and must not be found (of its sort). 2: it is
 * there, but harder than what is promised: reported apart. Pairs of one group (a column that
 * may be missing) are one: found when one of them is.
 *
 * Every hit on a customer of the truth is judged, whichever pair it is of; hits on others are
 * not looked at. What counts as one claim: a sort and two messages; of contradictions also
 * the type of fact.
 *
 *     recall     of what is planted, how much was found
 *     precision  of what was claimed, how much is planted
 */
#ifndef FH_APP_MEASURE_H
#define FH_APP_MEASURE_H

#include "firsthand/find.h"
#include "store/org.h"

typedef enum fh_planted { FH_PLANTED_NOT, FH_PLANTED, FH_PLANTED_APART } fh_planted;

typedef struct fh_truth_pair {
    fh_finding_sort sort;
    uint32_t type;     /* fh_fact_type; FH_N_FACT_TYPES: none */
    uint32_t a, b;     /* messages of the truth, from 1 */
    uint32_t customer; /* of the truth, from 1 */
    uint32_t variant;  /* of the truth, from 1 */
    uint64_t group;    /* 0: alone */
    uint8_t planted;   /* fh_planted */
} fh_truth_pair;

typedef struct fh_truth {
    const fh_truth_pair *pair;
    size_t n;
    const fh_str *customer, *message, *variant; /* by number; customer is "kind:value" */
    uint32_t n_customers, n_messages, n_variants;
} fh_truth;

/* FH_FORMAT names the line. */
FH_MUST_CHECK fh_status fh_truth_read(fh_arena *arena, fh_str csv, fh_truth *out, fh_error *err);

/* Something that was found. */
typedef struct fh_claim {
    fh_finding_sort sort;
    uint32_t a, b;     /* messages of the truth; 0: one that is not in it */
    uint32_t customer; /* of the truth */
    uint32_t types;    /* bits of fact types; 0: none */
    uint64_t id_a, id_b;
} fh_claim;

typedef struct fh_measured_row {
    fh_finding_sort sort;
    uint32_t variant, type; /* 0 and FH_N_FACT_TYPES: all */
    bool apart;
    uint64_t planted, found; /* groups */
    uint64_t claims, right;  /* of sorts and types only */
    uint64_t clean, alarms;  /* pairs; claims on them, of a sort also on pairs nobody listed */
} fh_measured_row;

/* What was missed, and what was claimed wrongly. */
typedef struct fh_measured_miss {
    fh_finding_sort sort;
    uint32_t variant, type; /* 0: a pair that is not listed */
    bool alarm;
    uint32_t customer, a, b;
    uint64_t id_a, id_b;
} fh_measured_miss;

typedef struct fh_measured {
    const fh_measured_row *sort, *type, *variant;
    size_t n_sorts, n_types, n_variants;
    const fh_measured_miss *miss;
    size_t n_misses;
} fh_measured;

FH_MUST_CHECK fh_status fh_measure(const fh_truth *truth, const fh_claim *claim, size_t n,
                                   fh_arena *arena, fh_measured *out, fh_error *err);

/* What an organisation's last run found of the customers of the truth. */
FH_MUST_CHECK fh_status fh_measure_claims(fh_org *org, const fh_truth *truth, fh_arena *arena,
                                          const fh_claim **out, size_t *n, fh_error *err);

#endif

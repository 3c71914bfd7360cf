/* discover.h - what the files of discovery share: logs, what follows what in them, cuts.
 *
 *     discover.c       the miner: which cut, which way out where there is none, the tree
 *     discover_log.c   logs: ways with counts, projected ones, what follows what
 *     discover_cuts.c  the four cuts, as groups of activities
 *
 * A log holds activities by global number (index of the name in sorted order), so that no
 * result depends on the order in which names were given. What follows what (an fh_dfg) is
 * about the activities that the log has, by local number: 0 .. k - 1, ascending.
 */
#ifndef FH_JOURNEY_DISCOVER_H
#define FH_JOURNEY_DISCOVER_H

#include "base/scratch.h"
#include "firsthand/journey.h"

typedef struct fh_log_trace {
    size_t at; /* its first event */
    uint32_t n;
    uint64_t count;
} fh_log_trace;

/* Ways, each once. Made by putting them one after the other. */
typedef struct fh_mined_log {
    uint32_t *event; /* [n_events] global numbers */
    fh_log_trace *trace;
    size_t n_events, n_traces;
    size_t room_events, room_traces;
    uint32_t *slot; /* [n_slots] hash table of traces: index + 1 */
    size_t n_slots;
    fh_allocator from;
} fh_mined_log;

void fh_mined_log_init(fh_mined_log *log, const fh_allocator *from);
void fh_mined_log_free(fh_mined_log *log);
/* A way with so many customers; the same one again is added to it. */
FH_MUST_CHECK fh_status fh_mined_log_put(fh_mined_log *log, const uint32_t *event, size_t n,
                                         uint64_t count);
uint64_t fh_mined_log_size(const fh_mined_log *log); /* sum of counts */

typedef struct fh_dfg {
    uint32_t k;
    uint32_t *act;         /* [k] global number */
    uint32_t *local;       /* [n_labels] UINT32_MAX: not there */
    uint64_t *arc;         /* [k * k] from, to */
    uint64_t *start, *end; /* [k] */
} fh_dfg;
/* In scratch. `without` (UINT32_MAX: none): a global number that is passed over as if it
 * were not there. NULL members and false: out of memory. */
bool fh_dfg_of(fh_scratch *s, const fh_mined_log *log, uint32_t n_labels, uint32_t without,
               fh_dfg *out);
/* A copy without the arcs that carry no more than `noise` of the strongest that leaves the
 * same activity (its ends count as one). */
bool fh_dfg_filtered(fh_scratch *s, const fh_dfg *dfg, double noise, fh_dfg *out);

/* Groups of local numbers: group[i] of each; numbered 0 .. n - 1 in the order the cut gives
 * them. */
typedef struct fh_groups {
    uint32_t *group; /* [k] */
    uint32_t n;
} fh_groups;
/* Each: *out->n is 0 when there is no such cut. false: out of memory. */
bool fh_cut_choice(fh_scratch *s, const fh_dfg *dfg, fh_groups *out);
bool fh_cut_sequence(fh_scratch *s, const fh_dfg *dfg, fh_groups *out);
bool fh_cut_together(fh_scratch *s, const fh_dfg *dfg, fh_groups *out);
bool fh_cut_repeat(fh_scratch *s, const fh_dfg *dfg, fh_groups *out);

#endif

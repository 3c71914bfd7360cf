/* discover_log.c - logs of the miner: ways with counts, and what follows what in them (see
 * discover.h).
 */
#include "journey/discover.h"

#include "base/checked.h"
#include "base/intern.h"

#include <string.h>

void fh_mined_log_init(fh_mined_log *log, const fh_allocator *from)
{
    *log = (fh_mined_log){.from = *(from ? from : fh_allocator_default())};
}

static void give_back(fh_mined_log *log, void *p, size_t size)
{
    if (p) log->from.free(log->from.ctx, p, size);
}

void fh_mined_log_free(fh_mined_log *log)
{
    give_back(log, log->event, log->room_events * sizeof *log->event);
    give_back(log, log->trace, log->room_traces * sizeof *log->trace);
    give_back(log, log->slot, log->n_slots * sizeof *log->slot);
    fh_mined_log_init(log, &log->from);
}

/* Room for `want` objects; NULL: out of memory. */
static void *grown(fh_mined_log *log, void *p, size_t n, size_t *room, size_t want, size_t size)
{
    size_t more = *room ? *room : 64, bytes;
    while (more < want) more *= 2;
    if (!fh_mul_size(more, size, &bytes)) return NULL;
    void *bigger = log->from.alloc(log->from.ctx, bytes);
    if (!bigger) return NULL;
    if (n) memcpy(bigger, p, n * size);
    give_back(log, p, *room * size);
    *room = more;
    return bigger;
}

static uint64_t hash_of(const uint32_t *event, size_t n)
{
    return fh_intern_hash((fh_str){(const char *)event, n * sizeof *event});
}

static size_t slot_of(const fh_mined_log *log, const uint32_t *event, size_t n)
{
    size_t at = hash_of(event, n) & (log->n_slots - 1);
    for (; log->slot[at]; at = (at + 1) & (log->n_slots - 1)) {
        const fh_log_trace *t = &log->trace[log->slot[at] - 1];
        if (t->n == n && (!n || !memcmp(log->event + t->at, event, n * sizeof *event))) break;
    }
    return at;
}

static bool more_slots(fh_mined_log *log)
{
    const size_t n = log->n_slots ? 2 * log->n_slots : 128;
    uint32_t *slot = log->from.alloc(log->from.ctx, n * sizeof *slot);
    if (!slot) return false;
    give_back(log, log->slot, log->n_slots * sizeof *log->slot);
    memset(slot, 0, n * sizeof *slot);
    log->slot = slot;
    log->n_slots = n;
    for (size_t i = 0; i < log->n_traces; i++) {
        const fh_log_trace *t = &log->trace[i];
        slot[slot_of(log, log->event + t->at, t->n)] = (uint32_t)i + 1;
    }
    return true;
}

fh_status fh_mined_log_put(fh_mined_log *log, const uint32_t *event, size_t n, uint64_t count)
{
    if (n >= UINT32_MAX || log->n_traces >= UINT32_MAX - 1) return FH_LIMIT;
    if (2 * log->n_traces >= log->n_slots && !more_slots(log)) return FH_NOMEM;
    const size_t slot = slot_of(log, event, n);
    if (log->slot[slot]) {
        log->trace[log->slot[slot] - 1].count += count;
        return FH_OK;
    }
    if (log->n_events + n > log->room_events) {
        uint32_t *more = grown(log, log->event, log->n_events, &log->room_events, log->n_events + n,
                               sizeof *more);
        if (!more) return FH_NOMEM;
        log->event = more;
    }
    if (log->n_traces == log->room_traces) {
        fh_log_trace *more = grown(log, log->trace, log->n_traces, &log->room_traces,
                                   log->n_traces + 1, sizeof *more);
        if (!more) return FH_NOMEM;
        log->trace = more;
    }
    if (n) memcpy(log->event + log->n_events, event, n * sizeof *event);
    log->trace[log->n_traces++] = (fh_log_trace){log->n_events, (uint32_t)n, count};
    log->n_events += n;
    log->slot[slot] = (uint32_t)log->n_traces;
    return FH_OK;
}

uint64_t fh_mined_log_size(const fh_mined_log *log)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < log->n_traces; i++) sum += log->trace[i].count;
    return sum;
}

/* ---- What follows what ---------------------------------------------------------------------- */

static void *zeroed(fh_scratch *s, size_t n, size_t size)
{
    void *p = fh_scratch_take(s, n, size);
    if (p) memset(p, 0, n * size);
    return p;
}

static bool make_dfg(fh_scratch *s, uint32_t k, fh_dfg *out)
{
    out->k = k;
    out->arc = zeroed(s, (size_t)k * k + 1, sizeof *out->arc);
    out->start = zeroed(s, k + 1, sizeof *out->start);
    out->end = zeroed(s, k + 1, sizeof *out->end);
    return out->arc && out->start && out->end;
}

static void count_trace(const fh_mined_log *log, const fh_log_trace *t, uint32_t without,
                        fh_dfg *out)
{
    uint32_t before = UINT32_MAX;
    for (size_t i = t->at; i < t->at + t->n; i++) {
        if (log->event[i] == without) continue;
        const uint32_t now = out->local[log->event[i]];
        if (before == UINT32_MAX)
            out->start[now] += t->count;
        else
            out->arc[(size_t)before * out->k + now] += t->count;
        before = now;
    }
    if (before != UINT32_MAX) out->end[before] += t->count;
}

bool fh_dfg_of(fh_scratch *s, const fh_mined_log *log, uint32_t n_labels, uint32_t without,
               fh_dfg *out)
{
    uint32_t k = 0;
    out->local = fh_scratch_take(s, n_labels + 1, sizeof *out->local);
    out->act = fh_scratch_take(s, n_labels + 1, sizeof *out->act);
    if (!out->local || !out->act) return false;
    for (uint32_t a = 0; a < n_labels; a++) out->local[a] = UINT32_MAX;
    for (size_t i = 0; i < log->n_events; i++) out->local[log->event[i]] = 0;
    if (without < n_labels) out->local[without] = UINT32_MAX;
    for (uint32_t a = 0; a < n_labels; a++) {
        if (out->local[a]) continue;
        out->act[k] = a;
        out->local[a] = k++;
    }
    if (!make_dfg(s, k, out)) return false;
    for (size_t i = 0; i < log->n_traces; i++) count_trace(log, &log->trace[i], without, out);
    return true;
}

bool fh_dfg_filtered(fh_scratch *s, const fh_dfg *dfg, double noise, fh_dfg *out)
{
    *out = *dfg;
    if (!make_dfg(s, dfg->k, out)) return false;
    for (uint32_t a = 0; a < dfg->k; a++) {
        const uint64_t *from = dfg->arc + (size_t)a * dfg->k;
        uint64_t most = dfg->end[a];
        for (uint32_t b = 0; b < dfg->k; b++)
            if (from[b] > most) most = from[b];
        for (uint32_t b = 0; b < dfg->k; b++)
            if ((double)from[b] > noise * (double)most) out->arc[(size_t)a * dfg->k + b] = from[b];
        out->start[a] = dfg->start[a];
        out->end[a] = dfg->end[a];
    }
    return true;
}

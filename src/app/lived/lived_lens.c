/* lived_lens.c - what stands beside a story, as JSON: when how much happened, problems and
 * hand-offs, who else contacts the customer, promises, feedback, what is known by whom.
 *
 * Lists are bounded (FH_LENS_MAX); what is left out is counted ("hidden").
 */
#include "app/ask/view_parts.h"
#include "app/lived/lived_parts.h"
#include "base/put.h"
#include "base/sort.h"

/* ---- Density ---------------------------------------------------------------------------- */

typedef struct density {
    int64_t from_ms, step_ms;
    uint32_t n_buckets, n_channels;
    uint32_t *channel; /* [n_channels] numbers in the order of first sight */
    uint32_t *count;   /* [n_channels * n_buckets] */
} density;

/* A strip has room for some channels only; the others count together behind them. */
enum { CHANNELS_MAX = 12 };

static uint32_t channel_index(density *d, uint32_t channel)
{
    uint32_t c = 0;
    while (c < d->n_channels && c < CHANNELS_MAX && d->channel[c] != channel) c++;
    if (c == d->n_channels) d->channel[d->n_channels++] = channel;
    return c;
}

static fh_status count_density(const fh_lived *l, const fh_lived_lens *lens, density *d,
                               fh_error *err)
{
    const int64_t first = l->told[0].at_ms, last = l->told[l->n - 1].at_ms;
    d->n_buckets = lens->buckets;
    d->from_ms = first;
    d->step_ms = (last - first) / lens->buckets + 1;
    d->channel = FH_NEW_ARRAY(l->view->arena, uint32_t, CHANNELS_MAX + 1);
    d->count = FH_NEW_ARRAY(l->view->arena, uint32_t, (CHANNELS_MAX + 1) * (size_t)lens->buckets);
    if (!d->channel || !d->count) return fh_no_memory(err);
    for (uint32_t i = 0; i < l->n; i++) {
        const fh_told *t = &l->told[i];
        if (!fh_lived_passes(lens->filter, t)) continue;
        const uint32_t c = channel_index(d, t->channel);
        const size_t bucket = (size_t)((t->at_ms - first) / d->step_ms);
        d->count[(size_t)c * d->n_buckets + bucket]++;
    }
    return FH_OK;
}

static fh_status density_json(const fh_lived *l, const fh_lived_lens *lens, fh_json *j,
                              fh_error *err)
{
    density d = {0};
    const fh_status s = l->n ? count_density(l, lens, &d, err) : FH_OK;
    if (s) return s;
    fh_put_key(j, "density");
    fh_json_object(j);
    if (l->n) fh_lived_time_json(l, "from", d.from_ms, j);
    fh_put_int(j, "step_ms", d.step_ms);
    fh_put_number(j, "buckets", d.n_buckets);
    fh_put_key(j, "channels");
    fh_json_array(j);
    for (uint32_t c = 0; c < d.n_channels; c++) {
        fh_json_object(j);
        if (c < CHANNELS_MAX)
            fh_lived_name_json(j, "channel", &l->view->channel, d.channel[c]);
        else
            fh_put_word(j, "others", "all other channels");
        fh_put_key(j, "counts");
        fh_json_array(j);
        for (uint32_t b = 0; b < d.n_buckets; b++)
            fh_json_uint(j, d.count[(size_t)c * d.n_buckets + b]);
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

/* Which departments had how many: what a reader can choose from. */
static fh_status departments_json(const fh_lived *l, fh_json *j, fh_error *err)
{
    const fh_names *names = &l->view->department;
    uint32_t *count = FH_NEW_ARRAY(l->view->arena, uint32_t, (size_t)names->n + 1);
    if (!count) return fh_no_memory(err);
    for (uint32_t i = 0; i < l->n; i++)
        if (l->told[i].department < names->n) count[l->told[i].department]++;
    fh_put_key(j, "departments");
    fh_json_array(j);
    for (uint32_t d = 1; d < names->n; d++) {
        if (!count[d]) continue;
        fh_json_object(j);
        fh_lived_name_json(j, "department", names, d);
        fh_put_number(j, "interactions", count[d]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return FH_OK;
}

/* ---- Problems and hand-offs --------------------------------------------------------------- */

static void time_of(const fh_lived *l, const char *name, uint32_t i, fh_json *j)
{
    if (i != FH_NO_INDEX) fh_lived_time_json(l, name, l->told[i].at_ms, j);
}

static void acceptance_json(const fh_lived *l, const fh_handed *h, fh_json *j)
{
    if (h->accepted == FH_NO_INDEX) return;
    time_of(l, "accepted", h->accepted, j);
    if (l->said[h->accepted].by) fh_put_number(j, "accepted_by", l->said[h->accepted].by);
}

static void handed_json(const fh_lived *l, const fh_handed *h, fh_json *j)
{
    fh_json_object(j);
    fh_lived_ref_json(l, "ref", h->at, j);
    fh_lived_ref_json(l, "before", h->before, j);
    fh_lived_time_json(l, "time", l->told[h->at].at_ms, j);
    fh_lived_name_json(j, "from", &l->view->department, h->from);
    fh_lived_name_json(j, "to", &l->view->department, h->to);
    fh_lived_text_json(j, "reason", h->reason);
    fh_lived_text_json(j, "told", h->told);
    fh_lived_text_json(j, "promise", h->promise);
    if (h->promise.len && h->promise_until_ms != INT64_MIN)
        fh_lived_time_json(l, "promise_until", h->promise_until_ms, j);
    acceptance_json(l, h, j);
    time_of(l, "answered", h->answered, j);
    fh_put_number(j, "times_told_again", h->n_told_again);
    if (h->told_again != FH_NO_INDEX) fh_lived_ref_json(l, "told_again", h->told_again, j);
    fh_json_end_object(j);
}

static void confirmation_json(const fh_lived *l, const fh_problem_lived *p, fh_json *j)
{
    if (p->confirmed == FH_NO_INDEX) return;
    time_of(l, "confirmed", p->confirmed, j);
    fh_lived_ref_json(l, "confirmation", p->confirmed, j);
    fh_lived_text_json(j, "said", fh_first_line(l->said[p->confirmed].text));
    if (l->said[p->confirmed].by) fh_put_number(j, "confirmed_by", l->said[p->confirmed].by);
}

static fh_status problem_json(const fh_lived *l, const fh_problem_lived *p, fh_json *j,
                              fh_error *err)
{
    fh_str name = {0};
    const fh_status s = fh_problem_name(l->view->org, p->problem, l->view->arena, &name, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_number(j, "problem", p->problem);
    fh_lived_text_json(j, "name", name);
    fh_put_word(j, "state", !p->open ? "confirmed" : p->reopened ? "reopened" : "open");
    fh_lived_time_json(l, "opened", l->told[p->first].at_ms, j);
    fh_lived_time_json(l, "last", l->told[p->last].at_ms, j);
    fh_lived_ref_json(l, "first_ref", p->first, j);
    fh_lived_ref_json(l, "last_ref", p->last, j);
    fh_put_number(j, "interactions", p->n);
    fh_lived_name_json(j, "department", &l->view->department, p->department);
    fh_put_bool(j, "customer_waits", p->customer_waits);
    fh_put_number(j, "times_told_again", p->n_told_again);
    confirmation_json(l, p, j);
    fh_put_key(j, "handoffs");
    fh_json_array(j);
    for (uint32_t i = 0; i < p->n_handoffs && i < FH_LENS_MAX; i++)
        handed_json(l, &l->handed[p->handoff + i], j);
    fh_json_end_array(j);
    fh_put_number(j, "handoffs_hidden",
                  p->n_handoffs > FH_LENS_MAX ? p->n_handoffs - FH_LENS_MAX : 0);
    fh_json_end_object(j);
    return FH_OK;
}

/* Open ones first, then by their last interaction, the latest first. */
static int open_then_latest(const void *pa, const void *pb, void *ctx)
{
    const fh_lived *l = ctx;
    const fh_problem_lived *a = &l->problem[*(const uint32_t *)pa],
                           *b = &l->problem[*(const uint32_t *)pb];
    if (a->open != b->open) return a->open ? -1 : 1;
    if (a->last != b->last) return a->last > b->last ? -1 : 1;
    return (a->problem > b->problem) - (a->problem < b->problem);
}

static fh_status problems_json(const fh_lived *l, fh_json *j, fh_error *err)
{
    uint32_t n_open = 0, n_again = 0;
    uint32_t *order = FH_NEW_ARRAY(l->view->arena, uint32_t, l->n_problems + 1);
    if (!order) return fh_no_memory(err);
    for (uint32_t i = 0; i < l->n_problems; i++) {
        order[i] = i;
        n_open += l->problem[i].open;
        n_again += l->problem[i].n_told_again;
    }
    if (fh_sort(NULL, order, l->n_problems, sizeof *order, open_then_latest, (void *)(uintptr_t)l))
        return fh_no_memory(err);
    fh_put_number(j, "open_problems", n_open);
    fh_put_number(j, "handoffs", l->n_handed);
    fh_put_number(j, "times_told_again", n_again);
    fh_put_key(j, "problems");
    fh_json_array(j);
    fh_status s = FH_OK;
    for (uint32_t i = 0; i < l->n_problems && i < FH_LENS_MAX && !s; i++)
        s = problem_json(l, &l->problem[order[i]], j, err);
    fh_json_end_array(j);
    fh_put_number(j, "problems_hidden",
                  l->n_problems > FH_LENS_MAX ? l->n_problems - FH_LENS_MAX : 0);
    return s;
}

/* ---- Lists of interactions ------------------------------------------------------------------ */

typedef bool fh_listed(const fh_lived *l, uint32_t i, const fh_lived_lens *lens);

static bool is_contact(const fh_lived *l, uint32_t i, const fh_lived_lens *lens)
{
    return l->told[i].direction == FH_DIR_OUT &&
           l->told[i].at_ms >= l->now_ms - (int64_t)lens->days * 86400000;
}

static bool is_promise(const fh_lived *l, uint32_t i, const fh_lived_lens *lens)
{
    (void)lens;
    return l->said[i].promise.len > 0;
}

static bool is_feedback(const fh_lived *l, uint32_t i, const fh_lived_lens *lens)
{
    (void)lens;
    return l->told[i].has_score && l->told[i].direction != FH_DIR_OUT;
}

static fh_status list_json(const fh_lived *l, const fh_lived_lens *lens, const char *name,
                           fh_listed *listed, fh_json *j, fh_error *err)
{
    uint32_t n = 0;
    fh_status s = FH_OK;
    fh_put_key(j, name);
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (uint32_t i = l->n; i-- > 0 && !s;) {
        if (!listed(l, i, lens) || n++ >= FH_LENS_MAX) continue;
        fh_json_object(j);
        s = fh_lived_entry_json(l, i, j, err);
        if (listed == is_feedback) {
            const uint32_t answer = fh_lived_answer(l, i);
            fh_lived_text_json(j, "text", l->said[i].text);
            time_of(l, "answered", answer, j);
            if (answer != FH_NO_INDEX) fh_lived_ref_json(l, "answer", answer, j);
        }
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "hidden", n > FH_LENS_MAX ? n - FH_LENS_MAX : 0);
    fh_json_end_object(j);
    return s;
}

/* ---- Known, by whom ------------------------------------------------------------------------- */

static void held_json(const fh_lived *l, const fh_held *h, fh_json *j)
{
    fh_json_object(j);
    fh_lived_name_json(j, "department", &l->view->department, h->department);
    fh_lived_text_json(j, "value", h->value);
    time_of(l, "since", h->first, j);
    time_of(l, "last", h->last, j);
    fh_lived_ref_json(l, "ref", h->last, j);
    fh_put_number(j, "times", h->n);
    fh_json_end_object(j);
}

static fh_status known_json(const fh_lived *l, fh_json *j, fh_error *err)
{
    const fh_held *held = NULL;
    size_t n = 0, hidden = 0;
    const fh_status s = fh_lived_held(l, &held, &n, &hidden, err);
    if (s) return s;
    fh_put_key(j, "known");
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0, until; i < n; i = until) {
        uint32_t asked = 0;
        bool differs = false;
        fh_json_object(j);
        fh_lived_text_json(j, "field", held[i].field);
        fh_put_key(j, "held_by");
        fh_json_array(j);
        for (until = i; until < n && fh_str_eq(held[until].field, held[i].field); until++) {
            asked += held[until].n_from_customer;
            differs = differs || !fh_str_eq(held[until].value, held[i].value);
            held_json(l, &held[until], j);
        }
        fh_json_end_array(j);
        fh_put_number(j, "asked_again", asked ? asked - 1 : 0);
        fh_put_bool(j, "differs", differs);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "hidden", hidden);
    fh_json_end_object(j);
    return FH_OK;
}

/* ---- All of it ------------------------------------------------------------------------------- */

fh_status fh_lived_lens_json(const fh_lived *l, const fh_lived_lens *lens, fh_json *j,
                             fh_error *err)
{
    if (l->n) {
        fh_lived_time_json(l, "first", l->told[0].at_ms, j);
        fh_lived_time_json(l, "last", l->told[l->n - 1].at_ms, j);
    }
    fh_put_number(j, "interactions", l->n_past);
    fh_put_number(j, "planned", l->n - l->n_past);
    fh_status s = density_json(l, lens, j, err);
    if (!s) s = departments_json(l, j, err);
    if (!s) s = problems_json(l, j, err);
    if (!s) s = list_json(l, lens, "contacts", is_contact, j, err);
    if (!s) s = list_json(l, lens, "promises", is_promise, j, err);
    if (!s) s = list_json(l, lens, "feedback", is_feedback, j, err);
    return s ? s : known_json(l, j, err);
}

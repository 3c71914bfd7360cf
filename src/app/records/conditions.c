/* conditions.c - what moves of records may need, and figures that are worked out: one small
 * function for each name (see conditions.h). */
#include "app/records/conditions.h"

#include "app/records/reverse.h"
#include "base/time.h"

/* ---- Looking at the record --------------------------------------------------------- */

static const fh_values *values_of(const fh_record_view *r, fh_str field)
{
    const uint32_t i = fh_kind_find_field(r->kind, field);
    return i < r->kind->n_fields ? &r->values[i] : NULL;
}

static bool is_filled(const fh_record_view *r, fh_str field)
{
    const fh_values *v = values_of(r, field);
    return v && v->n > 0;
}

/* Days since 1970 of a date field; false: not filled. */
static bool day_of(const fh_record_view *r, fh_str field, int64_t *out)
{
    const fh_values *v = values_of(r, field);
    if (!v || !v->n) return false;
    *out = v->value[0].number;
    return true;
}

/* Is there something it is about that fits? */
typedef bool about_test(const fh_condition_asked *a, const fh_record_about *about);

static fh_status any_about(const fh_condition_asked *a, about_test *fits, bool *any, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    const fh_status status =
        fh_record_abouts(a->org, a->record->row.record, a->arena, &about, &n, err);
    *any = false;
    for (size_t i = 0; i < n && status == FH_OK && !*any; i++) *any = fits(a, &about[i]);
    return status;
}

typedef bool row_test(const fh_record *row);

static fh_status row_fits(const fh_condition_asked *a, int64_t record, row_test *fits, bool *any,
                          fh_error *err)
{
    fh_record row;
    fh_error why = {0};
    const fh_status status = fh_record_row(a->org, record, a->arena, &row, &why);
    if (status == FH_OK) *any |= fits(&row);
    if (status == FH_OK || status == FH_NOTFOUND) return FH_OK;
    if (err) *err = why;
    return status;
}

/* Is there a record that fits, linked or named in a field (also in one that is being filled,
 * whose link is not yet written)? */
static fh_status any_record(const fh_condition_asked *a, row_test *fits, bool *any, fh_error *err)
{
    const fh_record_view *v = a->record;
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_status status = fh_record_abouts(a->org, v->row.record, a->arena, &about, &n, err);
    *any = false;
    for (size_t i = 0; i < n && status == FH_OK && !*any; i++)
        if (fh_str_eq(about[i].what, FH_STR("record")))
            status = row_fits(a, about[i].number, fits, any, err);
    for (uint32_t i = 0; i < v->kind->n_fields; i++)
        for (uint32_t k = 0; v->kind->field[i].type == FH_TYPE_RECORD && k < v->values[i].n; k++)
            if (status == FH_OK && !*any)
                status = row_fits(a, v->values[i].value[k].number, fits, any, err);
    return status;
}

/* Is there a record that fits and speaks of this one: linked to it, or naming it? */
static fh_status spoken_of(const fh_condition_asked *a, row_test *fits, bool *any, fh_error *err)
{
    enum { MOST = 1000 };
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_status status = fh_record_abouts_of(a->org, FH_STR("record"), a->record->row.record, MOST,
                                           a->arena, &about, &n, err);
    *any = false;
    for (size_t i = 0; i < n && status == FH_OK && !*any; i++)
        status = row_fits(a, about[i].record, fits, any, err);
    return status;
}

/* From either end. */
static fh_status any_linked(const fh_condition_asked *a, row_test *fits, bool *any, fh_error *err)
{
    const fh_status status = any_record(a, fits, any, err);
    return status != FH_OK || *any ? status : spoken_of(a, fits, any, err);
}

/* ---- Conditions: *holds, when nothing failed --------------------------------------- */

static fh_status owned(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    (void)err;
    *holds = a->record->row.owner || a->record->row.department;
    return FH_OK;
}

static bool shows_something(const fh_condition_asked *a, const fh_record_about *about)
{
    static const char *const evidence[] = {"interaction", "message", "stories", "file", NULL};
    (void)a;
    for (size_t i = 0; evidence[i]; i++)
        if (fh_str_eq(about->what, fh_str_of(evidence[i]))) return true;
    /* A link to a customer is one to their story; a field only says whom it is about. */
    return !about->field.len && fh_str_eq(about->what, FH_STR("customer"));
}

/* Fields that hold evidence; what is being filled has no link yet. */
static bool holds_evidence(const fh_record_view *r)
{
    for (uint32_t i = 0; i < r->kind->n_fields; i++) {
        const fh_kind_type type = r->kind->field[i].type;
        if ((type == FH_TYPE_STORIES || type == FH_TYPE_FILE) && r->values[i].n) return true;
    }
    return false;
}

/* A record of a kind whose being there is an experience: made, not only planned. */
static bool is_experience(const fh_record *row)
{
    return fh_str_eq(row->kind, FH_STR("observation")) ||
           (fh_str_eq(row->kind, FH_STR("walk")) && fh_str_eq(row->state, FH_STR("walked")));
}

static fh_status first_hand(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    return any_linked(a, is_experience, holds, err);
}

static fh_status evidence(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    *holds = holds_evidence(a->record);
    if (*holds) return FH_OK;
    const fh_status status = any_about(a, shows_something, holds, err);
    return status != FH_OK || *holds ? status : first_hand(a, holds, err);
}

static fh_status more_than_said(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    const fh_values *v = values_of(a->record, FH_STR("known-by"));
    (void)err;
    *holds = false;
    for (uint32_t i = 0; v && i < v->n; i++) *holds |= !fh_str_eq(v->value[i].text, FH_STR("said"));
    return FH_OK;
}

static bool is_open_challenge(const fh_record *row)
{
    return !row->closed && !row->merged_into && fh_str_eq(row->kind, FH_STR("challenge"));
}

static bool is_open_assumption(const fh_record *row)
{
    return !row->closed && !row->merged_into && fh_str_eq(row->kind, FH_STR("assumption"));
}

static fh_status answered(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    bool any = false;
    const fh_status status = spoken_of(a, is_open_challenge, &any, err);
    *holds = !any;
    return status;
}

static bool is_open_question(const fh_record *row)
{
    return !row->closed && !row->merged_into && fh_str_eq(row->kind, FH_STR("question"));
}

static fh_status questions_answered(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    bool any = false;
    const fh_status status = spoken_of(a, is_open_question, &any, err);
    *holds = !any;
    return status;
}

static fh_status assumptions_settled(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    bool any = false;
    const fh_status status = spoken_of(a, is_open_assumption, &any, err);
    *holds = !any;
    return status;
}

static fh_status not_author(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    (void)err;
    *holds = !a->actor->person || a->actor->person != fh_record_speaker(&a->record->row);
    return FH_OK;
}

static fh_status not_owner(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    (void)err;
    *holds = !a->actor->person || a->actor->person != a->record->row.owner;
    return FH_OK;
}

static bool says_so_since(const fh_condition_asked *a, const fh_record_about *about)
{
    return !about->field.len && about->made_ms >= a->record->row.state_ms &&
           (fh_str_eq(about->what, FH_STR("interaction")) ||
            fh_str_eq(about->what, FH_STR("message")));
}

static fh_status customer_confirmed(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    *holds = a->actor->customer != 0;
    return *holds ? FH_OK : any_about(a, says_so_since, holds, err);
}

static fh_status every_step_filled(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    const fh_record_view *r = a->record;
    (void)err;
    *holds = true;
    for (uint32_t i = 0; i < r->kind->n_fields; i++)
        if (fh_str_starts(r->kind->field[i].name, FH_STR("step-"))) *holds &= r->values[i].n > 0;
    return FH_OK;
}

static int64_t today(const fh_condition_asked *a)
{
    return a->now_ms / FH_DAY_MS;
}

static fh_status review_ahead(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    enum { A_YEAR = 366 };
    int64_t day = 0;
    (void)err;
    *holds =
        day_of(a->record, FH_STR("review"), &day) && day > today(a) && day <= today(a) + A_YEAR;
    return FH_OK;
}

static bool is_made_fix(const fh_record *row)
{
    return fh_str_eq(row->kind, FH_STR("fix")) &&
           (fh_str_eq(row->state, FH_STR("made")) || fh_str_eq(row->state, FH_STR("measured")) ||
            fh_str_eq(row->state, FH_STR("confirmed")));
}

static fh_status fixed(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    return any_linked(a, is_made_fix, holds, err);
}

/* Of a question at a design only: elsewhere an answer may be words alone. */
static fh_status design_evidence(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    const fh_values *v = values_of(a->record, FH_STR("stage"));
    *holds = true;
    for (uint32_t i = 0; v && i < v->n; i++)
        for (int s = 0; s < FH_N_STAGES; s++)
            *holds &= !fh_str_eq(v->value[i].text, fh_str_of(fh_stage_words[s]));
    return *holds ? FH_OK : evidence(a, holds, err);
}

static fh_status reverse_at(const fh_condition_asked *a, fh_stage stage, bool *holds, fh_error *err)
{
    const fh_record *r = &a->record->row;
    const fh_reverse_asked asked = {
        .what = FH_STR("record"), .number = r->record, .since_ms = r->state_ms};
    fh_reverse_stage at[FH_N_STAGES];
    const fh_status status = fh_reverse_stages(a->org, &asked, a->arena, at, err);
    if (status == FH_OK) *holds = at[stage].answered;
    return status;
}

static fh_status reverse_at_draft(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    return reverse_at(a, FH_STAGE_DRAFT, holds, err);
}

static fh_status reverse_at_review(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    return reverse_at(a, FH_STAGE_REVIEW, holds, err);
}

static fh_status reverse_at_release(const fh_condition_asked *a, bool *holds, fh_error *err)
{
    return reverse_at(a, FH_STAGE_RELEASE, holds, err);
}

typedef struct condition {
    const char *word, *missing;
    fh_status (*holds)(const fh_condition_asked *a, bool *holds, fh_error *err);
} condition;

static const condition conditions[] = {
#define X(function, word, means, missing) {word, missing, function},
    FH_CONDITION_MAP(X)
#undef X
};

/* Which records stand in the way, as far as the actor may see them: " #12 \"How many?\"". */
static fh_status tell_which(const fh_condition_asked *a, row_test *stands, fh_str *missing,
                            fh_error *err)
{
    enum { MOST = 1000, SHOWN = 5 };
    const fh_record_about *about = NULL;
    size_t n = 0, told = 0;
    fh_status status = fh_record_abouts_of(a->org, FH_STR("record"), a->record->row.record, MOST,
                                           a->arena, &about, &n, err);
    for (size_t i = 0; i < n && status == FH_OK && told < SHOWN; i++) {
        fh_record_view v;
        bool fits = false;
        size_t first = 0;
        while (about[first].record != about[i].record) first++;
        if (first < i) continue; /* by a field and by a link */
        status = row_fits(a, about[i].record, stands, &fits, err);
        if (status != FH_OK || !fits) continue;
        if (fh_record_get(a->org, a->actor, about[i].record, a->arena, &v, NULL) != FH_OK) continue;
        if (!fh_arena_format(a->arena, missing, "%.*s%s#%lld \"%.*s\"", FH_STR_ARG(*missing),
                             told++ ? ", " : " ", (long long)v.row.record, FH_STR_ARG(v.row.title)))
            status = fh_no_memory(err);
    }
    return status;
}

static const struct {
    const char *word;
    row_test *stands;
} in_the_way[] = {{"answered", is_open_challenge},
                  {"assumptions-settled", is_open_assumption},
                  {"questions-answered", is_open_question}};

/* What does not hold of one need; empty: it does. */
static fh_status need_missing(const fh_condition_asked *a, fh_str need, fh_str *missing,
                              fh_error *err)
{
    const uint32_t field = fh_kind_find_field(a->record->kind, need);
    *missing = (fh_str){"", 0};
    if (field < a->record->kind->n_fields) {
        const fh_str label = a->record->kind->field[field].label;
        if (is_filled(a->record, need)) return FH_OK;
        return fh_arena_format(a->arena, missing, "\"%.*s\" is not filled yet.", FH_STR_ARG(label))
                   ? FH_OK
                   : fh_no_memory(err);
    }
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        bool holds = false;
        if (!fh_str_eq(need, fh_str_of(conditions[i].word))) continue;
        fh_status status = conditions[i].holds(a, &holds, err);
        if (status == FH_OK && !holds) *missing = fh_str_of(conditions[i].missing);
        for (size_t k = 0; k < sizeof in_the_way / sizeof in_the_way[0]; k++)
            if (status == FH_OK && !holds && fh_str_eq(need, fh_str_of(in_the_way[k].word)))
                status = tell_which(a, in_the_way[k].stands, missing, err);
        return status;
    }
    return fh_fail(err, FH_INTERNAL, "nobody knows the condition '%.*s'", FH_STR_ARG(need));
}

fh_status fh_move_missing(const fh_condition_asked *asked, const fh_kind_move *move,
                          fh_str *missing, fh_error *err)
{
    fh_buf all;
    fh_str one;
    fh_status status = FH_OK;
    fh_buf_init(&all, fh_arena_allocator(asked->arena), 1 << 14);
    for (uint32_t i = 0; i < move->n_needs && status == FH_OK; i++) {
        status = need_missing(asked, move->needs[i], &one, err);
        if (status != FH_OK || !one.len) continue;
        if (all.len) fh_buf_char(&all, ' ');
        fh_buf_str(&all, one);
    }
    fh_str kept = {"", 0};
    if (status == FH_OK &&
        (all.status != FH_OK || !fh_arena_str(asked->arena, fh_buf_view(&all), &kept)))
        status = fh_no_memory(err);
    fh_buf_free(&all);
    if (status == FH_OK) *missing = kept;
    return status;
}

/* ---- Computed figures: *filled false when there is none ---------------------------- */

static void days_open(const fh_condition_asked *a, int64_t *out, bool *filled)
{
    const fh_record *r = &a->record->row;
    const int64_t until = r->closed ? r->state_ms : a->now_ms;
    *filled = r->first_ms != 0;
    *out = until > r->first_ms ? (until - r->first_ms) / FH_DAY_MS : 0;
}

static void days_ownerless(const fh_condition_asked *a, int64_t *out, bool *filled)
{
    const fh_record *r = &a->record->row;
    *filled = r->ownerless_ms != 0 && !r->closed;
    *out = a->now_ms > r->ownerless_ms ? (a->now_ms - r->ownerless_ms) / FH_DAY_MS : 0;
}

/* The date of the kind's first clock that goes by one. */
static void days_late(const fh_condition_asked *a, int64_t *out, bool *filled)
{
    const fh_kind *k = a->record->kind;
    int64_t due = 0, done = today(a);
    uint32_t i = 0;
    *filled = false;
    while (i < k->n_clocks && !k->clock[i].field.len) i++;
    if (i == k->n_clocks || !day_of(a->record, k->clock[i].field, &due)) return;
    if (!day_of(a->record, FH_STR("done"), &done) && a->record->row.closed) return;
    *out = done - due;
    *filled = done > due;
}

static void bounces(const fh_condition_asked *a, int64_t *out, bool *filled)
{
    *out = a->record->row.bounces;
    *filled = true;
}

/* Counted for all that are shown in one pass over the stories: record_since.c. */
static void customers_since(const fh_condition_asked *a, int64_t *out, bool *filled)
{
    (void)a;
    *out = 0;
    *filled = false;
}

fh_status fh_computed_value(const fh_condition_asked *asked, fh_str name, int64_t *out,
                            bool *filled, fh_error *err)
{
    static const struct {
        const char *word;
        void (*value)(const fh_condition_asked *a, int64_t *out, bool *filled);
    } computed[] = {
#define X(function, word, means) {word, function},
        FH_COMPUTED_MAP(X)
#undef X
    };
    for (size_t i = 0; i < sizeof computed / sizeof computed[0]; i++) {
        if (!fh_str_eq(name, fh_str_of(computed[i].word))) continue;
        int64_t value = 0;
        computed[i].value(asked, &value, filled);
        *out = *filled ? value : 0;
        return FH_OK;
    }
    return fh_fail(err, FH_INTERNAL, "nobody can work out '%.*s'", FH_STR_ARG(name));
}

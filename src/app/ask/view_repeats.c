/* view_repeats.c - who had to make contact again, and in which department. */
#include "app/ask/view_parts.h"

#include "base/put.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_repeats_new(from, ctx, out, err);
}

fh_status fh_view_repeats(const fh_view *v, const fh_repeats_options *options, fh_repeats *out,
                          fh_error *err)
{
    fh_repeats_options o = *options;
    o.n_departments = v->department.n;
    o.n_channels = v->channel.n;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &o, &fold, err);
    if (!s) s = fh_repeats_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static fh_str note(const fh_view *v, const fh_repeats_options *o, const fh_repeats *a)
{
    const fh_str n = fh_view_count(v, a->n_repeats, "contact", "contacts");
    const fh_str share = fh_view_share(v, a->n_repeats, a->n_contacts);
    const fh_str all = fh_view_count(v, a->n_contacts, "contact", "contacts");
    const fh_str window = fh_view_duration(v, (int64_t)o->window_ms);
    const fh_str who = fh_view_stories(v, a->stories_with_repeat);
    const fh_str scope = fh_view_scope(v);
    const fh_str other = fh_view_share(v, a->n_other_department, a->n_repeats);
    return fh_printed(
        v->arena,
        "%.*s (%.*s of %.*s) came within %.*s of the one before%s, by %.*s, %.*s; %.*s "
        "of them in another department.",
        FH_STR_ARG(n), FH_STR_ARG(share), FH_STR_ARG(all), FH_STR_ARG(window),
        o->other_problem_too ? "" : " about the same problem", FH_STR_ARG(who), FH_STR_ARG(scope),
        FH_STR_ARG(other));
}

fh_status fh_repeats_table(const fh_view *v, const fh_repeats_options *options, const fh_repeats *a,
                           size_t top, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"from", "Contact before", FH_CELL_TEXT}, {"to", "Contact again", FH_CELL_TEXT},
        {"count", "Times", FH_CELL_COUNT},        {"bar", "", FH_CELL_BAR},
        {"share", "Share", FH_CELL_SHARE},        {"customers", "{Customers}", FH_CELL_COUNT},
        {"gap_ms_sum", NULL, FH_CELL_DURATION},   {"gap_ms_mean", "Mean gap", FH_CELL_DURATION}};
    const size_t shown = fh_top(top, a->n_pairs);
    const fh_status s = fh_view_new_table(v, "Contact again", columns, 8, shown, out, err);
    if (s) return s;
    uint64_t part = 0;
    for (size_t i = shown; i < a->n_pairs; i++) part += a->pairs[i].count;
    out->note = note(v, options, a);
    out->rest = fh_view_rest(v, a->n_pairs - shown, "pair", "pairs", part, a->n_repeats,
                             "repeated contacts");
    for (size_t i = 0; i < shown; i++) {
        const fh_repeat *r = &a->pairs[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->department, r->from));
        *cell++ = fh_cell_text(fh_view_name(&v->department, r->to));
        *cell++ = fh_cell_count(r->count);
        *cell++ = fh_cell_part(r->count, a->pairs[0].count);
        *cell++ = fh_cell_part(r->count, a->n_repeats);
        *cell++ = fh_cell_count(r->customers);
        *cell++ = fh_cell_int(r->gap_ms_sum);
        *cell = fh_cell_int(fh_mean(r->gap_ms_sum, r->count));
    }
    return FH_OK;
}

void fh_repeats_json(const fh_view *v, const fh_repeats *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "contacts", a->n_contacts);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_number(j, "repeats", a->n_repeats);
    fh_put_number(j, "with_repeat", a->stories_with_repeat);
    fh_put_number(j, "other_department", a->n_other_department);
    fh_json_key(j, FH_STR("pairs"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_pairs; i++) {
        const fh_repeat *r = &a->pairs[i];
        fh_json_object(j);
        fh_json_name(j, "from", &v->department, r->from);
        fh_json_name(j, "to", &v->department, r->to);
        fh_put_number(j, "count", r->count);
        fh_put_number(j, "customers", r->customers);
        fh_put_int(j, "gap_ms_sum", r->gap_ms_sum);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

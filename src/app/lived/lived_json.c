/* lived_json.c - interactions of a story as JSON: a page of them, newest first, and one
 * with everything it holds (see lived.h). */
#include "app/lived/lived_parts.h"

#include "app/ask/view_parts.h"
#include "base/put.h"

/* ---- Pieces ---------------------------------------------------------------------------- */

void fh_lived_ref_json(const fh_lived *l, const char *key, uint32_t i, fh_json *j)
{
    char text[FH_REFERENCE_TEXT];
    fh_put_text(j, key, fh_lived_reference(l, i, text));
}

void fh_lived_time_json(const fh_lived *l, const char *key, int64_t ms, fh_json *j)
{
    fh_put_time_in(j, key, ms, l->view->zone);
}

void fh_lived_name_json(fh_json *j, const char *key, const fh_names *names, uint32_t number)
{
    if (number) fh_json_name(j, key, names, number);
}

void fh_lived_text_json(fh_json *j, const char *key, fh_str text)
{
    if (!text.len) return;
    fh_put_text(j, key, text);
}

static const char *direction_word(fh_direction direction)
{
    switch (direction) {
    case FH_DIR_IN: return "in";
    case FH_DIR_OUT: return "out";
    case FH_DIR_INTERNAL: return "internal";
    case FH_DIR_NONE:
    case FH_N_DIRECTIONS: break;
    }
    return NULL;
}

static void amounts(const fh_view *v, const fh_told *t, fh_json *j)
{
    const fh_str currency = t->currency ? fh_view_name(&v->currency, t->currency) : (fh_str){0};
    if (t->has_value) {
        fh_json_key(j, FH_STR("value"));
        fh_json_fixed(j, t->value, fh_currency_decimals(currency));
        fh_lived_text_json(j, "currency", currency);
    }
    if (t->has_score) {
        fh_json_key(j, FH_STR("score"));
        fh_json_fixed(j, t->score, 2);
    }
}

/* ---- One of a list ------------------------------------------------------------------------- */

fh_status fh_lived_entry_json(const fh_lived *l, uint32_t i, fh_json *j, fh_error *err)
{
    const fh_view *v = l->view;
    const fh_told *t = &l->told[i];
    const char *direction = direction_word(t->direction);
    fh_lived_ref_json(l, "ref", i, j);
    fh_lived_time_json(l, "time", t->at_ms, j);
    fh_lived_name_json(j, "touchpoint", &v->touchpoint, t->touchpoint);
    fh_lived_name_json(j, "channel", &v->channel, t->channel);
    fh_lived_name_json(j, "department", &v->department, t->department);
    if (direction) fh_put_word(j, "direction", direction);
    fh_lived_name_json(j, "outcome", &v->outcome, t->outcome);
    amounts(v, t, j);
    fh_lived_text_json(j, "line", fh_first_line(l->said[i].text));
    fh_put_true_if(j, "more", fh_first_line(l->said[i].text).len < l->said[i].text.len);
    if (t->problem) {
        fh_str name = {0};
        const fh_status s = fh_problem_name(v->org, t->problem, v->arena, &name, err);
        if (s) return s;
        fh_put_number(j, "problem", t->problem);
        fh_lived_text_json(j, "problem_name", name);
    }
    fh_put_true_if(j, "told_again", l->told_again[i]);
    fh_put_true_if(j, "planned", i >= l->n_past);
    if (l->said[i].promise.len) {
        fh_lived_text_json(j, "promise", l->said[i].promise);
        if (l->said[i].promise_until_ms != INT64_MIN)
            fh_lived_time_json(l, "promise_until", l->said[i].promise_until_ms, j);
    }
    if (l->handed_at[i] != FH_NO_INDEX) {
        const fh_handed *h = &l->handed[l->handed_at[i]];
        fh_json_key(j, FH_STR("handed_on"));
        fh_json_object(j);
        fh_lived_name_json(j, "from", &v->department, h->from);
        fh_lived_name_json(j, "to", &v->department, h->to);
        fh_lived_ref_json(l, "before", h->before, j);
        fh_put_true_if(j, "accepted", h->accepted != FH_NO_INDEX);
        fh_put_true_if(j, "told_again", h->told_again != FH_NO_INDEX);
        fh_json_end_object(j);
    }
    return FH_OK;
}

/* ---- A page ---------------------------------------------------------------------------------- */

static bool shown(const fh_lived *l, const fh_lived_page *page, uint32_t i)
{
    if (page->problem && l->told[i].problem != page->problem) return false;
    if (page->marked && l->handed_at[i] == FH_NO_INDEX && !l->told_again[i] &&
        !l->said[i].promise.len)
        return false;
    return fh_lived_passes(page->filter, &l->told[i]);
}

fh_status fh_lived_page_json(const fh_lived *l, const fh_lived_page *page, fh_json *j,
                             uint32_t *next, fh_error *err)
{
    const uint32_t wanted = page->find.len ? fh_lived_find(l, page->find) : FH_NO_INDEX;
    uint32_t total = 0, at = FH_NO_INDEX;
    fh_status s = FH_OK;
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (uint32_t i = l->n; i-- > 0 && !s;) {
        if (!shown(l, page, i)) continue;
        if (i == wanted) at = total;
        if (total >= page->skip && total - page->skip < page->limit) {
            fh_json_object(j);
            s = fh_lived_entry_json(l, i, j, err);
            fh_json_end_object(j);
        }
        total++;
    }
    fh_json_end_array(j);
    fh_put_number(j, "total", total);
    if (at != FH_NO_INDEX) fh_put_number(j, "at", at);
    *next = total > page->skip && total - page->skip > page->limit ? page->skip + page->limit : 0;
    return s;
}

/* ---- One with everything -------------------------------------------------------------------- */

fh_status fh_lived_one_json(const fh_lived *l, uint32_t i, fh_json *j, fh_error *err)
{
    const fh_told *t = &l->told[i];
    fh_json_object(j);
    fh_put_number(j, "customer", l->customer);
    const fh_status s = fh_lived_entry_json(l, i, j, err);
    const fh_said *said = &l->said[i];
    fh_lived_text_json(j, "text", said->text);
    fh_lived_text_json(j, "subject", said->subject);
    fh_lived_text_json(j, "purpose", said->purpose);
    fh_lived_text_json(j, "signatory", said->signatory);
    fh_lived_text_json(j, "language", said->language);
    fh_lived_text_json(j, "thread", said->thread);
    fh_put_number(j, "origin", t->origin);
    if (t->member != l->customer) fh_put_number(j, "member", t->member);
    if (l->said[i].by) fh_put_number(j, "by", l->said[i].by);
    if (t->payload.len) {
        /* A damaged file may hold anything: what is not JSON is shown as text. */
        fh_json_key(j, FH_STR("payload"));
        if (l->said[i].is_json)
            fh_json_raw_value(j, t->payload);
        else
            fh_json_str(j, t->payload);
    }
    fh_json_end_object(j);
    return s;
}

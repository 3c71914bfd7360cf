/* show_merged.c - one message instead of two: the later one, and of the earlier one the sentences
 * whose facts it does not say; what both departments want with it; what they have to agree on
 * first. As it is shown, and as the fields of a shared draft (kinds/shared-draft.kind), in which
 * nothing stands that is one customer's: greeting and signature are left open, names, numbers of
 * orders and the customer's identifiers taken out. Drafts lead back to the finding by the address
 * in their field `stories`.
 */
#include "app/find/show_parts.h"

#include "app/people/people.h"
#include "app/records/records.h"
#include "base/put.h"
#include "store/identities.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MOST = 8000, WANTS_MOST = 1000, POINTS_MOST = 4000, SHORTEST = 4, DRAFTS_MOST = 50 };

/* What both say of the same and not alike: to be settled before one message can say it. */
typedef struct both {
    const fh_merging *m;
    fh_text a, b;
    const fh_difference *differ; /* [n] */
    size_t n;
    const uint32_t *added; /* [n_added] sentences of a that the merged message takes over */
    size_t n_added;
} both;

/* At most so many bytes, of whole signs. */
static fh_str cut(fh_str text, size_t most)
{
    if (text.len <= most) return text;
    while (most && ((unsigned char)text.ptr[most] & 0xc0) == 0x80) most--;
    return (fh_str){text.ptr, most};
}

/* ---- What is merged ------------------------------------------------------------------------ */

/* Does `text` say this fact? */
static bool has_fact(const fh_text *text, const fh_fact *fact)
{
    for (uint32_t i = 0; i < text->n_facts; i++)
        if (text->fact[i].type == fact->type && fh_facts_agree(&text->fact[i], fact)) return true;
    return false;
}

static bool is_unsettled(const both *u, uint32_t sentence)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->differ[i].sentence_a == sentence) return true;
    return false;
}

/* Sentences of the earlier one whose facts the later one does not say; what is unsettled is not
 * said twice. */
static fh_status choose(both *u, fh_arena *arena, fh_error *err)
{
    const fh_text *a = &u->a;
    uint32_t last = UINT32_MAX;
    uint32_t *added = FH_NEW_ARRAY(arena, uint32_t, (size_t)a->n_facts + 1);
    if (!added) return fh_no_memory(err);
    for (uint32_t i = 0; i < a->n_facts; i++) {
        const uint32_t at = a->fact[i].sentence;
        if (at >= a->n_sentences || at == last || has_fact(&u->b, &a->fact[i]) ||
            is_unsettled(u, at))
            continue;
        const fh_sentence *sentence = &a->sentence[at];
        if (sentence->at > a->raw.len || sentence->len > a->raw.len - sentence->at) continue;
        added[u->n_added++] = last = at;
    }
    u->added = added;
    return FH_OK;
}

static fh_status read_both(both *u, fh_error *err)
{
    const fh_find_settings settings = fh_find_defaults();
    const fh_evidence *e = u->m->e;
    fh_status s = fh_message_read(e, &u->m->a, &u->a, err);
    if (!s) s = fh_message_read(e, &u->m->b, &u->b, err);
    if (!s)
        s = fh_texts_differ(e->lexicon, e->usage, &settings.differ, &u->a, &u->b, e->arena,
                            &u->differ, &u->n, err);
    return s ? s : choose(u, e->arena, err);
}

static fh_str department_of(const both *u, const fh_message *m)
{
    return fh_find_name(&u->m->e->names.department, m->told->department);
}

/* What a department wants with its message: its purpose, else the step it belongs to. */
static fh_str wanted(const both *u, const fh_message *m)
{
    return m->said.purpose.len ? m->said.purpose
                               : fh_find_name(&u->m->e->names.touchpoint, m->told->touchpoint);
}

/* ---- As it is shown ------------------------------------------------------------------------ */

static void put_intention(const both *u, const fh_message *m, fh_json *j)
{
    fh_json_object(j);
    fh_put_text_or_null(j, "department", department_of(u, m));
    fh_put_text_or_null(j, "purpose", wanted(u, m));
    fh_json_end_object(j);
}

static fh_status put_unsettled(const both *u, fh_json *j, fh_error *err)
{
    const fh_evidence *e = u->m->e;
    fh_status s = FH_OK;
    fh_put_key(j, "open");
    fh_json_array(j);
    for (size_t i = 0; i < u->n && !s; i++) {
        const fh_difference *d = &u->differ[i];
        fh_json_object(j);
        fh_put_text(j, "type", fh_str_of(fh_fact_type_name(d->type)));
        fh_put_key(j, "a");
        s = fh_fact_json(e, &u->a, d->fact_a, d->sentence_a, j, err);
        fh_put_key(j, "b");
        if (!s) s = fh_fact_json(e, &u->b, d->fact_b, d->sentence_b, j, err);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}

static fh_str sentence_of(const fh_text *t, uint32_t at)
{
    const fh_sentence *sentence = &t->sentence[at];
    return fh_str_trim((fh_str){t->raw.ptr + sentence->at, sentence->len});
}

static fh_status put_text(const both *u, fh_json *j, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 24);
    fh_buf_str(&text, u->m->b.said.text);
    for (size_t i = 0; i < u->n_added; i++) {
        fh_buf_text(&text, i ? " " : "\n\n");
        fh_buf_str(&text, sentence_of(&u->a, u->added[i]));
    }
    fh_put_text(j, "text", fh_buf_view(&text));
    const bool whole = text.status == FH_OK;
    fh_buf_free(&text);
    return whole ? FH_OK : fh_no_memory(err);
}

/* ---- As the fields of a draft --------------------------------------------------------------- */

/* What the text says there, without who and which: one customer's names and numbers. */
static void put_plain(const fh_text *t, fh_str part, fh_buf *out)
{
    const size_t from = (size_t)(part.ptr - t->raw.ptr), end = from + part.len;
    size_t at = from;
    for (uint32_t i = 0; i < t->n_facts; i++) {
        const fh_fact *f = &t->fact[i];
        if (f->type != FH_FACT_PERSON && f->type != FH_FACT_ID) continue;
        if (f->at < at || f->at > end || f->len > end - f->at) continue;
        fh_buf_str(out, (fh_str){t->raw.ptr + at, f->at - at});
        fh_buf_text(out, f->type == FH_FACT_PERSON ? "[name]" : "[number]");
        at = f->at + f->len;
    }
    fh_buf_str(out, (fh_str){t->raw.ptr + at, end - at});
}

/* The customer's own identifiers, however they are written. */
static void put_without(const fh_identity *known, size_t n, fh_str text, fh_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        size_t len = 0;
        for (size_t i = 0; i < n; i++)
            if (known[i].value.len >= SHORTEST && known[i].value.len > len &&
                known[i].value.len <= text.len - at &&
                fh_str_eq_nocase((fh_str){text.ptr + at, known[i].value.len}, known[i].value))
                len = known[i].value.len;
        if (len)
            fh_buf_text(out, "[customer]");
        else
            fh_buf_char(out, text.ptr[at]);
        at += len ? len : 1;
    }
}

static fh_status draft_text(const both *u, fh_str *out, fh_error *err)
{
    const fh_evidence *e = u->m->e;
    const fh_text *b = &u->b;
    const fh_identity *known = NULL;
    size_t n = 0;
    fh_buf plain, text;
    const bool stretch = b->said.len && b->said.ptr >= b->raw.ptr &&
                         b->said.ptr + b->said.len <= b->raw.ptr + b->raw.len;
    const fh_str said = fh_str_trim(stretch ? b->said : b->raw);
    fh_status s = fh_identity_of(e->org, u->m->customer, e->arena, &known, &n, err);
    if (s) return s;
    fh_buf_init(&plain, NULL, 1 << 24);
    fh_buf_init(&text, NULL, 1 << 24);
    if (stretch && said.ptr > b->raw.ptr) fh_buf_text(&plain, "[greeting]\n\n");
    put_plain(b, said, &plain);
    for (size_t i = 0; i < u->n_added; i++) {
        fh_buf_text(&plain, i ? " " : "\n\n");
        put_plain(&u->a, sentence_of(&u->a, u->added[i]), &plain);
    }
    if (stretch && said.ptr + said.len < b->raw.ptr + b->raw.len)
        fh_buf_text(&plain, "\n\n[signature]");
    put_without(known, n, fh_buf_view(&plain), &text);
    const bool kept = !plain.status && !text.status &&
                      fh_arena_str(e->arena, cut(fh_buf_view(&text), TEXT_MOST), out);
    fh_buf_free(&text);
    fh_buf_free(&plain);
    return kept ? FH_OK : fh_no_memory(err);
}

static void put_value(const fh_text *t, uint32_t fact, uint32_t sentence, fh_buf *out)
{
    fh_error none = {0};
    if (fact < t->n_facts)
        (void)!fh_fact_say(&t->fact[fact], out, &none);
    else if (sentence < t->n_sentences)
        put_plain(t, sentence_of(t, sentence), out);
}

/* "time: 8:00-20:00 (Marketing) or 9:00-17:00 (Operations)", a line each. */
static fh_status draft_points(const both *u, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    for (size_t i = 0; i < u->n; i++) {
        const fh_difference *d = &u->differ[i];
        if (d->type == FH_FACT_PERSON || d->type == FH_FACT_ID) continue;
        if (text.len) fh_buf_char(&text, '\n');
        fh_buf_text(&text, fh_fact_type_name(d->type));
        fh_buf_text(&text, ": ");
        put_value(&u->a, d->fact_a, d->sentence_a, &text);
        fh_buf_text(&text, " (");
        fh_buf_str(&text, department_of(u, &u->m->a));
        fh_buf_text(&text, ") or ");
        put_value(&u->b, d->fact_b, d->sentence_b, &text);
        fh_buf_text(&text, " (");
        fh_buf_str(&text, department_of(u, &u->m->b));
        fh_buf_text(&text, ")");
    }
    const bool kept =
        !text.status && fh_arena_str(u->m->e->arena, cut(fh_buf_view(&text), POINTS_MOST), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

/* The organisation's department (people) by the name that interactions tell; 0: there is none. */
static fh_status department_number(const both *u, fh_str name, uint32_t *out, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_department *all = NULL;
    size_t n = 0;
    const fh_status s = fh_departments_list(u->m->e->org, &self, u->m->e->arena, &all, &n, err);
    *out = 0;
    for (size_t i = 0; i < n && !s && !*out; i++)
        if (all[i].active && fh_str_eq_nocase(all[i].name, name)) *out = all[i].department;
    return s;
}

static void address_of(uint64_t cause, char out[48])
{
    (void)snprintf(out, 48, "/inside-out?finding=%016llx", (unsigned long long)cause);
}

/* A record that waits for the reply of others is not named to whoever may not see it. */
static fh_status sees_record(const both *u, bool *out, fh_error *err)
{
    fh_record_view v;
    fh_error none = {0};
    *out = false;
    if (u->m->c->record <= 0) return FH_OK;
    const fh_status s =
        fh_record_get(u->m->e->org, u->m->actor, u->m->c->record, u->m->e->arena, &v, &none);
    *out = s == FH_OK;
    if (s == FH_OK || s == FH_NOTFOUND || s == FH_DENIED) return FH_OK;
    if (err) *err = none;
    return s;
}

static void put_side(const both *u, const fh_message *m, const char *who, const char *what,
                     uint32_t department, fh_json *j)
{
    if (department) fh_put_number(j, who, department);
    if (wanted(u, m).len) fh_put_text(j, what, cut(wanted(u, m), WANTS_MOST));
}

static fh_status put_draft(const both *u, fh_json *j, fh_error *err)
{
    const fh_str for_what = wanted(u, &u->m->b);
    fh_str text = {"", 0}, points = {"", 0}, what;
    uint32_t first = 0, second = 0;
    bool sees = false;
    char address[48];
    fh_status s = draft_text(u, &text, err);
    if (!s) s = draft_points(u, &points, err);
    if (!s) s = department_number(u, department_of(u, &u->m->a), &first, err);
    if (!s) s = department_number(u, department_of(u, &u->m->b), &second, err);
    if (!s) s = sees_record(u, &sees, err);
    if (s) return s;
    if (!fh_arena_format(u->m->e->arena, &what,
                         for_what.len ? "One message instead of two: %.*s"
                                      : "One message instead of two%.*s",
                         FH_STR_ARG(cut(for_what, 200))))
        return fh_no_memory(err);
    address_of(u->m->c->cause, address);
    fh_put_key(j, "draft");
    fh_json_object(j);
    fh_put_text(j, "what", what);
    put_side(u, &u->m->a, "first", "first-wants", first, j);
    put_side(u, &u->m->b, "second", "second-wants", second, j);
    fh_put_text(j, "text", text);
    if (points.len) fh_put_text(j, "points", points);
    if (sees) fh_put_number(j, "mends", (uint64_t)u->m->c->record);
    fh_put_key(j, "stories");
    fh_json_array(j);
    fh_json_str(j, fh_str_of(address));
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

/* ---- All of it ----------------------------------------------------------------------------- */

fh_status fh_cause_merged_json(const fh_merging *m, fh_json *j, fh_error *err)
{
    both u = {.m = m};
    const bool two = m->c->sort <= FH_FIND_SIGNATORY || m->c->sort == FH_FIND_CONTRADICTION;
    fh_put_key(j, "merged");
    if (!two || !m->has_pair || !m->b.said.text.len ||
        (m->a.told->id == m->b.told->id && m->a.told->at_ms == m->b.told->at_ms)) {
        fh_json_null(j);
        return FH_OK;
    }
    fh_status s = read_both(&u, err);
    if (s) return s;
    fh_json_object(j);
    s = put_text(&u, j, err);
    fh_put_key(j, "intentions");
    fh_json_array(j);
    put_intention(&u, &m->a, j);
    put_intention(&u, &m->b, j);
    fh_json_end_array(j);
    if (!s) s = put_unsettled(&u, j, err);
    if (!s) s = put_draft(&u, j, err);
    fh_json_end_object(j);
    return s;
}

fh_status fh_cause_drafts_json(const fh_merging *m, fh_json *j, fh_error *err)
{
    char address[48];
    const fh_record_about *about = NULL;
    size_t n = 0;
    address_of(m->c->cause, address);
    fh_status s = fh_record_abouts_by_key(m->e->org, FH_STR("stories"), fh_str_of(address),
                                          DRAFTS_MOST, m->e->arena, &about, &n, err);
    fh_put_key(j, "drafts");
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) {
        fh_record_view v;
        fh_error none = {0};
        s = fh_record_get(m->e->org, m->actor, about[i].record, m->e->arena, &v, &none);
        if (s == FH_NOTFOUND || s == FH_DENIED) {
            s = FH_OK;
            continue;
        }
        if (s) {
            if (err) *err = none;
        } else if (fh_str_eq(v.kind->name, FH_STR("shared-draft")) && !v.row.merged_into) {
            fh_json_object(j);
            fh_put_number(j, "record", (uint64_t)v.row.record);
            fh_put_text(j, "title", v.row.title);
            fh_put_text(j, "state", v.row.state);
            fh_json_end_object(j);
        }
    }
    fh_json_end_array(j);
    return s;
}

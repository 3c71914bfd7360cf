/* record_view.c - rows of records as their kind reads them, and what is sent for them.
 *
 * A row keeps its fields as one JSON object. What the kind has no place for (any more), or
 * what cannot be read by it, is former: shown, kept when the row is written again, never
 * lost. A file may hold anything: a row whose fields are no JSON has none.
 */
#include "app/records/record_parts.h"

#include "store/members.h"

#include <string.h>

enum { TOKENS = 1 << 16 };

fh_record_work fh_record_work_of(fh_org *org, const fh_actor *actor, fh_arena *arena)
{
    const fh_os *os = fh_org_os(org);
    return (fh_record_work){
        .org = org, .actor = actor, .arena = arena, .now_ms = os->now_ms(os->ctx)};
}

/* ---- Out of rows ------------------------------------------------------------------------- */

static fh_status keep_former(const fh_json_doc *doc, uint32_t key, fh_str name, fh_json *j)
{
    fh_json_key(j, name);
    fh_json_raw_value(j, fh_json_raw(doc, key + 1));
    return FH_OK;
}

static fh_status read_members(const fh_record_work *w, const fh_json_doc *doc, fh_record_view *v,
                              fh_json *former, size_t *n_former, fh_error *err)
{
    for (uint32_t at = 1; at < doc->token[0].next; at = doc->token[at + 1].next) {
        fh_str name;
        fh_error e = {0};
        if (!fh_json_text(doc, at, w->arena, &name)) return fh_no_memory(err);
        const uint32_t i = fh_kind_find_field(v->kind, name);
        fh_status status = FH_INVALID;
        if (i < v->kind->n_fields && !v->kind->field[i].computed.len)
            status =
                fh_field_from_json(&v->kind->field[i], doc, at + 1, w->arena, &v->values[i], &e);
        if (status == FH_NOMEM) return fh_no_memory(err);
        if (status == FH_OK) continue;
        (*n_former)++;
        status = keep_former(doc, at, name, former);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

static fh_status read_fields(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(w->arena), TOKENS);
    fh_buf text;
    fh_json j;
    fh_json_doc doc;
    fh_error e = {0};
    size_t n_former = 0;
    if (!reader) return fh_no_memory(err);
    fh_buf_init(&text, NULL, FH_RECORD_FIELDS_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_status status = fh_json_read(reader, v->row.fields, &doc, &e);
    if (status == FH_OK && doc.token[0].type == FH_JSON_OBJECT)
        status = read_members(w, &doc, v, &j, &n_former, err);
    else
        status = status == FH_NOMEM ? fh_no_memory(err) : FH_OK;
    fh_json_end_object(&j);
    if (status == FH_OK && n_former &&
        (text.status != FH_OK || !fh_arena_str(w->arena, fh_buf_view(&text), &v->former)))
        status = fh_no_memory(err);
    fh_buf_free(&text);
    fh_json_reader_free(reader);
    return status;
}

static fh_status work_out(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    const fh_condition_asked asked = {w->org, w->actor, v, w->now_ms, w->arena};
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        bool filled = false;
        if (!f->computed.len) continue;
        fh_value *value = FH_NEW(w->arena, fh_value);
        if (!value) return fh_no_memory(err);
        const fh_status status =
            fh_computed_value(&asked, f->computed, &value->number, &filled, err);
        if (status != FH_OK) return status;
        v->values[i] = (fh_values){.value = value, .n = filled};
    }
    return FH_OK;
}

fh_status fh_record_view_of(const fh_record_work *w, const fh_record *row, fh_record_view *out,
                            fh_error *err)
{
    fh_record_view v = {.row = *row, .former = {"", 0}};
    fh_status status = fh_kind_get(w->org, row->kind, w->arena, &v.kind, err);
    if (status != FH_OK) return status;
    v.values = FH_NEW_ARRAY(w->arena, fh_values, v.kind->n_fields + 1);
    if (!v.values) return fh_no_memory(err);
    status = read_fields(w, &v, err);
    if (status == FH_OK) status = work_out(w, &v, err);
    if (status == FH_OK) *out = v;
    return status;
}

fh_status fh_record_open(const fh_record_work *w, int64_t record, fh_record_view *out,
                         fh_error *err)
{
    fh_record row;
    fh_record_view v;
    bool sees = false;
    fh_status status = fh_record_takes_part(w->actor, err);
    if (status == FH_OK) status = fh_record_row(w->org, record, w->arena, &row, err);
    for (unsigned i = 0; i < FH_RECORD_MERGED_DEPTH && status == FH_OK && row.merged_into; i++)
        status = fh_record_row(w->org, row.merged_into, w->arena, &row, err);
    if (status != FH_OK) return status;
    if (row.merged_into)
        return fh_fail(err, FH_CORRUPT, "record %lld was merged in a circle", (long long)record);
    status = fh_record_view_of(w, &row, &v, err);
    if (status == FH_OK) status = fh_record_may_see(w, &v, &sees, err);
    if (status == FH_OK && !sees)
        return fh_fail(err, FH_NOTFOUND, "there is no record number %lld", (long long)record);
    if (status == FH_OK) *out = v;
    return status;
}

fh_status fh_record_get(fh_org *org, const fh_actor *actor, int64_t record, fh_arena *arena,
                        fh_record_view *out, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const fh_status status = fh_record_open(&w, record, out, err);
    return status == FH_OK ? fh_record_count_since(&w, out, 1, err) : status;
}

/* ---- Into rows ----------------------------------------------------------------------------- */

/* At most FH_RECORD_TITLE_MAX bytes of the first line, no character cut in two. */
static fh_str title_of(fh_str text)
{
    size_t n = 0;
    while (n < text.len && n < FH_RECORD_TITLE_MAX && text.ptr[n] != '\n' && text.ptr[n] != '\r')
        n++;
    if (n < text.len)
        while (n && ((unsigned char)text.ptr[n] & 0xc0) == 0x80) n--;
    return fh_str_trim((fh_str){text.ptr, n});
}

static fh_status put_former(const fh_record_work *w, const fh_record_view *v, fh_json *j,
                            fh_error *err)
{
    fh_json_doc doc;
    fh_error e = {0};
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(w->arena), TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_status status = fh_json_read(reader, v->former, &doc, &e);
    if (status == FH_NOMEM) (void)fh_no_memory(err);
    for (uint32_t at = 1; status == FH_OK && at < doc.token[0].next; at = doc.token[at + 1].next) {
        fh_str name;
        if (!fh_json_text(&doc, at, w->arena, &name)) {
            status = fh_no_memory(err);
            break;
        }
        const uint32_t i = fh_kind_find_field(v->kind, name);
        if (i < v->kind->n_fields && v->values[i].n) continue; /* it was written anew */
        fh_json_key(j, name);
        fh_json_raw_value(j, fh_json_raw(&doc, at + 1));
    }
    fh_json_reader_free(reader);
    return status;
}

fh_status fh_record_write_fields(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_status status = FH_OK;
    fh_buf_init(&text, NULL, FH_RECORD_FIELDS_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        if (f->computed.len || !v->values[i].n) continue;
        fh_json_key(&j, f->name);
        fh_field_to_json(f, &v->values[i], &j);
    }
    if (v->former.len) status = put_former(w, v, &j, err);
    fh_json_end_object(&j);
    if (status == FH_OK && text.status == FH_LIMIT)
        status = fh_fail(err, FH_LIMIT, "the fields of a record are longer than %d bytes",
                         FH_RECORD_FIELDS_MAX);
    if (status == FH_OK &&
        (text.status != FH_OK || !fh_arena_str(w->arena, fh_buf_view(&text), &v->row.fields)))
        status = fh_no_memory(err);
    fh_buf_free(&text);
    const fh_values *title = &v->values[v->kind->title_field];
    v->row.title = title->n ? title_of(title->value[0].text) : (fh_str){"", 0};
    return status;
}

bool fh_record_values_same(const fh_kind_field *f, const fh_values *a, const fh_values *b)
{
    const bool text =
        f->type == FH_TYPE_TEXT || f->type == FH_TYPE_CHOICE || f->type == FH_TYPE_STORIES;
    if (a->n != b->n) return false;
    for (uint32_t i = 0; i < a->n; i++) {
        if (text && !fh_str_eq(a->value[i].text, b->value[i].text)) return false;
        if (!text && a->value[i].number != b->value[i].number) return false;
    }
    return true;
}

/* export_rows.c - stories as CSV and as JSON Lines, one interaction a row, under
 * the names that an import recognises.
 *
 *     customer,customer_email,time,touchpoint,channel,...,id,text,<payload keys>
 *
 * CSV has a column for every identifier kind and every payload key that occurs.
 * A payload value that is not a plain one stands as its JSON. What would collide
 * with a column of ours keeps its place in the payload under "payload_KEY".
 */
#include "app/ask/table.h"
#include "app/ask/words.h"
#include "app/data/export_parts.h"

#include <string.h>

static const char *const fields[] = {"time",      "touchpoint", "channel", "department",
                                     "direction", "outcome",    "value",   "currency",
                                     "score",     "problem",    "id",      "text"};
enum { N_FIELDS = sizeof fields / sizeof fields[0] };

/* "customer" for the kind customer, else "customer_KIND". */
static void put_kind(fh_buf *out, fh_str kind)
{
    fh_buf_text(out, "customer");
    if (fh_str_eq(kind, FH_STR("customer"))) return;
    fh_buf_char(out, '_');
    fh_buf_str(out, kind);
}

void fh_export_field_rules(const fh_exporter *e, fh_buf *out)
{
    for (uint32_t i = 0; i < N_FIELDS; i++)
        if (e->fields_met >> i & 1) fh_buf_printf(out, ",%s=%s", fields[i], fields[i]);
}

static bool is_ours(fh_str key)
{
    if (fh_str_eq(key, FH_STR("customer")) || fh_str_starts(key, FH_STR("customer_"))) return true;
    for (size_t i = 0; i < N_FIELDS; i++)
        if (fh_str_eq(key, fh_str_of(fields[i]))) return true;
    return false;
}

/* The columns of `fields`, [N_FIELDS]; slices into `space`, which is cleared. */
static fh_status row_values(fh_exporter *e, const fh_told *t, fh_buf *space, fh_str *out,
                            fh_error *err)
{
    fh_str problem;
    const fh_status s = fh_export_problem(e, t->problem, &problem, err);
    if (s) return s;
    char *to = fh_buf_reserve(space, 256);
    if (!to) return fh_no_memory(err);
    fh_buf_clear(space);
    const fh_str currency = fh_export_name(&e->currency, t->currency);
    char time[FH_TIME_TEXT];
    size_t begin[5];
    begin[0] = space->len;
    fh_buf_put(space, time, fh_time_format(t->at_ms, e->options->zone, time));
    begin[1] = space->len;
    if (t->has_value) fh_money_text(space, t->value, currency);
    begin[2] = space->len;
    if (t->has_score) fh_money_text(space, t->score, (fh_str){0});
    begin[3] = space->len;
    if (t->id & FH_ID_GIVEN) fh_buf_printf(space, "%016llx", (unsigned long long)t->id);
    begin[4] = space->len;
    const fh_str made[4] = {{space->ptr + begin[0], begin[1] - begin[0]},
                            {space->ptr + begin[1], begin[2] - begin[1]},
                            {space->ptr + begin[2], begin[3] - begin[2]},
                            {space->ptr + begin[3], begin[4] - begin[3]}};
    const fh_str all[N_FIELDS] = {made[0],
                                  fh_export_name(&e->touchpoint, t->touchpoint),
                                  fh_export_name(&e->channel, t->channel),
                                  fh_export_name(&e->department, t->department),
                                  fh_str_of(fh_export_direction(t->direction)),
                                  fh_export_name(&e->outcome, t->outcome),
                                  made[1],
                                  t->has_value ? currency : (fh_str){0},
                                  made[2],
                                  problem,
                                  made[3],
                                  {0}};
    memcpy(out, all, sizeof all);
    for (uint32_t i = 0; i < N_FIELDS; i++)
        if (all[i].len) e->fields_met |= 1u << i;
    return FH_OK;
}

/* ---- CSV ------------------------------------------------------------------------ */

static fh_status scan_csv(fh_exporter *e, const fh_export_story *s, fh_error *err)
{
    for (size_t i = 0; i < s->n; i++) {
        fh_json_doc doc;
        const fh_status status = fh_export_payload(e, s->told[i].payload, &doc, err);
        if (status) return status;
        for (uint32_t k = 1; k < doc.n_tokens; k = doc.token[k + 1].next) {
            fh_str key;
            if (!fh_json_text(&doc, k, e->scratch, &key)) return fh_no_memory(err);
            if (fh_str_eq(key, FH_STR("text"))) continue;
            if (fh_intern_count(e->extra) >= FH_EXPORT_MAX_EXTRA) {
                e->too_many = true;
                continue;
            }
            if (!fh_intern_add(e->extra, key, fh_intern_hash(key))) return fh_no_memory(err);
        }
    }
    return FH_OK;
}

static void head_csv(fh_exporter *e)
{
    fh_buf name;
    fh_buf_init(&name, NULL, 1 << 16);
    for (size_t k = 0; k < e->n_kinds; k++) {
        if (!e->kind_met[k]) continue;
        fh_buf_clear(&name);
        put_kind(&name, e->kind[k].name);
        fh_csv_field(&e->out, fh_buf_view(&name));
        fh_buf_char(&e->out, ',');
    }
    for (size_t i = 0; i < N_FIELDS; i++) fh_buf_printf(&e->out, "%s%s", i ? "," : "", fields[i]);
    for (uint32_t x = 1; x <= fh_intern_count(e->extra); x++) {
        const fh_str key = fh_intern_text(e->extra, x);
        fh_buf_clear(&name);
        if (is_ours(key)) fh_buf_text(&name, "payload_");
        fh_buf_str(&name, key);
        fh_buf_char(&e->out, ',');
        fh_csv_field(&e->out, fh_buf_view(&name));
    }
    if (e->too_many) fh_buf_text(&e->out, ",payload");
    fh_buf_text(&e->out, "\r\n");
    fh_buf_free(&name);
}

/* A value as a cell: strings as they are, null as nothing, the rest as JSON. */
static fh_status cell_of(fh_exporter *e, const fh_json_doc *doc, uint32_t token, fh_str *out,
                         fh_error *err)
{
    if (doc->token[token].type == FH_JSON_STRING)
        return fh_json_text(doc, token, e->scratch, out) ? FH_OK : fh_no_memory(err);
    *out = doc->token[token].type == FH_JSON_NULL ? (fh_str){0} : fh_json_raw(doc, token);
    return FH_OK;
}

static fh_status put_extra(fh_exporter *e, const fh_json_doc *doc, fh_error *err)
{
    for (uint32_t x = 1; x <= fh_intern_count(e->extra); x++) {
        fh_str cell = {0};
        const uint32_t at = doc->n_tokens ? fh_json_get(doc, 0, fh_intern_text(e->extra, x)) : 0;
        const fh_status s = at ? cell_of(e, doc, at, &cell, err) : FH_OK;
        if (s) return s;
        fh_buf_char(&e->out, ',');
        fh_csv_field(&e->out, cell);
    }
    if (!e->too_many) return FH_OK;
    fh_buf_char(&e->out, ',');
    fh_csv_field(&e->out, doc->text);
    return FH_OK;
}

static fh_status row_csv(fh_exporter *e, const fh_export_story *story, const fh_told *t,
                         fh_buf *space, fh_error *err)
{
    fh_str values[N_FIELDS];
    fh_json_doc doc;
    fh_status s = row_values(e, t, space, values, err);
    if (!s) s = fh_export_payload(e, t->payload, &doc, err);
    if (s) return s;
    const uint32_t text = doc.n_tokens ? fh_json_get(&doc, 0, FH_STR("text")) : 0;
    if (text) e->fields_met |= 1u << (N_FIELDS - 1);
    if (text) s = cell_of(e, &doc, text, &values[N_FIELDS - 1], err);
    if (s) return s;
    for (size_t k = 0; k < e->n_kinds; k++) {
        if (!e->kind_met[k]) continue;
        fh_csv_field(&e->out, fh_export_identifier(story, t, e->kind[k].name));
        fh_buf_char(&e->out, ',');
    }
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (i) fh_buf_char(&e->out, ',');
        fh_csv_field(&e->out, values[i]);
    }
    s = put_extra(e, &doc, err);
    fh_buf_text(&e->out, "\r\n");
    return s;
}

typedef fh_status put_row(fh_exporter *e, const fh_export_story *story, const fh_told *t,
                          fh_buf *space, fh_error *err);

static fh_status put_rows(fh_exporter *e, const fh_export_story *story, put_row *put, fh_error *err)
{
    fh_buf space;
    fh_buf_init(&space, NULL, 1 << 16);
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < story->n; i++) s = put(e, story, &story->told[i], &space, err);
    fh_buf_free(&space);
    return s;
}

static fh_status story_csv(fh_exporter *e, const fh_export_story *story, fh_error *err)
{
    return put_rows(e, story, row_csv, err);
}

static void nothing(fh_exporter *e)
{
    (void)e;
}

const fh_export_kind fh_export_csv = {scan_csv, head_csv, story_csv, nothing};

/* ---- JSON Lines -------------------------------------------------------------------- */

static void put_identifiers(fh_exporter *e, const fh_export_story *story, const fh_told *t,
                            fh_json *j)
{
    fh_buf name;
    fh_buf_init(&name, NULL, 1 << 16);
    for (size_t k = 0; k < e->n_kinds; k++) {
        const fh_str value = fh_export_identifier(story, t, e->kind[k].name);
        if (!value.len) continue;
        fh_buf_clear(&name);
        put_kind(&name, e->kind[k].name);
        fh_json_key(j, fh_buf_view(&name));
        fh_json_str(j, value);
    }
    fh_buf_free(&name);
}

static fh_status put_members(fh_exporter *e, const fh_json_doc *doc, fh_json *j, fh_error *err)
{
    for (uint32_t k = 1; k < doc->n_tokens; k = doc->token[k + 1].next) {
        fh_str key;
        if (!fh_json_text(doc, k, e->scratch, &key)) return fh_no_memory(err);
        if (fh_str_eq(key, FH_STR("text"))) {
            e->fields_met |= 1u << (N_FIELDS - 1);
            fh_json_key(j, key);
        } else if (is_ours(key)) {
            fh_json_key(j, fh_printed(e->scratch, "payload_%.*s", FH_STR_ARG(key)));
        } else {
            fh_json_key(j, key);
        }
        fh_json_raw_value(j, fh_json_raw(doc, k + 1));
    }
    return FH_OK;
}

static fh_status row_jsonl(fh_exporter *e, const fh_export_story *story, const fh_told *t,
                           fh_buf *space, fh_error *err)
{
    fh_str values[N_FIELDS];
    fh_json_doc doc;
    fh_status s = row_values(e, t, space, values, err);
    if (!s) s = fh_export_payload(e, t->payload, &doc, err);
    if (s) return s;
    fh_json j;
    fh_json_begin(&j, &e->out, 0);
    fh_json_object(&j);
    put_identifiers(e, story, t, &j);
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (!values[i].len) continue;
        fh_json_key(&j, fh_str_of(fields[i]));
        const bool number = !strcmp(fields[i], "value") || !strcmp(fields[i], "score");
        if (number)
            fh_json_raw_value(&j, values[i]);
        else
            fh_json_str(&j, values[i]);
    }
    s = put_members(e, &doc, &j, err);
    fh_json_end_object(&j);
    fh_buf_char(&e->out, '\n');
    return s;
}

static fh_status story_jsonl(fh_exporter *e, const fh_export_story *story, fh_error *err)
{
    return put_rows(e, story, row_jsonl, err);
}

const fh_export_kind fh_export_jsonl = {NULL, nothing, story_jsonl, nothing};

/* mending.c - rows that an import could not read (see mending.h). */
#include "app/data/mending.h"

#include "base/put.h"

#include <stdio.h>
#include <string.h>

enum { TOKENS = 256 };

/* ---- Reading ----------------------------------------------------------------------------- */

static bool text_of(const fh_json_doc *doc, const char *key, fh_arena *arena, fh_str *out)
{
    fh_str text;
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    *out = (fh_str){"", 0};
    if (!at || doc->token[at].type != FH_JSON_STRING) return true;
    return fh_json_text(doc, at, arena, &text) && fh_arena_str(arena, text, out);
}

static uint64_t number_of(const fh_json_doc *doc, const char *key)
{
    int64_t n = 0;
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    return at && fh_json_i64(doc, at, &n) && n > 0 ? (uint64_t)n : 0;
}

static bool is_true(const fh_json_doc *doc, const char *key)
{
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    return at && doc->token[at].type == FH_JSON_TRUE;
}

static bool read_row(const fh_json_doc *doc, fh_arena *arena, fh_mend_row *to)
{
    const uint64_t column = number_of(doc, "column");
    *to = (fh_mend_row){.row = number_of(doc, "row"),
                        .line = number_of(doc, "line"),
                        .column = column < UINT32_MAX ? (uint32_t)column : 0,
                        .skipped = is_true(doc, "skipped")};
    return text_of(doc, "name", arena, &to->name) && text_of(doc, "reason", arena, &to->reason) &&
           text_of(doc, "hint", arena, &to->hint) && text_of(doc, "text", arena, &to->text) &&
           text_of(doc, "mended", arena, &to->mended);
}

static fh_status read_lines(fh_json_reader *reader, fh_str whole, fh_arena *arena, fh_mending *m,
                            fh_error *err)
{
    fh_status status = FH_OK;
    bool first = true;
    for (size_t at = 0; at < whole.len && status == FH_OK; first = false) {
        fh_json_doc doc;
        const char *end = memchr(whole.ptr + at, '\n', whole.len - at);
        const size_t n = end ? (size_t)(end - whole.ptr) - at : whole.len - at;
        status = fh_json_read(reader, (fh_str){whole.ptr + at, n}, &doc, err);
        if (status == FH_OK && doc.token[0].type != FH_JSON_OBJECT)
            status = fh_fail(err, FH_FORMAT, "a line is no JSON object");
        if (status != FH_OK) break;
        const bool ok =
            first ? text_of(&doc, "head", arena, &m->head) && text_of(&doc, "tail", arena, &m->tail)
                  : read_row(&doc, arena, &m->row[m->n++]);
        if (!ok) status = fh_no_memory(err);
        at += n + 1;
    }
    return status;
}

fh_status fh_mending_read(const fh_os *os, const char *path, fh_arena *arena, fh_mending *out,
                          fh_error *err)
{
    fh_mending m = {.n = 0};
    fh_buf whole;
    size_t lines = 1;
    fh_buf_init(&whole, NULL, FH_MEND_BYTES);
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    fh_status status = reader ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_os_read_file(os, path, FH_MEND_BYTES, &whole, err);
    if (status == FH_NOTFOUND) {
        (void)fh_fail(err, status, "the rows that could not be read are no longer kept");
        (void)fh_hint(err, status, "Files are kept for some days: import the file again.");
    }
    if (status == FH_LIMIT) {
        (void)fh_fail(err, status, "there are too many rows to mend them one by one");
        (void)fh_hint(err, status, "Download them, mend the file, and import that.");
    }
    for (size_t i = 0; status == FH_OK && i < whole.len; i++) lines += whole.ptr[i] == '\n';
    m.row = status == FH_OK ? FH_NEW_ARRAY(arena, fh_mend_row, lines) : NULL;
    if (status == FH_OK && !m.row) status = fh_no_memory(err);
    if (status == FH_OK) status = read_lines(reader, fh_buf_view(&whole), arena, &m, err);
    fh_json_reader_free(reader);
    fh_buf_free(&whole);
    if (status == FH_OK) *out = m;
    return status;
}

fh_status fh_mending_find(fh_mending *m, uint64_t row, fh_mend_row **out, fh_error *err)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->row[i].row == row) {
            *out = &m->row[i];
            return FH_OK;
        }
    (void)fh_fail(err, FH_NOTFOUND, "row %llu could be read, or is not in the file",
                  (unsigned long long)row);
    return fh_hint(err, FH_NOTFOUND, "The list of rows that could not be read tells which are.");
}

/* ---- Writing ------------------------------------------------------------------------------- */

void fh_mend_row_json(const fh_mend_row *r, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "row", r->row);
    fh_put_number(j, "line", r->line);
    fh_put_number(j, "column", r->column);
    fh_put_text(j, "name", r->name);
    fh_put_text(j, "reason", r->reason);
    fh_put_text(j, "hint", r->hint);
    fh_put_text(j, "text", r->text);
    fh_json_key(j, FH_STR("mended"));
    if (r->mended.len)
        fh_json_str(j, r->mended);
    else
        fh_json_null(j);
    fh_put_bool(j, "skipped", r->skipped);
    fh_json_end_object(j);
}

/* Into a draft first, so that whoever reads sees the old or the new state. */
static fh_status replace(const fh_os *os, const char *path, fh_str text, fh_error *err)
{
    char draft[4096];
    fh_file *f = NULL;
    if ((size_t)snprintf(draft, sizeof draft, "%s.new", path) >= sizeof draft)
        return fh_fail(err, FH_LIMIT, "the path %.200s is too long", path);
    (void)os->remove(os->ctx, draft, NULL);
    fh_status status = os->open(os->ctx, draft, FH_OPEN_PRIVATE, &f, err);
    if (status == FH_OK) status = os->write(os->ctx, f, text.ptr, text.len, err);
    if (status == FH_OK) status = os->sync(os->ctx, f, err);
    if (f) os->close(os->ctx, f);
    if (status == FH_OK) status = os->rename(os->ctx, draft, path, err);
    if (status != FH_OK) (void)os->remove(os->ctx, draft, NULL);
    return status;
}

fh_status fh_mending_save(const fh_os *os, const char *path, const fh_mending *m, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, FH_MEND_BYTES);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_number(&j, "row", 0);
    fh_put_text(&j, "head", m->head);
    fh_put_text(&j, "tail", m->tail);
    fh_json_end_object(&j);
    fh_buf_char(&text, '\n');
    for (size_t i = 0; i < m->n; i++) {
        fh_json_begin(&j, &text, 0);
        fh_mend_row_json(&m->row[i], &j);
        fh_buf_char(&text, '\n');
    }
    fh_status status = text.status;
    if (status == FH_LIMIT)
        status = fh_fail(err, FH_LIMIT, "the mended rows are too long altogether");
    else
        status = status ? fh_no_memory(err) : replace(os, path, fh_buf_view(&text), err);
    fh_buf_free(&text);
    return status;
}

fh_status fh_mending_write(const fh_os *os, const char *path, const fh_mending *m, fh_error *err)
{
    fh_buf text;
    size_t n = 0;
    fh_buf_init(&text, NULL, 2 * (size_t)FH_MEND_BYTES);
    fh_buf_str(&text, m->head);
    for (size_t i = 0; i < m->n; i++) {
        if (m->row[i].skipped) continue;
        const fh_str row = m->row[i].mended.len ? m->row[i].mended : m->row[i].text;
        fh_buf_str(&text, row);
        if (!row.len || row.ptr[row.len - 1] != '\n') fh_buf_char(&text, '\n');
        n++;
    }
    fh_buf_str(&text, m->tail);
    fh_status status = FH_OK;
    if (!n) {
        (void)fh_fail(err, FH_INVALID, "every row is left out: there is nothing to import");
        status = fh_hint(err, FH_INVALID, "Mend at least one row.");
    }
    if (status == FH_OK)
        status = text.status ? fh_no_memory(err) : replace(os, path, fh_buf_view(&text), err);
    fh_buf_free(&text);
    return status;
}

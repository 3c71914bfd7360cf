/* rejects.c - rows that could not be read (see rejects.h).
 *
 * Rows are collected until the round they belong to is about to be committed. The
 * origin remembers how long the files were at its last commit; whoever takes up an
 * interrupted import first cuts them back to that, so no row stands there twice.
 */
#include "app/data/rejects.h"

#include "base/put.h"
#include "parse/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HELD = 1 << 30, COPY = 1 << 16 };

/* One of the two files. */
typedef struct kept {
    char *path; /* NULL: written nowhere */
    uint64_t bytes;
    fh_buf held; /* not yet written */
} kept;

struct fh_rejects {
    const fh_os *os;
    const char *file;
    kept rows, notes, details; /* details: without a path unless asked for */
    fh_arena *scratch;         /* of one row's details */
};

const char *fh_rejects_ending(fh_format format)
{
    switch (format) {
    case FH_XES: return ".rejects.xes";
    case FH_CSV:
    case FH_XLSX: return ".rejects.csv";
    case FH_JSONL:
    case FH_MAIL:
    case FH_FORMAT_UNKNOWN: break;
    }
    return ".rejects.jsonl";
}

fh_status fh_rejects_new(const fh_os *os, const char *path, const char *file, fh_rejects **out,
                         fh_error *err)
{
    fh_rejects *r = calloc(1, sizeof *r);
    if (!r) return fh_no_memory(err);
    r->os = os;
    r->file = file;
    fh_buf_init(&r->rows.held, NULL, MAX_HELD);
    fh_buf_init(&r->notes.held, NULL, MAX_HELD);
    fh_buf_init(&r->details.held, NULL, MAX_HELD);
    if (path) {
        const size_t size = strlen(path) + sizeof ".txt";
        r->rows.path = malloc(size);
        r->notes.path = malloc(size);
        if (!r->rows.path || !r->notes.path) {
            fh_rejects_free(r);
            return fh_no_memory(err);
        }
        (void)snprintf(r->rows.path, size, "%s", path);
        (void)snprintf(r->notes.path, size, "%s.txt", path);
    }
    *out = r;
    return FH_OK;
}

void fh_rejects_free(fh_rejects *r)
{
    if (!r) return;
    fh_buf_free(&r->rows.held);
    fh_buf_free(&r->notes.held);
    fh_buf_free(&r->details.held);
    fh_arena_free(r->scratch);
    free(r->rows.path);
    free(r->notes.path);
    free(r->details.path);
    free(r);
}

fh_status fh_rejects_with_rows(fh_rejects *r, fh_error *err)
{
    if (!r->rows.path) return FH_OK;
    const size_t size = strlen(r->rows.path) + sizeof ".rows";
    r->details.path = malloc(size);
    r->scratch = fh_arena_new(NULL);
    if (!r->details.path || !r->scratch) return fh_no_memory(err);
    (void)snprintf(r->details.path, size, "%s.rows", r->rows.path);
    return FH_OK;
}

/* ---- Taking up again ------------------------------------------------------------------------ */

static fh_status copy_bytes(const fh_os *os, fh_file *from, fh_file *to, uint64_t n, uint64_t *done,
                            fh_error *err)
{
    char bytes[COPY];
    fh_status status = FH_OK;
    *done = 0;
    while (*done < n && status == FH_OK) {
        const size_t want = n - *done < COPY ? (size_t)(n - *done) : (size_t)COPY;
        size_t got = 0;
        status = os->read(os->ctx, from, bytes, want, &got, err);
        if (status == FH_OK && got) status = os->write(os->ctx, to, bytes, got, err);
        if (status == FH_OK) *done += got;
        if (got < want) break;
    }
    return status;
}

/* Cuts a file back to `bytes`. If it is gone (or was mended shorter), it is begun
 * anew. */
static fh_status cut(const fh_os *os, kept *k, uint64_t bytes, fh_error *err)
{
    fh_error absent = {0};
    fh_file *from = NULL, *to = NULL;
    uint64_t done = 0;
    if (!k->path || bytes == 0) return FH_OK;
    fh_status status = os->open(os->ctx, k->path, FH_OPEN_READ, &from, &absent);
    if (status == FH_NOTFOUND) return FH_OK;
    if (status != FH_OK) {
        if (err) *err = absent;
        return status;
    }
    const size_t size = strlen(k->path) + sizeof ".new";
    char *draft = malloc(size);
    if (!draft) status = fh_no_memory(err);
    if (status == FH_OK) {
        (void)snprintf(draft, size, "%s.new", k->path);
        status = os->open(os->ctx, draft, FH_OPEN_CREATE, &to, err);
    }
    if (status == FH_OK) status = copy_bytes(os, from, to, bytes, &done, err);
    if (status == FH_OK) status = os->sync(os->ctx, to, err);
    if (to) os->close(os->ctx, to);
    os->close(os->ctx, from);
    if (status == FH_OK && done == bytes) {
        status = os->rename(os->ctx, draft, k->path, err);
        if (status == FH_OK) k->bytes = bytes;
    } else if (draft) {
        (void)os->remove(os->ctx, draft, NULL);
    }
    free(draft);
    return status;
}

/* The number that a line of details begins with: {"row":12,... */
static uint64_t row_of(fh_str line)
{
    static const fh_str begins = {"{\"row\":", 7};
    uint64_t row = 0;
    if (!fh_str_starts(line, begins)) return UINT64_MAX;
    for (size_t i = begins.len; i < line.len && line.ptr[i] >= '0' && line.ptr[i] <= '9'; i++)
        row = row < UINT64_MAX / 20 ? 10 * row + (uint64_t)(line.ptr[i] - '0') : row;
    return row;
}

/* How many bytes of the details are about rows up to `rows_done`. */
static fh_status details_bytes(fh_rejects *r, uint64_t rows_done, uint64_t *out, fh_error *err)
{
    fh_error absent = {0};
    fh_buf whole;
    *out = 0;
    fh_buf_init(&whole, NULL, MAX_HELD);
    const fh_status status = fh_os_read_file(r->os, r->details.path, MAX_HELD, &whole, &absent);
    for (size_t at = 0; status == FH_OK && at < whole.len;) {
        const char *end = memchr(whole.ptr + at, '\n', whole.len - at);
        if (!end || row_of((fh_str){whole.ptr + at, whole.len - at}) > rows_done) break;
        at = (size_t)(end - whole.ptr) + 1;
        *out = at;
    }
    fh_buf_free(&whole);
    if (status == FH_OK || status == FH_NOTFOUND) return FH_OK;
    if (err) *err = absent;
    return status;
}

fh_status fh_rejects_resume(fh_rejects *r, uint64_t bytes, uint64_t notes_bytes, uint64_t rows_done,
                            fh_error *err)
{
    uint64_t details = 0;
    fh_status status = cut(r->os, &r->rows, bytes, err);
    if (status == FH_OK) status = cut(r->os, &r->notes, notes_bytes, err);
    if (status == FH_OK && r->details.path && bytes)
        status = details_bytes(r, rows_done, &details, err);
    return status == FH_OK ? cut(r->os, &r->details, details, err) : status;
}

/* ---- Adding --------------------------------------------------------------------------------- */

/* As text that JSON can hold: what is not UTF-8 was read as Latin-1. */
static bool readable(const fh_rejects *r, fh_str *s)
{
    return fh_utf8_bad(*s) == s->len || fh_latin1_text(r->scratch, *s, s);
}

static fh_status add_details(fh_rejects *r, const fh_reject *reject, fh_error *err)
{
    fh_str text = reject->text, name = reject->column_name;
    fh_json j;
    if (!r->details.path) return FH_OK;
    fh_arena_reset(r->scratch);
    if (!readable(r, &text) || !readable(r, &name)) return fh_no_memory(err);
    fh_json_begin(&j, &r->details.held, 0);
    fh_json_object(&j);
    fh_put_number(&j, "row", reject->row);
    fh_put_number(&j, "line", reject->line);
    fh_put_number(&j, "column", reject->column);
    fh_put_text(&j, "name", name);
    fh_put_text(&j, "reason", reject->reason);
    fh_put_text(&j, "hint", reject->hint);
    fh_put_text(&j, "text", text);
    fh_json_end_object(&j);
    fh_buf_char(&r->details.held, '\n');
    return r->details.held.status == FH_NOMEM ? fh_no_memory(err) : FH_OK;
}

fh_status fh_rejects_add(fh_rejects *r, const fh_reject *reject, fh_error *err)
{
    if (!r->rows.path) return FH_OK;
    const fh_status status = add_details(r, reject, err);
    if (status != FH_OK) return status;
    fh_buf *rows = &r->rows.held, *notes = &r->notes.held;
    fh_buf_str(rows, reject->text);
    if (reject->text.len == 0 || reject->text.ptr[reject->text.len - 1] != '\n')
        fh_buf_char(rows, '\n');
    fh_buf_printf(notes, "%s, line %llu", r->file, (unsigned long long)reject->line);
    if (reject->column) {
        fh_buf_printf(notes, ", column %u", reject->column);
        if (reject->column_name.len) {
            fh_buf_text(notes, " (");
            fh_buf_str(notes, reject->column_name);
            fh_buf_text(notes, ")");
        }
    }
    fh_buf_text(notes, ": ");
    fh_buf_str(notes, reject->reason);
    fh_buf_text(notes, ". ");
    fh_buf_str(notes, reject->hint);
    fh_buf_char(notes, '\n');
    const fh_status details = r->details.held.status;
    if (rows->status == FH_OK && notes->status == FH_OK && details == FH_OK) return FH_OK;
    if (rows->status != FH_LIMIT && notes->status != FH_LIMIT && details != FH_LIMIT)
        return fh_no_memory(err);
    return fh_fail(err, FH_LIMIT, "%s: there are too many rows that cannot be read", r->file);
}

/* ---- Writing -------------------------------------------------------------------------------- */

static fh_status append(const fh_os *os, kept *k, fh_str head, fh_str text, bool *wrote,
                        fh_error *err)
{
    fh_file *f = NULL;
    const fh_open_mode mode = k->bytes ? FH_OPEN_APPEND : FH_OPEN_CREATE;
    fh_status status = os->open(os->ctx, k->path, mode, &f, err);
    if (status != FH_OK) {
        char what[sizeof err->message];
        (void)snprintf(what, sizeof what, "%s", err ? err->message : "");
        (void)fh_fail(err, status, "rows that cannot be read have no place to go: %.250s", what);
        return fh_hint(err, status, "Name a file for them in a folder where you may write.");
    }
    if (!k->bytes && head.len) status = os->write(os->ctx, f, head.ptr, head.len, err);
    if (status == FH_OK && text.len) status = os->write(os->ctx, f, text.ptr, text.len, err);
    if (status == FH_OK) status = os->sync(os->ctx, f, err);
    os->close(os->ctx, f);
    *wrote = status == FH_OK;
    return status;
}

static fh_status write_held(const fh_os *os, kept *k, fh_str head, fh_error *err)
{
    bool wrote = false;
    const uint64_t more = k->held.len + (k->bytes ? 0 : head.len);
    const fh_status status = append(os, k, head, fh_buf_view(&k->held), &wrote, err);
    if (wrote) {
        k->bytes += more;
        fh_buf_clear(&k->held);
    }
    return status;
}

/* The first line of the details: what makes the rows a file of their own. */
static fh_status write_details(fh_rejects *r, fh_str head, fh_str tail, fh_error *err)
{
    fh_buf first;
    fh_json j;
    if (!r->details.path) return FH_OK;
    fh_arena_reset(r->scratch);
    if (!readable(r, &head) || !readable(r, &tail)) return fh_no_memory(err);
    fh_buf_init(&first, NULL, MAX_HELD);
    fh_json_begin(&j, &first, 0);
    fh_json_object(&j);
    fh_put_number(&j, "row", 0);
    fh_put_text(&j, "head", head);
    fh_put_text(&j, "tail", tail);
    fh_json_end_object(&j);
    fh_buf_char(&first, '\n');
    const fh_status status =
        first.status ? fh_no_memory(err) : write_held(r->os, &r->details, fh_buf_view(&first), err);
    fh_buf_free(&first);
    return status;
}

fh_status fh_rejects_write(fh_rejects *r, fh_str head, fh_str tail, fh_error *err)
{
    if (!r->rows.path || r->rows.held.len == 0) return FH_OK;
    fh_status status = write_held(r->os, &r->rows, head, err);
    if (status == FH_OK) status = write_held(r->os, &r->notes, (fh_str){0}, err);
    return status == FH_OK ? write_details(r, head, tail, err) : status;
}

fh_status fh_rejects_end(fh_rejects *r, fh_str tail, fh_error *err)
{
    bool wrote = false;
    if (!r->rows.path || !r->rows.bytes || !tail.len) return FH_OK;
    return append(r->os, &r->rows, (fh_str){0}, tail, &wrote, err);
}

uint64_t fh_rejects_bytes(const fh_rejects *r)
{
    return r->rows.bytes;
}

uint64_t fh_rejects_notes_bytes(const fh_rejects *r)
{
    return r->notes.bytes;
}

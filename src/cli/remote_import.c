/* remote_import.c - importing a file into an organisation on a server (see remote_import.h).
 *
 *     file ─▶ pieces of PIECE bytes ─▶ POST, PUT ... /api/v1/uploads ─▶ POST /api/v1/imports
 *     the job's result ─▶ fh_import_result ─▶ the same words as of an import here
 *
 * A piece stays in memory until the server has it. When the connection breaks, the
 * server is asked how many bytes arrived, and the rest is sent.
 */
#include "cli/remote_import.h"

#include "app/data/rejects.h"
#include "base/put.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 8 << 20, TRIES = 8, FIRST_PAUSE_MS = 250, REJECTS = 1000 };

/* ---- Up ------------------------------------------------------------------------------------ */

typedef struct upload {
    cli_remote *r;
    const char *file;
    fh_str name;    /* on the server; empty: nothing sent yet */
    uint64_t there; /* bytes the server has */
    uint64_t total; /* of the file; 0: not known */
    bool shown;
} upload;

static void show(upload *u)
{
    const cli_io *io = u->r->io;
    if (!io->progress || !u->total) return;
    fprintf(io->err, "\r\x1b[K%3u %%  sent", (unsigned)((double)u->there * 100 / (double)u->total));
    (void)fflush(io->err);
    u->shown = true;
}

static fh_status send_first(upload *u, fh_str piece, fh_error *err)
{
    fh_buf path;
    const char *slash = strrchr(u->file, '/');
    const char *title = strcmp(u->file, "-") == 0 ? "input" : slash ? slash + 1 : u->file;
    fh_buf_init(&path, fh_arena_allocator(u->r->io->arena), 1 << 16);
    fh_buf_text(&path, "/api/v1/uploads");
    cli_remote_pair(&path, FH_STR("name"), fh_str_of(title));
    const cli_request what = {.method = "POST",
                              .path = fh_buf_view(&path),
                              .type = "application/octet-stream",
                              .body = piece,
                              .again = true};
    fh_status s = path.status ? fh_no_memory(err) : cli_remote_send(u->r, &what, err);
    if (!s) s = cli_remote_read(u->r, err);
    fh_buf_free(&path);
    if (s) return s;
    u->name = cli_reply_text(u->r, 0, "upload");
    u->there = (uint64_t)cli_reply_number(u->r, 0, "bytes");
    return u->name.len ? FH_OK : fh_fail(err, FH_FORMAT, "the server gave the upload no name");
}

/* How much arrived; asked again while the server cannot be reached. */
static fh_status look(upload *u, fh_error *err)
{
    fh_str path;
    if (!fh_arena_format(u->r->io->arena, &path, "/api/v1/uploads/%.*s", FH_STR_ARG(u->name)))
        return fh_no_memory(err);
    const fh_status s = cli_remote_get(u->r, path, err);
    if (!s) u->there = (uint64_t)cli_reply_number(u->r, 0, "bytes");
    return s;
}

static bool is_passing(fh_status s)
{
    return s == FH_IO || s == FH_BUSY || s == FH_CONFLICT;
}

/* `piece` begins `at` bytes into the file. */
static fh_status send_piece(upload *u, uint64_t at, fh_str piece, fh_error *err)
{
    fh_status s = FH_OK;
    const uint64_t end = at + piece.len;
    int pause = FIRST_PAUSE_MS;
    for (int i = 0; i < TRIES && u->there < end; i++) {
        fh_str path;
        if (!fh_arena_format(u->r->io->arena, &path, "/api/v1/uploads/%.*s?at=%llu",
                             FH_STR_ARG(u->name), (unsigned long long)u->there))
            return fh_no_memory(err);
        const size_t skip = (size_t)(u->there - at);
        const cli_request what = {.method = "PUT",
                                  .path = path,
                                  .type = "application/octet-stream",
                                  .body = {piece.ptr + skip, piece.len - skip}};
        s = cli_remote_send(u->r, &what, err);
        if (!s) {
            u->there = end;
            break;
        }
        if (!is_passing(s) || cli_remote_pause(u->r, pause)) break;
        pause *= 2;
        s = look(u, err);
        if (s) break;
        if (u->there < at || u->there > end)
            return fh_fail(err, FH_CONFLICT, "somebody else writes to this upload");
    }
    if (!s && u->there < end)
        s = fh_fail(err, FH_IO, "the connection to the server breaks again and again");
    return s;
}

static fh_status send_all(upload *u, fh_file *f, char *piece, fh_error *err)
{
    const fh_os *os = u->r->io->os;
    uint64_t at = 0;
    size_t got = 0;
    fh_status s = os->size(os->ctx, f, &u->total, err);
    do {
        if (!s) s = os->read(os->ctx, f, piece, PIECE, &got, err);
        if (s || (at && !got)) break;
        const fh_str bytes = {piece, got};
        s = at ? send_piece(u, at, bytes, err) : send_first(u, bytes, err);
        at += got;
        show(u);
    } while (!s && got == PIECE);
    return s;
}

static fh_status send_file(upload *u, fh_error *err)
{
    const cli_io *io = u->r->io;
    fh_file *f = NULL;
    char *piece = malloc(PIECE);
    fh_status s = piece ? FH_OK : fh_no_memory(err);
    if (!s) s = io->os->open(io->os->ctx, u->file, FH_OPEN_READ, &f, err);
    if (!s) s = send_all(u, f, piece, err);
    if (f) io->os->close(io->os->ctx, f);
    free(piece);
    if (u->shown) fputs("\r\x1b[K", io->err);
    return s;
}

/* ---- The job ------------------------------------------------------------------------------- */

static fh_str delimiter_word(char c)
{
    static const char all[] =
        "!#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~ ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz";
    const char *at = c ? strchr(all, c) : NULL;
    return c == '\t' ? FH_STR("tab") : (fh_str){at, at ? 1 : 0};
}

static fh_str format_word(fh_format format)
{
    switch (format) {
    case FH_FORMAT_UNKNOWN: return (fh_str){0};
    case FH_CSV: return FH_STR("csv");
    case FH_JSONL: return FH_STR("jsonl");
    case FH_XES: return FH_STR("xes");
    case FH_MAIL: return FH_STR("mail");
    case FH_XLSX: return FH_STR("xlsx");
    }
    return (fh_str){0};
}

static void put_job(const upload *u, const cli_import_wanted *w, fh_str source, fh_json *j)
{
    const fh_import_options *o = w->options;
    char share[32] = "";
    if (w->max_rejects)
        (void)snprintf(share, sizeof share, "%llu.%02llu%%",
                       (unsigned long long)(w->max_rejects / 100),
                       (unsigned long long)(w->max_rejects % 100));
    fh_json_object(j);
    fh_put_text_if(j, "upload", u->name);
    fh_put_text_if(j, "called", fh_str_of(u->file));
    fh_put_text_if(j, "source", source);
    fh_put_text_if(j, "map", w->map);
    fh_put_text_if(j, "zone", w->zone);
    fh_put_text_if(j, "own", o->own);
    fh_put_text_if(j, "format", format_word(o->format));
    fh_put_text_if(j, "delimiter", delimiter_word(o->delimiter));
    fh_put_text_if(j, "max_rejects", fh_str_of(share));
    fh_put_true_if(j, "latin1", o->latin1);
    fh_put_true_if(j, "decimal_comma", o->decimal_comma);
    fh_put_true_if(j, "no_payload", o->no_payload);
    fh_put_true_if(j, "dry_run", o->dry_run);
    if (o->n_samples) {
        fh_put_number(j, "samples", o->n_samples);
    }
    fh_put_number(j, "rejects", REJECTS);
    fh_json_end_object(j);
}

/* A dry run over there has an answer also where the columns leave something open. */
static fh_status open_question(const cli_remote *r, fh_error *err)
{
    const uint32_t result = cli_reply_at(r, 0, "result");
    const uint32_t problem = result ? cli_reply_at(r, result, "problem") : 0;
    if (!problem) return FH_OK;
    const fh_str message = cli_reply_text(r, problem, "message");
    const fh_str hint = cli_reply_text(r, problem, "hint");
    const int64_t told = cli_reply_number(r, result, "exit_status");
    const fh_status s = told > 0 && told < 64 ? (fh_status)told : FH_FORMAT;
    (void)fh_fail(err, s, "%.*s", FH_STR_ARG(message));
    return hint.len ? fh_hint(err, s, "%.*s", FH_STR_ARG(hint)) : s;
}

static fh_status import_upload(upload *u, const cli_import_wanted *w, int64_t *job, fh_error *err)
{
    fh_str source = w->options->source;
    fh_buf body;
    fh_json j;
    fh_arena *arena = u->r->io->arena;
    if (!source.len && fh_source_name(arena, fh_str_of(u->file), &source)) return fh_no_memory(err);
    fh_buf_init(&body, fh_arena_allocator(arena), 1 << 20);
    fh_json_begin(&j, &body, 0);
    put_job(u, w, source, &j);
    fh_status s = body.status ? fh_no_memory(err) : FH_OK;
    if (!s) s = cli_remote_add_job(u->r, FH_STR("/api/v1/imports"), fh_buf_view(&body), job, err);
    if (!s) s = cli_remote_wait(u->r, *job, true, err);
    fh_buf_free(&body);
    return s ? s : open_question(u->r, err);
}

/* ---- What it told ---------------------------------------------------------------------------- */

static uint64_t count(const cli_remote *r, uint32_t object, const char *key)
{
    const int64_t n = cli_reply_number(r, object, key);
    return n > 0 ? (uint64_t)n : 0;
}

static fh_direction direction_of(fh_str word)
{
    static const char *const words[FH_N_DIRECTIONS] = {"", "in", "out", "internal"};
    for (unsigned i = 1; i < FH_N_DIRECTIONS; i++)
        if (fh_str_eq(word, fh_str_of(words[i]))) return (fh_direction)i;
    return (fh_direction)0;
}

/* 12.50 is told with all decimals of its currency: 1250 minor units. */
static bool read_minor(const cli_remote *r, uint32_t sample, int64_t *out)
{
    const uint32_t at = cli_reply_at(r, sample, "value");
    if (!at || r->doc.token[at].type != FH_JSON_NUMBER) return false;
    const fh_str text = fh_json_raw(&r->doc, at);
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9' && n < UINT64_C(1) << 59)
            n = n * 10 + (uint64_t)(text.ptr[i] - '0');
    *out = text.ptr[0] == '-' ? -(int64_t)n : (int64_t)n;
    return true;
}

static void read_sample(const cli_remote *r, uint32_t at, fh_interaction *out)
{
    uint32_t end, id;
    size_t n;
    *out = (fh_interaction){.line = count(r, at, "line"),
                            .touchpoint = cli_reply_text(r, at, "touchpoint"),
                            .channel = cli_reply_text(r, at, "channel"),
                            .department = cli_reply_text(r, at, "department"),
                            .outcome = cli_reply_text(r, at, "outcome"),
                            .problem = cli_reply_text(r, at, "problem"),
                            .currency = cli_reply_text(r, at, "currency"),
                            .direction = direction_of(cli_reply_text(r, at, "direction"))};
    if (!fh_time_iso(cli_reply_text(r, at, "time"), NULL, &out->at_ms)) out->at_ms = 0;
    out->has_value = read_minor(r, at, &out->value);
    for (id = cli_reply_array(r, at, "identifiers", &end, &n);
         id < end && out->n_identifiers < FH_MAX_IDENTIFIERS; id = cli_reply_next(r, id))
        out->identifier[out->n_identifiers++] = (fh_identifier){
            .kind = cli_reply_text(r, id, "kind"), .value = cli_reply_text(r, id, "value")};
}

static fh_status read_lists(const cli_remote *r, uint32_t result, fh_import_result *out,
                            fh_error *err)
{
    fh_arena *arena = r->io->arena;
    uint32_t end, at;
    size_t n;
    at = cli_reply_array(r, result, "columns", &end, &n);
    fh_column_note *column = FH_NEW_ARRAY(arena, fh_column_note, n + 1);
    for (; column && at < end; at = cli_reply_next(r, at))
        column[out->n_columns++] = (fh_column_note){.name = cli_reply_text(r, at, "name"),
                                                    .field = cli_reply_text(r, at, "field"),
                                                    .why = cli_reply_text(r, at, "why"),
                                                    .sample = cli_reply_text(r, at, "sample")};
    at = cli_reply_array(r, result, "samples", &end, &n);
    fh_interaction *sample = FH_NEW_ARRAY(arena, fh_interaction, n + 1);
    for (; sample && at < end; at = cli_reply_next(r, at))
        read_sample(r, at, &sample[out->n_samples++]);
    at = cli_reply_array(r, result, "rejects", &end, &n);
    fh_reject *reject = FH_NEW_ARRAY(arena, fh_reject, n + 1);
    for (; reject && at < end; at = cli_reply_next(r, at))
        reject[out->n_rejects++] = (fh_reject){.line = count(r, at, "line"),
                                               .column = (uint32_t)count(r, at, "column_number"),
                                               .column_name = cli_reply_text(r, at, "column"),
                                               .reason = cli_reply_text(r, at, "reason"),
                                               .hint = cli_reply_text(r, at, "hint")};
    out->columns = column;
    out->samples = sample;
    out->rejects = reject;
    return column && sample && reject ? FH_OK : fh_no_memory(err);
}

static fh_format format_of(fh_str name)
{
    static const fh_format all[] = {FH_CSV, FH_JSONL, FH_XES, FH_MAIL, FH_XLSX};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (fh_str_eq(name, fh_str_of(fh_format_name(all[i])))) return all[i];
    return FH_FORMAT_UNKNOWN;
}

static fh_status read_result(const cli_remote *r, fh_import_result *out, uint64_t *new_customers,
                             const fh_zone **zone, bool *has_rejects, fh_error *err)
{
    const uint32_t result = cli_reply_at(r, 0, "result");
    if (!result || r->doc.token[result].type != FH_JSON_OBJECT) return FH_OK;
    out->already = cli_reply_bool(r, result, "already");
    out->resumed = cli_reply_bool(r, result, "resumed");
    out->erased_rows = count(r, result, "erased");
    out->origin.rows_done = count(r, result, "rows");
    out->origin.rows_added = count(r, result, "added");
    out->origin.rows_known = count(r, result, "known");
    out->origin.rows_rejected = count(r, result, "rejected");
    out->mapping = cli_reply_text(r, result, "mapping");
    out->format = format_of(cli_reply_text(r, result, "format"));
    *new_customers = count(r, result, "new_customers");
    *has_rejects = cli_reply_text(r, result, "rejects_file").len > 0;
    const fh_str name = cli_reply_text(r, result, "zone");
    *zone = NULL;
    fh_status s = read_lists(r, result, out, err);
    if (!s && name.len) s = fh_os_zone(r->io->os, r->io->arena, name, zone, err);
    return s;
}

/* ---- Rejected rows, down -------------------------------------------------------------------- */

typedef struct sink {
    const fh_os *os;
    fh_file *file;
} sink;

static fh_status put(void *ctx, fh_str piece, fh_error *err)
{
    const sink *to = ctx;
    return to->os->write(to->os->ctx, to->file, piece.ptr, piece.len, err);
}

static fh_status fetch(cli_remote *r, int64_t job, const char *query, const char *path,
                       fh_error *err)
{
    const fh_os *os = r->io->os;
    sink to = {.os = os};
    fh_str from, part;
    if (!fh_arena_format(r->io->arena, &from, "/api/v1/imports/%lld/rejects%s", (long long)job,
                         query) ||
        !fh_arena_format(r->io->arena, &part, "%s.part", path))
        return fh_no_memory(err);
    const cli_request what = {.method = "GET", .path = from, .write = put, .ctx = &to};
    fh_status s = os->open(os->ctx, part.ptr, FH_OPEN_CREATE, &to.file, err);
    if (s) return s;
    s = cli_remote_send(r, &what, err);
    os->close(os->ctx, to.file);
    if (!s) s = os->rename(os->ctx, part.ptr, path, err);
    if (s) (void)os->remove(os->ctx, part.ptr, NULL);
    return s;
}

/* Where an import on this machine puts them: beside the file, or nowhere. */
static fh_status fetch_rejects(upload *u, const cli_import_wanted *w, int64_t job,
                               fh_import_result *out, fh_error *err)
{
    const char *ending = fh_rejects_ending(out->format);
    fh_str path = w->options->rejects_path ? fh_str_of(w->options->rejects_path) : (fh_str){0};
    fh_str notes;
    if (!path.len && strcmp(u->file, "-") == 0) return FH_OK;
    if (!path.len && !fh_arena_format(u->r->io->arena, &path, "%s%s", u->file, ending))
        return fh_no_memory(err);
    if (!fh_arena_format(u->r->io->arena, &notes, "%s.txt", path.ptr)) return fh_no_memory(err);
    fh_status s = fetch(u->r, job, "", path.ptr, err);
    if (!s) s = fetch(u->r, job, "?notes=yes", notes.ptr, err);
    if (!s) out->rejects_file = path;
    return s;
}

fh_status cli_remote_import(cli_remote *r, const char *file, const cli_import_wanted *wanted,
                            fh_import_result *out, uint64_t *new_customers, const fh_zone **zone,
                            fh_error *err)
{
    upload u = {.r = r, .file = file};
    int64_t job = 0;
    bool has_rejects = false;
    fh_error own;
    fh_status s = send_file(&u, err);
    if (!s) s = import_upload(&u, wanted, &job, err);
    if (!job) return s;
    /* Of a failed import, too: what it told, and the rows it could not read. */
    fh_error *why = s ? &own : err;
    fh_status told = read_result(r, out, new_customers, zone, &has_rejects, why);
    if (!told && has_rejects && !wanted->options->dry_run)
        told = fetch_rejects(&u, wanted, job, out, why);
    return s ? s : told;
}

/* import.c - brings a file's interactions into an organisation.
 *
 *     pieces -> reader -> resolver (who) -> codes (names) -> builder
 *                                                              | memory full, or the end
 *                          one transaction: delta segments, identities, origin
 *
 * Mails become JSON Lines on the way from the pieces to the reader (app/mailbox/), a
 * spreadsheet CSV (sheet.h).
 *
 * A round is one such transaction. Its origin row says how many rows of the file
 * are in, so whatever happens, the next import of the same file goes on after
 * them. Rows get their final numbers before the round is written; if another
 * process changed who is who meanwhile, the round is rolled back and read again.
 */
#include "app/data/import.h"

#include "app/data/codes.h"
#include "app/data/import_result.h"
#include "app/data/mapping_rules.h"
#include "app/data/pieces.h"
#include "app/data/rejects.h"
#include "app/data/sheet.h"
#include "app/mailbox/letter.h"
#include "app/mailbox/mailbox.h"
#include "os/pages.h"
#include "store/identities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

enum {
    SHARE_FROM_ROWS = 1000, /* the share of rejects is looked at from so many rows on */
    TELL_EVERY_MS = 200,
    MAX_ATTEMPTS = 8,
};

typedef struct import {
    fh_org *org;
    const fh_os *os;
    const char *path;
    const fh_import_options *options;
    fh_arena *arena;
    fh_import_result *out;

    fh_pieces *pieces;
    fh_mailbox *mailbox; /* NULL: no mails */
    bool any_mail;
    fh_sheet *sheet; /* NULL: no spreadsheet */
    fh_reader *reader;
    fh_resolver *resolver;
    fh_codes_of *codes;
    fh_mapper *mapper;
    fh_arena *named; /* rows as the rules name them; of one batch */
    fh_builder *builder;
    fh_rejects *rejects;
    fh_arena *mapping_arena; /* of a mapping read back from the origin */
    fh_str first;            /* the first piece, looked at to know the format */
    bool first_is_last, mapping_checked;

    fh_row *rows;     /* [cap] */
    fh_resolved *who; /* [cap] */
    size_t cap;

    uint64_t source_seed;        /* hash of the source's name */
    uint64_t n_read, n_rejected; /* of this run: rows given, rows rejected */
    fh_origin committed;         /* as of the last commit */
    bool stale;                  /* another process changed who is who */
    bool stop;                   /* the caller asked */
    bool in_turn;                /* options->turn was called and has not been ended */
    bool resumed;                /* this attempt went on after rows that were in */
    int64_t started_ms, told_ms;
    clock_t cpu;
} import;

static const char *called(const import *im)
{
    return im->options->called ? im->options->called : im->path;
}

/* ---- Telling ------------------------------------------------------------------------------- */

static void tell(import *im, bool always, bool merging)
{
    const int64_t now = im->os->monotonic_ms(im->os->ctx);
    if (!im->options->progress || (!always && now - im->told_ms < TELL_EVERY_MS)) return;
    im->told_ms = now;
    const fh_import_progress p = {.rows = im->out->origin.rows_done,
                                  .rejected = im->out->origin.rows_rejected,
                                  .bytes = im->pieces ? fh_pieces_done(im->pieces) : 0,
                                  .total_bytes = im->pieces ? fh_pieces_total(im->pieces) : 0,
                                  .elapsed_ms = now - im->started_ms,
                                  .merging = merging,
                                  .committed = im->committed.rows_done};
    if (im->options->progress(im->options->ctx, &p)) im->stop = true;
}

static fh_status stopped(const import *im, fh_error *err)
{
    (void)fh_fail(err, FH_INTERRUPTED, "the import of %s was stopped after %llu rows", called(im),
                  (unsigned long long)im->committed.rows_done);
    return fh_hint(err, FH_INTERRUPTED,
                   fh_pieces_fingerprint(im->pieces)
                       ? "What was read is kept. Import the file again to go on from there."
                       : "What was read is kept; the rest was not read.");
}

/* ---- Rounds --------------------------------------------------------------------------------- */

static void end_turn(import *im)
{
    if (im->in_turn) (void)im->options->turn(im->options->ctx, false, NULL);
    im->in_turn = false;
}

/* Nothing waits to be written: what others did since the last round is taken in. */
static fh_status begin_turn(import *im, fh_error *err)
{
    if (im->in_turn || !im->options->turn) return FH_OK;
    fh_status status = im->options->turn(im->options->ctx, true, err);
    im->in_turn = status == FH_OK;
    if (status == FH_OK) status = fh_resolver_refresh(im->resolver, err);
    if (im->in_turn && status == FH_CONFLICT) im->stale = true;
    return status;
}

static fh_status write_segments(import *im, fh_error *err)
{
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    fh_status status = FH_OK;
    while (status == FH_OK) {
        status = fh_builder_next(im->builder, &seg, &payload, err);
        if (status != FH_OK || !seg) break;
        status = fh_store_put_delta(im->org, seg, payload, err);
    }
    return status;
}

static fh_status write_round(import *im, bool complete, fh_error *err)
{
    fh_origin *o = &im->out->origin;
    fh_status status = fh_origin_unchanged(im->org, &im->committed, err);
    if (status == FH_OK) status = write_segments(im, err);
    if (status == FH_OK) status = fh_mapper_flush(im->mapper, im->org, err);
    if (status == FH_OK) status = fh_resolver_flush(im->resolver, err);
    im->stale = status == FH_CONFLICT;
    o->last_ms = im->os->now_ms(im->os->ctx);
    o->complete = complete;
    return status == FH_OK ? fh_origin_save(im->org, o, err) : status;
}

/* One transaction: all rows read since the last one, and how far that was. */
static fh_status round_ends(import *im, bool complete, fh_error *err)
{
    fh_origin *o = &im->out->origin;
    fh_status status = fh_builder_sort(im->builder, err);
    if (status == FH_OK)
        status = fh_rejects_write(im->rejects, fh_reader_reject_head(im->reader),
                                  fh_reader_reject_tail(im->reader), err);
    o->rejects_bytes = fh_rejects_bytes(im->rejects);
    o->notes_bytes = fh_rejects_notes_bytes(im->rejects);
    if (status == FH_OK) status = fh_result_mapping(im->out, im->reader, im->arena, err);
    o->mapping = im->out->mapping;
    if (status == FH_OK) status = begin_turn(im, err);
    if (status == FH_OK) status = fh_org_begin(im->org, err);
    if (status != FH_OK) return status;
    status = write_round(im, complete, err);
    if (status == FH_OK)
        status = fh_org_commit(im->org, err);
    else
        fh_org_rollback(im->org);
    end_turn(im);
    if (status != FH_OK) return status;
    fh_builder_reset(im->builder);
    im->committed = *o;
    tell(im, true, false);
    return FH_OK;
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static bool make_room(import *im, size_t n)
{
    if (n <= im->cap) return true;
    free(im->rows);
    free(im->who);
    im->cap = 0;
    im->rows = calloc(n, sizeof *im->rows);
    im->who = calloc(n, sizeof *im->who);
    if (!im->rows || !im->who) return false;
    im->cap = n;
    return true;
}

uint64_t fh_import_id(uint64_t source, fh_str id)
{
    return XXH3_64bits_withSeed(id.ptr, id.len, source) | FH_ID_GIVEN;
}

uint64_t fh_import_source(fh_str name)
{
    return XXH3_64bits(name.ptr, name.len);
}

static uint64_t id_of(const import *im, const fh_interaction *from)
{
    if (from->source_id.len) return fh_import_id(im->source_seed, from->source_id);
    return from->payload.len ? XXH3_64bits(from->payload.ptr, from->payload.len) & ~FH_ID_GIVEN : 0;
}

static fh_status fill_row(import *im, const fh_interaction *from, fh_resolved who, fh_row *to,
                          fh_error *err)
{
    if (from->at_ms < FH_TIME_MIN_MS || from->at_ms > FH_TIME_MAX_MS)
        return fh_fail(err, FH_INTERNAL, "line %llu: the time was not checked",
                       (unsigned long long)from->line);
    to->customer = who.customer;
    to->member = who.member == who.customer ? 0 : who.member;
    to->at_s = fh_instant_split(from->at_ms, &to->ms);
    to->direction = (uint8_t)from->direction;
    to->has_value = from->has_value;
    to->value = from->has_value ? from->value : 0;
    to->has_score = from->has_score;
    to->score = from->has_score ? from->score : 0;
    to->origin = im->out->origin.origin;
    to->payload = im->options->no_payload ? (fh_str){0} : from->payload;
    to->problem = 0;
    return from->problem.len
               ? fh_resolve_problem(im->resolver, who.member, from->problem, &to->problem, err)
               : FH_OK;
}

static fh_status take_rows(import *im, const fh_batch *batch, fh_error *err)
{
    if (!make_room(im, batch->n)) return fh_no_memory(err);
    size_t kept = 0;
    const fh_interaction *named = NULL;
    fh_arena_reset(im->named);
    fh_status status = begin_turn(im, err);
    if (status == FH_OK) status = fh_resolve(im->resolver, batch->rows, batch->n, im->who, err);
    if (status == FH_OK)
        status = fh_mapper_apply(im->mapper, im->out->origin.source, batch->rows, batch->n,
                                 im->named, &named, err);
    if (status == FH_OK) status = fh_codes_fill(im->codes, named, batch->n, im->rows, err);
    for (size_t i = 0; i < batch->n && status == FH_OK; i++) {
        if (im->who[i].customer == 0) {
            im->out->erased_rows++;
            continue;
        }
        if (kept < i) im->rows[kept] = im->rows[i];
        status = fill_row(im, &named[i], im->who[i], &im->rows[kept], err);
        /* As the source tells it: a rule made meanwhile must not make it another one. */
        im->rows[kept++].id = id_of(im, &batch->rows[i]);
    }
    if (status == FH_OK) status = fh_builder_add(im->builder, im->rows, kept, err);
    if (status == FH_OK) im->out->origin.rows_added += kept;
    return status;
}

/* ---- Rejects -------------------------------------------------------------------------------- */

static fh_status take_rejects(import *im, const fh_batch *batch, fh_error *err)
{
    const uint64_t most = im->options->max_rejects_kept ? im->options->max_rejects_kept : 1000;
    fh_status status = FH_OK;
    for (size_t i = 0; i < batch->n_rejects && status == FH_OK; i++) {
        if (im->out->n_rejects < most)
            status = fh_result_reject(im->out, &batch->rejects[i], im->arena, err);
        if (status == FH_OK && !im->options->dry_run)
            status = fh_rejects_add(im->rejects, &batch->rejects[i], err);
    }
    im->out->origin.rows_rejected += batch->n_rejects;
    im->n_rejected += batch->n_rejects;
    im->n_read += batch->n;
    return status;
}

static fh_status too_many(const import *im, fh_error *err)
{
    const fh_import_result *out = im->out;
    const fh_reject *first = out->n_rejects ? &out->rejects[0] : NULL;
    (void)fh_fail(err, FH_FORMAT,
                  "%s: %llu of %llu rows cannot be read; the first is line %llu: %.*s", called(im),
                  (unsigned long long)im->n_rejected,
                  (unsigned long long)(im->n_rejected + im->n_read),
                  (unsigned long long)(first ? first->line : 0),
                  first && first->reason.len < 120 ? (int)first->reason.len
                  : first                          ? 120
                                                   : 0,
                  first ? first->reason.ptr : "");
    if (im->committed.rows_done)
        return fh_hint(err, FH_FORMAT,
                       "%llu rows before these are in and stay. See what is wrong with a dry run, "
                       "or allow a larger share of bad rows, and import the file again.",
                       (unsigned long long)im->committed.rows_done);
    return fh_hint(err, FH_FORMAT,
                   "Nothing was imported. See how the columns are read with a dry run, map them "
                   "otherwise, or allow a larger share of bad rows.");
}

static fh_status check_share(const import *im, bool at_end, fh_error *err)
{
    const uint64_t n = im->n_read + im->n_rejected;
    double share = im->options->max_reject_share;
    if (im->options->dry_run || im->n_rejected == 0) return FH_OK;
    if (n < SHARE_FROM_ROWS && !at_end) return FH_OK;
    if (share <= 0) share = n < SHARE_FROM_ROWS ? 0.5 : 0.05;
    return (double)im->n_rejected > share * (double)n ? too_many(im, err) : FH_OK;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static fh_status take_samples(import *im, const fh_batch *batch, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < batch->n && status == FH_OK; i++) {
        if (im->out->n_samples == im->options->n_samples) break;
        status = fh_result_sample(im->out, &batch->rows[i], im->options->n_samples, im->arena, err);
    }
    return status;
}

static void note_progress(import *im, const fh_batch *batch)
{
    uint64_t *done = &im->out->origin.rows_done;
    if (batch->n && batch->rows[batch->n - 1].row > *done) *done = batch->rows[batch->n - 1].row;
    if (batch->n_rejects && batch->rejects[batch->n_rejects - 1].row > *done)
        *done = batch->rejects[batch->n_rejects - 1].row;
}

/* An import taken up again must read the columns as before. */
static fh_status same_mapping(import *im, fh_error *err)
{
    if (im->mapping_checked) return FH_OK;
    im->mapping_checked = true;
    if (im->committed.rows_done == 0 || im->committed.mapping.len == 0) return FH_OK;
    fh_status status = fh_result_mapping(im->out, im->reader, im->arena, err);
    if (status != FH_OK || fh_str_eq(im->out->mapping, im->committed.mapping)) return status;
    (void)fh_fail(err, FH_CONFLICT, "the import of %s was begun with another mapping", called(im));
    return fh_hint(err, FH_CONFLICT,
                   "Leave the mapping away to go on with the one it was begun "
                   "with, or give the source another name.");
}

static fh_status take_batch(import *im, const fh_batch *batch, fh_error *err)
{
    const size_t memory = im->options->memory_bytes ? im->options->memory_bytes : (size_t)1 << 30;
    fh_status status = same_mapping(im, err);
    if (status == FH_OK) status = take_samples(im, batch, err);
    if (status == FH_OK) status = take_rejects(im, batch, err);
    if (status == FH_OK) status = check_share(im, false, err);
    if (status == FH_OK && batch->n && !im->options->dry_run) status = take_rows(im, batch, err);
    note_progress(im, batch);
    if (status == FH_OK && !im->options->dry_run && fh_builder_bytes(im->builder) >= memory &&
        fh_builder_count(im->builder))
        status = round_ends(im, false, err);
    tell(im, false, false);
    return status;
}

static fh_status read_piece(import *im, fh_str piece, bool last, fh_error *err)
{
    fh_batch batch = {0};
    fh_status status = fh_reader_feed(im->reader, piece.ptr, piece.len, last, err);
    while (status == FH_OK && !im->stop) {
        status = fh_reader_next(im->reader, &batch, err);
        if (status != FH_OK || (batch.n == 0 && batch.n_rejects == 0)) break;
        status = take_batch(im, &batch, err);
    }
    return status;
}

/* Mails as lines, on their way to the reader. */
static fh_status read_lines(void *ctx, fh_str lines, bool last, fh_error *err)
{
    import *im = ctx;
    im->any_mail |= lines.len > 0;
    if (last && !im->any_mail) {
        (void)fh_fail(err, FH_FORMAT, "there is no mail in %s", called(im));
        return fh_hint(err, FH_FORMAT, "Is this an mbox, one mail or a Maildir with mails in cur?");
    }
    return im->stop ? FH_OK : read_piece(im, lines, last, err);
}

static fh_status read_sheet(import *im, fh_str piece, bool last, fh_error *err)
{
    fh_str csv = {0};
    fh_status status = fh_sheet_add(im->sheet, piece, err);
    if (status != FH_OK || !last) return status;
    status = fh_sheet_csv(im->sheet, &csv, err);
    return status == FH_OK ? read_piece(im, csv, true, err) : status;
}

static fh_status read_bytes(import *im, fh_str piece, bool last, fh_error *err)
{
    if (im->sheet) return read_sheet(im, piece, last, err);
    if (!im->mailbox) return read_piece(im, piece, last, err);
    bool starts = false;
    const bool whole = fh_pieces_is_folder(im->pieces, &starts);
    return fh_mailbox_feed(im->mailbox, piece, whole, starts, last, read_lines, im, err);
}

/* What the mapping leaves open about mails, the rules for mails tell. */
static fh_status mail_mapping(import *im, const fh_mapping *given, fh_mapping **out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    if (given) fh_mapping_print(given, &text);
    if (!given || !im->options->exact) fh_letter_rules(given, &text);
    const fh_status status =
        text.status ? fh_no_memory(err)
                    : fh_mapping_parse(im->mapping_arena, fh_buf_view(&text), out, err);
    fh_buf_free(&text);
    return status;
}

static fh_status open_mailbox(import *im, fh_error *err)
{
    const fh_own *own = NULL;
    im->any_mail = false;
    fh_status status = fh_own_new(im->arena, im->options->own, &own, err);
    if (status == FH_OK) status = fh_mailbox_new(own, &im->mailbox, err);
    return status;
}

static fh_status open_reader(import *im, fh_error *err)
{
    const fh_import_options *o = im->options;
    const bool mails = im->out->format == FH_MAIL, sheet = im->out->format == FH_XLSX;
    const fh_format format = mails ? FH_JSONL : sheet ? FH_CSV : im->out->format;
    fh_mapping *before = NULL;
    fh_status status = FH_OK;
    if (im->committed.rows_done && im->committed.mapping.len && !o->mapping)
        status = fh_mapping_parse(im->mapping_arena, im->committed.mapping, &before, err);
    if (status == FH_OK && mails) status = open_mailbox(im, err);
    if (status == FH_OK && sheet) status = fh_sheet_new(NULL, &im->sheet, err);
    if (status == FH_OK && mails && !before) status = mail_mapping(im, o->mapping, &before, err);
    const fh_reader_options options = {.mapping = before ? before : o->mapping,
                                       .exact = before != NULL || o->exact,
                                       .zone = o->zone,
                                       .delimiter = sheet ? ',' : o->delimiter,
                                       .latin1 = !sheet && o->latin1,
                                       .decimal_comma = !sheet && o->decimal_comma,
                                       .count_records = sheet,
                                       .skip_rows = im->committed.rows_done,
                                       .keep_payload = !o->no_payload};
    return status == FH_OK ? fh_reader_new(NULL, format, &options, &im->reader, err) : status;
}

static fh_status read_all(import *im, fh_error *err)
{
    fh_str piece = im->first;
    bool last = im->first_is_last;
    fh_status status = open_reader(im, err);
    if (status == FH_OK) status = read_bytes(im, piece, last, err);
    while (status == FH_OK && !last && !im->stop) {
        status = fh_pieces_next(im->pieces, &piece, &last, err);
        if (status == FH_OK) status = read_bytes(im, piece, last, err);
    }
    if (status == FH_OK && !im->stop) status = check_share(im, true, err);
    const bool complete = !im->stop;
    if (status == FH_OK && im->options->dry_run && !complete) status = stopped(im, err);
    if (status != FH_OK || im->options->dry_run) return status;
    if (complete || im->out->origin.rows_done > im->committed.rows_done)
        status = round_ends(im, complete, err);
    if (status == FH_OK)
        status = fh_rejects_end(im->rejects, fh_reader_reject_tail(im->reader), err);
    return status == FH_OK && !complete ? stopped(im, err) : status;
}

/* ---- Merging -------------------------------------------------------------------------------- */

static bool tell_merge(void *ctx, uint64_t done, uint64_t total)
{
    (void)done, (void)total;
    import *im = ctx;
    tell(im, false, true);
    return im->stop;
}

static fh_status merge(import *im, fh_error *err)
{
    uint64_t n_duplicates = 0;
    fh_origin *o = &im->out->origin;
    fh_status status = fh_store_merge(im->org, tell_merge, im, &n_duplicates, err);
    if (status == FH_INTERRUPTED) {
        (void)fh_fail(err, status, "all rows of %s are in, but merging them was stopped",
                      called(im));
        return fh_hint(err, status, "The next import goes on with merging.");
    }
    if (status != FH_OK || n_duplicates == 0) return status;
    if (n_duplicates > o->rows_added) n_duplicates = o->rows_added;
    o->rows_known += n_duplicates;
    o->rows_added -= n_duplicates;
    return fh_origin_save(im->org, o, err);
}

/* ---- From beginning to end ------------------------------------------------------------------ */

static void let_go(import *im)
{
    end_turn(im);
    fh_pieces_close(im->pieces);
    fh_mailbox_free(im->mailbox);
    fh_sheet_free(im->sheet);
    fh_reader_free(im->reader);
    fh_resolver_free(im->resolver);
    fh_codes_free(im->codes);
    fh_mapper_free(im->mapper);
    fh_arena_free(im->named);
    fh_builder_free(im->builder);
    fh_rejects_free(im->rejects);
    fh_arena_free(im->mapping_arena);
    free(im->rows);
    free(im->who);
    im->pieces = NULL;
    im->mailbox = NULL;
    im->sheet = NULL;
    im->reader = NULL;
    im->resolver = NULL;
    im->codes = NULL;
    im->mapper = NULL;
    im->named = NULL;
    im->builder = NULL;
    im->rejects = NULL;
    im->mapping_arena = NULL;
    im->rows = NULL;
    im->who = NULL;
    im->cap = 0;
}

static fh_str file_name(const import *im)
{
    const char *path = im->path;
    if (strcmp(called(im), "-") == 0) return (fh_str){0};
    if (im->options->file.len) return im->options->file;
    const char *slash = strrchr(path, '/');
    return fh_str_of(slash ? slash + 1 : path);
}

static fh_status rejects_path(import *im, const char **out, fh_error *err)
{
    const char *ending = fh_rejects_ending(im->out->format);
    *out = im->options->rejects_path;
    if (*out || strcmp(im->path, "-") == 0) return FH_OK;
    const size_t size = strlen(im->path) + strlen(ending) + 1;
    char *path = fh_arena_alloc(im->arena, size, 1);
    if (!path) return fh_no_memory(err);
    (void)snprintf(path, size, "%s%s", im->path, ending);
    *out = path;
    return FH_OK;
}

/* The origin: a new one, or the one that was interrupted. */
static fh_status begin_origin(import *im, fh_str source, fh_error *err)
{
    fh_import_result *out = im->out;
    const char *path = NULL;
    fh_status status =
        fh_origin_begin(im->org, source, file_name(im), (fh_str){0},
                        fh_pieces_fingerprint(im->pieces), im->arena, &out->origin, err);
    if (status != FH_OK) return status;
    im->committed = out->origin;
    im->resumed = out->origin.rows_done > 0;
    im->n_read = im->n_rejected = 0;
    out->erased_rows = 0;
    fh_result_begin(out);
    status = rejects_path(im, &path, err);
    if (status == FH_OK) status = fh_rejects_new(im->os, path, called(im), &im->rejects, err);
    if (status == FH_OK && im->options->rejects_rows)
        status = fh_rejects_with_rows(im->rejects, err);
    if (status == FH_OK && im->resumed)
        status = fh_rejects_resume(im->rejects, out->origin.rejects_bytes, out->origin.notes_bytes,
                                   out->origin.rows_done, err);
    out->rejects_file = fh_str_of(path);
    return status;
}

static fh_status find_format(import *im, fh_error *err)
{
    bool starts;
    const fh_status status = fh_pieces_next(im->pieces, &im->first, &im->first_is_last, err);
    if (status != FH_OK) return status;
    im->out->format = im->options->format ? im->options->format
                      : fh_pieces_is_folder(im->pieces, &starts)
                          ? FH_MAIL
                          : fh_format_guess(im->first, fh_str_of(im->path));
    if (im->out->format != FH_FORMAT_UNKNOWN) return FH_OK;
    (void)fh_fail(err, FH_FORMAT,
                  "%s is neither CSV, a spreadsheet (.xlsx), JSON Lines, XES nor mail", called(im));
    return fh_hint(err, FH_FORMAT, "Say which it is, or export it in one of these formats.");
}

/* Customers, names and rules as they are, as of one moment: others may be writing. */
static fh_status learn_what_is_known(import *im, fh_error *err)
{
    fh_status status = fh_org_moment(im->org, err);
    if (status != FH_OK) return status;
    status = fh_resolver_new(im->org, &im->resolver, err);
    if (status == FH_OK) status = fh_codes_new(im->org, &im->codes, err);
    if (status == FH_OK) status = fh_mapper_new(im->org, &im->mapper, err);
    fh_org_moment_end(im->org);
    return status;
}

static fh_status open_all(import *im, fh_str source, fh_error *err)
{
    fh_status status = find_format(im, err);
    im->mapping_checked = false;
    if (status == FH_OK && !(im->mapping_arena = fh_arena_new(NULL))) status = fh_no_memory(err);
    if (status != FH_OK || im->options->dry_run) return status;
    im->source_seed = fh_import_source(source);
    status = begin_origin(im, source, err);
    if (status == FH_OK) status = learn_what_is_known(im, err);
    if (status == FH_OK && !(im->named = fh_arena_new(NULL))) status = fh_no_memory(err);
    if (status == FH_OK) status = fh_builder_new(fh_pages_allocator(), &im->builder, err);
    return status;
}

/* Has this very file been imported? */
static fh_status seen_before(import *im, fh_str source, fh_error *err)
{
    fh_error ignored;
    if (im->options->dry_run || !fh_pieces_fingerprint(im->pieces)) return FH_OK;
    const fh_status status = fh_origin_find(im->org, source, fh_pieces_fingerprint(im->pieces),
                                            im->arena, &im->out->origin, &ignored);
    if (status == FH_OK) {
        im->out->already = true;
        im->out->mapping = im->out->origin.mapping;
    }
    if (status == FH_OK || status == FH_NOTFOUND) return FH_OK;
    if (err) *err = ignored;
    return status;
}

/* After a failure: the result tells what is in, and an import that brought nothing
 * is forgotten. */
static void look_back(import *im)
{
    fh_error ignored;
    const bool nothing = im->out->origin.origin && im->committed.rows_done == 0;
    if (nothing && fh_origin_drop(im->org, im->out->origin.origin, &ignored) != FH_OK)
        return; /* it stays as begun, which does no harm */
    im->out->origin = im->committed;
}

static fh_status attempt(import *im, fh_str source, fh_error *err)
{
    im->stale = false;
    fh_status status = fh_pieces_open(im->os, im->path, &im->pieces, err);
    if (status == FH_OK) status = seen_before(im, source, err);
    if (status != FH_OK || im->out->already) return status;
    status = open_all(im, source, err);
    if (status == FH_OK) status = read_all(im, err);
    if (im->reader && (status == FH_OK || im->options->dry_run)) {
        const fh_status told = fh_result_columns(im->out, im->reader, im->arena, err);
        if (status == FH_OK) status = told;
    }
    if (status != FH_OK && !im->options->dry_run && !im->stale) look_back(im);
    if (!im->rejects || fh_rejects_bytes(im->rejects) == 0) im->out->rejects_file = (fh_str){0};
    return status;
}

/* "Maildir/" is called "Maildir", and its rejects lie beside it. */
static fh_status without_slash(fh_arena *arena, const char **path, fh_error *err)
{
    fh_str s = fh_str_of(*path);
    while (s.len > 1 && s.ptr[s.len - 1] == '/') s.len--;
    if (s.len == strlen(*path)) return FH_OK;
    if (!fh_arena_str(arena, s, &s)) return fh_no_memory(err);
    *path = s.ptr;
    return FH_OK;
}

fh_status fh_import_file(fh_org *org, const char *path, const fh_import_options *options,
                         fh_arena *arena, fh_import_result *out, fh_error *err)
{
import im = {.org = org, .os = fh_org_os(org), .path = path, .options = options, .arena = arena, .out = out, .cpu = clock() };
    *out = (fh_import_result){.format = FH_FORMAT_UNKNOWN};
    im.started_ms = im.told_ms = im.os->monotonic_ms(im.os->ctx);
    fh_status status = without_slash(arena, &im.path, err);
    if (status != FH_OK) return status;
    fh_str source = fh_str_trim(options->source);
    if (source.len == 0 && fh_source_name(arena, fh_str_of(im.path), &source) != FH_OK)
        return fh_no_memory(err);
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
        let_go(&im);
        status = attempt(&im, source, err);
        if (i == 0) out->resumed = im.resumed;
        if (!im.stale || !fh_pieces_fingerprint(im.pieces)) break;
    }
    if (status == FH_OK && !options->dry_run && !out->already) status = merge(&im, err);
    let_go(&im);
    out->elapsed_ms = im.os->monotonic_ms(im.os->ctx) - im.started_ms;
    out->cpu_ms = (int64_t)((clock() - im.cpu) / (CLOCKS_PER_SEC / 1000));
    return status;
}

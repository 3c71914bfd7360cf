/* reader.c - the machinery the formats share: bytes in, batches out.
 *
 * A format's reader only ever sees one run of bytes and reads whole records from
 * it. This file keeps what is incomplete until more is fed, so that pieces of any
 * size give the same rows as the file in one piece; for the same reason the
 * columns are recognised from a fixed number of bytes, however they came.
 */
#include "parse/reader.h"

#include <string.h>

enum { HEAD = 64 << 10, HEAD_MAX = 32 << 20, STEP = 4096, CARRY_MAX = 64 << 20 };

/* ---- What a file is ----------------------------------------------------------------- */

const char *fh_format_name(fh_format format)
{
    switch (format) {
    case FH_CSV: return "CSV";
    case FH_JSONL: return "JSON Lines";
    case FH_XES: return "XES";
    case FH_MAIL: return "mail";
    case FH_XLSX: return "spreadsheet";
    case FH_FORMAT_UNKNOWN: break;
    }
    return "unknown";
}

static bool ends_with(fh_str s, const char *ending)
{
    const fh_str e = fh_str_of(ending);
    return s.len >= e.len && fh_str_eq_nocase((fh_str){s.ptr + s.len - e.len, e.len}, e);
}

static fh_format guess_by_name(fh_str name)
{
    static const struct {
        const char *ending;
        fh_format format;
    } endings[] = {{".csv", FH_CSV},     {".tsv", FH_CSV},      {".txt", FH_CSV},
                   {".jsonl", FH_JSONL}, {".ndjson", FH_JSONL}, {".json", FH_JSONL},
                   {".xes", FH_XES},     {".xml", FH_XES},      {".mbox", FH_MAIL},
                   {".mbx", FH_MAIL},    {".eml", FH_MAIL}};
    static const char *const packed[] = {".gz", ".zst"};
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (ends_with(name, packed[i])) name.len -= strlen(packed[i]);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, endings[i].ending)) return endings[i].format;
    return FH_FORMAT_UNKNOWN;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* Does a mail begin here? Its first lines are headers, one of them of those that every mail
 * has; "From " goes before in an mbox. */
static bool begins_as_mail(fh_str s)
{
    static const char *const sure[] = {"received",      "return-path",  "message-id",
                                       "mime-version",  "delivered-to", "from",
                                       "dkim-signature"};
    enum { LINES = 8 };
    size_t at = 0;
    bool known = false;
    for (int i = 0; i < LINES && at < s.len; i++) {
        const char *newline = memchr(s.ptr + at, '\n', s.len - at);
        const size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        const bool first = i == 0 && fh_str_starts(s, FH_STR("From "));
        const bool goes_on = i > 0 && (s.ptr[at] == ' ' || s.ptr[at] == '\t');
        size_t colon = at;
        while (colon < end && is_name_char(s.ptr[colon])) colon++;
        if (i > 1 && fh_str_trim((fh_str){s.ptr + at, end - at}).len == 0) break;
        if (!first && !goes_on && (colon == at || colon == end || s.ptr[colon] != ':'))
            return false;
        for (size_t k = 0; k < sizeof sure / sizeof *sure && !known; k++)
            known = fh_str_eq_nocase((fh_str){s.ptr + at, colon - at}, fh_str_of(sure[k]));
        at = end + 1;
    }
    return known;
}

fh_format fh_format_guess(fh_str first_bytes, fh_str file_name)
{
    if (fh_str_starts(first_bytes, FH_STR("\xef\xbb\xbf")))
        first_bytes = (fh_str){first_bytes.ptr + 3, first_bytes.len - 3};
    if (fh_str_starts(first_bytes, FH_STR("PK\3\4"))) return FH_XLSX;
    const fh_str s = fh_str_trim(first_bytes);
    const fh_format named = guess_by_name(file_name);
    if (fh_str_starts(s, FH_STR("<?xml")) || fh_str_starts(s, FH_STR("<log")) ||
        fh_str_starts(s, FH_STR("<!--")))
        return FH_XES;
    if (s.len && s.ptr[0] == '{' && named != FH_CSV) return FH_JSONL;
    if ((!named || named == FH_CSV) && begins_as_mail(s)) return FH_MAIL;
    if (named) return named;
    if (!s.len || memchr(first_bytes.ptr, '\0', first_bytes.len)) return FH_FORMAT_UNKNOWN;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' && !memchr("\t\r\n", s.ptr[i], 3))
            return FH_FORMAT_UNKNOWN;
    return FH_CSV;
}

/* ---- A reader's life ------------------------------------------------------------------ */

static bool make_room(fh_reader *r)
{
    r->rows = FH_NEW_ARRAY(r->arena, fh_interaction, FH_BATCH_ROWS);
    r->rejects = FH_NEW_ARRAY(r->arena, fh_reject, FH_BATCH_ROWS);
    r->payload_at = FH_NEW_ARRAY(r->arena, size_t, FH_BATCH_ROWS + 1);
    r->scratch = fh_arena_new(fh_arena_allocator(r->arena));
    for (size_t i = 0; r->rows && i < FH_BATCH_ROWS; i++) r->rows[i].payload.ptr = "";
    return r->rows && r->rejects && r->payload_at && r->scratch;
}

/* A copy of the mapping, so that the caller's may go. */
static fh_status keep_mapping(fh_reader *r, fh_error *err)
{
    if (!r->options.mapping) return FH_OK;
    fh_buf text;
    fh_buf_init(&text, fh_arena_allocator(r->arena), 1 << 20);
    fh_mapping_print(r->options.mapping, &text);
    fh_mapping *copy = NULL;
    const fh_status status = text.status
                                 ? fh_no_memory(err)
                                 : fh_mapping_parse(r->arena, fh_buf_view(&text), &copy, err);
    r->options.mapping = copy;
    fh_buf_free(&text);
    return status;
}

fh_status fh_reader_new(const fh_allocator *from, fh_format format,
                        const fh_reader_options *options, fh_reader **out, fh_error *err)
{
    const fh_reader_ops *ops = NULL;
    switch (format) {
    case FH_CSV: ops = &fh_csv_ops; break;
    case FH_JSONL: ops = &fh_jsonl_ops; break;
    case FH_XES: ops = &fh_xes_ops; break;
    case FH_MAIL: /* comes as JSON Lines */
    case FH_XLSX: /* comes as CSV */
    case FH_FORMAT_UNKNOWN: break;
    }
    if (!ops) {
        (void)fh_fail(err, FH_INVALID, "the format of the file is not known");
        return fh_hint(err, FH_INVALID, "Files can be CSV, JSON Lines or XES.");
    }
    fh_arena *arena = fh_arena_new(from);
    fh_reader *r = arena ? FH_NEW(arena, fh_reader) : NULL;
    if (!r) {
        fh_arena_free(arena);
        return fh_no_memory(err);
    }
    r->arena = arena;
    r->format = format;
    r->ops = ops;
    if (options) r->options = *options;
    r->head = HEAD;
    r->line = 1;
    fh_buf_init(&r->payload, fh_arena_allocator(arena), (size_t)1 << 30);
    fh_buf_init(&r->input.carry, fh_arena_allocator(arena), CARRY_MAX);
    const fh_status status = make_room(r) ? keep_mapping(r, err) : fh_no_memory(err);
    if (status)
        fh_reader_free(r);
    else
        *out = r;
    return status;
}

void fh_reader_free(fh_reader *reader)
{
    if (!reader) return;
    if (reader->ops->end) reader->ops->end(reader);
    fh_buf_free(&reader->payload);
    fh_buf_free(&reader->input.carry);
    fh_arena_free(reader->scratch);
    fh_arena_free(reader->arena);
}

fh_status fh_reader_feed(fh_reader *reader, const char *bytes, size_t n, bool last, fh_error *err)
{
    fh_input *in = &reader->input;
    if (in->last) return fh_fail(err, FH_INVALID, "bytes were fed after the last ones");
    if (in->fed_at < in->fed_n)
        return fh_fail(err, FH_INVALID, "bytes were fed before the earlier ones were read");
    in->fed = bytes;
    in->fed_n = n;
    in->fed_at = 0;
    in->last = last;
    in->carry_own = in->carry.len;
    in->fresh = true;
    return FH_OK;
}

/* ---- Carrying over --------------------------------------------------------------------- */

/* Drops what is done and appends up to `n` fed bytes; FH_OK or FH_NOMEM. */
static fh_status carry_more(fh_input *in, size_t n)
{
    fh_buf *c = &in->carry;
    if (in->carry_at) {
        memmove(c->ptr, c->ptr + in->carry_at, c->len - in->carry_at);
        c->len -= in->carry_at;
        in->carry_own -= in->carry_at;
        in->carry_at = 0;
    }
    const size_t rest = in->fed_n - in->fed_at;
    if (n > rest) n = rest;
    if (n) fh_buf_put(c, in->fed + in->fed_at, n);
    if (c->status) return c->status;
    in->fed_at += n;
    in->fresh = true;
    return FH_OK;
}

/* Keeps all that is left for the next feed. */
static fh_status carry_all(fh_input *in)
{
    const fh_status status = carry_more(in, in->fed_n - in->fed_at);
    in->carry_own = in->carry.len;
    return status;
}

/* `used` bytes of the carried ones are done with. */
static void carry_used(fh_input *in, size_t used)
{
    in->carry_at += used;
    if (in->carry_at < in->carry_own) return;
    in->fed_at -= in->carry.len - in->carry_at;
    fh_buf_clear(&in->carry);
    in->carry_at = in->carry_own = 0;
    in->fresh = true;
}

static fh_str carried(const fh_input *in)
{
    if (!in->carry.len) return (fh_str){"", 0};
    return (fh_str){in->carry.ptr + in->carry_at, in->carry.len - in->carry_at};
}

static fh_str fed(const fh_input *in)
{
    if (in->fed_at == in->fed_n) return (fh_str){"", 0};
    return (fh_str){in->fed + in->fed_at, in->fed_n - in->fed_at};
}

/* ---- Reading --------------------------------------------------------------------------- */

static fh_status begin(fh_reader *r, fh_error *err)
{
    fh_input *in = &r->input;
    while (!r->begun) {
        const size_t there = carried(in).len + in->fed_n - in->fed_at;
        const bool whole = in->last && there < r->head;
        if (there < r->head && !in->last) return carry_all(in) ? fh_no_memory(err) : FH_OK;
        const size_t want = there < r->head ? there : r->head;
        const bool from_carry = in->carry.len > 0;
        if (from_carry && carried(in).len < want && carry_more(in, want - carried(in).len))
            return fh_no_memory(err);
        fh_str head = from_carry ? carried(in) : fed(in);
        if (head.len > want) head.len = want;
        bool enough = true;
        size_t used = 0;
        const fh_status status = r->ops->begin(r, head, whole, &enough, &used, err);
        if (status) return status;
        if (!enough) {
            if (whole || r->head >= HEAD_MAX)
                return fh_fail(err, FH_INTERNAL, "no beginning found");
            r->head *= 2;
            continue;
        }
        r->begun = true;
        if (from_carry)
            carry_used(in, used);
        else
            in->fed_at += used;
    }
    return FH_OK;
}

/* Reads what was carried over; `*stop` when the batch must be given or more be fed. */
static fh_status read_carried(fh_reader *r, bool *stop, fh_error *err)
{
    fh_input *in = &r->input;
    const bool all = in->fed_at == in->fed_n;
    const bool fresh = in->fresh;
    size_t used = 0;
    in->fresh = false;
    fh_status status = r->ops->read(r, carried(in), in->last && all, fresh, &used, err);
    if (status) return status;
    carry_used(in, used);
    /* Rows of the batch are slices of the carried bytes, which must not move then. */
    *stop = fh_reader_full(r) || (in->carry.len && (all || r->n || r->n_rejects));
    if (*stop || !in->carry.len) return FH_OK;
    const size_t have = carried(in).len;
    status = carry_more(in, have > STEP ? have : STEP);
    if (status == FH_LIMIT) {
        (void)fh_fail(err, FH_LIMIT, "line %llu: one record is longer than 64 MiB",
                      (unsigned long long)r->line);
        return fh_hint(err, FH_LIMIT, "Is this the right file? Its format was taken for %s.",
                       fh_format_name(r->format));
    }
    return status ? fh_no_memory(err) : FH_OK;
}

static fh_status read_fed(fh_reader *r, bool *stop, fh_error *err)
{
    fh_input *in = &r->input;
    const fh_str text = fed(in);
    const bool fresh = in->fresh;
    size_t used = 0;
    in->fresh = false;
    const fh_status status = r->ops->read(r, text, in->last, fresh, &used, err);
    if (status) return status;
    in->fed_at += used;
    *stop = true;
    /* Rows of the batch may be slices of what was carried before: nothing is written
     * there until the batch has been given. */
    if (fh_reader_full(r) || in->last || r->n || r->n_rejects) return FH_OK;
    return carry_all(in) ? fh_no_memory(err) : FH_OK;
}

static void show(fh_reader *r, fh_batch *out)
{
    r->payload_at[r->n] = r->payload.len;
    for (size_t i = 0; i < r->n && (r->payload.len || r->had_payloads); i++) {
        const size_t from = r->payload_at[i], to = r->payload_at[i + 1];
        r->rows[i].payload = (fh_str){to > from ? r->payload.ptr + from : "", to - from};
    }
    r->had_payloads |= r->payload.len > 0;
    *out = (fh_batch){r->n, r->rows, r->n_rejects, r->rejects};
}

static fh_status fill_batch(fh_reader *r, fh_error *err)
{
    const fh_input *in = &r->input;
    fh_status status = r->begun ? FH_OK : begin(r, err);
    bool stop = !r->begun;
    while (!status && !stop && (in->carry.len || in->fed_at < in->fed_n))
        status = in->carry.len ? read_carried(r, &stop, err) : read_fed(r, &stop, err);
    const bool all = in->last && !in->carry.len && in->fed_at == in->fed_n;
    if (!status && all && r->begun && !r->ended && !fh_reader_full(r)) {
        /* A format may miss something at the end of the file. */
        size_t used = 0;
        r->ended = true;
        status = r->ops->read(r, (fh_str){"", 0}, true, true, &used, err);
    }
    if (!status && r->payload.status) status = fh_no_memory(err);
    return status;
}

fh_status fh_reader_next(fh_reader *reader, fh_batch *out, fh_error *err)
{
    fh_error local = {0};
    if (reader->broken.status) {
        if (err) *err = reader->broken;
        return reader->broken.status;
    }
    reader->n = reader->n_rejects = 0;
    fh_arena_reset(reader->scratch);
    fh_buf_clear(&reader->payload);
    const fh_status status = fill_batch(reader, &local);
    if (status) {
        reader->broken = local;
        reader->broken.status = status;
        /* What was read before is given first, however the bytes were cut. */
        if (status == FH_NOMEM || !(reader->n || reader->n_rejects)) {
            if (err) *err = reader->broken;
            return status;
        }
    }
    show(reader, out);
    return FH_OK;
}

/* ---- Rows and rejects -------------------------------------------------------------------- */

fh_status fh_reader_reject(fh_reader *r, uint64_t line, const fh_fault *fault, fh_str text)
{
    if (r->row <= r->options.skip_rows) return FH_OK;
    fh_reject *to = &r->rejects[r->n_rejects++];
    *to = (fh_reject){.row = r->row,
                      .line = line,
                      .column_name = {"", 0},
                      .reason = fault->reason,
                      .hint = fault->hint,
                      .text = text};
    if (fault->slot < r->sample.n_columns) {
        to->column = fault->slot + 1;
        to->column_name = r->sample.name[fault->slot];
    }
    return FH_OK;
}

fh_status fh_reader_row(fh_reader *r, uint64_t line, const fh_str *cell, fh_str text, bool *given,
                        fh_error *err)
{
    *given = false;
    if (r->row <= r->options.skip_rows) return FH_OK;
    fh_interaction *to = &r->rows[r->n];
    const fh_run run = {.n = 1, .cell = cell, .row = to, .scratch = r->scratch};
    fh_fault fault;
    fh_filled why;
    if (!fh_plan_fill(&r->plan, &run, &why, &fault))
        return why == FH_FILL_NOMEM ? fh_no_memory(err) : fh_reader_reject(r, line, &fault, text);
    to->row = r->row;
    to->line = line;
    r->payload_at[r->n++] = r->payload.len;
    *given = true;
    return FH_OK;
}

/* ---- Columns ------------------------------------------------------------------------------ */

/* Cells live in the bytes fed; what notes show of them must stay. */
static bool keep_texts(fh_arena *arena, fh_column_note *note)
{
    fh_str *first = note->n_first ? FH_NEW_ARRAY(arena, fh_str, note->n_first) : NULL;
    bool ok = fh_arena_str(arena, note->sample, &note->sample) && (first || !note->n_first);
    for (uint32_t i = 0; ok && i < note->n_first; i++)
        ok = fh_arena_str(arena, note->first[i], &first[i]);
    note->first = first;
    return ok;
}

fh_status fh_reader_columns_known(fh_reader *r, fh_error *err)
{
    const fh_status status = fh_recognise(r->arena, &r->sample, &r->options, &r->columns, err);
    for (uint32_t c = 0; r->columns.note && c < r->sample.n_columns; c++)
        if (!keep_texts(r->arena, &r->columns.note[c])) {
            r->columns.note = NULL;
            return fh_no_memory(err);
        }
    r->sample.cell = NULL;
    r->sample.n_rows = 0;
    if (status) return status;
    r->message = fh_message_mapped(r->columns.mapping);
    if (!fh_plan_new(r->arena, r->columns.mapping, r->options.zone, r->columns.comma, &r->plan))
        return fh_no_memory(err);
    return FH_OK;
}

const fh_mapping *fh_reader_mapping(const fh_reader *reader)
{
    return reader->columns.mapping;
}

const fh_column_note *fh_reader_columns(const fh_reader *reader, size_t *n)
{
    *n = reader->columns.note ? reader->sample.n_columns : 0;
    return reader->columns.note;
}

fh_str fh_reader_reject_head(const fh_reader *reader)
{
    return reader->reject_head;
}

fh_str fh_reader_reject_tail(const fh_reader *reader)
{
    return reader->reject_tail;
}

char fh_reader_delimiter(const fh_reader *reader)
{
    return reader->format == FH_CSV ? reader->options.delimiter : '\0';
}

bool fh_reader_decimal_comma(const fh_reader *reader)
{
    return reader->columns.comma;
}

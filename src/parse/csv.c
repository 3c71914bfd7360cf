/* csv.c - comma-separated values, as RFC 4180 and the world write them.
 *
 * A window of the text is indexed at a stroke (csv_index.c); records are then
 * walked along the index. A quote opens a field only at its very beginning; inside
 * it delimiters and newlines are text and a doubled quote is one quote. Anywhere
 * else a quote is a character like any other.
 *
 *     text    cust,time,"a ""b""",x \n
 *     index       ,    ,"  ""  "",   \n       walked once, left to right
 *
 * Cells are slices of the text; only doubled quotes and Latin-1 make copies.
 * Always: a record is given whole or not at all, so pieces of any size give the
 * same rows; every data record becomes a row or a reject.
 */
#include "parse/reader.h"

#include "base/json.h"
#include "parse/csv_index.h"

#include <string.h>

enum { WINDOW = 32 << 10, MAX_COLUMNS = 1024, RUN = 64 };

typedef enum taken { TAKEN, INCOMPLETE, OPEN_QUOTE } taken;

typedef struct csv {
    fh_csv_marks marks;
    bool latin1;
    fh_csv_index *index;
    /* The window: text[0 .. limit) is indexed; the record at `at` is next. */
    const char *text;
    size_t limit, at, next; /* `next`: where the record after begins */
    bool ends;              /* the file ends at `limit` */
    uint32_t *mark;         /* [cap + 64] */
    size_t cap, k, n_marks; /* k: of the next record's first mark */
    unsigned seen;
    bool clean;    /* nothing was seen that a row could be rejected for */
    bool skipping; /* the rest of an overlong line */
    /* The record just taken. */
    uint32_t n_cells, cells_cap;
    fh_str *cell;      /* [cells_cap], of a run row after row */
    bool doubled;      /* a cell has doubled quotes */
    uint32_t bad_cell; /* from 1: text stands behind its closing quote */
    uint64_t lines;    /* newlines in it */
    size_t end;        /* of its text, without the newline */
    uint32_t n_kept;   /* columns that belong into the payload */
    uint32_t *kept;    /* [n_kept] their slots */
    fh_str *key;       /* [n_kept] in the payload: the name, but for "text" and the like */
    uint32_t run;      /* plain records to try next */
} csv;

/* ---- Taking a record ------------------------------------------------------------- */

/* Is the window UTF-8 as far as whole records go? What is cut off at its end is of a
 * record that is read with the next window. */
static bool records_are_utf8(const csv *c)
{
    const fh_str text = {c->text, c->limit};
    const size_t bad = fh_utf8_bad(text);
    return bad == text.len ||
           (!c->ends && !memchr(text.ptr + bad, c->marks.newline, text.len - bad));
}

static fh_status open_window(fh_reader *r, csv *c, size_t size, fh_error *err)
{
    if (size > c->cap || !c->mark) {
        uint32_t *mark = FH_NEW_ARRAY(r->arena, uint32_t, size + 64);
        if (!mark) return fh_no_memory(err);
        c->mark = mark;
        c->cap = size;
    }
    c->seen = 0;
    c->limit = size;
    c->n_marks = c->index(c->text, size, c->marks, c->mark, &c->seen);
    c->clean = !c->seen || (c->seen == FH_CSV_HIGH && !c->latin1 && records_are_utf8(c));
    c->k = 0;
    c->at = 0;
    return FH_OK;
}

static inline void add_cell(csv *c, size_t from, size_t to)
{
    if (c->n_cells < c->cells_cap) c->cell[c->n_cells] = (fh_str){c->text + from, to - from};
    c->n_cells++;
}

/* A quoted field that begins at `from`; `*k` and `*stop` go to the mark behind it. */
static taken take_quoted(csv *c, size_t from, size_t *k, size_t *stop)
{
    const char *text = c->text;
    size_t i = *k + 1, close = 0;
    for (;; i++) {
        if (i == c->n_marks) return OPEN_QUOTE;
        const size_t at = c->mark[i];
        if (text[at] == '"') {
            if (at + 1 < c->limit && text[at + 1] == '"') {
                c->doubled = true;
                i++;
                continue;
            }
            if (at + 1 == c->limit && !c->ends) return INCOMPLETE;
            close = at;
            break;
        }
        c->lines += text[at] == c->marks.newline;
    }
    for (i++; i < c->n_marks && text[c->mark[i]] == '"'; i++) {
    }
    if (i == c->n_marks && !c->ends) return INCOMPLETE;
    const size_t end = i < c->n_marks ? c->mark[i] : c->limit;
    for (size_t j = close + 1; j < end; j++)
        if (text[j] != ' ' && text[j] != '\t' && text[j] != '\r' && !c->bad_cell)
            c->bad_cell = c->n_cells + 1;
    add_cell(c, from + 1, close);
    *k = i;
    *stop = end;
    return TAKEN;
}

/* The record at c->at: its cells, its end, where the next begins. */
static taken take_record(csv *c)
{
    const char *text = c->text;
    const uint32_t *mark = c->mark;
    const size_t n_marks = c->n_marks;
    size_t from = c->at, k = c->k;
    c->n_cells = 0;
    c->doubled = false;
    c->bad_cell = 0;
    c->lines = 1;
    for (;;) {
        size_t stop;
        if (from < c->limit && text[from] == '"') {
            const taken quoted = take_quoted(c, from, &k, &stop);
            if (quoted != TAKEN) return quoted;
        } else {
            while (k < n_marks && text[mark[k]] == '"') k++;
            if (k == n_marks && !c->ends) return INCOMPLETE;
            stop = k < n_marks ? mark[k] : c->limit;
            size_t to = stop;
            if (to > from && text[to - 1] == '\r' &&
                (k == n_marks || text[stop] == c->marks.newline))
                to--;
            add_cell(c, from, to);
        }
        if (k == n_marks || text[stop] == c->marks.newline) {
            c->end = stop;
            c->next = k == n_marks ? stop : stop + 1;
            c->k = k + (k < n_marks);
            return TAKEN;
        }
        from = stop + 1;
        k++;
    }
}

static fh_str record_text(const csv *c)
{
    fh_str s = {c->text + c->at, c->end - c->at};
    if (s.len && s.ptr[s.len - 1] == '\r') s.len--;
    return s;
}

static bool all_blank(const csv *c)
{
    const uint32_t n = c->n_cells < c->cells_cap ? c->n_cells : c->cells_cap;
    for (uint32_t i = 0; i < n; i++)
        if (fh_str_trim(c->cell[i]).len) return false;
    return c->n_cells <= c->cells_cap;
}

static inline bool is_blank(const csv *c)
{
    if (c->cell[0].len && (unsigned char)c->cell[0].ptr[0] > ' ') return false;
    return all_blank(c);
}

/* ---- Cells as characters ------------------------------------------------------------ */

static bool undouble(fh_arena *arena, fh_str *s)
{
    if (!s->len || !memchr(s->ptr, '"', s->len)) return true;
    char *to = fh_arena_alloc(arena, s->len, 1);
    if (!to) return false;
    size_t n = 0;
    for (size_t i = 0; i < s->len; i++) {
        to[n++] = s->ptr[i];
        if (s->ptr[i] == '"' && i + 1 < s->len && s->ptr[i + 1] == '"') i++;
    }
    *s = (fh_str){to, n};
    return true;
}

static bool was_quoted(const csv *c, fh_str cell)
{
    return cell.ptr > c->text + c->at && cell.ptr[-1] == '"';
}

/* Makes the cells ready: doubled quotes halved, Latin-1 turned into UTF-8. */
static bool finish_cells(const csv *c, fh_arena *arena)
{
    const uint32_t n = c->n_cells < c->cells_cap ? c->n_cells : c->cells_cap;
    for (uint32_t i = 0; i < n; i++) {
        if (c->doubled && was_quoted(c, c->cell[i]) && !undouble(arena, &c->cell[i])) return false;
        if (c->latin1 && !fh_is_ascii(c->cell[i]) &&
            !fh_latin1_text(arena, c->cell[i], &c->cell[i]))
            return false;
    }
    return true;
}

/* ---- Rejects ------------------------------------------------------------------------- */

static fh_status reject(fh_reader *r, csv *c, uint64_t line, const fh_fault *fault)
{
    fh_str text = record_text(c);
    if (c->latin1 && !fh_is_ascii(text) && !fh_latin1_text(r->scratch, text, &text))
        return FH_NOMEM;
    return fh_reader_reject(r, line, fault, text);
}

/* The column in which a byte of the record stands. */
static uint32_t column_of(const csv *c, const char *byte)
{
    uint32_t column = 0;
    for (uint32_t i = 0; i < c->n_cells && i < c->cells_cap; i++)
        if (c->cell[i].ptr <= byte) column = i;
    return column;
}

/* What is wrong with the record as such; reason empty: nothing. */
static fh_status find_fault(fh_reader *r, csv *c, fh_fault *fault)
{
    const uint32_t want = r->sample.n_columns;
    const fh_str text = record_text(c);
    bool said = true;
    *fault = (fh_fault){FH_NO_SLOT, {"", 0}, {"", 0}};
    if (c->bad_cell) {
        fault->slot = c->bad_cell - 1;
        fault->reason = FH_STR("text stands behind the closing quote");
        fault->hint = FH_STR("Write quotes inside a quoted field twice.");
    } else if (c->n_cells < want) {
        fault->slot = c->n_cells;
        fault->hint = FH_STR("Add the missing fields, or their delimiters.");
        said = fh_arena_format(r->scratch, &fault->reason, "the row has %u of %u fields",
                               c->n_cells, want);
    } else if (c->n_cells > want) {
        fault->hint = FH_STR("Quote the field that has a delimiter in it.");
        said = fh_arena_format(r->scratch, &fault->reason,
                               "the row has %u fields, the header has %u", c->n_cells, want);
    } else if ((c->seen & FH_CSV_NUL) && text.len && memchr(text.ptr, '\0', text.len)) {
        fault->slot = column_of(c, memchr(text.ptr, '\0', text.len));
        fault->reason = FH_STR("a byte of value 0 stands here");
        fault->hint = FH_STR("Remove it, or save the file as UTF-8.");
    } else if ((c->seen & FH_CSV_HIGH) && !c->latin1 && !fh_is_ascii(text)) {
        const size_t bad = fh_utf8_bad(text);
        if (bad < text.len) {
            fault->slot = column_of(c, text.ptr + bad);
            fault->hint = FH_STR("Correct the character, or import the file as Latin-1.");
            said = fh_arena_format(r->scratch, &fault->reason, "byte %02x is not UTF-8",
                                   (unsigned)(unsigned char)text.ptr[bad]);
        }
    }
    return said ? FH_OK : FH_NOMEM;
}

/* ---- Rows ------------------------------------------------------------------------------ */

static bool has_payload(const fh_reader *r, const csv *c)
{
    return r->options.keep_payload && (c->n_kept || r->message);
}

static void write_payload(fh_reader *r, const csv *c, const fh_str *cell)
{
    fh_json j;
    const size_t before = r->payload.len;
    fh_json_begin(&j, &r->payload, 0);
    fh_json_object(&j);
    bool any = r->message && fh_message_put(&j, &r->rows[r->n - 1]);
    for (uint32_t i = 0; i < c->n_kept; i++) {
        const fh_str value = cell[c->kept[i]];
        if (!value.len) continue;
        fh_json_key(&j, c->key[i]);
        fh_json_str(&j, value);
        any = true;
    }
    fh_json_end_object(&j);
    if (!any && !r->payload.status) r->payload.len = before;
}

/* Rejects a record that is no row of the table; `*done` when it was one. */
static inline fh_status check_record(fh_reader *r, csv *c, uint64_t line, bool *done)
{
    fh_fault fault;
    *done = false;
    if (!c->bad_cell && c->n_cells == r->sample.n_columns && c->clean) return FH_OK;
    fh_status status = find_fault(r, c, &fault);
    if (!status && fault.reason.len) {
        *done = true;
        status = reject(r, c, line, &fault);
    }
    return status;
}

/* The text of a reject just made, as UTF-8. */
static bool recode_reject(fh_reader *r, const csv *c)
{
    fh_str *text = &r->rejects[r->n_rejects - 1].text;
    return !c->latin1 || fh_is_ascii(*text) || fh_latin1_text(r->scratch, *text, text);
}

static fh_status give_record(fh_reader *r, csv *c, uint64_t line, fh_error *err)
{
    bool done, given;
    r->row++;
    if (r->row <= r->options.skip_rows) return FH_OK;
    fh_status status = check_record(r, c, line, &done);
    if (status || done) return status ? fh_no_memory(err) : FH_OK;
    if ((c->doubled || (c->latin1 && c->seen)) && !finish_cells(c, r->scratch))
        return fh_no_memory(err);
    const size_t rejects = r->n_rejects;
    status = fh_reader_row(r, line, c->cell, record_text(c), &given, err);
    if (status) return status;
    if (given && has_payload(r, c)) write_payload(r, c, c->cell);
    return r->n_rejects > rejects && !recode_reject(r, c) ? fh_no_memory(err) : FH_OK;
}

/* ---- Runs of plain records ------------------------------------------------------------------ */

/* Takes up to `most` records at c->at of as many cells as there are columns, without a
 * quote and not blank. */
static size_t take_plain(csv *c, uint32_t want, size_t most)
{
    const char *text = c->text, *from = text + c->at;
    const char delimiter = c->marks.delimiter, newline = c->marks.newline;
    const uint32_t *mark = c->mark + c->k;
    fh_str *cell = c->cell;
    if (most > (c->n_marks - c->k) / want) most = (c->n_marks - c->k) / want;
    for (size_t n = 0; n < most; n++, mark += want, cell += want) {
        const char *stop = from;
        if ((unsigned char)*from <= ' ') return n;
        for (uint32_t i = 0; i + 1 < want; i++, from = stop + 1) {
            stop = text + mark[i];
            if (*stop != delimiter) return n;
            cell[i] = (fh_str){from, (size_t)(stop - from)};
        }
        stop = text + mark[want - 1];
        if (*stop != newline || stop == from) return n;
        const bool cr = stop > from && stop[-1] == '\r';
        cell[want - 1] = (fh_str){from, (size_t)(stop - from) - cr};
        from = stop + 1;
    }
    return most;
}

/* Goes over n records of a run. */
static void pass_over(fh_reader *r, csv *c, size_t n)
{
    if (!n) return;
    c->k += n * r->sample.n_columns;
    c->at = c->next = (size_t)c->mark[c->k - 1] + 1;
    r->line += n;
}

/* Gives the plain records that stand at c->at, as many as are tried at once. False:
 * the next one must be looked at alone. */
static bool give_run(fh_reader *r, csv *c)
{
    const uint32_t want = r->sample.n_columns;
    if (!c->clean) return false;
    size_t most = FH_BATCH_ROWS - r->n;
    if (most > c->run) most = c->run;
    if (most > c->cells_cap / want) most = c->cells_cap / want;
    const size_t ready = take_plain(c, want, most);
    if (r->row < r->options.skip_rows) {
        const uint64_t rest = r->options.skip_rows - r->row;
        const size_t n = rest < ready ? (size_t)rest : ready;
        r->row += n;
        pass_over(r, c, n);
        return n > 0;
    }
    const fh_run run = {
        .n = ready, .cell = c->cell, .width = want, .row = r->rows + r->n, .scratch = r->scratch};
    fh_filled why;
    fh_fault fault;
    const size_t n = fh_plan_fill(&r->plan, &run, &why, &fault);
    const bool payload = has_payload(r, c);
    for (size_t i = 0; i < n; i++) {
        run.row[i].row = ++r->row;
        run.row[i].line = r->line + i;
        r->payload_at[r->n++] = r->payload.len;
        if (payload) write_payload(r, c, c->cell + i * want);
    }
    pass_over(r, c, n);
    /* Where many rows are bad, what was filled beyond them is lost work. */
    if (n < ready)
        c->run = c->run > 4 ? c->run / 4 : 1;
    else if (c->run < RUN)
        c->run *= 2;
    return n == most;
}

/* ---- Lines that are too long, quotes that stay open --------------------------------------- */

static fh_status open_quote(const fh_reader *r, const csv *c, bool file_ends, fh_error *err)
{
    /* The field that stays open begins behind the lines the record has already. */
    (void)fh_fail(err, FH_FORMAT, "line %llu: a quote opens in field %u and %s",
                  (unsigned long long)r->line, c->n_cells + 1,
                  file_ends ? "never closes" : "does not close within 1 MiB");
    return fh_hint(err, FH_FORMAT,
                   "Close the quote, or take it away; a quote inside a quoted field is written "
                   "twice.");
}

/* The record at c->at does not end within FH_RECORD_MAX bytes, all in the window. */
static fh_status overlong(fh_reader *r, csv *c, taken how, fh_error *err)
{
    if (how == OPEN_QUOTE) return open_quote(r, c, false, err);
    const fh_fault fault = {FH_NO_SLOT, FH_STR("the row is longer than 1 MiB"),
                            FH_STR("Is a line's end missing? Shorten the row or skip it.")};
    r->row++;
    c->end = c->at + FH_RECORD_MAX;
    c->skipping = true;
    if (reject(r, c, r->line, &fault)) return fh_no_memory(err);
    if (!r->options.count_records) r->line += c->lines - 1;
    c->at = c->end;
    return FH_OK;
}

/* Skips to the end of an overlong line; true when it was found. */
static bool skip_line(fh_reader *r, csv *c, fh_str text, size_t *used)
{
    const char *newline = text.len ? memchr(text.ptr, c->marks.newline, text.len) : NULL;
    *used = newline ? (size_t)(newline - text.ptr) + 1 : text.len;
    if (!newline) return false;
    c->skipping = false;
    r->line++;
    return true;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* Indexes on from the record at c->at. `*stuck`: the record needs more text than there is. */
static fh_status next_window(fh_reader *r, csv *c, const char *stop, bool end, taken how,
                             bool *stuck, fh_error *err)
{
    const size_t had = c->limit - c->at;
    const size_t rest = (size_t)(stop - (c->text + c->at));
    *stuck = false;
    if (how == OPEN_QUOTE && c->ends && had <= FH_RECORD_MAX) return open_quote(r, c, true, err);
    if (had > FH_RECORD_MAX) return overlong(r, c, how, err);
    if (had == rest && !end) {
        *stuck = true;
        return FH_OK;
    }
    size_t size = had * 2 > WINDOW ? had * 2 : WINDOW;
    if (size > FH_RECORD_MAX + 1) size = FH_RECORD_MAX + 1;
    if (size > rest) size = rest;
    c->text += c->at;
    c->ends = end && size == rest;
    return open_window(r, c, size, err);
}

static fh_status csv_read(fh_reader *r, fh_str text, bool end, bool fresh, size_t *used,
                          fh_error *err)
{
    csv *c = r->state;
    const char *stop = text.ptr + text.len;
    *used = 0;
    if (fresh) {
        c->text = text.ptr;
        c->limit = c->at = c->k = c->n_marks = 0;
        c->ends = false;
    }
    while (!fh_reader_full(r)) {
        const char *at = c->text + c->at;
        if (c->skipping) {
            size_t n;
            const bool found = skip_line(r, c, (fh_str){at, (size_t)(stop - at)}, &n);
            c->text = at + n;
            c->limit = c->at = c->k = c->n_marks = 0;
            c->ends = false;
            if (!found) break;
            continue;
        }
        if (at == stop) break;
        if (c->k < c->n_marks && give_run(r, c)) continue;
        const taken how = c->at < c->limit ? take_record(c) : INCOMPLETE;
        if (how == TAKEN && c->end - c->at <= FH_RECORD_MAX) {
            const uint64_t line = r->line;
            r->line += r->options.count_records ? 1 : c->lines;
            const fh_status status = is_blank(c) ? FH_OK : give_record(r, c, line, err);
            if (status) return status;
            c->at = c->next;
            continue;
        }
        bool stuck;
        const fh_status status = next_window(r, c, stop, end, how, &stuck, err);
        if (status) return status;
        if (stuck) break;
    }
    *used = (size_t)(c->text + c->at - text.ptr);
    return FH_OK;
}

/* ---- The beginning -------------------------------------------------------------------------- */

/* How well a delimiter parts the first records: as many fields in each as in the first. */
static size_t rate_delimiter(fh_str head, fh_csv_marks marks)
{
    enum { RECORDS = 60 };
    size_t first = 0, fields = 1, records = 0, alike = 0;
    bool quoted = false, begins = true;
    for (size_t i = 0; i < head.len && records < RECORDS; i++) {
        const char ch = head.ptr[i];
        if (quoted) {
            if (ch == '"' && i + 1 < head.len && head.ptr[i + 1] == '"')
                i++;
            else if (ch == '"')
                quoted = false;
        } else if (ch == '"' && begins) {
            quoted = true;
            begins = false;
        } else if (ch == marks.delimiter) {
            fields++;
            begins = true;
        } else if (ch == marks.newline) {
            if (records == 0) first = fields;
            alike += fields == first;
            records++;
            fields = 1;
            begins = true;
        } else {
            begins = false;
        }
    }
    if (records == 0) first = fields;
    if (first < 2) return 0;
    return (alike + 1) * 10000 + (first < 9999 ? first : 9999);
}

static char find_delimiter(fh_str head, char newline)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    size_t best = 0;
    char found = ',';
    for (size_t i = 0; i < sizeof candidates; i++) {
        const size_t rate = rate_delimiter(head, (fh_csv_marks){candidates[i], newline});
        if (rate > best) {
            best = rate;
            found = candidates[i];
        }
    }
    return found;
}

/* Is the text UTF-8 up to its last, perhaps cut, character? */
static bool begins_as_utf8(fh_str head, bool whole)
{
    const size_t bad = fh_utf8_bad(head);
    return bad == head.len ||
           (!whole && head.len - bad < 4 && (unsigned char)head.ptr[bad] >= 0xc2);
}

static fh_status look_at_bytes(fh_reader *r, csv *c, fh_str head, bool whole, fh_error *err)
{
    if (fh_str_starts(head, FH_STR("\xff\xfe")) || fh_str_starts(head, FH_STR("\xfe\xff"))) {
        (void)fh_fail(err, FH_FORMAT, "the file is in UTF-16");
        return fh_hint(err, FH_FORMAT, "Save it as UTF-8 (\"CSV UTF-8\") and import it again.");
    }
    const bool lf = head.len && memchr(head.ptr, '\n', head.len);
    c->marks.newline = !lf && head.len && memchr(head.ptr, '\r', head.len) ? '\r' : '\n';
    c->marks.delimiter =
        r->options.delimiter ? r->options.delimiter : find_delimiter(head, c->marks.newline);
    r->options.delimiter = c->marks.delimiter;
    c->latin1 = r->options.latin1 || !begins_as_utf8(head, whole);
    return FH_OK;
}

/* Skips blank lines and takes the first record that is none. */
static taken take_first(fh_reader *r, csv *c)
{
    for (;;) {
        if (c->at == c->limit && c->ends) return INCOMPLETE;
        const taken how = take_record(c);
        if (how != TAKEN) return how;
        r->line += c->lines;
        if (!is_blank(c)) return TAKEN;
        c->at = c->next;
    }
}

/* "name", "name#2" when it stands there for the second time, "#3" when it is empty. */
static bool name_column(fh_arena *arena, fh_str *name, uint32_t i, fh_str said)
{
    uint32_t same = 1;
    if (!said.len) return fh_arena_format(arena, &name[i], "#%u", i + 1);
    if (!fh_arena_str(arena, said, &name[i])) return false;
    for (uint32_t k = 0; k < i; k++) {
        if (!fh_str_eq(name[k], name[i])) continue;
        if (!fh_arena_format(arena, &name[i], "%.*s#%u", FH_STR_ARG(fh_shown(said)), ++same))
            return false;
        k = UINT32_MAX; /* and compare from the first again */
    }
    return true;
}

static fh_status name_columns(fh_reader *r, csv *c, fh_error *err)
{
    const uint32_t n = c->n_cells;
    fh_str *name = FH_NEW_ARRAY(r->arena, fh_str, n);
    if (!name || !finish_cells(c, r->arena)) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++)
        if (!name_column(r->arena, name, i, fh_str_trim(c->cell[i]))) return fh_no_memory(err);
    r->sample = (fh_sample){.format = FH_CSV, .n_columns = n, .name = name};
    return FH_OK;
}

/* Good rows of the head, as the recogniser wants them. */
static fh_status take_sample(fh_reader *r, csv *c, fh_error *err)
{
    const uint32_t n = r->sample.n_columns;
    uint32_t most = FH_SAMPLE_ROWS;
    while (most > 20 && (size_t)most * n > 100000) most /= 2;
    fh_str *cell = FH_NEW_ARRAY(r->arena, fh_str, (size_t)most * n);
    if (!cell) return fh_no_memory(err);
    uint32_t rows = 0;
    while (rows < most && c->at < c->limit && take_record(c) == TAKEN) {
        const bool good = !is_blank(c) && c->n_cells == n && !c->bad_cell &&
                          (c->latin1 || fh_utf8_bad(record_text(c)) == record_text(c).len);
        if (good) {
            if (!finish_cells(c, r->arena)) return fh_no_memory(err);
            memcpy(cell + (size_t)rows * n, c->cell, n * sizeof *cell);
            rows++;
        }
        c->at = c->next;
    }
    r->sample.cell = cell;
    r->sample.n_rows = rows;
    return FH_OK;
}

static bool bind_slots(fh_reader *r, csv *c)
{
    const uint32_t n = r->sample.n_columns;
    const fh_str *name = r->sample.name;
    uint8_t *mapped = FH_NEW_ARRAY(r->arena, uint8_t, n);
    c->kept = FH_NEW_ARRAY(r->arena, uint32_t, n);
    c->key = FH_NEW_ARRAY(r->arena, fh_str, n);
    if (!mapped || !c->kept || !c->key) return false;
    for (uint32_t i = 0; i < r->columns.mapping->n; i++) {
        const fh_rule *rule = &r->columns.mapping->rule[i];
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            const uint32_t slot = fh_column_find(name, n, &rule->term[t]);
            if (slot >= n) continue; /* the recogniser has refused that */
            mapped[slot] = 1;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        if (mapped[i]) continue;
        c->key[c->n_kept] = name[i];
        if (fh_message_is(r->message, name[i]) &&
            !fh_arena_format(r->arena, &c->key[c->n_kept], "%.*s column", FH_STR_ARG(name[i])))
            return false;
        c->kept[c->n_kept++] = i;
    }
    for (uint32_t i = 0; i < r->plan.n; i++)
        for (uint32_t t = 0; t < r->plan.step[i].rule->n_terms; t++)
            r->plan.step[i].slot[t] = fh_column_find(name, n, &r->plan.step[i].rule->term[t]);
    return true;
}

static fh_status no_header(csv *c, fh_str head, fh_error *err)
{
    if (!fh_str_trim(head).len) {
        (void)fh_fail(err, FH_FORMAT, "the file is empty");
        return fh_hint(err, FH_FORMAT, "A CSV file begins with a line that names its columns.");
    }
    (void)fh_fail(err, FH_FORMAT,
                  c->n_cells > MAX_COLUMNS ? "line 1: more than 1024 columns"
                                           : "line 1: the columns' names do not end within 1 MiB");
    return fh_hint(err, FH_FORMAT, "Is this a CSV file? Its first line should name the columns.");
}

static fh_status csv_new(fh_reader *r, csv **out)
{
    csv *c = FH_NEW(r->arena, csv);
    if (!c) return FH_NOMEM;
    c->cells_cap = MAX_COLUMNS;
    c->cell = FH_NEW_ARRAY(r->arena, fh_str, MAX_COLUMNS);
    c->index = fh_csv_index_best();
    c->run = RUN;
    *out = c;
    return c->cell ? FH_OK : FH_NOMEM;
}

/* Columns from the header just taken, and what the first rows say about them. */
static fh_status find_columns(fh_reader *r, csv *c, bool may_see_more, bool *enough, fh_error *err)
{
    fh_str header = {c->text + c->at, c->next - c->at};
    if (c->latin1 && !fh_latin1_text(r->arena, header, &header)) return fh_no_memory(err);
    if (!fh_arena_str(r->arena, header, &r->reject_head)) return fh_no_memory(err);
    fh_status status = name_columns(r, c, err);
    c->at = c->next;
    if (!status) status = take_sample(r, c, err);
    *enough = r->sample.n_rows > 0 || !may_see_more;
    if (status || !*enough) return status;
    status = fh_reader_columns_known(r, err);
    return !status && !bind_slots(r, c) ? fh_no_memory(err) : status;
}

static fh_status csv_begin(fh_reader *r, fh_str head, bool whole, bool *enough, size_t *used,
                           fh_error *err)
{
    csv *c;
    r->line = 1;
    if (csv_new(r, &c)) return fh_no_memory(err);
    r->state = c;
    const size_t bom = fh_str_starts(head, FH_STR("\xef\xbb\xbf")) ? 3 : 0;
    const bool may_see_more = !whole && head.len <= 2 * FH_RECORD_MAX;
    fh_status status = look_at_bytes(r, c, head, whole, err);
    if (status) return status;
    c->text = head.ptr + bom;
    c->ends = whole;
    status = open_window(r, c, head.len - bom, err);
    if (status) return status;
    const taken how = take_first(r, c);
    if (how != TAKEN && may_see_more) {
        *enough = false;
        return FH_OK;
    }
    if (how == OPEN_QUOTE) return open_quote(r, c, whole, err);
    if (how != TAKEN || c->n_cells > MAX_COLUMNS) return no_header(c, head, err);
    *used = bom + c->next;
    return find_columns(r, c, may_see_more, enough, err);
}

const fh_reader_ops fh_csv_ops = {csv_begin, csv_read, NULL};

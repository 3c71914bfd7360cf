/* cmd_records.c - `firsthand records`: what people do about what customers live through:
 * listed, shown, taken out as a file and in from one.
 *
 * Whoever can open the file sees all records, whatever their kind says of who does. What comes
 * in from a file is made as a person makes it, by nobody who has a name.
 */
#include "app/ask/ask.h"
#include "app/ask/words.h"
#include "app/ask/xlsx.h"
#include "app/people/people.h"
#include "app/records/record_table.h"
#include "cli/answer.h"
#include "cli/noted.h"
#include "cli/remote.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    fh_str state, owner, about_words, from, until, output, import;
    bool ownerless, dry_run;
    uint32_t open, order, format;
    uint64_t top;
} options;

static const options defaults = {.top = 50};

static const fh_option option_table[] = {
    {'s', "state", FH_OPTION_TEXT, offsetof(options, state), "NAME", "only those in this state",
     NULL},
    {0, "open", FH_OPTION_CHOICE, offsetof(options, open), "all|yes|no",
     "only those where something is still to be done, or nothing any more", NULL},
    {0, "owner", FH_OPTION_TEXT, offsetof(options, owner), "WHO",
     "only those of this person: an address, an id, or #17", NULL},
    {0, "ownerless", FH_OPTION_FLAG, offsetof(options, ownerless), NULL,
     "only those that are nobody's", NULL},
    {'t', "text", FH_OPTION_TEXT, offsetof(options, about_words), "WORDS",
     "only those with these words", NULL},
    {0, "from", FH_OPTION_TEXT, offsetof(options, from), "DATE", "only those made then or later",
     NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(options, until), "DATE", "only those made before", NULL},
    {0, "order", FH_OPTION_CHOICE, offsetof(options, order), "changed|oldest|bounced|due",
     "last changed, oldest evidence, most bounces or next due first", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N", "list so many; 0: all (default 50)",
     NULL},
    {'o', "export", FH_OPTION_TEXT, offsetof(options, output), "FILE",
     "write all fields of all there are to FILE.csv, .xlsx or .json", NULL},
    {'i', "import", FH_OPTION_TEXT, offsetof(options, import), "FILE",
     "take in a CSV file of records (- is standard input)", NULL},
    {0, "dry-run", FH_OPTION_FLAG, offsetof(options, dry_run), NULL,
     "with --import: say what would happen, change nothing", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv|xlsx",
     "for people, programs or spreadsheets (default text)", NULL},
    {0},
};

enum { PAGE = 500, FILE_MAX = 32 << 20 };

typedef struct asked {
    const cli_io *io;
    const options *o;
    fh_org *org;
    fh_actor self;
    const fh_zone *zone;
    fh_records_filter filter;
} asked;

/* ---- Printing ------------------------------------------------------------------------ */

/* While a spreadsheet is put together, its parts lie beside the organisation: whoever reads
 * that may write there. */
static fh_status put_xlsx(const asked *a, const fh_table *t, size_t n, fh_buf *out, fh_error *err)
{
    const char *path = fh_org_path(a->org), *slash = strrchr(path, '/');
    fh_str folder = FH_STR(".");
    fh_xlsx *book = NULL;
    if (slash && !fh_arena_format(a->io->arena, &folder, "%.*s",
                                  slash > path ? (int)(slash - path) : 1, path))
        return fh_no_memory(err);
    fh_status s = fh_xlsx_new(folder.ptr, a->zone, &book, err);
    for (size_t i = 0; i < n && !s; i++) s = fh_xlsx_add(book, &t[i], err);
    if (!s) s = fh_xlsx_write(book, out, err);
    fh_xlsx_free(book);
    return s;
}

/* `t` as --format says; the first table alone as CSV. */
static fh_status print(const asked *a, const fh_table *t, size_t n, fh_error *err)
{
    fh_buf out;
    fh_status s = FH_OK;
    if (a->o->format == FH_ANSWER_XLSX) {
        fh_buf_init(&out, NULL, SIZE_MAX / 2);
        s = put_xlsx(a, t, n, &out, err);
        if (!s) s = cli_write(a->io, &out, err);
        fh_buf_free(&out);
        return s;
    }
    const bool csv = a->o->format == FH_ANSWER_CSV;
    for (size_t i = 0; i < n && !s && !(csv && i); i++) {
        if (i) fputc('\n', a->io->out);
        s = cli_print_table(a->io, &t[i], a->zone, csv, err);
    }
    return s;
}

static fh_cell moment(int64_t ms)
{
    return ms ? fh_cell_int(ms) : fh_cell_none();
}

/* ---- Listing ------------------------------------------------------------------------- */

typedef struct found {
    fh_record_view *r; /* [n] */
    size_t n, cap;
    bool more;
} found;

static fh_status find(asked *a, found *out, fh_error *err)
{
    fh_records_filter f = a->filter;
    do {
        const fh_record_view *page = NULL;
        size_t n = 0;
        const uint64_t left = a->o->top - out->n;
        const fh_status s =
            fh_records_list(a->org, &a->self, &f, a->o->top && left < PAGE ? (size_t)left : PAGE,
                            a->io->arena, &page, &n, &f.cursor, err);
        if (s) return s;
        if (out->n + n > out->cap) {
            out->cap = 2 * out->cap + n;
            fh_record_view *wider = FH_NEW_ARRAY(a->io->arena, fh_record_view, out->cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < out->n; i++) wider[i] = out->r[i];
            out->r = wider;
        }
        for (size_t i = 0; i < n; i++) out->r[out->n++] = page[i];
    } while (f.cursor.len && (!a->o->top || out->n < a->o->top));
    out->more = f.cursor.len > 0;
    return FH_OK;
}

static fh_status list_table(const asked *a, const found *l, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"record", "Record", FH_CELL_COUNT}, {"kind", "Kind", FH_CELL_TEXT},
        {"title", "Title", FH_CELL_TEXT},    {"state", "State", FH_CELL_TEXT},
        {"owner", "Owner", FH_CELL_TEXT},    {"first_at", "First", FH_CELL_TIME},
        {"changed_at", NULL, FH_CELL_TIME},  {"due_at", "Due", FH_CELL_TIME},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "Records", .columns = columns, .n_columns = N, .n_rows = l->n};
    fh_record_cells *cells = NULL;
    fh_status s = fh_record_cells_new(a->org, a->io->arena, &cells, err);
    if (s) return s;
    if (!l->n) t.note = FH_STR("There are none.");
    if (l->more) t.rest = FH_STR("There are more: --top 0 lists all.");
    t.cells = FH_NEW_ARRAY(a->io->arena, fh_cell, N * l->n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < l->n && !s; i++) {
        const fh_record *row = &l->r[i].row;
        fh_str owner = {0};
        s = fh_cell_of_person(cells, row->owner, &owner, err);
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_int(row->record);
        *cell++ = fh_cell_text(row->kind);
        *cell++ = fh_cell_text(row->title);
        *cell++ = fh_cell_text(row->state);
        *cell++ = fh_cell_text(owner);
        *cell++ = moment(row->first_ms);
        *cell++ = moment(row->changed_ms);
        *cell = moment(row->due_ms);
    }
    return s ? s : print(a, &t, 1, err);
}

static fh_status list_json(const asked *a, const found *l, fh_json *j, fh_error *err)
{
    fh_record_names *names = NULL;
    fh_status s = fh_record_names_new(a->org, &a->self, a->io->arena, &names, err);
    if (s) return s;
    fh_json_object(j);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < l->n && !s; i++) s = fh_record_json(&l->r[i], names, j, err);
    fh_json_end_array(j);
    if (!s) s = fh_record_names_json(names, j, err);
    fh_json_key(j, FH_STR("more"));
    fh_json_bool(j, l->more);
    fh_json_end_object(j);
    return s;
}

/* ---- One record ---------------------------------------------------------------------- */

static fh_status of_kind(const asked *a, fh_str number, fh_record_view *out, fh_error *err)
{
    int64_t record = 0;
    bool whole = number.len > 0 && number.len < 16;
    for (size_t i = 0; i < number.len && whole; i++) {
        whole = number.ptr[i] >= '0' && number.ptr[i] <= '9';
        record = 10 * record + (number.ptr[i] - '0');
    }
    if (!whole) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is not the number of a record",
                      (int)(number.len < 40 ? number.len : 40), number.ptr);
        return fh_hint(err, FH_INVALID, "'firsthand records ORG.fh KIND' lists them.");
    }
    const fh_status s = fh_record_get(a->org, &a->self, record, a->io->arena, out, err);
    if (s || fh_str_eq(out->kind->name, a->filter.kind)) return s;
    (void)fh_fail(err, FH_NOTFOUND, "record %lld is none of the kind '%.*s'", (long long)record,
                  FH_STR_ARG(a->filter.kind));
    return fh_hint(err, FH_NOTFOUND, "It is of the kind '%.*s'.", FH_STR_ARG(out->kind->name));
}

static fh_status fields_table(const asked *a, const fh_record_view *r, fh_record_cells *cells,
                              fh_table *t, fh_error *err)
{
    static const fh_table_column columns[] = {{"field", "Field", FH_CELL_TEXT},
                                              {"value", "Value", FH_CELL_TEXT}};
    enum { BEFORE = 2 };
    const fh_kind *k = r->kind;
    fh_str owner = {0}, title;
    fh_status s = fh_cell_of_person(cells, r->row.owner, &owner, err);
    if (s) return s;
    *t = (fh_table){.columns = columns, .n_columns = 2, .n_rows = BEFORE + k->n_fields};
    t->cells = FH_NEW_ARRAY(a->io->arena, fh_cell, 2 * t->n_rows);
    if (!t->cells || !fh_arena_format(a->io->arena, &title, "%.*s %lld", FH_STR_ARG(k->title),
                                      (long long)r->row.record))
        return fh_no_memory(err);
    t->title = title.ptr;
    fh_cell *cell = t->cells;
    *cell++ = fh_cell_text(FH_STR("state"));
    *cell++ = fh_cell_text(r->row.state);
    *cell++ = fh_cell_text(FH_STR("owner"));
    *cell++ = fh_cell_text(owner.len ? owner : FH_STR("nobody"));
    for (uint32_t i = 0; i < k->n_fields && !s; i++) {
        fh_str value = {0};
        s = fh_cell_of_values(cells, &k->field[i], &r->values[i], &value, err);
        *cell++ = fh_cell_text(k->field[i].name);
        *cell++ = fh_cell_text(value);
    }
    return s;
}

static fh_status history_table(const asked *a, const fh_record_view *r, fh_record_cells *cells,
                               fh_table *t, fh_error *err)
{
    static const fh_table_column columns[] = {{"at", "When", FH_CELL_TIME},
                                              {"who", "Who", FH_CELL_TEXT},
                                              {"what", "What", FH_CELL_TEXT},
                                              {"details", "Details", FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0], MOST = 1000 };
    const fh_record_entry *e = NULL;
    size_t n = 0;
    fh_status s = fh_record_entries(a->org, r->row.record, 0, MOST, a->io->arena, &e, &n, err);
    if (s) return s;
    *t = (fh_table){.title = "History",
                    .note = FH_STR("Newest first."),
                    .columns = columns,
                    .n_columns = N,
                    .n_rows = n};
    if (n == MOST) t->rest = FH_STR("There may be more before.");
    t->cells = FH_NEW_ARRAY(a->io->arena, fh_cell, N * n + 1);
    if (!t->cells) return fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_str who = {0};
        s = fh_cell_of_person(cells, e[i].person, &who, err);
        fh_cell *cell = t->cells + N * i;
        *cell++ = fh_cell_int(e[i].at_ms / 1000 * 1000);
        *cell++ = fh_cell_text(who);
        *cell++ = fh_cell_text(e[i].what);
        *cell = fh_cell_text(e[i].details);
    }
    return s;
}

static fh_status show_tables(const asked *a, const fh_record_view *r, fh_error *err)
{
    fh_table t[2];
    fh_record_cells *cells = NULL;
    fh_status s = fh_record_cells_new(a->org, a->io->arena, &cells, err);
    if (!s) s = fields_table(a, r, cells, &t[0], err);
    if (!s) s = history_table(a, r, cells, &t[1], err);
    return s ? s : print(a, t, 2, err);
}

static fh_status show_json(const asked *a, const fh_record_view *r, fh_json *j, fh_error *err)
{
    fh_record_names *names = NULL;
    const fh_status s = fh_record_names_new(a->org, &a->self, a->io->arena, &names, err);
    return s ? s : fh_record_detail_json(a->org, &a->self, r, names, j, err);
}

static fh_status answer(asked *a, fh_str number, fh_error *err)
{
    const bool json = a->o->format == FH_ANSWER_JSON;
    found l = {0};
    fh_record_view r;
    fh_buf out;
    fh_json j;
    fh_status s = number.len ? of_kind(a, number, &r, err) : find(a, &l, err);
    if (s) return s;
    if (!json) return number.len ? show_tables(a, &r, err) : list_table(a, &l, err);
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_json_begin(&j, &out, 0);
    s = number.len ? show_json(a, &r, &j, err) : list_json(a, &l, &j, err);
    fh_buf_char(&out, '\n');
    if (!s) s = cli_write(a->io, &out, err);
    fh_buf_free(&out);
    return s;
}

/* ---- Out as a file ------------------------------------------------------------------- */

static bool ends_with(fh_str s, fh_str end)
{
    return s.len > end.len && fh_str_eq_nocase((fh_str){s.ptr + s.len - end.len, end.len}, end);
}

static fh_status put_file(asked *a, fh_buf *out, fh_error *err)
{
    const fh_str name = a->o->output;
    if (ends_with(name, FH_STR(".json"))) {
        fh_json j;
        fh_json_begin(&j, out, 0);
        const fh_status s = fh_records_json(a->org, &a->self, &a->filter, a->io->arena, &j, err);
        fh_buf_char(out, '\n');
        return s;
    }
    fh_table t;
    const fh_status s = fh_records_table(a->org, &a->self, &a->filter, a->io->arena, &t, err);
    if (s) return s;
    if (ends_with(name, FH_STR(".xlsx"))) return put_xlsx(a, &t, 1, out, err);
    fh_records_csv(&t, a->zone, out);
    return FH_OK;
}

/* That they are taken out is noted before they are. */
static fh_status output(asked *a, fh_error *err)
{
    const fh_str name = a->o->output;
    fh_buf out;
    if (!ends_with(name, FH_STR(".csv")) && !ends_with(name, FH_STR(".xlsx")) &&
        !ends_with(name, FH_STR(".json"))) {
        (void)fh_fail(err, FH_INVALID, "--export %s: as what?", name.ptr);
        return fh_hint(err, FH_INVALID, "Let the name end with .csv, .xlsx or .json.");
    }
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_status s = put_file(a, &out, err);
    if (!s && out.status) s = fh_no_memory(err);
    if (!s) s = fh_org_begin(a->org, err);
    if (!s) s = cli_noted(a->org, fh_records_exported(a->org, &a->self, a->filter.kind, err), err);
    if (!s) s = cli_write_file(a->io, name, fh_buf_view(&out), err);
    if (!s) fprintf(a->io->out, "Written to %s.\n", name.ptr);
    fh_buf_free(&out);
    return s;
}

/* ---- In from a file ------------------------------------------------------------------ */

static fh_status say_import(const asked *a, const fh_record_import *r, fh_error *err)
{
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    for (size_t i = 0; i < r->n_shown; i++) {
        const fh_record_problem *p = &r->problem[i];
        fh_buf_printf(&out, "line %llu", (unsigned long long)p->line);
        if (p->column.len) fh_buf_printf(&out, ", %.*s", FH_STR_ARG(p->column));
        fh_buf_printf(&out, ": %.*s.%s%.*s\n", FH_STR_ARG(p->what), p->remedy.len ? " " : "",
                      FH_STR_ARG(p->remedy));
    }
    if (r->n_problems) {
        fh_say_number_of(&out, r->n_problems, "problem", "problems");
        fh_buf_text(&out, "; nothing was changed.\n");
    } else {
        fh_say_number_of(&out, r->rows, "record", "records");
        fh_buf_text(&out, a->o->dry_run ? " read; it would be: " : " read: ");
        fh_say_count(&out, r->added);
        fh_buf_text(&out, " added, ");
        fh_say_count(&out, r->changed);
        fh_buf_text(&out, " changed, ");
        fh_say_count(&out, r->unchanged);
        fh_buf_text(&out, " as before.\n");
    }
    const fh_status s = cli_write(a->io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status import(asked *a, fh_error *err)
{
    const options *o = a->o;
    fh_record_import r = {0};
    fh_buf text;
    fh_buf_init(&text, NULL, FILE_MAX);
    fh_status s = fh_os_read_file(a->io->os, o->import.ptr, FILE_MAX, &text, err);
    if (!s)
        s = fh_records_import(a->org, &a->self, a->filter.kind, fh_buf_view(&text), o->dry_run,
                              a->io->arena, &r, err);
    if (!s) s = say_import(a, &r, err);
    fh_buf_free(&text);
    if (s || !r.n_problems) return s;
    (void)fh_fail(err, FH_FORMAT, "%s: not taken in", o->import.ptr);
    return fh_hint(err, FH_FORMAT, "Correct the rows and import the file again.");
}

/* ---- Asking -------------------------------------------------------------------------- */

static fh_status check(const options *o, size_t n_args, fh_error *err)
{
    if (o->import.len && o->output.len)
        return fh_fail(err, FH_INVALID, "--import and --export: one at a time");
    if (o->dry_run && !o->import.len)
        return fh_fail(err, FH_INVALID, "--dry-run goes with --import");
    if (!o->import.len && !o->output.len) return FH_OK;
    if (n_args == 2) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "files are of the records of one kind");
    return fh_hint(err, FH_INVALID,
                   "Name it after the organisation: firsthand records ORG.fh KIND ...");
}

static fh_status filter(asked *a, fh_error *err)
{
    const options *o = a->o;
    fh_records_filter *f = &a->filter;
    const fh_filter_text text = {.from = o->from, .until = o->until};
    const fh_kind *kind = NULL;
    fh_filter made = {0};
    fh_status s = FH_OK;
    f->state = o->state;
    f->open = o->open == 2 ? -1 : (int)o->open;
    f->ownerless = o->ownerless;
    f->text = o->about_words;
    f->order = (fh_record_order)o->order;
    if (f->kind.len) s = fh_kind_get(a->org, f->kind, a->io->arena, &kind, err);
    if (!s && o->owner.len) s = fh_person_find(a->org, &a->self, o->owner, &f->owner, err);
    if (!s && (o->from.len || o->until.len))
        s = fh_filter_compile(a->org, &text, a->io->arena, &made, err);
    if (made.has_from) f->from_ms = made.from_ms;
    if (made.has_until) f->until_ms = made.until_ms;
    if (s || !kind || !o->state.len || fh_kind_find_state(kind, o->state) < kind->n_states)
        return s;
    (void)fh_fail(err, FH_NOTFOUND, "'%.*s' has no state '%.*s'", FH_STR_ARG(kind->name),
                  FH_STR_ARG(o->state));
    return fh_hint(err, FH_NOTFOUND, "'firsthand kinds --show %.*s' tells its states.",
                   FH_STR_ARG(kind->name));
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    const bool writes = o->import.len || o->output.len;
    asked a = {.io = io, .o = o, .self = fh_actor_command_line()};
    if (n_args > 1) a.filter.kind = args[1];
    fh_status s = check(o, n_args, err);
    if (!s) s = cli_may_print(io, o->format, err);
    if (!s) s = fh_org_open(io->os, args[0].ptr, writes ? FH_ORG_WRITE : FH_ORG_READ, &a.org, err);
    if (!s) s = fh_org_zone(a.org, io->arena, &a.zone, err);
    if (!s) s = filter(&a, err);
    if (!s && o->import.len)
        s = import(&a, err);
    else if (!s && o->output.len)
        s = output(&a, err);
    else if (!s)
        s = answer(&a, n_args > 2 ? args[2] : (fh_str){0}, err);
    fh_org_close(a.org);
    return s;
}

const cli_command cmd_records = {
    .name = "records",
    .synopsis = "[options] ORG.fh [KIND [NUMBER]]",
    .summary = "list records; show one with its history; files of them out and in",
    .details = "Lists what people do about what customers live through, last changed first: of\n"
               "all kinds, or of one ('firsthand kinds' tells which there are). With NUMBER shows\n"
               "one, with its history. --export takes out all records of a kind; the CSV comes\n"
               "back with --import: rows are known again by their number in the column 'record',\n"
               "or by 'key', whatever another program calls them. With any problem nothing is\n"
               "changed. Whoever can open the file sees all records.\n",
    .examples = "firsthand records our.fh promise --open yes --order due\n"
                "firsthand records our.fh promise 17\n"
                "firsthand records our.fh fix --export fixes.csv\n"
                "firsthand records our.fh fix --import fixes.csv --dry-run\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .max_args = 3,
    .run = run,
};

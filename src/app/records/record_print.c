/* record_print.c - see record_print.h. */
#include "app/records/record_print.h"

#include "app/ask/ask.h"
#include "app/ask/words.h"
#include "app/ask/xlsx.h"
#include "app/people/people.h"
#include "app/records/record_table.h"
#include "base/put.h"

#include <stddef.h>

enum { PAGE = 500 };

typedef struct printing {
    fh_org *org;
    const fh_actor *actor;
    const fh_record_asking *ask;
    fh_records_filter filter;
    fh_text_style style;
    const char *folder; /* where a spreadsheet is put together */
    fh_arena *arena;
} printing;

const fh_option fh_record_asking_options[] = {
    {'s', "state", FH_OPTION_TEXT, offsetof(fh_record_asking, state), "NAME",
     "only those in this state", NULL},
    {0, "open", FH_OPTION_CHOICE, offsetof(fh_record_asking, open), "all|yes|no",
     "only those where something is still to be done, or nothing any more", NULL},
    {0, "owner", FH_OPTION_TEXT, offsetof(fh_record_asking, owner), "WHO",
     "only those of this person: an address, an id, or #17", NULL},
    {0, "ownerless", FH_OPTION_FLAG, offsetof(fh_record_asking, ownerless), NULL,
     "only those that are nobody's", NULL},
    {'t', "text", FH_OPTION_TEXT, offsetof(fh_record_asking, text), "WORDS",
     "only those with these words", NULL},
    {0, "from", FH_OPTION_TEXT, offsetof(fh_record_asking, from), "DATE",
     "only those made then or later", NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(fh_record_asking, until), "DATE",
     "only those made before", NULL},
    {0, "order", FH_OPTION_CHOICE, offsetof(fh_record_asking, order), "changed|oldest|bounced|due",
     "last changed, oldest evidence, most bounces or next due first", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(fh_record_asking, top), "N",
     "list so many; 0: all (default 50)", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(fh_record_asking, format), "text|json|csv|xlsx",
     "for people, programs or spreadsheets (default text)", NULL},
    {0},
};
const fh_record_asking fh_record_asking_defaults = {.top = 50};

/* ---- Out in its form ---- */

static fh_status put_xlsx(const printing *a, const fh_table *t, size_t n, fh_buf *out,
                          fh_error *err)
{
    fh_xlsx *book = NULL;
    fh_status s = fh_xlsx_new(a->folder, a->style.zone, &book, err);
    for (size_t i = 0; i < n && !s; i++) s = fh_xlsx_add(book, &t[i], err);
    if (!s) s = fh_xlsx_write(book, out, err);
    fh_xlsx_free(book);
    return s;
}

/* The first table alone as CSV. */
static fh_status print(const printing *a, const fh_table *t, size_t n, fh_buf *out, fh_error *err)
{
    if (a->ask->format == FH_ANSWER_XLSX) return put_xlsx(a, t, n, out, err);
    const bool csv = a->ask->format == FH_ANSWER_CSV;
    for (size_t i = 0; i < n && !(csv && i); i++) {
        if (i) fh_buf_char(out, '\n');
        if (csv)
            fh_table_csv(&t[i], a->style.zone, out);
        else
            fh_table_text(&t[i], &a->style, out);
    }
    return out->status ? fh_no_memory(err) : FH_OK;
}

static fh_cell moment(int64_t ms)
{
    return ms ? fh_cell_int(ms) : fh_cell_none();
}

/* ---- Listing ---- */

typedef struct found {
    fh_record_view *r; /* [n] */
    size_t n, cap;
    bool more;
} found;

static fh_status find(const printing *a, found *out, fh_error *err)
{
    fh_records_filter f = a->filter;
    do {
        const fh_record_view *page = NULL;
        size_t n = 0;
        const uint64_t left = a->ask->top - out->n;
        const fh_status s =
            fh_records_list(a->org, a->actor, &f, a->ask->top && left < PAGE ? (size_t)left : PAGE,
                            a->arena, &page, &n, &f.cursor, err);
        if (s) return s;
        if (out->n + n > out->cap) {
            out->cap = 2 * out->cap + n;
            fh_record_view *wider = FH_NEW_ARRAY(a->arena, fh_record_view, out->cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < out->n; i++) wider[i] = out->r[i];
            out->r = wider;
        }
        for (size_t i = 0; i < n; i++) out->r[out->n++] = page[i];
    } while (f.cursor.len && (!a->ask->top || out->n < a->ask->top));
    out->more = f.cursor.len > 0;
    return FH_OK;
}

static fh_status list_table(const printing *a, const found *l, fh_buf *out, fh_error *err)
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
    fh_status s = fh_record_cells_new(a->org, a->arena, &cells, err);
    if (s) return s;
    if (!l->n) t.note = FH_STR("There are none.");
    if (l->more) t.rest = FH_STR("There are more: --top 0 lists all.");
    t.cells = FH_NEW_ARRAY(a->arena, fh_cell, N * l->n + 1);
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
        *cell = moment(row->deadline_ms);
    }
    return s ? s : print(a, &t, 1, out, err);
}

static fh_status list_json(const printing *a, const found *l, fh_json *j, fh_error *err)
{
    fh_record_names *names = NULL;
    fh_status s = fh_record_names_new(a->org, a->actor, a->arena, &names, err);
    if (s) return s;
    fh_json_object(j);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < l->n && !s; i++) s = fh_record_json(&l->r[i], names, j, err);
    fh_json_end_array(j);
    if (!s) s = fh_record_names_json(names, j, err);
    fh_put_bool(j, "more", l->more);
    fh_json_end_object(j);
    return s;
}

/* ---- One record ---- */

static fh_status of_kind(const printing *a, fh_str number, fh_record_view *out, fh_error *err)
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
    const fh_status s = fh_record_get(a->org, a->actor, record, a->arena, out, err);
    if (s || fh_str_eq(out->kind->name, a->filter.kind)) return s;
    (void)fh_fail(err, FH_NOTFOUND, "record %lld is none of the kind '%.*s'", (long long)record,
                  FH_STR_ARG(a->filter.kind));
    return fh_hint(err, FH_NOTFOUND, "It is of the kind '%.*s'.", FH_STR_ARG(out->kind->name));
}

static fh_status fields_table(const printing *a, const fh_record_view *r, fh_record_cells *cells,
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
    t->cells = FH_NEW_ARRAY(a->arena, fh_cell, 2 * t->n_rows);
    if (!t->cells || !fh_arena_format(a->arena, &title, "%.*s %lld", FH_STR_ARG(k->title),
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

static fh_status history_table(const printing *a, const fh_record_view *r, fh_record_cells *cells,
                               fh_table *t, fh_error *err)
{
    static const fh_table_column columns[] = {{"at", "When", FH_CELL_TIME},
                                              {"who", "Who", FH_CELL_TEXT},
                                              {"what", "What", FH_CELL_TEXT},
                                              {"details", "Details", FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0], MOST = 1000 };
    const fh_record_entry *e = NULL;
    size_t n = 0;
    fh_status s = fh_record_entries(a->org, r->row.record, 0, MOST, a->arena, &e, &n, err);
    if (s) return s;
    *t = (fh_table){.title = "History",
                    .note = FH_STR("Newest first."),
                    .columns = columns,
                    .n_columns = N,
                    .n_rows = n};
    if (n == MOST) t->rest = FH_STR("There may be more before.");
    t->cells = FH_NEW_ARRAY(a->arena, fh_cell, N * n + 1);
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

static fh_status show_tables(const printing *a, const fh_record_view *r, fh_buf *out, fh_error *err)
{
    fh_table t[2];
    fh_record_cells *cells = NULL;
    fh_status s = fh_record_cells_new(a->org, a->arena, &cells, err);
    if (!s) s = fields_table(a, r, cells, &t[0], err);
    if (!s) s = history_table(a, r, cells, &t[1], err);
    return s ? s : print(a, t, 2, out, err);
}

static fh_status show_json(const printing *a, const fh_record_view *r, fh_json *j, fh_error *err)
{
    fh_record_names *names = NULL;
    const fh_status s = fh_record_names_new(a->org, a->actor, a->arena, &names, err);
    return s ? s : fh_record_detail_json(a->org, a->actor, r, names, j, err);
}

/* ---- Asking ---- */

static fh_status answer(const printing *a, fh_str number, fh_buf *out, fh_error *err)
{
    found l = {0};
    fh_record_view r;
    fh_json j;
    fh_status s = number.len ? of_kind(a, number, &r, err) : find(a, &l, err);
    if (s) return s;
    if (a->ask->format != FH_ANSWER_JSON)
        return number.len ? show_tables(a, &r, out, err) : list_table(a, &l, out, err);
    fh_json_begin(&j, out, 0);
    s = number.len ? show_json(a, &r, &j, err) : list_json(a, &l, &j, err);
    return !s && out->status ? fh_no_memory(err) : s;
}

fh_status fh_record_asking_filter(fh_org *org, const fh_actor *actor, const fh_record_asking *o,
                                  fh_str of, fh_arena *arena, fh_records_filter *f, fh_error *err)
{
    const fh_filter_text text = {.from = o->from, .until = o->until};
    const fh_kind *kind = NULL;
    fh_filter made = {0};
    fh_status s = FH_OK;
    *f = (fh_records_filter){.kind = of};
    f->state = o->state;
    f->open = o->open == 2 ? -1 : (int)o->open;
    f->ownerless = o->ownerless;
    f->text = o->text;
    f->order = (fh_record_order)o->order;
    if (f->kind.len) s = fh_kind_get(org, f->kind, arena, &kind, err);
    if (!s && o->owner.len) s = fh_person_find(org, actor, o->owner, &f->owner, err);
    if (!s && (o->from.len || o->until.len)) s = fh_filter_compile(org, &text, arena, &made, err);
    if (made.has_from) f->from_ms = made.from_ms;
    if (made.has_until) f->until_ms = made.until_ms;
    if (s || !kind || !o->state.len || fh_kind_find_state(kind, o->state) < kind->n_states)
        return s;
    (void)fh_fail(err, FH_NOTFOUND, "'%.*s' has no state '%.*s'", FH_STR_ARG(kind->name),
                  FH_STR_ARG(o->state));
    return fh_hint(err, FH_NOTFOUND, "'firsthand kinds --show %.*s' tells its states.",
                   FH_STR_ARG(kind->name));
}

fh_status fh_records_print(fh_org *org, const fh_actor *actor, const fh_record_asking *ask,
                           fh_str kind, fh_str number, const fh_text_style *style,
                           const char *folder, fh_arena *arena, fh_buf *out, fh_error *err)
{
    printing a = {
        .org = org, .actor = actor, .ask = ask, .style = *style, .folder = folder, .arena = arena};
    fh_status s = fh_org_zone(org, arena, &a.style.zone, err);
    if (!s) s = fh_record_asking_filter(org, actor, ask, kind, arena, &a.filter, err);
    return s ? s : answer(&a, number, out, err);
}

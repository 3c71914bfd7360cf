/* cmd_presend.c - `firsthand presend`: a text held against what its customers get from others,
 * before it is sent.
 *
 * The answer is one JSON object, made here of a file or given by a server; as text,
 * tables are made of it, so that both say the same. Whether something speaks against
 * sending is the exit status, too.
 */
#include "app/find/presend.h"

#include "app/ask/words.h"
#include "base/put.h"
#include "cli/answer.h"
#include "cli/noted.h"
#include "cli/remote.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    fh_asking ask; /* whom it is for, as in questions */
    fh_str sender, purpose, signatory, subject, over, when, list;
} options;

static const fh_option option_table[] = {
    {0, "sender", FH_OPTION_TEXT, offsetof(options, sender), "DEPARTMENT",
     "which department sends it (needed)", NULL},
    {0, "purpose", FH_OPTION_TEXT, offsetof(options, purpose), "TEXT",
     "what it is for, in the words used before: welcome", NULL},
    {0, "signatory", FH_OPTION_TEXT, offsetof(options, signatory), "NAME", "in whose name it is",
     NULL},
    {0, "subject", FH_OPTION_TEXT, offsetof(options, subject), "TEXT", "its subject", NULL},
    {0, "over", FH_OPTION_TEXT, offsetof(options, over), "CHANNEL", "over which channel", NULL},
    {0, "when", FH_OPTION_TEXT, offsetof(options, when), "DATE",
     "when it is to be sent: 2024-03-31, or an instant (default: now)", NULL},
    {0, "list", FH_OPTION_TEXT, offsetof(options, list), "FILE",
     "whom it is for, one a line: an e-mail address, or email:ann@example.org (- reads standard "
     "input); without it, whoever the filter below lets through",
     NULL},
    FH_ASKING(options),
    {0},
};

/* ---- What is asked ------------------------------------------------------------------------ */

enum { LIST_BYTES = 1 << 22 };

static fh_status read_text(const cli_io *io, fh_str path, size_t most, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, most + 1);
    fh_status s = fh_os_read_file(io->os, path.ptr, most, &text, err);
    if (!s && !fh_arena_str(io->arena, fh_buf_view(&text), out)) s = fh_no_memory(err);
    fh_buf_free(&text);
    return s;
}

/* The lines of the list that are not empty. */
static fh_status read_list(const cli_io *io, fh_str path, const fh_str **out, size_t *n,
                           fh_error *err)
{
    fh_str rest;
    size_t lines = 1;
    const fh_status s = read_text(io, path, LIST_BYTES, &rest, err);
    if (s) return s;
    for (size_t i = 0; i < rest.len; i++) lines += rest.ptr[i] == '\n';
    fh_str *who = FH_NEW_ARRAY(io->arena, fh_str, lines);
    if (!who) return fh_no_memory(err);
    *n = 0;
    while (rest.len) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        const size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        const fh_str one = fh_str_trim((fh_str){rest.ptr, len});
        if (one.len) who[(*n)++] = one;
        rest = (fh_str){rest.ptr + len, rest.len - len};
        if (end) rest = (fh_str){rest.ptr + 1, rest.len - 1};
    }
    *out = who;
    return FH_OK;
}

static fh_status read_when(fh_str text, const fh_zone *zone, int64_t *out, fh_error *err)
{
    *out = 0;
    if (!text.len || fh_time_iso(text, zone, out)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "--when '%.*s' is no day", text.len > 40 ? 40 : (int)text.len,
                  text.ptr);
    return fh_hint(err, FH_INVALID, "Write it as 2024-03-31.");
}

typedef struct asked {
    const options *o;
    fh_presend p;
    const fh_str *who; /* [n_who] of the list; NULL: by the filter */
    size_t n_who;
    const fh_zone *zone; /* of --zone; NULL: UTC */
    fh_calling calling;
} asked;

static fh_status read_asked(const cli_io *io, const options *o, fh_str text, asked *out,
                            fh_error *err)
{
    *out = (asked){.o = o,
                   .p = {.subject = o->subject,
                         .purpose = o->purpose,
                         .signatory = o->signatory,
                         .department = o->sender,
                         .channel = o->over,
                         .may_read = true}};
    if (o->ask.format > FH_ANSWER_JSON)
        return fh_fail(err, FH_INVALID, "what speaks against a text is told as text or JSON");
    if (!o->sender.len) {
        (void)fh_fail(err, FH_INVALID, "--sender is needed");
        return fh_hint(err, FH_INVALID, "Name the department that sends it.");
    }
    if (fh_str_eq(text, FH_STR("-")) && fh_str_eq(o->list, FH_STR("-")))
        return fh_fail(err, FH_INVALID, "text and list cannot both be standard input");
    fh_status s = read_text(io, text, FH_PRESEND_TEXT, &out->p.text, err);
    if (!s && o->list.len) s = read_list(io, o->list, &out->who, &out->n_who, err);
    if (!s && o->ask.zone.len) s = fh_os_zone(io->os, io->arena, o->ask.zone, &out->zone, err);
    return s ? s : read_when(o->when, out->zone, &out->p.when_ms, err);
}

/* ---- The answer, told --------------------------------------------------------------------- */

enum { COLUMNS = 6 };

/* A row's cells of one part of the answer. */
typedef void put_cells(const cli_remote *r, uint32_t row, fh_cell *cell);

typedef struct part {
    const char *key, *title;
    const fh_table_column *columns;
    size_t n_columns;
    put_cells *put;
} part;

static fh_cell text_cell(const cli_remote *r, uint32_t row, const char *key)
{
    const fh_str text = cli_reply_text(r, row, key);
    return text.len ? fh_cell_text(text) : fh_cell_none();
}

static fh_cell customers_cell(const cli_remote *r, uint32_t row)
{
    return fh_cell_int(cli_reply_number(r, row, "customers"));
}

static void put_contradiction(const cli_remote *r, uint32_t row, fh_cell *c)
{
    const uint32_t right = cli_reply_at(r, row, "reference");
    const bool named = r->doc.token[right].type == FH_JSON_OBJECT && right;
    c[0] = text_cell(r, row, "type");
    c[1] = text_cell(r, cli_reply_at(r, row, "yours"), "says");
    c[2] = text_cell(r, cli_reply_at(r, row, "theirs"), "says");
    c[3] = named ? fh_cell_text(FH_STR("named as right")) : text_cell(r, row, "department");
    c[4] = customers_cell(r, row);
}

static void put_duplicate(const cli_remote *r, uint32_t row, fh_cell *c)
{
    c[0] = text_cell(r, row, "department");
    c[1] = fh_cell_text(fh_json_raw(&r->doc, cli_reply_at(r, row, "alike")));
    c[2] = customers_cell(r, row);
}

static void put_signature(const cli_remote *r, uint32_t row, fh_cell *c)
{
    c[0] = text_cell(r, row, "department");
    c[1] = customers_cell(r, row);
}

static void put_other(const cli_remote *r, uint32_t row, fh_cell *c)
{
    c[0] = text_cell(r, row, "department");
    c[1] = text_cell(r, row, "purpose");
    if (c[1].none) c[1] = text_cell(r, row, "touchpoint");
    c[2] = text_cell(r, row, "channel");
    c[3] = fh_cell_int(cli_reply_number(r, row, "first_ms"));
    c[4] = fh_cell_int(cli_reply_number(r, row, "last_ms"));
    c[5] = customers_cell(r, row);
}

/* Stands for the organisation's own word. */
static const char customers_title[] = "Customers";

static const fh_table_column contradiction_columns[] = {
    {"type", "What", FH_CELL_TEXT},
    {"yours", "You write", FH_CELL_TEXT},
    {"theirs", "Others wrote", FH_CELL_TEXT},
    {"who", "Who", FH_CELL_TEXT},
    {"customers", customers_title, FH_CELL_COUNT}};
static const fh_table_column duplicate_columns[] = {{"department", "Department", FH_CELL_TEXT},
                                                    {"alike", "Alike (0 to 1)", FH_CELL_TEXT},
                                                    {"customers", customers_title, FH_CELL_COUNT}};
static const fh_table_column signature_columns[] = {{"department", "Department", FH_CELL_TEXT},
                                                    {"customers", customers_title, FH_CELL_COUNT}};
static const fh_table_column other_columns[] = {{"department", "Department", FH_CELL_TEXT},
                                                {"purpose", "What for", FH_CELL_TEXT},
                                                {"channel", "Channel", FH_CELL_TEXT},
                                                {"first", "First", FH_CELL_TIME},
                                                {"last", "Last", FH_CELL_TIME},
                                                {"customers", customers_title, FH_CELL_COUNT}};

/* What speaks against sending first. */
enum { AGAINST = 3 };
static const part parts[] = {
    {"contradicts", "It contradicts", contradiction_columns, 5, put_contradiction},
    {"duplicates", "It is said already", duplicate_columns, 3, put_duplicate},
    {"signatures", "In the same name", signature_columns, 2, put_signature},
    {"others", "Who else writes to them", other_columns, 6, put_other},
};

static fh_status print_part(const cli_remote *r, const part *p, const asked *a, fh_error *err)
{
    fh_table_column columns[COLUMNS];
    uint32_t end = 0;
    size_t n = 0, i = 0;
    uint32_t at = cli_reply_array(r, 0, p->key, &end, &n);
    fh_cell *cell = FH_NEW_ARRAY(r->io->arena, fh_cell, n * COLUMNS + 1);
    if (!cell) return fh_no_memory(err);
    if (!n) return FH_OK;
    for (; at < end && i < n; at = cli_reply_next(r, at)) p->put(r, at, &cell[i++ * p->n_columns]);
    for (size_t k = 0; k < p->n_columns; k++) {
        columns[k] = p->columns[k];
        if (columns[k].title == customers_title) columns[k].title = a->calling.Many;
    }
    const fh_table t = {.title = p->title,
                        .columns = columns,
                        .n_columns = p->n_columns,
                        .n_rows = i,
                        .cells = cell};
    fputc('\n', r->io->out);
    return cli_print_table(r->io, &t, a->zone, false, err);
}

static fh_status print_unknown(const cli_remote *r, fh_buf *out, fh_error *err)
{
    uint32_t end = 0;
    size_t n = 0;
    uint32_t at = cli_reply_array(r, 0, "unknown", &end, &n);
    if (!n) return FH_OK;
    fh_buf_text(out, "\nNot known here, or several have it:\n");
    for (; at < end; at = cli_reply_next(r, at)) {
        fh_buf_text(out, "  ");
        fh_harmless_text(out, cli_reply_word(r, at));
        fh_buf_char(out, '\n');
    }
    return cli_write(r->io, out, err);
}

static fh_status print(const cli_remote *r, const asked *a, fh_error *err)
{
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_prose_text(cli_reply_text(r, 0, "says"), r->io->width, &out);
    fh_status s = cli_write(r->io, &out, err);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !s; i++)
        s = print_part(r, &parts[i], a, err);
    if (!s) s = print_unknown(r, &out, err);
    fh_buf_free(&out);
    return s;
}

static bool speaks_against(const cli_remote *r)
{
    uint32_t end = 0;
    size_t n = 0;
    for (size_t i = 0; i < AGAINST; i++) {
        (void)cli_reply_array(r, 0, parts[i].key, &end, &n);
        if (n) return true;
    }
    return cli_reply_number(r, cli_reply_at(r, 0, "too_much"), "customers") > 0;
}

static fh_status tell(cli_remote *r, const asked *a, fh_error *err)
{
    const bool json = a->o->ask.format == FH_ANSWER_JSON;
    fh_status s = cli_remote_read(r, err);
    if (!s && json) {
        fh_buf_char(&r->reply.body, '\n');
        s = r->reply.body.status ? fh_no_memory(err) : FH_OK;
        if (!s) s = cli_remote_read(r, err);
        const bool against = !s && speaks_against(r);
        if (!s) s = cli_write(r->io, &r->reply.body, err);
        if (s || !against) return s;
    } else {
        if (!s) s = print(r, a, err);
        if (s || !speaks_against(r)) return s;
    }
    (void)fh_fail(err, FH_CONFLICT, "something speaks against sending it");
    return fh_hint(err, FH_CONFLICT,
                   "The answer says what; nothing was sent, and nothing is kept.");
}

/* ---- Of a file ---------------------------------------------------------------------------- */

static fh_status whom(const cli_io *io, fh_org *org, asked *a, fh_buf *unused, fh_error *err)
{
    fh_answer in;
    if (a->who) return fh_presend_named(org, a->who, a->n_who, io->arena, &a->p, err);
    const fh_status s = fh_answer_begin(&in, org, &a->o->ask, NULL, io->arena, unused, err);
    return s ? s : fh_presend_fitting(&in.view, &a->p, err);
}

static fh_status check(const cli_io *io, fh_org *org, asked *a, fh_buf *out, fh_error *err)
{
    fh_json j;
    fh_buf unused;
    fh_buf_init(&unused, NULL, 1 << 16);
    fh_status s = fh_org_moment(org, err);
    if (s) return s;
    s = whom(io, org, a, &unused, err);
    fh_json_begin(&j, out, 0);
    if (!s) s = fh_presend_json(org, &a->p, io->arena, &j, err);
    fh_org_moment_end(org);
    fh_buf_free(&unused);
    return s;
}

static fh_status note(fh_org *org, const fh_presend *p, fh_arena *arena, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    const fh_status s = fh_org_begin(org, err);
    return s ? s : cli_noted(org, fh_presend_note(org, &self, p, arena, err), err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    enum { TOKENS = 1 << 20, ANSWER = 1 << 28 };
    const options *o = opts;
    fh_org *org = NULL;
    asked a;
    cli_remote r = {.io = io, .reader = fh_json_reader_new(NULL, TOKENS)};
    (void)n_args;
    fh_buf_init(&r.reply.body, NULL, ANSWER);
    fh_status s = r.reader ? FH_OK : fh_no_memory(err);
    if (!s) s = read_asked(io, o, args[1], &a, err);
    if (!s) s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &org, err);
    if (!s) s = fh_calling_read(org, io->arena, &a.calling, err);
    if (!s) s = check(io, org, &a, &r.reply.body, err);
    if (!s) s = note(org, &a.p, io->arena, err);
    fh_org_close(org);
    if (!s) s = tell(&r, &a, err);
    cli_remote_close(&r);
    return s;
}

/* ---- On a server -------------------------------------------------------------------------- */

static void put_list(const asked *a, fh_json *j)
{
    fh_json_array(j);
    for (size_t i = 0; i < a->n_who; i++) {
        const char *colon = memchr(a->who[i].ptr, ':', a->who[i].len);
        const size_t len = colon ? (size_t)(colon - a->who[i].ptr) : 0;
        fh_json_object(j);
        fh_put_text(j, "type", (fh_str){a->who[i].ptr, len});
        fh_put_text(j, "value", colon ? (fh_str){colon + 1, a->who[i].len - len - 1} : a->who[i]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static bool filters(fh_str name)
{
    for (const fh_option *f = fh_asking_whom_options; f->name; f++)
        if (name.len && fh_str_eq(fh_str_of(f->name), name)) return true;
    return false;
}

/* As it was given; what was given twice is joined by a comma, as the options do. */
static void put_filter(const cli_call *call, fh_json *j)
{
    fh_json_object(j);
    fh_put_key(j, "filter");
    fh_json_object(j);
    for (size_t i = 0; i < call->n_given; i++) {
        const char *name = call->given[i].option->name;
        bool again = false;
        for (size_t k = 0; k < i; k++) again = again || !strcmp(call->given[k].option->name, name);
        if (again || !filters(fh_str_of(name))) continue;
        fh_buf all;
        fh_buf_init(&all, NULL, 1 << 20);
        for (size_t k = i; k < call->n_given; k++) {
            if (strcmp(call->given[k].option->name, name) != 0) continue;
            if (all.len) fh_buf_char(&all, ',');
            fh_buf_str(&all, call->given[k].value);
        }
        fh_put_text(j, name, fh_buf_view(&all));
        fh_buf_free(&all);
    }
    fh_json_end_object(j);
    fh_json_end_object(j);
}

static fh_status put_asked(const asked *a, const cli_call *call, fh_buf *body, fh_error *err)
{
    fh_json j;
    fh_json_begin(&j, body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "text", a->p.text);
    fh_put_text(&j, "department", a->p.department);
    if (a->p.subject.len) fh_put_text(&j, "subject", a->p.subject);
    if (a->p.purpose.len) fh_put_text(&j, "purpose", a->p.purpose);
    if (a->p.signatory.len) fh_put_text(&j, "signatory", a->p.signatory);
    if (a->p.channel.len) fh_put_text(&j, "channel", a->p.channel);
    if (a->p.when_ms) {
        fh_put_int(&j, "when_ms", a->p.when_ms);
    }
    fh_put_key(&j, "customers");
    if (a->who)
        put_list(a, &j);
    else
        put_filter(call, &j);
    fh_json_end_object(&j);
    return body->status ? fh_no_memory(err) : FH_OK;
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    cli_remote r;
    asked a;
    fh_buf body;
    fh_buf_init(&body, NULL, 1 << 28);
    fh_status s = cli_remote_open(io, call->server, &r, err);
    if (!s) s = read_asked(io, o, call->args[0], &a, err);
    if (!s) s = cli_remote_calling(&r, &a.calling, err);
    if (!s) s = put_asked(&a, call, &body, err);
    if (!s) s = cli_remote_ask(&r, "POST", FH_STR("/api/v1/presend"), fh_buf_view(&body), err);
    if (!s) s = tell(&r, &a, err);
    fh_buf_free(&body);
    cli_remote_close(&r);
    return s;
}

const cli_command cmd_presend = {
    .name = "presend",
    .synopsis = "[options] ORG.fh TEXT",
    .summary = "hold a text against what its customers get from others, before it is sent",
    .details = "TEXT is a file (- reads standard input) with what is to be sent. Told are who\n"
               "else writes to these customers, whether it is said already, what it contradicts\n"
               "(what was named as right, too), and who would get too much; at most 5,000\n"
               "customers at once. Nothing is sent, and nothing of the text is kept. The exit\n"
               "status is 5 when something speaks against sending it, 0 when nothing does.\n",
    .examples = "firsthand presend our.fh letter.txt --sender Marketing --purpose welcome "
                "--list who.txt\n"
                "firsthand presend our.fh letter.txt --sender Marketing --passed Contract "
                "--format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 2,
    .remote = remote,
    .run = run,
};

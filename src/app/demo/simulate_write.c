/* simulate_write.c - events to rows.
 *
 * A system is a table: which columns its export has, what each holds, how it
 * writes times and numbers. The rows and the mapping file both come from it, so
 * they cannot disagree.
 */
#include "app/demo/simulate_parts.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

typedef enum holds {
    NOTHING, /* ends the columns */
    NUMBER,
    EMPLOYEE,
    EMAIL,
    TIME,
    TOUCHPOINT,
    CHANNEL,
    DEPARTMENT,
    DIRECTION,
    OUTCOME,
    MONEY,
    SCORE,
    PROBLEM,
    ROW_ID,
    TEXT,
    PURPOSE,
    REASON, /* from here on what no mapping names: it is kept beside the interaction */
    TOLD,
    PROMISE,
    PROMISE_UNTIL,
    ADDRESS
} holds;

/* The field in a mapping. */
static const char *const field_of[] = {
    [NUMBER] = "customer",
    [EMPLOYEE] = "customer.employee",
    [EMAIL] = "customer.email",
    [TIME] = "time",
    [TOUCHPOINT] = "touchpoint",
    [CHANNEL] = "channel",
    [DEPARTMENT] = "department",
    [DIRECTION] = "direction",
    [OUTCOME] = "outcome",
    [MONEY] = "value",
    [SCORE] = "score",
    [PROBLEM] = "problem",
    [ROW_ID] = "id",
    [TEXT] = "text",
    [PURPOSE] = "purpose",
};

typedef enum time_style {
    ISO,
    ISO_OFFSET,
    SPACED,
    DAY_FIRST,
    DOTTED,
    COMPACT,
    EPOCH_MS,
    AMERICAN
} time_style;

static const char *const pattern_of[] = {
    [ISO] = "iso",
    [ISO_OFFSET] = "iso",
    [SPACED] = "iso",
    [DAY_FIRST] = "%d/%m/%Y %H:%M",
    [DOTTED] = "%d.%m.%Y %H:%M",
    [COMPACT] = "%Y%m%d",
    [EPOCH_MS] = "epoch",
    [AMERICAN] = "%m/%d/%Y %I:%M %p",
};

enum { MAX_COLUMNS = 17 };

typedef struct layout {
    const char *file, *map, *prefix; /* prefix of row ids */
    char delimiter;                  /* 0: JSON Lines */
    bool comma;                      /* decimal comma */
    uint8_t time;                    /* time_style */
    const char *constants;           /* more lines of the mapping */
    struct column {
        uint8_t holds;
        const char *name;
    } column[MAX_COLUMNS];
} layout;

static const layout layouts[SIM_N_SYSTEMS] = {
    [SIM_OPERATIONS] = {"operations.csv",
                        "operations.map",
                        "OP",
                        ',',
                        false,
                        DAY_FIRST,
                        "currency=\"EUR\"\n",
                        {{ROW_ID, "entry"},
                         {NUMBER, "customer_no"},
                         {EMAIL, "email"},
                         {TIME, "recorded_at"},
                         {TOUCHPOINT, "event"},
                         {DEPARTMENT, "unit"},
                         {CHANNEL, "channel"},
                         {DIRECTION, "way"},
                         {PROBLEM, "case"},
                         {MONEY, "premium"},
                         {OUTCOME, "result"},
                         {TEXT, "wording"},
                         {PURPOSE, "meant_for"},
                         {REASON, "reason"},
                         {ADDRESS, "new_address"}}},
    [SIM_WEB] = {"web.jsonl",
                 "web.map",
                 "W",
                 0,
                 false,
                 EPOCH_MS,
                 "direction=\"in\"\n",
                 {{ROW_ID, "id"},
                  {TIME, "ts"},
                  {EMAIL, "user.email"},
                  {TOUCHPOINT, "event"},
                  {CHANNEL, "platform"},
                  {DEPARTMENT, "site_owner"},
                  {PROBLEM, "claim"},
                  {OUTCOME, "result"}}},
    [SIM_CONTACT] = {"contact-centre.csv",
                     "contact-centre.map",
                     "CC",
                     ';',
                     false,
                     DOTTED,
                     "direction=\"in\"\n",
                     {{ROW_ID, "contact"},
                      {NUMBER, "customer_no"},
                      {TIME, "opened"},
                      {TOUCHPOINT, "reason"},
                      {DEPARTMENT, "team"},
                      {CHANNEL, "channel"},
                      {PROBLEM, "ticket"},
                      {OUTCOME, "result"},
                      {TEXT, "notes"},
                      {ADDRESS, "new_address"}}},
    [SIM_CLAIMS] = {"claims.csv",
                    "claims.map",
                    "CL",
                    ',',
                    false,
                    SPACED,
                    "currency=\"EUR\"\n",
                    {{ROW_ID, "line"},
                     {PROBLEM, "claim"},
                     {NUMBER, "customer_no"},
                     {TIME, "at"},
                     {TOUCHPOINT, "step"},
                     {DEPARTMENT, "handled_by"},
                     {CHANNEL, "via"},
                     {DIRECTION, "way"},
                     {MONEY, "amount"},
                     {OUTCOME, "result"},
                     {TEXT, "statement"},
                     {REASON, "reason"},
                     {TOLD, "told"},
                     {PROMISE, "promise"},
                     {PROMISE_UNTIL, "promise_until"}}},
    [SIM_FINANCE] = {"finance.csv",
                     "finance.map",
                     "F",
                     ';',
                     true,
                     COMPACT,
                     "department=\"Finance\"\ncurrency=\"EUR\"\n",
                     {{ROW_ID, "booking"},
                      {NUMBER, "customer_no"},
                      {TIME, "date"},
                      {TOUCHPOINT, "kind"},
                      {CHANNEL, "sent_by"},
                      {DIRECTION, "way"},
                      {MONEY, "amount"},
                      {OUTCOME, "status"},
                      {PROBLEM, "claim"},
                      {TEXT, "wording"},
                      {PURPOSE, "meant_for"}}},
    [SIM_MARKETING] = {"crm.csv",
                       "crm.map",
                       "M",
                       ',',
                       false,
                       ISO_OFFSET,
                       "",
                       {{ROW_ID, "id"},
                        {EMAIL, "email"},
                        {TIME, "sent_at"},
                        {TOUCHPOINT, "message"},
                        {DEPARTMENT, "sender"},
                        {CHANNEL, "channel"},
                        {DIRECTION, "direction"},
                        {OUTCOME, "result"},
                        {TEXT, "body"},
                        {PURPOSE, "campaign"}}},
    [SIM_SURVEYS] = {"surveys.csv",
                     "surveys.map",
                     "S",
                     ',',
                     false,
                     ISO,
                     "direction=\"in\"\nchannel=\"e-mail\"\n",
                     {{ROW_ID, "response"},
                      {EMAIL, "email"},
                      {TIME, "answered_at"},
                      {TOUCHPOINT, "survey"},
                      {DEPARTMENT, "about"},
                      {PROBLEM, "claim"},
                      {SCORE, "score"},
                      {TEXT, "comment"}}},
    [SIM_GARAGES] = {"garages.jsonl",
                     "garages.map",
                     "G",
                     0,
                     false,
                     AMERICAN,
                     "",
                     {{ROW_ID, "id"},
                      {TIME, "when"},
                      {EMAIL, "customer.email"},
                      {TOUCHPOINT, "what"},
                      {DEPARTMENT, "who"},
                      {CHANNEL, "where"},
                      {DIRECTION, "way"},
                      {PROBLEM, "claim"},
                      {SCORE, "stars"},
                      {TEXT, "text"}}},
    [SIM_LEARNING] = {"learning.jsonl",
                      "learning.map",
                      "L",
                      0,
                      false,
                      ISO,
                      "department=\"Learning & Development\"\ndirection=\"in\"\n",
                      {{ROW_ID, "id"},
                       {EMPLOYEE, "learner.employee"},
                       {EMAIL, "learner.email"},
                       {TIME, "time"},
                       {TOUCHPOINT, "activity"},
                       {CHANNEL, "form"},
                       {OUTCOME, "why"},
                       {SCORE, "rating"}}},
    [SIM_WORKSHOPS] = {"sales-workshops.csv",
                       "sales-workshops.map",
                       "SW",
                       ',',
                       false,
                       ISO,
                       "department=\"Sales\"\ndirection=\"in\"\n",
                       {{ROW_ID, "row"},
                        {EMAIL, "email"},
                        {TIME, "held_at"},
                        {TOUCHPOINT, "workshop"},
                        {CHANNEL, "form"},
                        {OUTCOME, "why"}}},
};

const char *sim_file_name(sim_system s)
{
    return layouts[s].file;
}

/* ---- Values ---------------------------------------------------------------------------- */

enum { VALUE_BYTES = 80 };

static fh_str write_time(int64_t ms, uint8_t style, char out[VALUE_BYTES])
{
    const fh_civil c = fh_civil_of(ms);
    int n = 0;
    switch ((time_style)style) {
    case ISO: n = (int)fh_time_format(ms, NULL, out); break;
    case ISO_OFFSET: {
        const fh_civil east = fh_civil_of(ms + SIM_HOUR);
        n = snprintf(out, VALUE_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d+01:00", east.year, east.month,
                     east.day, east.hour, east.minute, east.second);
        break;
    }
    case SPACED:
        n = snprintf(out, VALUE_BYTES, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
        break;
    case DAY_FIRST:
        n = snprintf(out, VALUE_BYTES, "%d/%d/%04d %02d:%02d", c.day, c.month, c.year, c.hour,
                     c.minute);
        break;
    case DOTTED:
        n = snprintf(out, VALUE_BYTES, "%02d.%02d.%04d %02d:%02d", c.day, c.month, c.year, c.hour,
                     c.minute);
        break;
    case COMPACT: n = snprintf(out, VALUE_BYTES, "%04d%02d%02d", c.year, c.month, c.day); break;
    case EPOCH_MS: n = snprintf(out, VALUE_BYTES, "%lld", (long long)ms); break;
    case AMERICAN:
        n = snprintf(out, VALUE_BYTES, "%02d/%02d/%04d %d:%02d %s", c.month, c.day, c.year,
                     (c.hour + 11) % 12 + 1, c.minute, c.hour < 12 ? "AM" : "PM");
        break;
    }
    return (fh_str){out, (size_t)n};
}

static fh_str write_money(int64_t cents, bool comma, char out[VALUE_BYTES])
{
    if (cents == 0) return (fh_str){NULL, 0};
    const int n = snprintf(out, VALUE_BYTES, "%s%lld%c%02d", cents < 0 ? "-" : "",
                           (long long)(cents < 0 ? -cents : cents) / 100, comma ? ',' : '.',
                           (int)((cents < 0 ? -cents : cents) % 100));
    return (fh_str){out, (size_t)n};
}

static fh_str write_score(int32_t score, char out[VALUE_BYTES])
{
    if (score == 0) return (fh_str){NULL, 0};
    const int n = (score - 1) % 10
                      ? snprintf(out, VALUE_BYTES, "%d.%d", (score - 1) / 10, (score - 1) % 10)
                      : snprintf(out, VALUE_BYTES, "%d", (score - 1) / 10);
    return (fh_str){out, (size_t)n};
}

static fh_str value_of(const layout *l, uint8_t what, const sim_person *p, const sim_event *e,
                       uint64_t row, char space[VALUE_BYTES])
{
    static const char *const ways[] = {"", "in", "out", "internal"};
    switch ((holds)what) {
    case NUMBER:
    case EMPLOYEE: return fh_str_of(p->number);
    case EMAIL: return fh_str_of(p->email);
    case TIME: return write_time(e->at_ms, l->time, space);
    case TOUCHPOINT: return fh_str_of(e->touchpoint);
    case CHANNEL: return fh_str_of(e->channel);
    case DEPARTMENT: return fh_str_of(e->department);
    case DIRECTION: return fh_str_of(ways[e->direction]);
    case OUTCOME: return fh_str_of(e->outcome);
    case MONEY: return write_money(e->cents, l->comma, space);
    case SCORE: return write_score(e->score, space);
    case PROBLEM: return fh_str_of(e->problem);
    case ROW_ID: {
        const int n = snprintf(space, VALUE_BYTES, "%s-%08llu", l->prefix, (unsigned long long)row);
        return (fh_str){space, (size_t)n};
    }
    case TEXT: return e->text;
    case PURPOSE: return fh_str_of(e->purpose);
    case REASON: return fh_str_of(e->reason);
    case TOLD: return fh_str_of(e->told);
    case PROMISE: return fh_str_of(e->promise);
    case PROMISE_UNTIL:
        return e->promise ? write_time(e->promise_until_ms, ISO, space) : (fh_str){NULL, 0};
    case ADDRESS: return fh_str_of(e->address);
    case NOTHING: break;
    }
    return (fh_str){NULL, 0};
}

/* ---- Rows --------------------------------------------------------------------------------- */

static void put_field(fh_buf *out, fh_str s, char delimiter)
{
    bool plain = true;
    for (size_t i = 0; i < s.len && plain; i++)
        plain = s.ptr[i] != delimiter && s.ptr[i] != '"' && s.ptr[i] != '\n';
    if (plain) {
        fh_buf_str(out, s);
        return;
    }
    fh_buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') fh_buf_char(out, '"');
        fh_buf_char(out, s.ptr[i]);
    }
    fh_buf_char(out, '"');
}

static void put_row(fh_buf *out, const layout *l, const sim_person *p, const sim_event *e,
                    uint64_t row)
{
    char space[VALUE_BYTES];
    for (const struct column *c = l->column; c->holds != NOTHING; c++) {
        if (c != l->column) fh_buf_char(out, l->delimiter);
        put_field(out, value_of(l, c->holds, p, e, row, space), l->delimiter);
    }
    fh_buf_char(out, '\n');
}

/* A name with a dot lies in an object: user.email. Such columns stand together. */
static void put_json(fh_buf *out, const layout *l, const sim_person *p, const sim_event *e,
                     uint64_t row)
{
    char space[VALUE_BYTES];
    fh_json j;
    fh_str inside = {NULL, 0};
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    for (const struct column *c = l->column; c->holds != NOTHING; c++) {
        const fh_str v = value_of(l, c->holds, p, e, row, space);
        const char *dot = strchr(c->name, '.');
        const fh_str around = {c->name, dot ? (size_t)(dot - c->name) : 0};
        if (inside.len && !fh_str_eq(inside, around)) fh_json_end_object(&j);
        if (around.len && !fh_str_eq(inside, around)) {
            fh_json_key(&j, around);
            fh_json_object(&j);
        }
        inside = around;
        if (v.len == 0) continue;
        fh_json_key(&j, fh_str_of(dot ? dot + 1 : c->name));
        if (c->holds == SCORE || (c->holds == TIME && l->time == EPOCH_MS))
            fh_json_raw_value(&j, v);
        else
            fh_json_str(&j, v);
    }
    if (inside.len) fh_json_end_object(&j);
    fh_json_end_object(&j);
    fh_buf_char(out, '\n');
}

bool sim_emit(sim_world *w, const sim_person *p, const sim_event *e)
{
    enum { WAITING = 1 << 18 };
    if (e->at_ms < w->from_ms || e->at_ms >= w->to_ms) return false;
    const layout *l = &layouts[e->system];
    sim_out *out = &w->system[e->system];
    out->rows++;
    if (l->delimiter)
        put_row(&out->buf, l, p, e, out->rows);
    else
        put_json(&out->buf, l, p, e, out->rows);
    sim_flush(w, out, WAITING);
    return true;
}

/* ---- Files ---------------------------------------------------------------------------------- */

static void fail(sim_world *w, fh_status status)
{
    if (w->status == FH_OK) w->status = status;
}

static const char *path_of(const sim_world *w, const char *name, char *space, size_t size)
{
    const int n = snprintf(space, size, "%s/%s", w->options->folder, name);
    return n > 0 && (size_t)n < size ? space : NULL;
}

enum { PATH_BYTES = 4096 };

void sim_open(sim_world *w, sim_out *out, const char *name)
{
    char space[PATH_BYTES];
    fh_buf_init(&out->buf, NULL, SIZE_MAX / 2);
    if (w->status != FH_OK) return;
    const char *path = path_of(w, name, space, sizeof space);
    if (!path)
        fail(w, fh_fail(w->err, FH_INVALID, "the folder's name is too long"));
    else
        fail(w, w->os->open(w->os->ctx, path, FH_OPEN_CREATE, &out->file, w->err));
}

void sim_flush(sim_world *w, sim_out *out, size_t above)
{
    if (out->buf.len <= above && out->buf.status == FH_OK) return;
    if (out->buf.status != FH_OK) fail(w, fh_no_memory(w->err));
    if (w->status == FH_OK)
        fail(w, w->os->write(w->os->ctx, out->file, out->buf.ptr, out->buf.len, w->err));
    w->bytes += out->buf.len;
    fh_buf_clear(&out->buf);
}

void sim_close(sim_world *w, sim_out *out)
{
    sim_flush(w, out, 0);
    if (out->file) w->os->close(w->os->ctx, out->file);
    out->file = NULL;
    fh_buf_free(&out->buf);
}

void sim_close_all(sim_world *w)
{
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++) sim_close(w, &w->system[i]);
    for (uint32_t i = 0; i < SIM_N_TRUTHS; i++) sim_close(w, &w->truth[i]);
}

void sim_write_file(sim_world *w, const char *name, const fh_buf *text)
{
    sim_out out = {0};
    sim_open(w, &out, name);
    fh_buf_str(&out.buf, fh_buf_view(text));
    if (text->status != FH_OK) fail(w, fh_no_memory(w->err));
    sim_close(w, &out);
}

void sim_open_systems(sim_world *w)
{
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++) {
        const layout *l = &layouts[i];
        sim_out *out = &w->system[i];
        sim_open(w, out, l->file);
        if (!l->delimiter) continue;
        for (const struct column *c = l->column; c->holds != NOTHING; c++) {
            if (c != l->column) fh_buf_char(&out->buf, l->delimiter);
            fh_buf_text(&out->buf, c->name);
        }
        fh_buf_char(&out->buf, '\n');
    }
}

/* ---- The guide ------------------------------------------------------------------------------ */

static void write_mapping(sim_world *w, const layout *l, fh_buf *text)
{
    fh_buf_clear(text);
    fh_buf_printf(text, "# %s: which column is what\n", l->file);
    for (const struct column *c = l->column; c->holds != NOTHING && c->holds <= PURPOSE; c++) {
        fh_buf_printf(text, "%s=%s", field_of[c->holds], c->name);
        if (c->holds == TIME) fh_buf_printf(text, ":'%s'", pattern_of[l->time]);
        fh_buf_char(text, '\n');
    }
    fh_buf_text(text, l->constants);
    sim_write_file(w, l->map, text);
}

void sim_write_guide(sim_world *w)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++) write_mapping(w, &layouts[i], &text);

    fh_buf_clear(&text);
    fh_buf_text(
        &text,
        "#!/bin/sh\n"
        "# import.sh [FIRSTHAND [ORG.fh]] - imports everything here into an organisation.\n"
        "# operations.csv comes first: it knows both customer numbers and e-mail addresses,\n"
        "# so that what the other systems tell about either finds the same customer.\n"
        "set -eu\n"
        "firsthand=${1:-firsthand}\n"
        "org=${2:-harbour-mutual.fh}\n"
        "here=$(dirname \"$0\")\n"
        "[ -e \"$org\" ] || \"$firsthand\" init \"$org\" --name \"Harbour Mutual\"\n");
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++)
        fh_buf_printf(&text,
                      "\"$firsthand\" import \"$org\" \"$here/%s\" --mapping \"$here/%s\"%s\n",
                      layouts[i].file, layouts[i].map, layouts[i].comma ? " --decimal-comma" : "");
    sim_write_file(w, "import.sh", &text);

    fh_buf_clear(&text);
    fh_buf_printf(
        &text,
        "# Harbour Mutual, a made-up insurer\n\n"
        "%llu customers and %llu employees over %u years, as the departments' systems would "
        "export them.\nEverybody and everything here is invented; the seed was %llu.\n\n"
        "    sh import.sh                     import all into harbour-mutual.fh\n"
        "    firsthand report harbour-mutual.fh -o report.html\n\n"
        "Each file has its own columns, identifiers and way of writing times; the .map beside "
        "it says\nwhich column is what. truth.json and truth/ tell what was planted here, to "
        "measure findings by.\n\n| file | interactions |\n|---|---|\n",
        (unsigned long long)w->options->customers, (unsigned long long)sim_employees(w),
        w->options->years, (unsigned long long)w->options->seed);
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++)
        fh_buf_printf(&text, "| %s | %llu |\n", layouts[i].file,
                      (unsigned long long)w->system[i].rows);
    sim_write_file(w, "README.md", &text);
    fh_buf_free(&text);
}

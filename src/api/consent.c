/* consent.c - what data of people is used for, and what each of them said to it.
 *
 * What somebody said is added, never changed: who withdraws says something new.
 */
#include "api/inside.h"
#include "app/data/csv_rows.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/consent_rows.h"
#include "store/identities.h"

#include <stddef.h>
#include <string.h>

enum {
    WORD_MAX = 60,
    NAME_MAX_BYTES = 200,
    SHOWN_MAX = 4000,
    ROWS_MAX = 200000,
    PROBLEMS_MAX = 200
};

/* ---- Purposes ------------------------------------------------------------------------------ */

static void put_purpose(const fh_purpose *p, const fh_consent_count *count, size_t n, fh_json *j)
{
    uint64_t given = 0, withdrawn = 0;
    for (size_t i = 0; i < n; i++)
        if (count[i].purpose == p->purpose) {
            given = count[i].given;
            withdrawn = count[i].withdrawn;
        }
    fh_json_object(j);
    fh_put_number(j, "purpose", p->purpose);
    fh_put_text(j, "word", p->word);
    fh_put_text(j, "name", p->name);
    fh_put_text(j, "shown", p->shown);
    fh_put_text(j, "basis", p->basis);
    fh_put_bool(j, "holds", p->holds);
    fh_put_bool(j, "active", p->active);
    fh_put_number(j, "given", given);
    fh_put_number(j, "withdrawn", withdrawn);
    fh_put_time(j, "changed", p->changed_ms);
    fh_put_number(j, "version", (uint64_t)p->version);
    fh_json_end_object(j);
}

static fh_status list_purposes(fh_call *c, fh_error *err)
{
    const fh_purpose *p = NULL;
    const fh_consent_count *count = NULL;
    size_t n = 0, n_counts = 0;
    fh_status s = fh_purpose_list(c->org, c->arena, &p, &n, err);
    if (!s) s = fh_consent_counts(c->org, c->arena, &count, &n_counts, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) put_purpose(&p[i], count, n_counts, &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static bool is_word(fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char ch = s.ptr[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-')) return false;
    }
    return s.len > 0 && s.len <= WORD_MAX;
}

static fh_status read_text(const fh_call *c, const char *key, size_t most, fh_str *to,
                           fh_error *err)
{
    bool there = false;
    const fh_status s = fh_call_text(c, key, to, &there, err);
    if (s) return s;
    if (there) *to = fh_str_trim(*to);
    return to->len <= most ? FH_OK
                           : fh_fail(err, FH_INVALID, "/%s is longer than %zu bytes", key, most);
}

static fh_status read_purpose(const fh_call *c, fh_purpose *p, fh_error *err)
{
    bool there = false;
    fh_status s = read_text(c, "name", NAME_MAX_BYTES, &p->name, err);
    if (!s) s = read_text(c, "shown", SHOWN_MAX, &p->shown, err);
    if (!s) s = read_text(c, "basis", NAME_MAX_BYTES, &p->basis, err);
    if (!s) s = fh_call_bool(c, "holds", &p->holds, &there, err);
    if (!s) s = fh_call_bool(c, "active", &p->active, &there, err);
    if (!s && !p->name.len) s = fh_fail(err, FH_INVALID, "/name is empty");
    return s;
}

static fh_status audit_purpose(fh_call *c, const fh_purpose *p, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_str told = {0};
    fh_buf_init(&text, fh_arena_allocator(c->arena), 1 << 16);
    fh_json_begin(&j, &text, 0);
    put_purpose(p, NULL, 0, &j);
    const bool ok = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), &told);
    fh_buf_free(&text);
    if (!ok) return fh_no_memory(err);
    const fh_audit_object about = {.kind = FH_STR("purpose"), .number = p->purpose, .after = told};
    return fh_audit(c->org, &c->actor, FH_AUDITED_PURPOSE_CHANGED, &about, err);
}

static fh_status add_purpose(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"word", "name", "shown", "basis", "holds", "active", NULL};
    fh_purpose p = {.active = true};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "word", &p.word, NULL, err);
    if (!s && !is_word(p.word)) {
        (void)fh_fail(err, FH_INVALID, "/word is not a word for programs");
        s = fh_hint(err, FH_INVALID, "Small letters, digits and -, such as newsletter.");
    }
    if (!s) s = read_purpose(c, &p, err);
    if (!s) s = fh_purpose_add(c->org, &p, err);
    if (!s) s = audit_purpose(c, &p, err);
    if (!s) s = fh_call_made(c, "/api/v1/purposes", p.purpose, err);
    if (!s) put_purpose(&p, NULL, 0, &c->json);
    return s;
}

static fh_status find_purpose(fh_call *c, uint32_t number, fh_purpose *out, fh_error *err)
{
    const fh_purpose *p = NULL;
    size_t n = 0;
    const fh_status s = fh_purpose_list(c->org, c->arena, &p, &n, err);
    if (s) return s;
    for (size_t i = 0; i < n; i++)
        if (p[i].purpose == number) {
            *out = p[i];
            return FH_OK;
        }
    return fh_fail(err, FH_NOTFOUND, "there is no purpose %u", number);
}

static fh_status change_purpose(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"name",   "shown",   "basis", "holds",
                                        "active", "version", NULL};
    fh_purpose p;
    uint32_t number = 0;
    int64_t version = 0;
    bool there = false;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = find_purpose(c, number, &p, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_integer(c, "version", &version, &there, err);
    if (!s && there) p.version = version;
    if (!s) s = read_purpose(c, &p, err);
    if (!s) s = fh_purpose_save(c->org, &p, err);
    if (!s) s = find_purpose(c, number, &p, err);
    if (!s) s = audit_purpose(c, &p, err);
    if (!s) put_purpose(&p, NULL, 0, &c->json);
    return s;
}

/* ---- What a customer said ------------------------------------------------------------------- */

static fh_status seen(fh_call *c, uint32_t customer, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(c->api->options.pool, 10000, &org, err);
    if (!s) s = fh_org_begin(org, err);
    if (!s)
        s = fh_audit_customer(org, &c->actor, FH_AUDITED_CONSENT_SEEN, customer, (fh_str){0}, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(c->api->options.pool, org);
    return s;
}

static fh_status is_customer(fh_call *c, uint32_t customer, fh_error *err)
{
    const fh_identity *list = NULL;
    size_t n = 0;
    const fh_status s = fh_identity_of(c->org, customer, c->arena, &list, &n, err);
    return s || n ? s : fh_fail(err, FH_NOTFOUND, "there is no customer #%u", customer);
}

static void put_now(const fh_purpose *p, const fh_consent_entry *e, size_t n, fh_json *j)
{
    size_t i = 0;
    while (i < n && e[i].purpose != p->purpose) i++; /* newest first */
    fh_json_object(j);
    fh_put_number(j, "purpose", p->purpose);
    fh_put_text(j, "word", p->word);
    fh_put_text(j, "name", p->name);
    fh_put_bool(j, "given", i < n ? e[i].given : p->holds);
    fh_put_bool(j, "said", i < n);
    if (i < n) {
        fh_put_time(j, "since", e[i].at_ms);
    } else {
        fh_put_null(j, "since");
    }
    fh_json_end_object(j);
}

static void put_entry(const fh_consent_entry *e, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "entry", (uint64_t)e->entry);
    fh_put_number(j, "purpose", e->purpose);
    fh_put_bool(j, "given", e->given);
    fh_put_time(j, "at", e->at_ms);
    fh_put_text(j, "how", e->how);
    fh_put_text(j, "source", e->source);
    fh_put_number(j, "person", e->person);
    fh_put_time(j, "recorded", e->recorded_ms);
    fh_json_end_object(j);
}

static fh_status show_consent(fh_call *c, uint32_t customer, fh_error *err)
{
    const fh_purpose *p = NULL;
    const fh_consent_entry *e = NULL;
    size_t n = 0, n_entries = 0;
    fh_status s = fh_purpose_list(c->org, c->arena, &p, &n, err);
    if (!s) s = fh_consent_of(c->org, customer, c->arena, &e, &n_entries, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", customer);
    fh_put_key(&c->json, "purposes");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) put_now(&p[i], e, n_entries, &c->json);
    fh_json_end_array(&c->json);
    fh_put_key(&c->json, "history");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n_entries; i++) put_entry(&e[i], &c->json);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status get_consent(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    fh_status s = fh_call_number(c, 0, &customer, err);
    if (!s) s = is_customer(c, customer, err);
    if (!s) s = seen(c, customer, err);
    return s ? s : show_consent(c, customer, err);
}

/* The purpose of a word; one that is no longer asked for is none. */
static fh_status purpose_of(const fh_purpose *p, size_t n, fh_str word, uint32_t *out,
                            fh_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].active && fh_str_eq(p[i].word, word)) {
            *out = p[i].purpose;
            return FH_OK;
        }
    (void)fh_fail(err, FH_INVALID, "there is no purpose '%.*s'", word.len > 60 ? 60 : (int)word.len,
                  word.ptr);
    return fh_hint(err, FH_INVALID, "Declare it first, or see whether it is still asked for.");
}

static fh_status read_time(fh_call *c, fh_str text, int64_t *out, fh_error *err)
{
    const struct fh_zone *zone = NULL;
    const fh_os *os = fh_org_os(c->org);
    const int64_t now = os->now_ms(os->ctx);
    if (!text.len) {
        *out = now;
        return FH_OK;
    }
    const fh_status s = fh_org_zone(c->org, c->arena, &zone, err);
    if (s) return s;
    if (!fh_time_iso(text, zone, out) || *out > now + FH_DAY_MS || *out < FH_TIME_MIN_MS) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is not a time that has been",
                      text.len > 40 ? 40 : (int)text.len, text.ptr);
        return fh_hint(err, FH_INVALID, "Write it as 2024-03-01 or 2024-03-01 14:30.");
    }
    return FH_OK;
}

static fh_status add_consent(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"purpose", "given", "at", "how", "source", NULL};
    const fh_purpose *p = NULL;
    size_t n = 0;
    uint32_t customer = 0;
    fh_str word = {0}, at = {0};
    fh_consent_entry e = {.person = c->actor.person};
    fh_status s = fh_call_number(c, 0, &customer, err);
    if (!s) s = is_customer(c, customer, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "purpose", &word, NULL, err);
    if (!s) s = fh_call_bool(c, "given", &e.given, NULL, err);
    if (!s) s = read_text(c, "at", 40, &at, err);
    if (!s) s = read_text(c, "how", NAME_MAX_BYTES, &e.how, err);
    if (!s) s = read_text(c, "source", NAME_MAX_BYTES, &e.source, err);
    if (!s) s = fh_purpose_list(c->org, c->arena, &p, &n, err);
    if (!s) s = purpose_of(p, n, word, &e.purpose, err);
    if (!s) s = read_time(c, at, &e.at_ms, err);
    if (s) return s;
    e.member = customer;
    s = fh_consent_add(c->org, &e, err);
    if (!s)
        s = fh_audit_customer(c->org, &c->actor, FH_AUDITED_CONSENT_SAID, customer, (fh_str){0},
                              err);
    return s ? s : show_consent(c, customer, err);
}

/* ---- A file of what many said --------------------------------------------------------------- */

typedef struct reading {
    fh_call *c;
    const fh_purpose *purpose;
    size_t n_purposes;
    const fh_csv_rows *rows;
    size_t column[6]; /* who, purpose, given, at, how, source; SIZE_MAX: none */
    size_t taken, n_problems;
} reading;

static const char *const column_names[] = {"who", "purpose", "given", "at", "how", "source"};

static fh_status find_columns(reading *r, fh_error *err)
{
    const fh_csv_row *head = &r->rows->row[0];
    for (size_t k = 0; k < 6; k++) {
        r->column[k] = SIZE_MAX;
        for (size_t i = 0; i < head->n_cells; i++)
            if (fh_str_eq_nocase(fh_str_trim(head->cell[i]), fh_str_of(column_names[k])))
                r->column[k] = i;
        if (k < 3 && r->column[k] == SIZE_MAX) {
            (void)fh_fail(err, FH_INVALID, "the file has no column '%s'", column_names[k]);
            return fh_hint(err, FH_INVALID,
                           "Its first line names them: who,purpose,given and, if known, at,how,"
                           "source.");
        }
    }
    return FH_OK;
}

static fh_str cell(const reading *r, const fh_csv_row *row, size_t k)
{
    return r->column[k] < row->n_cells ? fh_str_trim(fh_csv_plain(row->cell[r->column[k]]))
                                       : (fh_str){"", 0};
}

static fh_status yes_or_no(fh_str text, bool *out, fh_error *err)
{
    static const char *const yes[] = {"yes", "true", "1", "given", "y"};
    static const char *const no[] = {"no", "false", "0", "withdrawn", "n"};
    for (size_t i = 0; i < 5; i++) {
        if (fh_str_eq_nocase(text, fh_str_of(yes[i]))) return *out = true, FH_OK;
        if (fh_str_eq_nocase(text, fh_str_of(no[i]))) return *out = false, FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "'%.*s' is neither yes nor no",
                  text.len > 40 ? 40 : (int)text.len, text.len ? text.ptr : "");
    return fh_hint(err, FH_INVALID, "Write yes or no.");
}

static fh_status take_row(reading *r, const fh_csv_row *row, fh_error *err)
{
    fh_call *c = r->c;
    uint32_t customer = 0;
    fh_consent_entry e = {
        .person = c->actor.person, .how = cell(r, row, 4), .source = cell(r, row, 5)};
    fh_status s = fh_identity_find(c->org, cell(r, row, 0), &customer, err);
    if (!s) s = purpose_of(r->purpose, r->n_purposes, cell(r, row, 1), &e.purpose, err);
    if (!s) s = yes_or_no(cell(r, row, 2), &e.given, err);
    if (!s) s = read_time(c, cell(r, row, 3), &e.at_ms, err);
    if (!s && (e.how.len > NAME_MAX_BYTES || e.source.len > NAME_MAX_BYTES))
        s = fh_fail(err, FH_INVALID, "how or source is longer than %d bytes", (int)NAME_MAX_BYTES);
    if (s) return s;
    e.member = customer;
    s = fh_consent_add(c->org, &e, err);
    r->taken += !s;
    return s;
}

static bool is_the_rows(fh_status s)
{
    return s == FH_INVALID || s == FH_NOTFOUND || s == FH_FORMAT || s == FH_LIMIT;
}

static fh_status take_rows(reading *r, fh_error *err)
{
    fh_json *j = &r->c->json;
    fh_status s = FH_OK;
    fh_json_object(j);
    fh_put_key(j, "problems");
    fh_json_array(j);
    for (size_t i = 1; i < r->rows->n && !s; i++) {
        fh_error why = {0};
        s = take_row(r, &r->rows->row[i], &why);
        if (!s) continue;
        if (!is_the_rows(s)) {
            if (err) *err = why;
            return s;
        }
        s = FH_OK;
        if (r->n_problems++ >= PROBLEMS_MAX) continue;
        fh_json_object(j);
        fh_put_number(j, "line", r->rows->row[i].line);
        fh_put_word(j, "reason", why.message);
        fh_put_word(j, "hint", why.hint);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "taken", r->n_problems ? 0 : r->taken);
    fh_put_number(j, "refused", r->n_problems);
    fh_json_end_object(j);
    return s;
}

static fh_status import_inside(reading *r, fh_error *err)
{
    fh_call *c = r->c;
    const fh_audit_object about = {.kind = FH_STR("consent"), .number = (int64_t)r->rows->n - 1};
    fh_status s = fh_purpose_list(c->org, c->arena, &r->purpose, &r->n_purposes, err);
    if (!s) s = find_columns(r, err);
    if (!s) s = take_rows(r, err);
    return s ? s : fh_audit(c->org, &c->actor, FH_AUDITED_CONSENT_IMPORTED, &about, err);
}

typedef struct import_query {
    bool dry_run;
} import_query;

static const fh_option import_options[] = {
    {0, "dry-run", FH_OPTION_FLAG, offsetof(import_query, dry_run), NULL,
     "read and tell, keep nothing", NULL},
    {0},
};

/* All of the file or, with any problem, nothing. */
static fh_status import_consent(fh_call *c, fh_error *err)
{
    const import_query *q = c->query;
    fh_csv_rows rows;
    reading r = {.c = c, .rows = &rows};
    fh_status s = fh_csv_read(c->arena, c->request->body, ROWS_MAX, &rows, err);
    if (!s && rows.n < 2) s = fh_fail(err, FH_INVALID, "the file has no rows");
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) {
        s = import_inside(&r, err);
        if (!s && !r.n_problems && !q->dry_run)
            s = fh_org_commit(c->org, err);
        else
            fh_org_rollback(c->org);
    }
    s = fh_call_lane_done(c, s);
    if (!s && r.n_problems && !q->dry_run) c->status = 422;
    return s;
}

const fh_route fh_routes_consent[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/purposes",
     .id = "listPurposes",
     .group = "Consent",
     .summary = "What data of people is used for, with how many said yes and no",
     .right = FH_RIGHT_CONSENT,
     .reply = "Purposes",
     .handle = list_purposes},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/purposes",
     .id = "addPurpose",
     .group = "Consent",
     .summary = "Declare a purpose",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .body = "PurposeNew",
     .reply = "Purpose",
     .status = 201,
     .handle = add_purpose},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/purposes/{purpose}",
     .id = "changePurpose",
     .group = "Consent",
     .summary = "Change a purpose, or no longer ask for it",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .body = "PurposeChange",
     .reply = "Purpose",
     .handle = change_purpose},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/consent",
     .id = "getConsent",
     .group = "Consent",
     .summary = "What a customer said to each purpose, with its history",
     .right = FH_RIGHT_CONSENT,
     .reply = "ConsentOf",
     .handle = get_consent},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/customers/{customer}/consent",
     .id = "addConsent",
     .group = "Consent",
     .summary = "Record that a customer gave or withdrew consent",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .body = "ConsentSaid",
     .reply = "ConsentOf",
     .handle = add_consent},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/consent/import",
     .id = "importConsent",
     .group = "Consent",
     .summary = "Take in a file of what many said: all of it, or with any problem nothing",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_NO_ORG,
     .query = import_options,
     .query_size = sizeof(import_query),
     .body_type = "text/csv",
     .reply = "ConsentImported",
     .reply_422 = "ConsentImported",
     .max_body = 32 << 20,
     .handle = import_consent},
    {.path = NULL},
};

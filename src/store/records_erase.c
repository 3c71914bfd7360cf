/* records_erase.c - a customer is taken out of records.
 *
 * Links to it and fields that hold its number go. Its identifiers may stand in any text
 * that people wrote, so all texts are looked through; ASCII letters are compared without
 * case, and an identifier that goes on with a letter or digit is another one. It may be
 * spelled as it is, as in JSON, or as in an address (a link to a question). What is
 * found becomes "[erased]"; an entry of the history that tells one is withheld as a whole,
 * for its chain does not allow another wording.
 */
#include "store/records_parts.h"

#include "base/json.h"
#include "store/asked_rows.h"
#include "store/inside.h"
#include "store/members.h"
#include "store/record_ways.h"

#include <string.h>

enum { SHORTEST = 4, SPELLINGS = 3, TOKENS = 1 << 16 };

typedef struct forgetting {
    fh_org *org;
    fh_arena *arena, *row; /* `row` is for one row */
    fh_json_reader *reader;
    const uint32_t *member; /* [n_members] */
    size_t n_members;
    fh_str *needle; /* [n_needles] */
    size_t n_needles;
} forgetting;

/* ---- Spellings ---------------------------------------------------------------------------- */

static void put_address(fh_buf *out, fh_str s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                           (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            fh_buf_char(out, (char)c);
        } else {
            fh_buf_char(out, '%');
            fh_buf_char(out, hex[c >> 4]);
            fh_buf_char(out, hex[c & 15]);
        }
    }
}

static bool add_needle(forgetting *f, fh_str text)
{
    for (size_t i = 0; i < f->n_needles; i++)
        if (fh_str_eq(f->needle[i], text)) return true;
    return fh_arena_str(f->arena, text, &f->needle[f->n_needles++]);
}

static fh_status spell(forgetting *f, const fh_str *identifiers, size_t n, fh_error *err)
{
    fh_buf text;
    fh_json j;
    bool kept = true;
    f->needle = FH_NEW_ARRAY(f->arena, fh_str, n * SPELLINGS + 1);
    if (!f->needle) return fh_no_memory(err);
    fh_buf_init(&text, NULL, 1 << 16);
    for (size_t i = 0; i < n && kept; i++) {
        if (identifiers[i].len < SHORTEST) continue;
        kept = add_needle(f, identifiers[i]);
        fh_buf_clear(&text);
        fh_json_begin(&j, &text, 0);
        fh_json_str(&j, identifiers[i]);
        if (kept && text.status == FH_OK && text.len > 2)
            kept = add_needle(f, (fh_str){text.ptr + 1, text.len - 2});
        fh_buf_clear(&text);
        put_address(&text, identifiers[i]);
        if (kept && text.status == FH_OK) kept = add_needle(f, fh_buf_view(&text));
        kept = kept && text.status == FH_OK;
    }
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

/* ---- Looking ------------------------------------------------------------------------------ */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static bool is_at(fh_str text, size_t at, fh_str needle)
{
    if (needle.len > text.len - at) return false;
    for (size_t i = 0; i < needle.len; i++)
        if (lower(text.ptr[at + i]) != lower(needle.ptr[i])) return false;
    const size_t end = at + needle.len;
    if (at && is_word(text.ptr[at - 1]) && is_word(needle.ptr[0])) return false;
    return end == text.len || !is_word(text.ptr[end]) || !is_word(needle.ptr[needle.len - 1]);
}

/* Bytes of an identifier of theirs that begins here; 0: none does. */
static size_t found_at(const forgetting *f, fh_str text, size_t at)
{
    size_t longest = 0;
    for (size_t i = 0; i < f->n_needles; i++)
        if (f->needle[i].len > longest && is_at(text, at, f->needle[i])) longest = f->needle[i].len;
    return longest;
}

static bool tells(const forgetting *f, fh_str text)
{
    for (size_t at = 0; at < text.len; at++)
        if (found_at(f, text, at)) return true;
    return false;
}

/* In the row's arena. */
static fh_status blot(const forgetting *f, fh_str text, fh_str *out, bool *any, fh_error *err)
{
    fh_buf to;
    if (!tells(f, text)) {
        *out = text;
        return FH_OK;
    }
    fh_buf_init(&to, NULL, 16 * text.len + 64);
    for (size_t at = 0; at < text.len;) {
        const size_t n = found_at(f, text, at);
        if (n)
            fh_buf_text(&to, "[erased]");
        else
            fh_buf_char(&to, text.ptr[at]);
        at += n ? n : 1;
    }
    const bool kept = to.status == FH_OK && fh_arena_str(f->row, fh_buf_view(&to), out);
    fh_buf_free(&to);
    *any = true;
    return kept ? FH_OK : fh_no_memory(err);
}

static bool is_member(const forgetting *f, int64_t number)
{
    for (size_t i = 0; i < f->n_members; i++)
        if (f->member[i] == number) return true;
    return false;
}

/* ---- Rows --------------------------------------------------------------------------- */

/* Numbers of rows above `after` whose texts tell of the customer, or all: at most a page. */
typedef struct row_text {
    int64_t row;
    fh_str text[2];
} row_text;

enum { PAGE = 500 };

static fh_status next_page(forgetting *f, const char *sql, int64_t after, row_text *list, size_t *n,
                           int64_t *last, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t seen = 0, got = 0;
    fh_arena_reset(f->row);
    fh_status status =
        FH_ASK(fh_org_db(f->org), sql, &s, &row, err, fh_arg_int(after), fh_arg_int(PAGE));
    *last = 0;
    while (status == FH_OK && row) {
        seen++;
        *last = fh_stmt_i64(s, 0);
        const fh_str a = fh_stmt_text(s, 1), b = fh_stmt_text(s, 2);
        if (tells(f, a) || tells(f, b)) {
            row_text *r = &list[got++];
            r->row = *last;
            if (!fh_arena_str(f->row, a, &r->text[0]) || !fh_arena_str(f->row, b, &r->text[1]))
                status = fh_no_memory(err);
        }
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK && seen < PAGE) *last = 0;
    *n = got;
    return status;
}

/* Each row of a table whose two texts tell of the customer gets others. */
static fh_status blot_rows(forgetting *f, const char *select, const char *update, fh_error *err)
{
    row_text list[PAGE];
    int64_t after = INT64_MIN, last = 0;
    fh_status status = FH_OK;
    do {
        size_t n = 0;
        status = next_page(f, select, after, list, &n, &last, err);
        for (size_t i = 0; i < n && status == FH_OK; i++) {
            bool any = false;
            fh_str a = {0}, b = {0};
            status = blot(f, list[i].text[0], &a, &any, err);
            if (status == FH_OK) status = blot(f, list[i].text[1], &b, &any, err);
            if (status == FH_OK)
                status = FH_DO(fh_org_db(f->org), update, NULL, err, fh_arg_int(list[i].row),
                               fh_arg_text(a), fh_arg_text(b));
        }
        after = last;
    } while (status == FH_OK && last);
    return status;
}

static fh_status withhold(forgetting *f, int64_t record, int64_t entry, fh_error *err)
{
    fh_record_entry why = {.record = record,
                           .what = FH_STR("withheld"),
                           .details = FH_STR("{\"because\":\"A customer was erased.\"}")};
    const fh_status status = fh_record_entry_add(f->org, &why, err);
    return status ? status
                  : FH_DO(fh_org_db(f->org),
                          "UPDATE record_entry SET details = '', salt = '', withheld_by = $2 WHERE "
                          "entry = $1",
                          NULL, err, fh_arg_int(entry), fh_arg_int(why.entry));
}

/* In the history that it stands in: its record may have been merged since. */
static fh_status withhold_one(forgetting *f, int64_t entry, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t record = 0;
    const fh_status status =
        FH_ASK(fh_org_db(f->org), "SELECT record FROM record_entry WHERE entry = $1", &s, &row, err,
               fh_arg_int(entry));
    if (status == FH_OK && row) record = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return status == FH_OK ? withhold(f, record, entry, err) : status;
}

static fh_status withhold_page(forgetting *f, const row_text *list, size_t n, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < n && status == FH_OK; i++) status = withhold_one(f, list[i].row, err);
    return status;
}

static fh_status withhold_history(forgetting *f, fh_error *err)
{
    row_text list[PAGE];
    int64_t after = 0, last = 0;
    fh_status status = FH_OK;
    do {
        size_t n = 0;
        status = next_page(f,
                           "SELECT entry, details, '' FROM record_entry WHERE entry > $1 ORDER BY "
                           "entry LIMIT $2",
                           after, list, &n, &last, err);
        if (status == FH_OK) status = withhold_page(f, list, n, err);
        after = last;
    } while (status == FH_OK && last);
    return status;
}

/* ---- Fields that hold its number ------------------------------------------------------------- */

/* `field` of a JSON object without the customer's numbers. */
static fh_status without(forgetting *f, fh_str fields, fh_str field, fh_str *out, fh_error *err)
{
    fh_json_doc doc;
    fh_buf to;
    fh_json j;
    fh_error e = {0};
    const fh_status read = fh_json_read(f->reader, fields, &doc, &e);
    *out = fields;
    if (read == FH_NOMEM) return fh_no_memory(err);
    if (read != FH_OK || doc.token[0].type != FH_JSON_OBJECT) return FH_OK;
    fh_buf_init(&to, NULL, FH_RECORD_FIELDS_MAX);
    fh_json_begin(&j, &to, 0);
    fh_json_object(&j);
    for (uint32_t at = 1; at < doc.token[0].next; at = doc.token[at + 1].next) {
        const uint32_t value = at + 1;
        int64_t number = 0;
        fh_str key = {0};
        if (!fh_json_text(&doc, at, f->row, &key)) to.status = FH_NOMEM;
        if (!fh_str_eq(key, field)) {
            fh_json_key(&j, key);
            fh_json_raw_value(&j, fh_json_raw(&doc, value));
        } else if (doc.token[value].type == FH_JSON_ARRAY) {
            fh_json_key(&j, key);
            fh_json_array(&j);
            for (uint32_t v = value + 1; v < doc.token[value].next; v = doc.token[v].next)
                if (!fh_json_i64(&doc, v, &number) || !is_member(f, number))
                    fh_json_raw_value(&j, fh_json_raw(&doc, v));
            fh_json_end_array(&j);
        } else if (!fh_json_i64(&doc, value, &number) || !is_member(f, number)) {
            fh_json_key(&j, key);
            fh_json_raw_value(&j, fh_json_raw(&doc, value));
        }
    }
    fh_json_end_object(&j);
    const bool kept = to.status == FH_OK && fh_arena_str(f->row, fh_buf_view(&to), out);
    fh_buf_free(&to);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status clear_field(forgetting *f, const fh_record_about *a, fh_error *err)
{
    fh_record r = {0};
    fh_str fields = {0};
    fh_arena_reset(f->row);
    fh_status status = fh_record_row(f->org, a->record, f->row, &r, err);
    if (status == FH_NOTFOUND) return FH_OK; /* `check` tells of it */
    if (status == FH_OK) status = without(f, r.fields, a->field, &fields, err);
    if (status != FH_OK || fh_str_eq(fields, r.fields)) return status;
    r.fields = fields;
    return fh_record_update(f->org, &r, err);
}

/* Links and fields of one member. */
static fh_status forget_member(forgetting *f, uint32_t member, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t n = 0, cap = 0;
    fh_status status =
        FH_ASK(fh_org_db(f->org),
               "SELECT about, record, field FROM record_about WHERE what IN ('customer', "
               "'interaction', 'message') AND number = $1",
               &s, &row, err, fh_arg_int(member));
    while (status == FH_OK && row) {
        if (!fh_record_room(f->arena, &list, n, &cap, sizeof(fh_record_about))) {
            status = fh_no_memory(err);
            break;
        }
        fh_record_about *a = (fh_record_about *)list + n++;
        *a = (fh_record_about){.about = fh_stmt_i64(s, 0), .record = fh_stmt_i64(s, 1)};
        status = fh_arena_str(f->arena, fh_stmt_text(s, 2), &a->field) ? fh_stmt_step(s, &row, err)
                                                                       : fh_no_memory(err);
    }
    fh_stmt_done(s);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const fh_record_about *a = (const fh_record_about *)list + i;
        if (a->field.len) status = clear_field(f, a, err);
        if (status == FH_OK) status = fh_between_rows_drop(f->org, a->record, err);
        if (status == FH_OK)
            status = FH_DO(fh_org_db(f->org), "DELETE FROM record_about WHERE about = $1", NULL,
                           err, fh_arg_int(a->about));
    }
    return status;
}

/* What a member said of records when it was asked. */
static fh_status forget_asked(forgetting *f, uint32_t member, fh_error *err)
{
    const fh_asked_row *list = NULL;
    size_t n = 0;
    fh_status status = fh_asked_entries(f->org, member, f->arena, &list, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) status = withhold_one(f, list[i].entry, err);
    return status == FH_OK ? fh_asked_forget(f->org, member, err) : status;
}

/* ---- All of it ----------------------------------------------------------------------- */

/* Words are made again from the texts that are left. */
static fh_status blot_records(forgetting *f, fh_error *err)
{
    row_text list[PAGE];
    int64_t after = 0, last = 0;
    fh_status status = FH_OK;
    do {
        size_t n = 0;
        status = next_page(f,
                           "SELECT record, title, fields FROM record WHERE record > $1 ORDER BY "
                           "record LIMIT $2",
                           after, list, &n, &last, err);
        for (size_t i = 0; i < n && status == FH_OK; i++) {
            bool any = false;
            fh_record r = {0};
            status = fh_record_row(f->org, list[i].row, f->row, &r, err);
            if (status == FH_OK) status = blot(f, list[i].text[0], &r.title, &any, err);
            if (status == FH_OK) status = blot(f, list[i].text[1], &r.fields, &any, err);
            if (status == FH_OK) status = fh_record_update(f->org, &r, err);
        }
        after = last;
    } while (status == FH_OK && last);
    return status;
}

/* What was said of findings, and what they are worded from. */
static fh_status blot_findings(forgetting *f, fh_error *err)
{
    static const struct {
        const char *select, *update;
    } texts[] = {
        {"SELECT cause, why, about FROM find_cause WHERE cause > $1 ORDER BY cause LIMIT $2",
         "UPDATE find_cause SET why = $2, about = $3 WHERE cause = $1"},
        {"SELECT cause, purpose, fact FROM find_cause WHERE cause > $1 ORDER BY cause LIMIT $2",
         "UPDATE find_cause SET purpose = $2, fact = $3 WHERE cause = $1"},
        {"SELECT fact, value, words FROM reference_fact WHERE fact > $1 ORDER BY fact LIMIT $2",
         "UPDATE reference_fact SET value = $2, words = $3 WHERE fact = $1"},
    };
    fh_status status = FH_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == FH_OK; i++)
        status = blot_rows(f, texts[i].select, texts[i].update, err);
    return status;
}

static fh_status forget_inside(forgetting *f, uint32_t customer, const fh_str *identifiers,
                               size_t n, fh_error *err)
{
    fh_status status =
        fh_customer_members(f->org, customer, f->arena, &f->member, &f->n_members, err);
    if (status == FH_OK) status = spell(f, identifiers, n, err);
    for (size_t i = 0; i < f->n_members && status == FH_OK; i++)
        status = forget_member(f, f->member[i], err);
    for (size_t i = 0; i < f->n_members && status == FH_OK; i++)
        status = forget_asked(f, f->member[i], err);
    if (status == FH_OK && f->n_needles) status = blot_records(f, err);
    if (status == FH_OK && f->n_needles)
        status = blot_rows(f,
                           "SELECT about, key, words FROM record_about WHERE about > $1 ORDER BY "
                           "about LIMIT $2",
                           "UPDATE record_about SET key = $2, words = $3 WHERE about = $1", err);
    if (status == FH_OK && f->n_needles)
        status = blot_rows(f,
                           "SELECT file, name, '' FROM record_file WHERE file > $1 ORDER BY file "
                           "LIMIT $2",
                           "UPDATE record_file SET name = $2 || $3 WHERE file = $1", err);
    if (status == FH_OK && f->n_needles) status = withhold_history(f, err);
    if (status == FH_OK && f->n_needles) status = blot_findings(f, err);
    return status;
}

fh_status fh_records_forget_customer(fh_org *org, uint32_t customer, const fh_str *identifiers,
                                     size_t n, fh_error *err)
{
    forgetting f = {.org = org,
                    .arena = fh_arena_new(NULL),
                    .row = fh_arena_new(NULL),
                    .reader = fh_json_reader_new(NULL, TOKENS)};
    bool mine = false;
    fh_status status = f.arena && f.row && f.reader ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        fh_org_erases(org);
        status = fh_org_leave(org, mine, forget_inside(&f, customer, identifiers, n, err), err);
    }
    fh_json_reader_free(f.reader);
    fh_arena_free(f.row);
    fh_arena_free(f.arena);
    return status;
}

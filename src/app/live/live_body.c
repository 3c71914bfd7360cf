/* live_body.c - the body of a request as interactions (see live.h).
 *
 * JSON is checked as a whole and leaves a tape of tokens; of NDJSON each line by
 * itself. An item is read member by member through the table of fields; the first
 * thing wrong with it makes it a fault, with a pointer to the place.
 *
 *     {"customer": "4711", ...}                          kind "customer"
 *     {"customer": {"email": "ann@x.org", "crm": 17}}    kinds by name
 *
 * What a message says (text, subject, ...) is kept first in its payload, as from files.
 */
#include "app/live/live.h"

#include "base/currency.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/time.h"
#include "parse/message.h"
#include "parse/number.h"
#include "parse/plan.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_TOKENS = 1 << 22,
    KEPT_TOKENS = 1 << 18, /* a tape for more is not kept */
    MAX_NAME = 500,
    MAX_KIND = 60,
    MAX_SUBJECT = 2000,
    MAX_PROBLEM = 250,
    MAX_SOURCE = 200,
    MAX_PAYLOAD = 1 << 20,
};

struct fh_live_parser {
    fh_json_reader *json;
};

/* Reading one body. */
typedef struct reading {
    fh_json_doc doc;
    fh_arena *arena;
    fh_live_format format;
    bool single; /* one object: pointers begin without an index */
    size_t n_sent;
    fh_interaction *row; /* [cap], of items that can be read */
    fh_str *source;
    size_t *index;
    size_t n;
    fh_live_fault *fault;
    size_t n_faults, cap_faults;
    uint64_t line;
} reading;

/* One item. What is wrong with it stands in `wrong`, which lives in the arena. */
typedef struct item {
    reading *r;
    fh_interaction *row;
    fh_str source;
    uint32_t value;   /* its token; read when the currency is known; 0: none */
    uint32_t payload; /* its token; 0: none */
    bool bad, no_memory;
    fh_live_fault wrong;
} item;

fh_status fh_live_parser_new(fh_live_parser **out, fh_error *err)
{
    fh_live_parser *p = calloc(1, sizeof *p);
    if (!p) return fh_no_memory(err);
    *out = p;
    return FH_OK;
}

void fh_live_parser_free(fh_live_parser *p)
{
    if (!p) return;
    fh_json_reader_free(p->json);
    free(p);
}

/* ---- What is wrong -------------------------------------------------------------------------- */

/* `name` and `inner` as the end of a JSON pointer; ~ and / are escaped. */
static void put_step(fh_buf *out, fh_str name)
{
    if (!name.ptr) return;
    fh_buf_char(out, '/');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~')
            fh_buf_text(out, "~0");
        else if (name.ptr[i] == '/')
            fh_buf_text(out, "~1");
        else
            fh_buf_char(out, name.ptr[i]);
    }
}

static bool pointer_to(const reading *r, fh_str field, fh_str inner, fh_str *out)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 4096);
    if (!r->single && r->format == FH_LIVE_JSON) fh_buf_printf(&text, "/%zu", r->n_sent);
    const size_t at_item = text.len;
    put_step(&text, field);
    put_step(&text, inner);
    if (text.status == FH_LIMIT) { /* a name too long to be pointed at: the item is */
        text.status = FH_OK;
        text.len = at_item;
    }
    const bool done = text.status == FH_OK && fh_arena_str(r->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return done;
}

static bool bad_at(item *it, fh_str field, fh_str inner, fh_str reason, const char *hint)
{
    it->bad = true;
    it->wrong = (fh_live_fault){
        .index = it->r->n_sent, .line = it->r->line, .reason = reason, .hint = fh_str_of(hint)};
    if (!pointer_to(it->r, field, inner, &it->wrong.pointer)) it->no_memory = true;
    return false;
}

static bool bad(item *it, fh_str field, const char *reason, const char *hint)
{
    return bad_at(it, field, (fh_str){0}, fh_str_of(reason), hint);
}

/* "'12,5' is not a number" */
static bool bad_text(item *it, fh_str field, fh_str text, const char *what, const char *hint)
{
    fh_str reason = {0};
    const fh_str shown = fh_shown(text);
    if (!fh_arena_format(it->r->arena, &reason, "'%.*s%s' %s", FH_STR_ARG(shown),
                         shown.len < text.len ? "..." : "", what))
        it->no_memory = true;
    return bad_at(it, field, (fh_str){0}, reason, hint);
}

static fh_status keep_fault(reading *r, const fh_live_fault *fault, fh_error *err)
{
    if (r->n_faults == r->cap_faults) {
        const size_t cap = r->cap_faults ? 2 * r->cap_faults : 8;
        fh_live_fault *more = FH_NEW_ARRAY(r->arena, fh_live_fault, cap);
        if (!more) return fh_no_memory(err);
        if (r->n_faults) memcpy(more, r->fault, r->n_faults * sizeof *more);
        r->fault = more;
        r->cap_faults = cap;
    }
    r->fault[r->n_faults++] = *fault;
    return FH_OK;
}

/* ---- Texts ---------------------------------------------------------------------------------- */

static fh_json_type type_of(const item *it, uint32_t token)
{
    return (fh_json_type)it->r->doc.token[token].type;
}

static bool has_control(fh_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f) return true;
    return false;
}

/* A text, trimmed; `numbers`: a number will do, as it is written. */
static bool text_of(item *it, fh_str field, fh_str inner, uint32_t token, bool numbers, size_t most,
                    fh_str *out)
{
    fh_str s = {0};
    const fh_json_type type = type_of(it, token);
    if (type == FH_JSON_NUMBER && numbers) {
        s = fh_json_raw(&it->r->doc, token);
    } else if (type != FH_JSON_STRING) {
        return bad_at(it, field, inner,
                      numbers ? FH_STR("this is neither text nor a number")
                              : FH_STR("this is not text"),
                      "Write it in double quotes.");
    } else if (!fh_json_text(&it->r->doc, token, it->r->arena, &s)) {
        it->no_memory = true;
        return false;
    }
    s = fh_str_trim(s);
    if (s.len > most) {
        fh_str reason = {0};
        if (!fh_arena_format(it->r->arena, &reason, "this has %zu bytes; the most are %zu", s.len,
                             most))
            it->no_memory = true;
        return bad_at(it, field, inner, reason,
                      "Long text belongs into the payload; names and identifiers are short.");
    }
    if (has_control(s))
        return bad_at(it, field, inner, FH_STR("this has a control character"),
                      "Leave out line breaks, tabs and the like.");
    *out = s;
    return true;
}

static bool take_name(item *it, fh_str field, uint32_t token, fh_str *to)
{
    return text_of(it, field, (fh_str){0}, token, false, MAX_NAME, to);
}

/* What was said, with its lines. */
static bool take_text(item *it, fh_str field, uint32_t token)
{
    fh_str s = {0};
    if (type_of(it, token) != FH_JSON_STRING)
        return bad(it, field, "this is not text", "Write it in double quotes.");
    if (!fh_json_text(&it->r->doc, token, it->r->arena, &s)) {
        it->no_memory = true;
        return false;
    }
    if (s.len > MAX_PAYLOAD)
        return bad(it, field, "this is larger than 1 MiB", "Send the part that matters.");
    it->row->text = fh_str_trim(s);
    return true;
}

/* ---- Fields --------------------------------------------------------------------------------- */

static bool good_kind(fh_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return name.len > 0 && name.len <= MAX_KIND;
}

static bool add_identifier(item *it, fh_str kind, fh_str inner, uint32_t token)
{
    fh_str value = {0};
    fh_interaction *row = it->row;
    if (!text_of(it, FH_STR("customer"), inner, token, true, MAX_NAME, &value)) return false;
    if (value.len == 0)
        return bad_at(it, FH_STR("customer"), inner, FH_STR("the identifier is empty"),
                      "Leave it out when it is not known.");
    if (row->n_identifiers == FH_MAX_IDENTIFIERS)
        return bad_at(it, FH_STR("customer"), inner, FH_STR("there are more than 8 identifiers"),
                      "Send those that tell most about who it is.");
    row->identifier[row->n_identifiers++] = (fh_identifier){kind, value};
    return true;
}

static bool take_customer(item *it, uint32_t token)
{
    const fh_json_token *tape = it->r->doc.token;
    if (type_of(it, token) != FH_JSON_OBJECT)
        return add_identifier(it, FH_STR("customer"), (fh_str){0}, token);
    uint32_t key = token + 1;
    for (uint32_t m = 0; m < tape[token].count; m++, key = tape[key + 1].next) {
        fh_str kind = {0};
        if (!fh_json_text(&it->r->doc, key, it->r->arena, &kind)) {
            it->no_memory = true;
            return false;
        }
        if (!good_kind(kind))
            return bad_at(it, FH_STR("customer"), kind,
                          FH_STR("this cannot be the kind of an identifier"),
                          "Use up to 60 small letters, digits, '-' and '_', such as \"email\".");
        if (type_of(it, key + 1) != FH_JSON_NULL && !add_identifier(it, kind, kind, key + 1))
            return false;
    }
    return true;
}

static bool take_time(item *it, uint32_t token)
{
    static const char hint[] =
        "Write it as 2024-01-31T17:05:09Z or as milliseconds since 1970, a whole number.";
    const fh_str field = FH_STR("time");
    fh_str s = {0};
    int64_t ms = 0;
    if (type_of(it, token) == FH_JSON_NUMBER) {
        if (!fh_json_i64(&it->r->doc, token, &ms))
            return bad_text(it, field, fh_json_raw(&it->r->doc, token), "is not a time", hint);
    } else {
        if (!text_of(it, field, (fh_str){0}, token, false, MAX_NAME, &s)) return false;
        if (!fh_time_iso(s, NULL, &ms)) return bad_text(it, field, s, "is not a time", hint);
    }
    if (ms < FH_TIME_MIN_MS || ms > FH_TIME_MAX_MS)
        return bad_text(it, field, fh_json_raw(&it->r->doc, token),
                        "lies outside the years 1940 to 2076", "Correct the time.");
    it->row->at_ms = ms;
    return true;
}

static bool take_direction(item *it, uint32_t token)
{
    fh_str s = {0};
    if (!text_of(it, FH_STR("direction"), (fh_str){0}, token, false, MAX_NAME, &s)) return false;
    if (s.len == 0 || fh_direction_word(s, &it->row->direction)) return true;
    return bad_text(it, FH_STR("direction"), s, "is not a direction",
                    "Write \"in\" (from the customer), \"out\" or \"internal\".");
}

static bool take_currency(item *it, uint32_t token)
{
    fh_str s = {0};
    if (!text_of(it, FH_STR("currency"), (fh_str){0}, token, false, MAX_NAME, &s)) return false;
    if (s.len == 0 || fh_currency_code(s, &it->row->currency)) return true;
    return bad_text(it, FH_STR("currency"), s, "is not a currency",
                    "Write its code of three letters (ISO 4217), such as \"EUR\".");
}

/* A number, or the same as text, in units of 10^-places. */
static bool number_of(item *it, fh_str field, uint32_t token, uint32_t places, int64_t *out)
{
    fh_str s = {0}, beside = {0};
    fh_decimal d;
    if (!text_of(it, field, (fh_str){0}, token, true, MAX_NAME, &s)) return false;
    const fh_number_status status = fh_decimal_parse(s, false, &d, &beside);
    if (status == FH_NUMBER_NOT_ONE || (status == FH_NUMBER_OK && beside.len))
        return bad_text(it, field, s, "is not a number", "Write it as 12.50, without a unit.");
    if (status == FH_NUMBER_TOO_LARGE || !fh_decimal_units(d, places, out))
        return bad_text(it, field, s, "is too large a number", "Correct the number.");
    return true;
}

static bool take_score(item *it, uint32_t token)
{
    int64_t hundredths = 0;
    if (!number_of(it, FH_STR("score"), token, 2, &hundredths)) return false;
    if (hundredths > INT32_MAX || hundredths < INT32_MIN)
        return bad_text(it, FH_STR("score"), fh_json_raw(&it->r->doc, token),
                        "is too large a number", "Correct the number.");
    it->row->has_score = true;
    it->row->score = (int32_t)hundredths;
    return true;
}

/* Without line breaks and tabs, which in JSON stand only between tokens: exports write
 * a payload on one line. */
static bool on_one_line(item *it, fh_str raw, fh_str *out)
{
    *out = raw;
    if (!has_control(raw)) return true;
    char *to = fh_arena_alloc(it->r->arena, raw.len, 1);
    if (!to) {
        it->no_memory = true;
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++)
        if ((unsigned char)raw.ptr[i] >= ' ') to[n++] = raw.ptr[i];
    *out = (fh_str){to, n};
    return true;
}

static bool take_payload(item *it, uint32_t token)
{
    if (type_of(it, token) != FH_JSON_OBJECT)
        return bad(it, FH_STR("payload"), "this is not a JSON object",
                   "Put what else is known into {...}.");
    const fh_str raw = fh_json_raw(&it->r->doc, token);
    if (raw.len > MAX_PAYLOAD)
        return bad(it, FH_STR("payload"), "this is larger than 1 MiB",
                   "Send what is needed later.");
    it->payload = token;
    return it->r->doc.token[token].count == 0 || on_one_line(it, raw, &it->row->payload);
}

/* What the message says goes first into the payload, where it must not stand yet. */
static bool with_message(item *it)
{
    const unsigned told = fh_message_told(it->row);
    if (!told) return true;
    for (size_t i = 0; it->payload && i < FH_MESSAGE_MEMBERS; i++) {
        const fh_str key = fh_message_member_of[i].key;
        if (!fh_message_is(told, key) || !fh_json_get(&it->r->doc, it->payload, key)) continue;
        return bad_at(it, FH_STR("payload"), key, FH_STR("this is told beside the payload, too"),
                      "Say it once.");
    }
    fh_buf out;
    fh_json j;
    fh_buf_init(&out, NULL, 16 * MAX_PAYLOAD);
    fh_json_begin(&j, &out, 0);
    fh_json_object(&j);
    (void)fh_message_put(&j, it->row);
    if (it->row->payload.len) fh_json_members(&j, it->row->payload);
    fh_json_end_object(&j);
    const bool kept =
        !out.status && fh_arena_str(it->r->arena, fh_buf_view(&out), &it->row->payload);
    fh_buf_free(&out);
    it->no_memory |= !kept;
    return kept;
}

/* ---- One item ------------------------------------------------------------------------------- */

typedef enum what {
    CUSTOMER,
    TIME,
    TOUCHPOINT,
    CHANNEL,
    DEPARTMENT,
    DIRECTION,
    OUTCOME,
    VALUE,
    CURRENCY,
    SCORE,
    PROBLEM,
    SOURCE,
    ID,
    PAYLOAD,
    TEXT,
    SUBJECT,
    PURPOSE,
    SIGNATORY,
    LANGUAGE,
    THREAD,
    SENDER,
    N_WHAT
} what;

static const fh_str field_name[N_WHAT] = {
    [CUSTOMER] = {"customer", 8},
    [TIME] = {"time", 4},
    [TOUCHPOINT] = {"touchpoint", 10},
    [CHANNEL] = {"channel", 7},
    [DEPARTMENT] = {"department", 10},
    [DIRECTION] = {"direction", 9},
    [OUTCOME] = {"outcome", 7},
    [VALUE] = {"value", 5},
    [CURRENCY] = {"currency", 8},
    [SCORE] = {"score", 5},
    [PROBLEM] = {"problem", 7},
    [SOURCE] = {"source", 6},
    [ID] = {"id", 2},
    [PAYLOAD] = {"payload", 7},
    [TEXT] = {"text", 4},
    [SUBJECT] = {"subject", 7},
    [PURPOSE] = {"purpose", 7},
    [SIGNATORY] = {"signatory", 9},
    [LANGUAGE] = {"language", 8},
    [THREAD] = {"thread", 6},
    [SENDER] = {"sender", 6},
};

static what field_of(fh_str name)
{
    int w = 0;
    while (w < N_WHAT && !fh_str_eq(field_name[w], name)) w++;
    return (what)w;
}

static bool unknown_field(item *it, fh_str name)
{
    const size_t near = fh_nearest(name, field_name, N_WHAT);
    fh_str reason = FH_STR("there is no such field"), hint = {0};
    if (near < N_WHAT &&
        !fh_arena_format(it->r->arena, &hint,
                         "Did you mean \"%.*s\"? What else is known belongs into \"payload\".",
                         FH_STR_ARG(field_name[near])))
        it->no_memory = true;
    return bad_at(it, name, (fh_str){0}, reason,
                  hint.len ? hint.ptr : "What else is known belongs into \"payload\".");
}

static bool take_field(item *it, what w, uint32_t token)
{
    fh_interaction *row = it->row;
    if (type_of(it, token) == FH_JSON_NULL) return true; /* the same as left out */
    switch (w) {
    case CUSTOMER: return take_customer(it, token);
    case TIME: return take_time(it, token);
    case TOUCHPOINT: return take_name(it, field_name[w], token, &row->touchpoint);
    case CHANNEL: return take_name(it, field_name[w], token, &row->channel);
    case DEPARTMENT: return take_name(it, field_name[w], token, &row->department);
    case DIRECTION: return take_direction(it, token);
    case OUTCOME: return take_name(it, field_name[w], token, &row->outcome);
    case VALUE: it->value = token; return true;
    case CURRENCY: return take_currency(it, token);
    case SCORE: return take_score(it, token);
    case PROBLEM:
        return text_of(it, field_name[w], (fh_str){0}, token, true, MAX_PROBLEM, &row->problem);
    case SOURCE:
        return text_of(it, field_name[w], (fh_str){0}, token, false, MAX_SOURCE, &it->source);
    case ID: return text_of(it, field_name[w], (fh_str){0}, token, true, MAX_NAME, &row->source_id);
    case PAYLOAD: return take_payload(it, token);
    case TEXT: return take_text(it, field_name[w], token);
    case SUBJECT:
        return text_of(it, field_name[w], (fh_str){0}, token, false, MAX_SUBJECT, &row->subject);
    case PURPOSE: return take_name(it, field_name[w], token, &row->purpose);
    case SIGNATORY: return take_name(it, field_name[w], token, &row->signatory);
    case LANGUAGE: return take_name(it, field_name[w], token, &row->language);
    case THREAD:
        return text_of(it, field_name[w], (fh_str){0}, token, true, MAX_NAME, &row->thread);
    case SENDER: return take_name(it, field_name[w], token, &row->sender);
    case N_WHAT: break;
    }
    return true;
}

/* What only shows when all members are read. */
static bool complete(item *it)
{
    fh_interaction *row = it->row;
    if (row->n_identifiers == 0)
        return bad(it, FH_STR("customer"), "the customer is missing",
                   "Name the customer: \"customer\": \"4711\" or {\"email\": \"ann@x.org\"}.");
    if (row->at_ms == INT64_MIN)
        return bad(it, FH_STR("time"), "the time is missing",
                   "Say when it happened: \"time\": \"2024-01-31T17:05:09Z\".");
    if (row->touchpoint.len == 0)
        return bad(it, FH_STR("touchpoint"), "the touchpoint is missing",
                   "Say what happened: \"touchpoint\": \"call to the service desk\".");
    if (it->value) {
        const uint32_t places = row->currency.len ? fh_currency_decimals(row->currency) : 2;
        if (!number_of(it, FH_STR("value"), it->value, places, &row->value)) return false;
        row->has_value = true;
    }
    return with_message(it);
}

static bool fill_item(item *it, uint32_t token)
{
    const fh_json_token *tape = it->r->doc.token;
    it->row->at_ms = INT64_MIN;
    if (type_of(it, token) != FH_JSON_OBJECT)
        return bad(it, (fh_str){0}, "this is not a JSON object",
                   "An interaction is written as {\"customer\": ..., \"time\": ...}.");
    uint32_t key = token + 1;
    for (uint32_t m = 0; m < tape[token].count; m++, key = tape[key + 1].next) {
        fh_str name = {0};
        if (!fh_json_text(&it->r->doc, key, it->r->arena, &name)) {
            it->no_memory = true;
            return false;
        }
        const what w = field_of(name);
        if (w == N_WHAT ? !unknown_field(it, name) : !take_field(it, w, key + 1)) return false;
    }
    return complete(it);
}

static fh_status read_item(reading *r, uint32_t token, fh_error *err)
{
    fh_status status = FH_OK;
    item it = {.r = r, .row = &r->row[r->n]};
    memset(it.row, 0, sizeof *it.row);
    it.row->row = r->n_sent + 1;
    it.row->line = r->line;
    if (fill_item(&it, token)) {
        r->source[r->n] = it.source;
        r->index[r->n++] = r->n_sent;
    } else if (it.no_memory) {
        status = fh_no_memory(err);
    } else {
        status = keep_fault(r, &it.wrong, err);
    }
    r->n_sent++;
    return status;
}

/* ---- Bodies --------------------------------------------------------------------------------- */

static fh_status make_room(reading *r, size_t n, fh_error *err)
{
    r->row = FH_NEW_ARRAY(r->arena, fh_interaction, n + 1);
    r->source = FH_NEW_ARRAY(r->arena, fh_str, n + 1);
    r->index = FH_NEW_ARRAY(r->arena, size_t, n + 1);
    return r->row && r->source && r->index ? FH_OK : fh_no_memory(err);
}

static fh_status too_many(size_t most, fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "there are more than %zu interactions", most);
    return fh_hint(err, FH_LIMIT, "Send them in several requests.");
}

static fh_status read_json(fh_live_parser *p, reading *r, fh_str body, size_t most, fh_error *err)
{
    fh_status status = fh_json_read(p->json, body, &r->doc, err);
    if (status == FH_FORMAT)
        return fh_hint(err, status,
                       "Send one JSON object, an array of them, or NDJSON with its "
                       "own media type.");
    if (status != FH_OK) return status;
    const fh_json_token *tape = r->doc.token;
    r->single = tape[0].type != FH_JSON_ARRAY;
    const uint32_t n = r->single ? 1 : tape[0].count;
    if (n > most) return too_many(most, err);
    status = make_room(r, n, err);
    uint32_t token = r->single ? 0 : 1;
    for (uint32_t i = 0; i < n && status == FH_OK; i++, token = tape[token].next)
        status = read_item(r, token, err);
    return status;
}

static fh_status read_line(fh_live_parser *p, reading *r, fh_str line, fh_error *err)
{
    fh_error why = {0};
    const fh_status status = fh_json_read(p->json, line, &r->doc, &why);
    if (status == FH_OK) return read_item(r, 0, err);
    if (status == FH_NOMEM) return fh_no_memory(err);
    fh_live_fault fault = {
        .index = r->n_sent++, .line = r->line, .hint = FH_STR("Each line holds one JSON object.")};
    if (!fh_arena_format(r->arena, &fault.reason, "%s", why.message)) return fh_no_memory(err);
    return keep_fault(r, &fault, err);
}

static fh_status read_lines(fh_live_parser *p, reading *r, fh_str body, size_t most, fh_error *err)
{
    size_t n_lines = 1;
    for (size_t i = 0; i < body.len; i++) n_lines += body.ptr[i] == '\n';
    fh_status status = make_room(r, n_lines < most ? n_lines : most, err);
    for (size_t at = 0; at < body.len && status == FH_OK;) {
        const char *newline = memchr(body.ptr + at, '\n', body.len - at);
        const size_t end = newline ? (size_t)(newline - body.ptr) : body.len;
        const fh_str line = fh_str_trim((fh_str){body.ptr + at, end - at});
        at = end + 1;
        r->line++;
        if (line.len == 0) continue;
        if (r->n_sent == most) return too_many(most, err);
        status = read_line(p, r, line, err);
    }
    return status;
}

/* A huge body's tape is not kept for ever. */
static fh_status ready(fh_live_parser *p, size_t n_tokens, fh_error *err)
{
    if (p->json && n_tokens > KEPT_TOKENS) {
        fh_json_reader_free(p->json);
        p->json = NULL;
    }
    if (!p->json) p->json = fh_json_reader_new(NULL, MAX_TOKENS);
    return p->json ? FH_OK : fh_no_memory(err);
}

fh_status fh_live_parse(fh_live_parser *p, fh_str body, fh_live_format format, size_t max_items,
                        fh_arena *arena, fh_live_body *out, fh_error *err)
{
    reading r = {.arena = arena, .format = format};
    const size_t most = max_items < FH_LIVE_MAX_ITEMS ? max_items : FH_LIVE_MAX_ITEMS;
    fh_status status = ready(p, 0, err);
    if (status == FH_OK && format == FH_LIVE_JSON)
        status = read_json(p, &r, body, most, err);
    else if (status == FH_OK)
        status = read_lines(p, &r, body, most, err);
    const fh_status kept = ready(p, r.doc.n_tokens, err);
    if (status == FH_OK) status = kept;
    if (status != FH_OK) return status;
    *out = (fh_live_body){.items = {r.n, r.row, r.source, r.index},
                          .n_faults = r.n_faults,
                          .fault = r.fault,
                          .n_sent = r.n_sent};
    return FH_OK;
}

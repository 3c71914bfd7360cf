/* records.c - records: made, listed, read, changed, moved, whatever their kind.
 *
 * One set of routes for all kinds; who may do what is said by the kind and checked by the
 * use case (app/records/records.h). A change names the version that was seen: when somebody was
 * quicker, the problem shows the record as it is now, and nothing of either is lost.
 */
#include "api/record_call.h"

#include "base/put.h"

#include <stddef.h>

enum { LIST_MAX = 500, COLUMN_MAX = 20, SIMILAR_MAX = 8, RECORD_JSON_MAX = 4 << 20 };

/* ---- One record ---------------------------------------------------------------------------- */

fh_status fh_call_record(fh_call *c, fh_record_view *out, fh_error *err)
{
    int64_t record = 0;
    fh_status s = fh_call_number64(c, 1, &record, err);
    if (!s) s = fh_record_get(c->org, &c->actor, record, c->arena, out, err);
    if (s || fh_str_eq(out->kind->name, c->path_value[0]) ||
        fh_str_eq(c->path_value[0], FH_STR(FH_ANY_KIND)))
        return s;
    (void)fh_fail(err, FH_NOTFOUND, "record %lld is none of the kind '%.*s'", (long long)record,
                  (int)(c->path_value[0].len < 64 ? c->path_value[0].len : 64),
                  c->path_value[0].ptr);
    return fh_hint(err, FH_NOTFOUND, "It is at /api/v1/records/%.*s/%lld.",
                   FH_STR_ARG(out->kind->name), (long long)out->row.record);
}

static fh_status put_record(fh_call *c, const fh_record_view *r, fh_str code, fh_error *err)
{
    fh_record_names *names = NULL;
    fh_buf text;
    fh_json j;
    fh_status s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_buf_init(&text, NULL, RECORD_JSON_MAX);
    fh_json_begin(&j, &text, 0);
    s = fh_record_detail_json(c->org, &c->actor, r, names, &j, err);
    if (!s && text.status) s = fh_no_memory(err);
    if (!s) {
        fh_json_object(&c->json);
        fh_json_members(&c->json, fh_buf_view(&text));
        if (code.len) fh_put_text(&c->json, "code", code);
        fh_json_end_object(&c->json);
    }
    fh_buf_free(&text);
    c->tag_for_part = true; /* comments and links do not move the version */
    return s ? s : fh_call_version_is(c, r->row.version, err);
}

fh_status fh_call_show_record(fh_call *c, const fh_record_view *r, fh_error *err)
{
    return put_record(c, r, (fh_str){0}, err);
}

fh_status fh_call_show_again(fh_call *c, int64_t record, fh_error *err)
{
    fh_record_view r;
    const fh_status s = fh_record_get(c->org, &c->actor, record, c->arena, &r, err);
    return s ? s : fh_call_show_record(c, &r, err);
}

static fh_status current_json(fh_call *c, int64_t record, fh_buf *out)
{
    fh_record_view now;
    fh_record_names *names = NULL;
    fh_json j;
    fh_status s = fh_record_get(c->org, &c->actor, record, c->arena, &now, NULL);
    if (!s) s = fh_record_names_new(c->org, &c->actor, c->arena, &names, NULL);
    if (s) return s;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    fh_put_key(&j, "current");
    s = fh_record_json(&now, names, &j, NULL);
    if (!s) s = fh_record_names_json(names, &j, NULL);
    fh_json_end_object(&j);
    return s;
}

fh_status fh_call_stale_record(fh_call *c, int64_t record, fh_status s)
{
    fh_buf text;
    if (s != FH_STALE) return s;
    fh_buf_init(&text, NULL, RECORD_JSON_MAX);
    if (current_json(c, record, &text) || text.status ||
        !fh_arena_str(c->arena, fh_buf_view(&text), &c->problem))
        c->problem = (fh_str){0}; /* then it has to be read again, as the remedy says */
    fh_buf_free(&text);
    return s;
}

/* ---- What is sent -------------------------------------------------------------------------- */

fh_status fh_call_reference(const fh_call *c, const char *key, uint32_t *out, fh_error *err)
{
    bool there = false;
    int64_t number = 0;
    const fh_status s = fh_call_integer(c, key, &number, &there, err);
    *out = 0;
    if (s || !there) return s;
    if (number < 0 || number > UINT32_MAX)
        return fh_fail(err, FH_INVALID, "/%s is a number, or null for none", key);
    *out = (uint32_t)number;
    return FH_OK;
}

fh_status fh_call_record_input(const fh_call *c, fh_record_input *out, fh_error *err)
{
    bool there = false;
    const uint32_t at = fh_json_get(c->body, 0, FH_STR("fields"));
    out->kind = c->path_value[0];
    out->doc = c->body;
    out->fields = at && c->body->token[at].type != FH_JSON_NULL ? at : UINT32_MAX;
    if (out->fields != UINT32_MAX && c->body->token[at].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/fields must be an object: name of a field to its value");
    return fh_call_text(c, "words", &out->words, &there, err);
}

static fh_status member_text(const fh_call *c, uint32_t object, const char *key, fh_str *out,
                             fh_error *err)
{
    const fh_json_doc *doc = c->body;
    const uint32_t at = fh_json_get(doc, object, fh_str_of(key));
    fh_str text;
    *out = (fh_str){0};
    if (!at || doc->token[at].type == FH_JSON_NULL) return FH_OK;
    if (doc->token[at].type != FH_JSON_STRING)
        return fh_fail(err, FH_INVALID, "'%s' of what it is about must be a text", key);
    return fh_json_text(doc, at, c->arena, &text) && fh_arena_str(c->arena, text, out)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_call_about(const fh_call *c, uint32_t at, fh_record_about *out, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    *out = (fh_record_about){.person = c->actor.person};
    if (doc->token[at].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "what it is about must be an object");
    fh_status s = member_text(c, at, "what", &out->what, err);
    if (!s) s = member_text(c, at, "key", &out->key, err);
    if (!s) s = member_text(c, at, "words", &out->words, err);
    if (s) return s;
    const uint32_t number = fh_json_get(doc, at, FH_STR("number"));
    if (number && doc->token[number].type != FH_JSON_NULL &&
        !fh_json_i64(doc, number, &out->number))
        return fh_fail(err, FH_INVALID, "'number' of what it is about must be a whole number");
    if (out->what.len) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "'what' is missing of what it is about");
    return fh_hint(err, FH_INVALID,
                   "Say record, customer, interaction, touchpoint, department, person, message or "
                   "stories.");
}

/* ---- Making, changing, moving -------------------------------------------------------------- */

static fh_status read_abouts(const fh_call *c, fh_record_input *in, fh_error *err)
{
    const uint32_t list = fh_json_get(c->body, 0, FH_STR("about"));
    if (!list || c->body->token[list].type == FH_JSON_NULL) return FH_OK;
    if (c->body->token[list].type != FH_JSON_ARRAY)
        return fh_fail(err, FH_INVALID, "/about must be a list");
    const uint32_t end = c->body->token[list].next;
    fh_record_about *about = FH_NEW_ARRAY(c->arena, fh_record_about, (size_t)(end - list));
    if (!about) return fh_no_memory(err);
    fh_status s = FH_OK;
    for (uint32_t at = list + 1; !s && at < end; at = c->body->token[at].next)
        s = fh_call_about(c, at, &about[in->n_about++], err);
    in->about = about;
    return s;
}

static fh_status read_new(const fh_call *c, fh_record_input *in, fh_error *err)
{
    static const char *const known[] = {"fields",     "words",   "anonymous", "go_between", "owner",
                                        "department", "copy_of", "about",     "between",    NULL};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_record_input(c, in, err);
    if (!s) s = fh_call_bool(c, "anonymous", &in->anonymous, &there, err);
    if (!s) s = fh_call_reference(c, "go_between", &in->go_between, err);
    if (!s) s = fh_call_reference(c, "owner", &in->owner, err);
    if (!s) s = fh_call_reference(c, "department", &in->department, err);
    if (!s) s = fh_call_reference(c, "copy_of", &in->copy_of, err);
    if (!s) s = fh_call_text(c, "between", &in->between, &there, err);
    if (!s) s = read_abouts(c, in, err);
    in->key = c->api->options.key;
    return s;
}

static fh_status make_record(fh_call *c, fh_error *err)
{
    fh_record_input in = {.fields = UINT32_MAX};
    fh_record_view r;
    fh_str code = {0}, path;
    fh_status s = read_new(c, &in, err);
    if (!s) s = fh_record_make(c->org, &c->actor, &in, c->arena, &r, &code, err);
    if (!s) s = fh_record_get(c->org, &c->actor, r.row.record, c->arena, &r, err);
    if (s == FH_NOTFOUND && code.len) s = FH_OK; /* told without a name: seen by those concerned */
    if (!s) s = put_record(c, &r, code, err);
    if (!s && code.len) c->untagged = true; /* the code is shown once and kept nowhere */
    if (!s && !fh_arena_format(c->arena, &path, "/api/v1/records/%.*s", FH_STR_ARG(r.kind->name)))
        s = fh_no_memory(err);
    return s ? s : fh_call_made(c, path.ptr, r.row.record, err);
}

static fh_status get_record(fh_call *c, fh_error *err)
{
    fh_record_view r;
    const fh_status s = fh_call_record(c, &r, err);
    return s ? s : fh_call_show_record(c, &r, err);
}

/* If-Match: * takes whatever there is. */
static int64_t seen_version(const fh_call *c, const fh_record_view *r)
{
    return c->version ? c->version : r->row.version;
}

static fh_status change_record(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"fields", "words", NULL};
    fh_record_input in = {.fields = UINT32_MAX};
    fh_record_view r, now;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_record_input(c, &in, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (s) return s;
    s = fh_record_change(c->org, &c->actor, r.row.record, seen_version(c, &r), &in, c->arena, &now,
                         err);
    if (s) return fh_call_stale_record(c, r.row.record, s);
    return fh_call_show_again(c, now.row.record, err);
}

static fh_status move_record(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"move", "fields", "words", NULL};
    fh_record_input in = {.fields = UINT32_MAX};
    fh_record_view r, now;
    fh_str move = {0};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "move", &move, NULL, err);
    if (!s) s = fh_call_record_input(c, &in, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (s) return s;
    s = fh_record_move(c->org, &c->actor, r.row.record, seen_version(c, &r), move, &in, c->arena,
                       &now, err);
    if (s) return fh_call_stale_record(c, r.row.record, s);
    return fh_call_show_again(c, now.row.record, err);
}

/* ---- Lists --------------------------------------------------------------------------------- */

static fh_status who(const fh_call *c, const char *name, fh_str text, uint32_t *out, fh_error *err)
{
    *out = 0;
    if (!text.len) return FH_OK;
    if (fh_str_eq(text, FH_STR("me"))) {
        *out = c->actor.person;
        return *out ? FH_OK : fh_fail(err, FH_INVALID, "%s=me: no person stands behind this", name);
    }
    int64_t number = 0;
    if (fh_call_cursor(text, &number, NULL) == FH_OK && number > 0 && number <= UINT32_MAX) {
        *out = (uint32_t)number;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "%s=%.*s is nobody", name, (int)(text.len < 40 ? text.len : 40),
                  text.ptr);
    return fh_hint(err, FH_INVALID, "Give the number of a person, or me.");
}

static fh_status about_what(const fh_records_query *q, fh_records_filter *out, fh_error *err)
{
    const struct {
        const char *what;
        uint64_t number;
    } all[] = {{"touchpoint", q->touchpoint},
               {"customer", q->customer},
               {"record", q->record},
               {"map", q->map}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (!all[i].number) continue;
        if (out->number)
            return fh_fail(err, FH_INVALID, "give one of touchpoint, customer, record and map");
        out->what = fh_str_of(all[i].what);
        out->number = all[i].number > INT64_MAX ? INT64_MAX : (int64_t)all[i].number;
    }
    if (q->element.len && !q->map) {
        (void)fh_fail(err, FH_INVALID, "element=%.*s: of which map?",
                      (int)(q->element.len < 40 ? q->element.len : 40), q->element.ptr);
        return fh_hint(err, FH_INVALID, "Give its number, too: map=3.");
    }
    out->element = q->element;
    return FH_OK;
}

static fh_status period(const fh_call *c, const fh_records_query *q, fh_records_filter *out,
                        fh_error *err)
{
    const fh_filter_text text = {.from = q->from, .until = q->until};
    fh_filter made = {0};
    const fh_status s = fh_filter_compile(c->org, &text, c->arena, &made, err);
    if (s) return s;
    if (made.has_from) out->from_ms = made.from_ms;
    if (made.has_until) out->until_ms = made.until_ms;
    return FH_OK;
}

fh_status fh_call_records_filter(const fh_call *c, fh_records_filter *out, fh_error *err)
{
    const fh_records_query *q = c->query;
    if (q->limit < 1 || q->limit > LIST_MAX)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", LIST_MAX);
    if (q->department > UINT32_MAX) return fh_fail(err, FH_INVALID, "there is no such department");
    *out = (fh_records_filter){.kind = c->path_value[0].len ? c->path_value[0] : q->kind,
                               .kinds = q->kinds,
                               .but = q->but,
                               .state = q->state,
                               .open = q->open == 2 ? -1 : (int)q->open,
                               .ownerless = q->ownerless,
                               .department = (uint32_t)q->department,
                               .text = q->text,
                               .field = q->field,
                               .value = q->value,
                               .order = (fh_record_order)q->order,
                               .cursor = q->after};
    const fh_kind *kind = NULL;
    fh_status s = out->kind.len ? fh_kind_get(c->org, out->kind, c->arena, &kind, err) : FH_OK;
    if (!s) s = who(c, "owner", q->owner, &out->owner, err);
    if (!s) s = who(c, "author", q->author, &out->author, err);
    if (!s) s = who(c, "asked", q->asked, &out->asked, err);
    if (!s) s = who(c, "follower", q->follower, &out->follower, err);
    if (!s) s = who(c, "with", q->with, &out->with, err);
    if (!s) s = who(c, "elsewhere", q->elsewhere, &out->elsewhere, err);
    if (!s) s = who(c, "not-author", q->not_author, &out->not_author, err);
    if (!s) s = about_what(q, out, err);
    if (!s && (q->from.len || q->until.len)) s = period(c, q, out, err);
    return s;
}

static fh_status put_items(fh_call *c, const fh_record_view *r, size_t n, fh_record_names *names,
                           fh_error *err)
{
    fh_status s = FH_OK;
    fh_put_key(&c->json, "items");
    fh_json_array(&c->json);
    for (size_t i = 0; !s && i < n; i++) s = fh_record_json(&r[i], names, &c->json, err);
    fh_json_end_array(&c->json);
    return s;
}

static fh_status list_records(fh_call *c, fh_error *err)
{
    const fh_records_query *q = c->query;
    fh_records_filter filter;
    const fh_record_view *r = NULL;
    fh_record_names *names = NULL;
    fh_str next = {0};
    size_t n = 0;
    fh_status s = fh_call_records_filter(c, &filter, err);
    if (!s)
        s = fh_records_list(c->org, &c->actor, &filter, (size_t)q->limit, c->arena, &r, &n, &next,
                            err);
    if (!s) s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_json_object(&c->json);
    s = put_items(c, r, n, names, err);
    if (!s) s = fh_record_names_json(names, &c->json, err);
    fh_put_text_or_null(&c->json, "next", next);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status put_column(fh_call *c, const fh_records_filter *filter, const fh_state *state,
                            uint64_t count, fh_record_names *names, fh_error *err)
{
    const fh_record_view *r = NULL;
    fh_records_filter in = *filter;
    fh_str next = {0};
    size_t n = 0;
    fh_status s = FH_OK;
    in.state = state->name;
    if (count)
        s = fh_records_list(c->org, &c->actor, &in, COLUMN_MAX, c->arena, &r, &n, &next, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "state", state->name);
    fh_put_number(&c->json, "count", count);
    s = put_items(c, r, n, names, err);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status show_board(fh_call *c, fh_error *err)
{
    fh_records_filter filter;
    const fh_kind *kind = NULL;
    const uint64_t *count = NULL;
    fh_record_names *names = NULL;
    size_t n = 0;
    fh_status s = fh_call_records_filter(c, &filter, err);
    filter.cursor = (fh_str){0};
    if (!s) s = fh_kind_get(c->org, c->path_value[0], c->arena, &kind, err);
    if (!s) s = fh_records_count(c->org, &c->actor, &filter, c->arena, &count, &n, err);
    if (!s) s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "states");
    fh_json_array(&c->json);
    for (size_t i = 0; !s && i < kind->n_states && i < n; i++)
        s = put_column(c, &filter, &kind->state[i], count[i], names, err);
    fh_json_end_array(&c->json);
    if (!s) s = fh_record_names_json(names, &c->json, err);
    fh_json_end_object(&c->json);
    return s;
}

typedef struct similar_query {
    fh_str text;
} similar_query;

static const fh_option similar_options[] = {
    {0, "text", FH_OPTION_TEXT, offsetof(similar_query, text), "WORDS", "what is being written",
     NULL},
    {0},
};

static fh_status list_similar(fh_call *c, fh_error *err)
{
    const similar_query *q = c->query;
    const fh_record_view *r = NULL;
    fh_record_names *names = NULL;
    size_t n = 0;
    fh_status s = fh_records_similar(c->org, &c->actor, c->path_value[0], q->text, SIMILAR_MAX,
                                     c->arena, &r, &n, err);
    if (!s) s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_json_object(&c->json);
    s = put_items(c, r, n, names, err);
    if (!s) s = fh_record_names_json(names, &c->json, err);
    fh_json_end_object(&c->json);
    return s;
}

/* ---- The table ----------------------------------------------------------------------------- */

#define TEXT(member, arg, help)                                                         \
    {                                                                                   \
        0, #member, FH_OPTION_TEXT, offsetof(fh_records_query, member), arg, help, NULL \
    }
#define COUNT(member, arg, help)                                                         \
    {                                                                                    \
        0, #member, FH_OPTION_COUNT, offsetof(fh_records_query, member), arg, help, NULL \
    }

const fh_option fh_records_of_kind_options[] = {
    TEXT(state, "NAME", "only those in this state"),
    {0, "open", FH_OPTION_CHOICE, offsetof(fh_records_query, open), "all|yes|no",
     "only those where something is still to be done, or nothing any more", NULL},
    {0, "ownerless", FH_OPTION_FLAG, offsetof(fh_records_query, ownerless), NULL,
     "only those that are nobody's", NULL},
    TEXT(owner, "PERSON", "only those of this person: a number, or me"),
    COUNT(department, "N", "only those of this department"),
    TEXT(author, "PERSON", "only those made by this person"),
    TEXT(asked, "PERSON", "only those offered to this person"),
    TEXT(follower, "PERSON", "only those that this person follows"),
    TEXT(with, "PERSON", "only those of this person, or offered to them"),
    TEXT(elsewhere, "PERSON", "only those neither of this person nor offered to them"),
    {0, "not-author", FH_OPTION_TEXT, offsetof(fh_records_query, not_author), "PERSON",
     "only those made by anybody else", NULL},
    COUNT(touchpoint, "N", "only those about this touchpoint"),
    COUNT(customer, "N", "only those about this customer"),
    COUNT(record, "N", "only those about this record"),
    COUNT(map, "N", "only those about this journey map, or anything on it"),
    TEXT(element, "ID", "only those about this element of the map"),
    TEXT(text, "WORDS", "only those with these words"),
    TEXT(field, "NAME", "a field that takes a choice"),
    TEXT(value, "WORD", "only those with this choice in that field"),
    TEXT(from, "DATE", "only those made then or later"),
    TEXT(until, "DATE", "only those made before"),
    {0, "order", FH_OPTION_CHOICE, offsetof(fh_records_query, order), "changed|oldest|bounced|due",
     "last changed, oldest evidence, most bounces, or what is overdue or due next first", NULL},
    TEXT(after, "NEXT", "go on behind this place: 'next' of the reply before"),
    COUNT(limit, "N", "at most so many, up to 500 (default 50)"),
    {0},
};

const fh_option fh_records_options[] = {
    TEXT(kind, "NAME", "only those of this kind"),
    {0, "kinds", FH_OPTION_LIST, offsetof(fh_records_query, kinds), "NAMES",
     "only those of these kinds", NULL},
    {0, "but", FH_OPTION_LIST, offsetof(fh_records_query, but), "NAMES", "none of these kinds",
     NULL},
    {0, "", FH_OPTION_INCLUDE, 0, NULL, NULL, fh_records_of_kind_options},
    {0},
};

const fh_records_query fh_records_defaults = {.limit = 50};

#define ASKED_OF_KIND                                                            \
    .query = fh_records_of_kind_options, .query_size = sizeof(fh_records_query), \
    .query_defaults = &fh_records_defaults

const fh_route fh_routes_records[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records",
     .id = "listRecords",
     .group = "Records",
     .summary = "Records of all kinds that the caller may see",
     .right = FH_RIGHT_TAKE_PART,
     .query = fh_records_options,
     .query_size = sizeof(fh_records_query),
     .query_defaults = &fh_records_defaults,
     .reply = "Records",
     .handle = list_records},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}",
     .id = "listRecordsOfKind",
     .group = "Records",
     .summary = "Records of one kind",
     .right = FH_RIGHT_TAKE_PART,
     ASKED_OF_KIND,
     .reply = "Records",
     .handle = list_records},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/records/{kind}",
     .id = "makeRecord",
     .group = "Records",
     .summary = "Make a record",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordNew",
     .reply = "RecordMade",
     .status = 201,
     .handle = make_record},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/board",
     .id = "showBoard",
     .group = "Records",
     .summary = "Records of one kind by state: how many, and the first of each",
     .right = FH_RIGHT_TAKE_PART,
     ASKED_OF_KIND,
     .reply = "Board",
     .handle = show_board},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/similar",
     .id = "listSimilarRecords",
     .group = "Records",
     .summary = "Records that are much like what is being written",
     .right = FH_RIGHT_TAKE_PART,
     .query = similar_options,
     .query_size = sizeof(similar_query),
     .reply = "SimilarRecords",
     .handle = list_similar},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/{record}",
     .id = "getRecord",
     .group = "Records",
     .summary = "One record, with moves, links, followers and history",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "RecordWhole",
     .handle = get_record},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/records/{kind}/{record}",
     .id = "changeRecord",
     .group = "Records",
     .summary = "Change fields of a record",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "RecordChange",
     .reply = "RecordWhole",
     .handle = change_record},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/records/{kind}/{record}/moves",
     .id = "moveRecord",
     .group = "Records",
     .summary = "Make a move: into another state",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "RecordMove",
     .reply = "RecordWhole",
     .handle = move_record},
    {.path = NULL},
};

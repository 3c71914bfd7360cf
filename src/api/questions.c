/* questions.c - the standard questions as routes: GET /api/v1/follows?top=5.
 *
 * Options, filter and answers are those of the command line (app/ask/question.h): the
 * same words, the same bytes. Text is for the command line that asks a server: it says
 * how wide its terminal is and whether it shows colours.
 */
#include "api/inside.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/identities.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Behind the question's own options in c->query. */
typedef struct terminal {
    uint64_t width;
    bool colour;
} terminal;

const fh_question *fh_route_question(const fh_route *r)
{
    return r->flags & FH_ROUTE_QUESTION ? r->data : NULL;
}

static size_t rounded(size_t n)
{
    return (n + 7) / 8 * 8;
}

void fh_route_question_begin(fh_call *c)
{
    fh_asking *ask = c->query;
    const fh_str accept = fh_http_field(c->x, "Accept");
    ask->format = fh_str_eq(accept, FH_STR("text/csv"))     ? FH_ANSWER_CSV
                  : fh_str_eq(accept, FH_STR(FH_XLSX_TYPE)) ? FH_ANSWER_XLSX
                  : fh_str_eq(accept, FH_STR("text/plain")) ? FH_ANSWER_TEXT
                                                            : FH_ANSWER_JSON;
}

static fh_status check_args(const fh_question *q, size_t n, fh_error *err)
{
    if (n >= q->min_args) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "'%s' is missing", q->argument);
    return fh_hint(err, FH_INVALID, "%s: %s.", q->argument, q->argument_help);
}

fh_status fh_call_may_ask(const fh_call *c, const fh_asking *ask, fh_error *err)
{
    return ask->customers.len ? fh_require(&c->actor, FH_RIGHT_STORIES, err) : FH_OK;
}

/* XLSX is a file: saved under the question's name when a browser goes to the address. */
static fh_status say_type(fh_call *c, uint32_t format, const char *name, fh_error *err)
{
    fh_str file;
    if (format == FH_ANSWER_CSV) c->type = FH_STR("text/csv; charset=utf-8; header=present");
    if (format == FH_ANSWER_TEXT || format == FH_ANSWER_TREE)
        c->type = FH_STR("text/plain; charset=utf-8");
    if (format != FH_ANSWER_XLSX) return FH_OK;
    c->type = FH_STR(FH_XLSX_TYPE);
    if (!fh_arena_format(c->arena, &file, "attachment; filename=\"%s.xlsx\"", name))
        return fh_no_memory(err);
    return fh_call_field(c, "Content-Disposition", file, err);
}

static fh_status ask(fh_call *c, fh_error *err)
{
    const fh_question *q = c->route->data;
    fh_asking *asking = c->query;
    const terminal *t =
        (const terminal *)(const void *)((const char *)c->query + rounded(q->options_size));
    const fh_text_style style = {.colour = t->colour,
                                 .width = t->width > 500 ? 500 : (uint32_t)t->width};
    fh_status s = check_args(q, c->n_args, err);
    if (!s) s = fh_call_may_ask(c, asking, err);
    asking->threads = 0;
    asking->actor = &c->actor;
    if (!s)
        s = fh_question_ask(q, c->org, c->query, c->args, c->n_args, &style, c->arena, &c->out,
                            err);
    return s ? s : say_type(c, asking->format, q->name, err);
}

/* Whose story it is, and that somebody has seen it, goes into the audit log. */
static fh_status ask_story(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    fh_status s = check_args(c->route->data, c->n_args, err);
    if (!s) s = fh_identity_find(c->org, c->args[0], &customer, err);
    if (s) return s;
    /* By number from here on: an identifier takes many steps to find. */
    fh_str *number = FH_NEW(c->arena, fh_str);
    if (!number || !fh_arena_format(c->arena, number, "#%u", customer)) return fh_no_memory(err);
    c->args = number;
    return fh_story_seen_beside(c, customer, ask, err);
}

/* What was asked, for the log; left out where it may name a customer. */
static fh_status asked_for(const fh_call *c, const fh_asking *asking, fh_str *out, fh_error *err)
{
    enum { TOLD_MAX = 400 };
    fh_str query = c->request->query;
    fh_buf text;
    fh_json j;
    if (asking->customers.len) return FH_OK;
    if (query.len > TOLD_MAX) query.len = TOLD_MAX;
    fh_buf_init(&text, fh_arena_allocator(c->arena), 8 * TOLD_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_text(&j, "asked", query);
    fh_json_end_object(&j);
    const bool ok = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok ? FH_OK : fh_no_memory(err);
}

static bool goes_on(const fh_call *c)
{
    static const fh_str after = {"after=", 6};
    const fh_str q = c->request->query;
    for (size_t i = 0; i + after.len <= q.len; i++)
        if ((!i || q.ptr[i - 1] == '&') && fh_str_eq((fh_str){q.ptr + i, after.len}, after))
            return true;
    return false;
}

/* That somebody looked at who is behind a figure goes into the audit log, once a list. */
static fh_status ask_customers(fh_call *c, fh_error *err)
{
    fh_org *org = NULL;
    fh_audit_object about = {.kind = FH_STR("customers")};
    fh_status s = ask(c, err);
    if (s || goes_on(c)) return s;
    s = asked_for(c, c->query, &about.after, err);
    if (!s) s = fh_pool_write(c->api->options.pool, 10000, &org, err);
    if (!s) s = fh_org_begin(org, err);
    if (!s) s = fh_audit(org, &c->actor, FH_AUDITED_CUSTOMERS_LISTED, &about, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(c->api->options.pool, org);
    return s;
}

/* Lists single customers. */
static bool lists_customers(const fh_question *q)
{
    return !strcmp(q->name, "customers") || !strcmp(q->name, "reviews");
}

/* Those of whose answers somebody may ask later who has seen them. */
static fh_route_handler *handler_of(const fh_question *q)
{
    if (!strcmp(q->name, "story")) return ask_story;
    return lists_customers(q) ? ask_customers : ask;
}

/* ---- Making the table ---------------------------------------------------------------- */

static int right_of(const fh_question *q)
{
    if (q == &fh_question_identities) return FH_RIGHT_IDENTITIES;
    if (!strcmp(q->name, "story") || lists_customers(q)) return FH_RIGHT_STORIES;
    if (!strcmp(q->name, "sources")) return FH_RIGHT_SOURCES;
    if (!strcmp(q->name, "participation")) return FH_RIGHT_TAKE_PART;
    return FH_RIGHT_ASK;
}

/* The question's options but `threads`, which is the server's business, and those of a
 * terminal. */
static fh_status options_of(const fh_question *q, fh_arena *arena, const fh_option **out,
                            fh_error *err)
{
    fh_option *flat = NULL;
    size_t n = 0, kept = 0;
    const fh_status s = fh_options_flat(q->options, 3, arena, &flat, &n, err);
    if (s) return s;
    for (size_t i = 0; i < n; i++)
        if (strcmp(flat[i].name, "threads") != 0) flat[kept++] = flat[i];
    const size_t behind = rounded(q->options_size);
    flat[kept++] = (fh_option){.name = "width",
                               .kind = FH_OPTION_COUNT,
                               .offset = behind + offsetof(terminal, width),
                               .arg = "N",
                               .help = "for text: columns of the terminal (default: no limit)"};
    flat[kept++] = (fh_option){.name = "colour",
                               .kind = FH_OPTION_FLAG,
                               .offset = behind + offsetof(terminal, colour),
                               .help = "for text: with colours"};
    flat[kept] = (fh_option){0};
    *out = flat;
    return FH_OK;
}

/* "getFollows", "getRuinedDays" */
static bool schema_name(fh_arena *arena, const char *name, const char *before, fh_str *out)
{
    char *text = NULL;
    size_t n = 0;
    if (!fh_arena_format(arena, out, "%s%s", before, name)) return false;
    text = FH_NEW_ARRAY(arena, char, out->len + 1);
    if (!text) return false;
    bool capital = true;
    for (size_t i = 0; i < out->len; i++) {
        char c = out->ptr[i];
        if (i < strlen(before)) {
            text[n++] = c;
            continue;
        }
        if (capital && c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        capital = c == '-';
        if (!capital) text[n++] = c;
    }
    *out = (fh_str){text, n};
    return true;
}

static fh_status route_of(const fh_question *q, fh_arena *arena, fh_route *out, fh_error *err)
{
    fh_str path, id, reply;
    const fh_option *options = NULL;
    const fh_status s = options_of(q, arena, &options, err);
    if (s) return s;
    const size_t size = rounded(q->options_size) + sizeof(terminal);
    char *defaults = FH_NEW_ARRAY(arena, char, size);
    if (!defaults || !fh_arena_format(arena, &path, "/api/v1/%s", q->name) ||
        !schema_name(arena, q->name, "get", &id) || !schema_name(arena, q->name, "", &reply))
        return fh_no_memory(err);
    if (q->defaults) memcpy(defaults, q->defaults, q->options_size);
    *out = (fh_route){.method = FH_HTTP_GET,
                      .path = path.ptr,
                      .id = id.ptr,
                      .group = "Questions",
                      .summary = q->summary,
                      .right = right_of(q),
                      .flags = FH_ROUTE_QUESTION,
                      .query = options,
                      .query_size = size,
                      .query_defaults = defaults,
                      .reply = reply.ptr,
                      .handle = handler_of(q),
                      .data = q};
    return FH_OK;
}

fh_status fh_api_question_routes(fh_arena *arena, const fh_route **out, fh_error *err)
{
    size_t n = 0;
    while (fh_questions[n]) n++;
    fh_route *routes = FH_NEW_ARRAY(arena, fh_route, n + 2);
    if (!routes) return fh_no_memory(err);
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < n; i++) s = route_of(fh_questions[i], arena, &routes[i], err);
    if (!s) s = route_of(&fh_question_identities, arena, &routes[n], err);
    *out = routes;
    return s;
}

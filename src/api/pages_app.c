/* pages_app.c - the page that draws all others, as it begins: what stands around its contents
 * as the UI drew it when it was built (web/draw.mjs), and as JSON who is here and what the
 * organisation has set, so that the script need ask for neither.
 *
 * The text has marks, never one within another's stretch:
 *   {{name}} {{organisation}} {{customer}} {{customers}}    texts, escaped
 *   {{if RIGHT}} ... {{end}}, {{not RIGHT}} ... {{end}}       for those who may, or may not; `own`
 *                                                         for whom a story is about
 *   {{begin}}                                             the JSON
 *
 * It is somebody's own: it is kept nowhere. Its policy lets nothing run but our own files,
 * and lets no text become markup (Trusted Types, without any policy of ours); a block of
 * JSON is no script to it.
 */
#include "api/assets.h"
#include "api/inside.h"
#include "app/ask/calling.h"
#include "app/report/html.h"
#include "base/put.h"

/* ---- Filling in ----------------------------------------------------------------------- */

typedef struct reader {
    const fh_actor *actor;
    fh_str organisation, customer, customers;
    fh_str begin; /* JSON without any '<' */
} reader;

static bool may_by_word(const fh_actor *a, fh_str word)
{
    if (fh_str_eq(word, FH_STR("own"))) return a->customer && fh_may(a, FH_RIGHT_OWN_STORY);
    for (unsigned i = 0; i < FH_N_RIGHTS; i++)
        if (fh_str_eq(word, fh_str_of(fh_right_word((fh_right)i)))) return fh_may(a, (fh_right)i);
    return false;
}

/* What a mark stands for; *shown: whether what follows it is. */
static void put_mark(const reader *r, fh_str mark, const fh_html *h, bool *shown)
{
    static const fh_str when = {"if ", 3}, unless = {"not ", 4};
    const struct {
        const char *name;
        fh_str text;
    } texts[] = {{"name", r->actor->name},
                 {"organisation", r->organisation},
                 {"customer", r->customer},
                 {"customers", r->customers}};
    if (fh_str_starts(mark, when))
        *shown = may_by_word(r->actor, (fh_str){mark.ptr + when.len, mark.len - when.len});
    else if (fh_str_starts(mark, unless))
        *shown = !may_by_word(r->actor, (fh_str){mark.ptr + unless.len, mark.len - unless.len});
    else if (fh_str_eq(mark, FH_STR("end")))
        *shown = true;
    else if (*shown && fh_str_eq(mark, FH_STR("begin")))
        fh_buf_str(h->out, r->begin);
    for (size_t i = 0; *shown && i < sizeof texts / sizeof texts[0]; i++)
        if (fh_str_eq(mark, fh_str_of(texts[i].name))) fh_html_say(h, "%s", texts[i].text);
}

/* Up to where `pair` stands twice, or the end. */
static size_t before(fh_str text, char c)
{
    size_t i = 0;
    while (i < text.len && !(text.ptr[i] == c && i + 1 < text.len && text.ptr[i + 1] == c)) i++;
    return i;
}

static void fill_in(const reader *r, fh_str text, const fh_html *h)
{
    bool shown = true;
    while (text.len) {
        const size_t open = before(text, '{');
        if (shown) fh_buf_put(h->out, text.ptr, open);
        if (open == text.len) return;
        text = (fh_str){text.ptr + open + 2, text.len - open - 2};
        const size_t shut = before(text, '}');
        put_mark(r, (fh_str){text.ptr, shut}, h, &shown);
        const size_t past = shut + 2 < text.len ? shut + 2 : text.len;
        text = (fh_str){text.ptr + past, text.len - past};
    }
}

/* ---- Who is here ------------------------------------------------------------------------- */

/* In HTML nothing ends a block of JSON but "</script": without '<' none can. */
static fh_status without_tags(fh_str json, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, FH_REPLY_MAX);
    for (size_t i = 0; i < json.len; i++) {
        if (json.ptr[i] == '<')
            fh_buf_text(&text, "\\u003c");
        else
            fh_buf_char(&text, json.ptr[i]);
    }
    const bool whole = !text.status && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return whole ? FH_OK : fh_no_memory(err);
}

static fh_status write_begin(fh_call *c, fh_session_now *now, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_json j;
    int64_t version = 0;
    fh_buf_init(&text, NULL, FH_REPLY_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_key(&j, "me");
    fh_status s = fh_call_me(c, &j, now, err);
    fh_put_key(&j, "settings");
    if (!s) s = fh_call_settings(c, &j, &version, err);
    fh_str tag = {0};
    if (!s && !fh_arena_format(c->arena, &tag, "\"%lld\"", (long long)version))
        s = fh_no_memory(err);
    fh_put_text(&j, "tag", tag);
    fh_json_end_object(&j);
    if (!s && text.status) s = fh_no_memory(err);
    if (!s) s = without_tags(fh_buf_view(&text), c->arena, out, err);
    fh_buf_free(&text);
    return s;
}

static fh_status read_words(fh_call *c, reader *r, fh_error *err)
{
    fh_calling calling;
    fh_status s = fh_setting_get(c->org, FH_STR("name"), c->arena, &r->organisation, err);
    if (!s) s = fh_calling_read(c->org, c->arena, &calling, err);
    if (s) return s;
    if (!r->organisation.len) r->organisation = FH_STR("Firsthand");
    r->customer = fh_str_of(calling.one);
    r->customers = fh_str_of(calling.many);
    return FH_OK;
}

/* ---- The page ---------------------------------------------------------------------------- */

/* Who may not see the page, or is told something above it, has it drawn by the script. */
static fh_str drawn_for(const fh_web_page *page, const fh_session_now *now)
{
    const bool usual = page && !now->must_add_factor &&
                       (!*page->right || may_by_word(&now->actor, fh_str_of(page->right)));
    return usual ? page->html : fh_web_bare;
}

/* The page's script is asked for together with what draws all pages. */
static fh_status get_page(fh_call *c, fh_error *err)
{
    const fh_web_page *page = fh_web_page_at(c->request->path);
    const fh_html h = {.out = &c->out};
    fh_session_now now = {.actor = c->actor};
    reader r = {.actor = &now.actor};
    fh_status s = write_begin(c, &now, &r.begin, err);
    if (!s) s = read_words(c, &r, err);
    if (!s) s = fh_call_field(c, "Content-Security-Policy", fh_str_of(fh_web_policy), err);
    if (!s && page) s = fh_call_field(c, "Link", fh_str_of(page->preloads), err);
    if (s) return s;
    fill_in(&r, drawn_for(page, &now), &h);
    return FH_OK;
}

const fh_route fh_routes_app[] = {
    {.method = FH_HTTP_GET,
     .path = "/",
     .id = "pageApp",
     .group = "Pages",
     .summary = "The page that draws all others; also below /stories, /people and so on",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_FOREIGN_QUERY,
     .reply_type = "text/html; charset=utf-8",
     .handle = get_page},
    {.path = NULL},
};

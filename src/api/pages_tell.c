/* pages_tell.c - pages for whoever stands at a touchpoint, with a phone and no account.
 *
 *     GET|POST /tell/{code}        "obviously broken", in one tap: behind a QR code; a thank-you,
 * an idea GET      /tell/{code}/sheet  that QR code on a page to be printed GET|POST /reply/{code}
 * what became of it, and an answer: by the author's code
 *
 * And the address of any page of ours as a QR code, for who looks at it on a big screen.
 *
 * They work without script and load one style sheet. Nothing about who asks is stored: not the
 * address, not the browser. How often one address and one code may tell is limited.
 */
#include "api/page.h"
#include "app/ask/words.h"
#include "app/people/audit.h"
#include "app/records/qr.h"
#include "app/records/record_between.h"
#include "app/records/records.h"
#include "base/put.h"
#include "store/record_ways.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 2000, JSON_MAX = 64 << 10, TOKENS = 1000, ENTRIES = 50 };

/* From one address; through one code. */
static const fh_limit_rule by_address = {10, 30000, 10, 30000, 900000};
static const fh_limit_rule by_code = {120, 5000, 120, 5000, 60000};

static fh_status may_tell(const fh_call *c, fh_error *err)
{
    char space[64];
    fh_status s = fh_form_limit(c, &by_address, fh_limit_address_key(c->caller.ip, space), err);
    return s ? s : fh_form_limit(c, &by_code, c->path_value[0], err);
}

/* ---- A touchpoint's code ------------------------------------------------------------------- */

static fh_status touchpoint_name(fh_call *c, uint32_t touchpoint, fh_str *out, fh_error *err)
{
    fh_names names;
    const fh_status s = fh_dict_names(c->org, FH_DICT_TOUCHPOINT, c->arena, &names, err);
    if (s) return s;
    *out = touchpoint < names.n ? names.name[touchpoint] : (fh_str){0};
    if (touchpoint && out->len) return FH_OK;
    return fh_fail(err, FH_NOTFOUND, "there is no touchpoint %u", touchpoint);
}

/* Behind our address. */
static fh_status address_of(const fh_call *c, const char *folder, fh_str path, fh_str *out,
                            fh_error *err)
{
    const fh_str base = c->api->options.base_url;
    const bool set = base.len > 0;
    if (!fh_arena_format(c->arena, out, "%s%.*s%s%.*s", set ? "" : "http://",
                         FH_STR_ARG(set ? base : c->request->host), folder, FH_STR_ARG(path)))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status url_of(const fh_call *c, fh_str code, fh_str *out, fh_error *err)
{
    return address_of(c, "/tell/", code, out, err);
}

static fh_status code_json(fh_call *c, const fh_tell_code *t, fh_error *err)
{
    fh_json *j = &c->json;
    fh_str name = {0}, url;
    fh_error unnamed = {0};
    fh_status s = touchpoint_name(c, t->touchpoint, &name, &unnamed);
    if (s == FH_NOTFOUND) s = FH_OK;
    if (!s) s = url_of(c, t->code, &url, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_text(j, "code", t->code);
    fh_put_text(j, "url", url);
    fh_put_number(j, "touchpoint", t->touchpoint);
    fh_put_text(j, "name", name);
    fh_put_number(j, "person", t->person);
    fh_put_time(j, "made_at", t->made_ms);
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status list_codes(fh_call *c, fh_error *err)
{
    const fh_tell_code *list = NULL;
    size_t n = 0;
    fh_status s = fh_tell_codes(c->org, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n && !s; i++) s = code_json(c, &list[i], err);
    fh_call_page_end(c, (fh_str){0});
    return s;
}

static fh_status note_code(fh_call *c, uint32_t touchpoint, fh_error *err)
{
    const fh_audit_object about = {.kind = FH_STR("touchpoint"), .number = touchpoint};
    return fh_audit(c->org, &c->actor, FH_AUDITED_TELL_CODE_CHANGED, &about, err);
}

/* One a touchpoint: who asks again gets the same, so that sheets that hang stay good. */
static fh_status make_code(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"touchpoint", NULL};
    const fh_os *os = fh_pool_os(c->api->options.pool);
    fh_tell_code t = {.person = c->actor.person, .made_ms = os->now_ms(os->ctx)};
    fh_error none = {0};
    int64_t number = 0;
    fh_str name;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_integer(c, "touchpoint", &number, NULL, err);
    if (!s && (number < 1 || number > UINT32_MAX))
        s = fh_fail(err, FH_INVALID, "/touchpoint is the number of a touchpoint");
    t.touchpoint = (uint32_t)number;
    if (!s) s = touchpoint_name(c, t.touchpoint, &name, err);
    if (s) return s;
    s = fh_tell_code_of(c->org, t.touchpoint, c->arena, &t, &none);
    if (s == FH_NOTFOUND) {
        s = fh_short_code(c->org, c->arena, &t.code, err);
        if (!s) s = fh_tell_code_put(c->org, &t, err);
        if (!s) s = note_code(c, t.touchpoint, err);
    }
    return s ? s : code_json(c, &t, err);
}

static fh_status end_code(fh_call *c, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    fh_tell_code t;
    bool any = false;
    fh_status s = fh_tell_code_get(c->org, c->path_value[0], c->arena, &t, err);
    if (!s) s = fh_tell_code_end(c->org, t.code, os->now_ms(os->ctx), &any, err);
    return s ? s : note_code(c, t.touchpoint, err);
}

/* ---- The sheet ------------------------------------------------------------------------------- */

static fh_status show_sheet(fh_call *c, fh_error *err)
{
    fh_tell_code t;
    fh_str name, url;
    fh_html h;
    fh_status s = fh_tell_code_get(c->org, c->path_value[0], c->arena, &t, err);
    if (!s) s = touchpoint_name(c, t.touchpoint, &name, err);
    if (!s) s = url_of(c, t.code, &url, err);
    if (!s)
        s = fh_screen_begin(c, "Obviously broken?", "One tap tells us. No name, no account.", 0, &h,
                            err);
    if (s) return s;
    fh_html_say(&h, "<section class=\"sheet\">\n<h2>%s</h2>\n", name);
    s = fh_qr_svg(url, "QR code of the address below", h.out, err);
    fh_html_say(
        &h,
        "<p>Point your phone's camera here, or type</p>\n<p><code>%s</code></p>\n"
        "</section>\n<p class=\"quiet-text\">Print this page and put it up where it happens.</p>\n",
        url);
    fh_screen_end(&h);
    return s;
}

/* ---- Any page of ours ---- */

typedef struct qr_query {
    fh_str path;
} qr_query;

static const fh_option qr_options[] = {
    {0, "path", FH_OPTION_TEXT, offsetof(qr_query, path), "PATH", "of a page: /maps/3", NULL},
    {0},
};

/* Nobody is led elsewhere by a code that we drew. */
static bool is_ours(fh_str path)
{
    if (!path.len || path.ptr[0] != '/' || (path.len > 1 && path.ptr[1] == '/')) return false;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~' || path.ptr[i] == '\\') return false;
    return true;
}

static fh_status show_qr(fh_call *c, fh_error *err)
{
    const qr_query *q = c->query;
    fh_str url;
    if (!is_ours(q->path)) {
        (void)fh_fail(err, FH_INVALID, "path: it is no page of ours");
        return fh_hint(err, FH_INVALID, "It begins with /: path=/maps/3.");
    }
    const fh_status s = address_of(c, "", q->path, &url, err);
    if (s) return s;
    fh_buf_clear(&c->out);
    return fh_qr_svg(url, "QR code of this page's address", &c->out, err);
}

/* ---- Telling --------------------------------------------------------------------------------- */

typedef struct telling {
    fh_tell_code code;
    fh_str name; /* of the touchpoint */
    const fh_kind *kind;
    const fh_kind_field *choice, *place, *from; /* NULL: the kind has none */
    bool other;                                 /* not that it is broken */
} telling;

/* What can be told besides, in the same words. */
static const struct {
    const char *kind, *label;
} others[] = {{"thanks", "I want to say thank you"}, {"suggestion", "I have an idea"}};

/* `kind` empty: that it is broken. */
static fh_status kind_told(fh_call *c, fh_str kind, telling *t, fh_error *err)
{
    fh_str name = FH_STR("signal");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (fh_str_eq(kind, fh_str_of(others[i].kind))) name = fh_str_of(others[i].kind);
    t->other = !fh_str_eq(name, FH_STR("signal"));
    return fh_kind_get(c->org, name, c->arena, &t->kind, err);
}

static fh_status open_telling(fh_call *c, fh_str kind, telling *t, fh_error *err)
{
    fh_status s = fh_tell_code_get(c->org, c->path_value[0], c->arena, &t->code, err);
    if (!s) s = touchpoint_name(c, t->code.touchpoint, &t->name, err);
    if (!s) s = kind_told(c, kind, t, err);
    if (s) return s;
    for (uint32_t i = t->kind->n_fields; i-- > 0;) {
        const fh_kind_field *f = &t->kind->field[i];
        if (!t->other && f->type == FH_TYPE_CHOICE && !f->computed.len && !f->many) t->choice = f;
        if (t->other && fh_str_eq(f->name, FH_STR("from"))) t->from = f;
        if (f->type == FH_TYPE_TOUCHPOINT) t->place = f;
    }
    return FH_OK;
}

static const char *own_path(const fh_call *c, const char *start)
{
    fh_str path;
    return fh_arena_format(c->arena, &path, "%s%.*s", start, FH_STR_ARG(c->path_value[0]))
               ? path.ptr
               : "/";
}

static bool is_person(const fh_call *c)
{
    return c->actor.kind == FH_ACTOR_PERSON && !c->half && fh_may(&c->actor, FH_RIGHT_TAKE_PART);
}

static void put_telling_form(const fh_call *c, const telling *t, const fh_html *h, fh_str words)
{
    fh_form_begin(c, h, own_path(c, "/tell/"));
    fh_form_field(h, &(fh_entry){.name = "words",
                                 .label = "What is broken?",
                                 .type = "text",
                                 .autocomplete = "off",
                                 .hint = "A few words help; you may also leave it empty.",
                                 .value = words,
                                 .optional = true});
    if (is_person(c))
        fh_buf_text(h->out, "<p class=\"field\"><label><input type=\"checkbox\" name=\"unnamed\" "
                            "value=\"yes\"> Without my name</label></p>\n");
    fh_buf_text(h->out, "<fieldset><legend>One tap sends it</legend>\n");
    for (uint32_t i = 0; t->choice && i < t->choice->n_choices; i++)
        fh_html_say(h,
                    "<p class=\"do\"><button type=\"submit\" name=\"choice\" value=\"%s\">%s"
                    "</button></p>\n",
                    t->choice->choice[i].word, t->choice->choice[i].label);
    if (!t->choice || !t->choice->required)
        fh_buf_text(h->out, "<p class=\"do\"><button type=\"submit\">It is obviously broken"
                            "</button></p>\n");
    fh_buf_text(h->out, "</fieldset>\n<fieldset><legend>Or something good</legend>\n");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        fh_html_say(h,
                    "<p class=\"do\"><button type=\"submit\" name=\"kind\" value=\"%s\">%s"
                    "</button></p>\n",
                    fh_str_of(others[i].kind), fh_str_of(others[i].label));
    fh_buf_text(h->out, "</fieldset>\n</form>\n");
}

static fh_status show_telling(fh_call *c, const telling *t, fh_str words, const fh_error *problem,
                              fh_error *err)
{
    fh_html h;
    const fh_status s =
        fh_screen_begin(c, "Is something broken here?", "Tell it to those who can mend it.",
                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (problem) fh_screen_problem(&h, problem);
    fh_html_say(&h, "<h2>%s</h2>\n", t->name);
    put_telling_form(c, t, &h, words);
    fh_buf_text(h.out,
                "<p class=\"quiet-text\">Nothing about you is kept, unless you write it.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status tell_page(fh_call *c, fh_error *err)
{
    telling t = {0};
    const fh_status s = open_telling(c, (fh_str){0}, &t, err);
    return s ? s : show_telling(c, &t, (fh_str){0}, NULL, err);
}

/* "It does not work: Invoice" when no words were given. */
static fh_status title_of(const fh_call *c, const telling *t, fh_str words, fh_str choice,
                          fh_str *out, fh_error *err)
{
    fh_str label = t->other ? t->kind->title : FH_STR("Obviously broken");
    for (uint32_t i = 0; t->choice && i < t->choice->n_choices; i++)
        if (fh_str_eq(t->choice->choice[i].word, choice)) label = t->choice->choice[i].label;
    *out = words;
    if (words.len) return FH_OK;
    return fh_arena_format(c->arena, out, "%.*s: %.*s", FH_STR_ARG(label), FH_STR_ARG(t->name))
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status fields_of(const fh_call *c, const telling *t, fh_str title, fh_str choice,
                           fh_buf *out, fh_error *err)
{
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    fh_json_key(&j, t->kind->field[t->kind->title_field].name);
    fh_json_str(&j, title);
    if (t->place) {
        fh_json_key(&j, t->place->name);
        if (t->place->many) fh_json_array(&j);
        fh_json_uint(&j, t->code.touchpoint);
        if (t->place->many) fh_json_end_array(&j);
    }
    if (t->from) {
        fh_json_key(&j, t->from->name);
        fh_json_str(&j, is_person(c) ? FH_STR("colleague") : FH_STR("customer"));
    }
    if (t->choice && choice.len) {
        fh_json_key(&j, t->choice->name);
        fh_json_str(&j, choice);
    }
    fh_json_end_object(&j);
    return out->status ? fh_no_memory(err) : FH_OK;
}

static fh_status make_told(fh_call *c, const telling *t, fh_str words, fh_str choice, bool unnamed,
                           fh_str *code, fh_error *err)
{
    const fh_actor system = fh_actor_system();
    fh_json_doc doc;
    fh_record_view r;
    fh_str title;
    fh_buf text;
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_buf_init(&text, NULL, JSON_MAX);
    fh_status s = title_of(c, t, words, choice, &title, err);
    if (!s) s = fields_of(c, t, title, choice, &text, err);
    if (!s) s = fh_json_read(reader, fh_buf_view(&text), &doc, err);
    if (!s) {
        const fh_record_input in = {
            .kind = t->kind->name, .doc = &doc, .anonymous = unnamed || !is_person(c)};
        s = fh_record_make(c->org, is_person(c) ? &c->actor : &system, &in, c->arena, &r, code,
                           err);
    }
    fh_buf_free(&text);
    fh_json_reader_free(reader);
    return s;
}

static fh_status show_thanks(fh_call *c, const telling *t, fh_str code, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(c, "Thank you",
                                        t->other ? "It is with those it is meant for."
                                                 : "It is with those who can mend it.",
                                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (code.len)
        fh_html_say(&h,
                    "<div class=\"good\" role=\"status\"><p><strong>Do you want to know what "
                    "becomes of it?</strong></p><p>Keep this address: <a href=\"/reply/%s\">"
                    "/reply/%s</a>. It is shown only now, and nobody can tell from it who you "
                    "are.</p></div>\n",
                    code, code);
    fh_html_say(&h, "<p><a href=\"%t\">Something else is broken here</a></p>\n",
                own_path(c, "/tell/"));
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status tell(fh_call *c, fh_error *err)
{
    telling t = {0};
    fh_str words = {0}, choice = {0}, unnamed = {0}, kind = {0}, code = {0};
    fh_error problem = {0};
    fh_status s = fh_form_text(c, "kind", &kind, err);
    if (!s) s = open_telling(c, fh_str_trim(kind), &t, err);
    if (!s) s = fh_form_check(c, err);
    if (!s) s = fh_form_text(c, "words", &words, err);
    if (!s) s = fh_form_text(c, "choice", &choice, err);
    if (!s) s = fh_form_text(c, "unnamed", &unnamed, err);
    if (!s) s = may_tell(c, err);
    if (s) return s;
    words = fh_str_trim(words);
    s = make_told(c, &t, words, fh_str_trim(choice), unnamed.len > 0, &code, &problem);
    if (!s) {
        c->untagged = true;
        return show_thanks(c, &t, code, err);
    }
    if (err) *err = problem;
    return s;
}

/* ---- What became of it ----------------------------------------------------------------------- */

static fh_str member_of(const fh_json_doc *doc, const char *key, fh_arena *arena)
{
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    fh_str text = {0};
    if (!at || doc->token[at].type != FH_JSON_STRING || !fh_json_text(doc, at, arena, &text))
        return (fh_str){0};
    return text;
}

static const fh_kind_move *move_of(const fh_kind *k, fh_str name)
{
    const uint32_t i = fh_kind_find_move(k, name);
    return i < k->n_moves ? &k->move[i] : NULL;
}

/* What is for the author's eyes: moves with their words, and what was said. Nobody's name. */
static void put_entry(fh_call *c, const fh_html *h, const fh_record_view *r,
                      const fh_record_entry *e, fh_json_reader *reader)
{
    fh_json_doc doc;
    if (!e->details.len || fh_json_read(reader, e->details, &doc, NULL)) return;
    const bool moved = fh_str_eq(e->what, FH_STR("moved"));
    const bool said = fh_str_eq(e->what, FH_STR("commented"));
    const fh_kind_move *move = moved ? move_of(r->kind, member_of(&doc, "move", c->arena)) : NULL;
    const fh_str words = member_of(&doc, said ? "text" : "words", c->arena);
    if (!(move || said)) return;
    fh_html_say(h, "<li><p class=\"quiet-text\">%D</p>", e->at_ms);
    if (move) fh_html_say(h, "<p><strong>%s</strong></p>", move->label);
    if (words.len) fh_html_say(h, "<p>%s</p>", words);
    fh_buf_text(h->out, "</li>\n");
}

static fh_status put_entries(fh_call *c, const fh_html *h, const fh_record_view *r, fh_error *err)
{
    const fh_record_entry *e = NULL;
    size_t n = 0;
    fh_json_reader *reader = NULL;
    fh_status s = fh_record_entries(c->org, r->row.record, 0, ENTRIES, c->arena, &e, &n, err);
    if (!s) s = fh_api_reader(c->api, &reader, err);
    if (s) return s;
    fh_buf_text(h->out, "<ol>\n");
    for (size_t i = n; i-- > 0;) put_entry(c, h, r, &e[i], reader);
    fh_buf_text(h->out, "</ol>\n");
    fh_api_reader_done(c->api, reader);
    return FH_OK;
}

static fh_str state_label(const fh_record_view *r)
{
    const uint32_t i = fh_kind_find_state(r->kind, r->row.state);
    return i < r->kind->n_states ? r->kind->state[i].label : r->row.state;
}

/* Has a colleague who passes it on, to whom more can be said? */
static fh_status has_between(fh_call *c, bool *out, fh_error *err)
{
    fh_record row;
    int64_t record = 0;
    fh_status s = fh_record_of_code(c->org, c->path_value[0], &record, err);
    if (!s) s = fh_record_row(c->org, record, c->arena, &row, err);
    *out = !s && row.go_between && !row.author && !row.closed && c->api->options.key;
    return s;
}

static void put_between(fh_call *c, const fh_html *h)
{
    fh_buf_text(h->out, "<section><h2>For the colleague who passes it on</h2>\n");
    fh_form_begin(c, h, own_path(c, "/reply/"));
    fh_form_field(h, &(fh_entry){.name = "between",
                                 .label = "Who you are, or how to reach you",
                                 .type = "text",
                                 .autocomplete = "off",
                                 .hint = "Only they read it, and it is forgotten when this is "
                                         "done. It stands instead of what you told them "
                                         "before."});
    fh_form_end(h, "Tell only them");
    fh_buf_text(h->out, "</section>\n");
}

static fh_status show_reply(fh_call *c, const fh_error *problem, fh_error *err)
{
    fh_record_view r;
    fh_html h;
    bool between = false;
    fh_status s = fh_record_by_code(c->org, c->path_value[0], c->arena, &r, err);
    if (!s) s = has_between(c, &between, err);
    if (!s)
        s = fh_screen_begin(c, "What became of it",
                            "Only you have this address. Nobody can tell from it who you are.",
                            FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    s = fh_org_zone(c->org, c->arena, &h.zone, err);
    if (problem) fh_screen_problem(&h, problem);
    fh_html_say(&h, "<section><h2>%s</h2>\n<p>%s, told %D. Now: <strong>%s</strong>.</p>\n",
                r.row.title, r.kind->title, r.row.made_ms, state_label(&r));
    if (!s) s = put_entries(c, &h, &r, err);
    fh_buf_text(h.out, "</section>\n<section><h2>Your answer</h2>\n");
    fh_form_begin(c, &h, own_path(c, "/reply/"));
    fh_form_field(&h, &(fh_entry){.name = "text",
                                  .label = "What do you want to say?",
                                  .type = "text",
                                  .autocomplete = "off",
                                  .hint = "It stands there without a name."});
    fh_form_end(&h, "Send it");
    fh_buf_text(h.out, "</section>\n");
    if (between) put_between(c, &h);
    fh_screen_end(&h);
    return s;
}

static fh_status reply_page(fh_call *c, fh_error *err)
{
    c->untagged = true;
    return show_reply(c, NULL, err);
}

static fh_status say_reply(fh_call *c, fh_error *err)
{
    fh_str text = {0}, between = {0};
    fh_status s = fh_form_check(c, err);
    if (!s) s = fh_form_text(c, "text", &text, err);
    if (!s) s = fh_form_text(c, "between", &between, err);
    if (!s) s = may_tell(c, err);
    if (!s && text.len > TEXT_MAX)
        s = fh_fail(err, FH_INVALID, "the answer is longer than %d bytes", TEXT_MAX);
    between = fh_str_trim(between);
    if (!s && between.len)
        s = fh_between_say_by_code(c->org, c->api->options.key, c->path_value[0], between, err);
    else if (!s)
        s = fh_record_say_by_code(c->org, c->path_value[0], fh_str_trim(text), err);
    if (!s) fh_call_go(c, own_path(c, "/reply/"));
    return s;
}

/* ---- The table ------------------------------------------------------------------------------- */

static const char html[] = "text/html; charset=utf-8";
static const char form[] = "application/x-www-form-urlencoded";

const fh_route fh_routes_tell[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/tell-codes",
     .id = "listTellCodes",
     .group = "Records",
     .summary = "Codes that hang at touchpoints: whoever reads one tells what is broken there",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "TellCodes",
     .handle = list_codes},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/tell-codes",
     .id = "makeTellCode",
     .group = "Records",
     .summary = "The code of a touchpoint, to be put up there; the same when there is one",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "TellCodeNew",
     .reply = "TellCode",
     .status = 201,
     .handle = make_code},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/tell-codes/{code}",
     .id = "endTellCode",
     .group = "Records",
     .summary = "Let a code lead nowhere from now on",
     .right = FH_RIGHT_FINDINGS,
     .flags = FH_ROUTE_WRITES,
     .handle = end_code},
    {.method = FH_HTTP_GET,
     .path = "/tell/{code}/sheet",
     .id = "pageTellSheet",
     .group = "Pages",
     .summary = "The QR code of a touchpoint, to be printed",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_PAGE,
     .reply_type = html,
     .handle = show_sheet},
    {.method = FH_HTTP_GET,
     .path = "/tell/{code}",
     .id = "pageTell",
     .group = "Pages",
     .summary = "Tell what is obviously broken at a touchpoint",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC,
     .reply_type = html,
     .handle = tell_page},
    {.method = FH_HTTP_POST,
     .path = "/tell/{code}",
     .id = "formTell",
     .group = "Pages",
     .summary = "Tell it, in one tap",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_WRITES,
     .body_type = form,
     .reply_type = html,
     .max_body = 16 << 10,
     .handle = tell},
    {.method = FH_HTTP_GET,
     .path = "/reply/{code}",
     .id = "pageReply",
     .group = "Pages",
     .summary = "What became of something that was told without a name",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC,
     .reply_type = html,
     .handle = reply_page},
    {.method = FH_HTTP_POST,
     .path = "/reply/{code}",
     .id = "formReply",
     .group = "Pages",
     .summary = "Answer, still without a name",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_WRITES,
     .body_type = form,
     .reply_type = html,
     .status = 303,
     .max_body = 16 << 10,
     .handle = say_reply},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/qr",
     .id = "getPageCode",
     .group = "Service",
     .summary = "The address of a page as a QR code, to be read off a screen",
     .right = FH_ANYBODY,
     .query = qr_options,
     .query_size = sizeof(qr_query),
     .reply_type = "image/svg+xml",
     .handle = show_qr},
    {.path = NULL},
};

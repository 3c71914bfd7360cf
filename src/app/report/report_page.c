/* report_page.c - the page around the sections: head, contents, sources, how to
 * read it.
 *
 * The content policy allows nothing but the style sheet, by its SHA-256, so that
 * even markup that slipped through could load or run nothing.
 */
#include "app/report/report_parts.h"

#include <sodium.h>
#include <string.h>

/* ---- Parts for all sections -------------------------------------------------------- */

void fh_page_section(const fh_page *p, const char *id, const char *question)
{
    fh_html_say(&p->html, "<section id=\"%t\" aria-labelledby=\"%t-h\">\n<h2 id=\"%t-h\">%t</h2>\n",
                id, id, id, question);
}

void fh_page_end_section(const fh_page *p)
{
    fh_buf_text(p->html.out, "</section>\n");
}

void fh_page_basis(const fh_page *p, uint64_t n, const char *one, const char *many,
                   const char *definition)
{
    fh_html_say(&p->html, "<p class=\"basis\">n = %n %t", n, n == 1 ? one : many);
    if (p->period.len) fh_html_say(&p->html, ", %s", p->period);
    if (p->view->filtered.len) fh_html_say(&p->html, ", %s", p->view->filtered);
    fh_html_say(&p->html, ". %t</p>\n", definition);
}

void fh_page_needed(const fh_page *p, const char *what)
{
    fh_html_say(&p->html, "<p class=\"needed\">%t</p>\n", what);
}

fh_str fh_page_touchpoint(const fh_page *p, uint32_t number)
{
    return fh_view_name(&p->view->touchpoint, number);
}

fh_str fh_page_department(const fh_page *p, uint32_t number)
{
    return fh_view_name(&p->view->department, number);
}

/* ---- Head ------------------------------------------------------------------------------ */

static fh_str title_of(const fh_report_facts *facts, const fh_report_options *options)
{
    if (options->title.len) return options->title;
    return facts->name.len
               ? facts->name
               : fh_printed(facts->view->arena, "What %s live through", facts->view->calling.many);
}

static void put_head(const fh_page *p, fh_str title)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char
        base64[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    for (size_t i = 0; fh_page_style[i]; i++)
        (void)crypto_hash_sha256_update(&state, (const unsigned char *)fh_page_style[i],
                                        strlen(fh_page_style[i]));
    (void)crypto_hash_sha256_final(&state, hash);
    (void)sodium_bin2base64(base64, sizeof base64, hash, sizeof hash,
                            sodium_base64_VARIANT_ORIGINAL);
    fh_html_say(&p->html,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src 'sha256-%t'; img-src data:\"/>\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                "<meta name=\"generator\" content=\"Firsthand %t\"/>\n"
                "<link rel=\"icon\" href=\"data:,\"/>\n<title>%s</title>\n<style>",
                base64, FH_VERSION, title);
    for (size_t i = 0; fh_page_style[i]; i++) fh_buf_text(p->html.out, fh_page_style[i]);
    fh_buf_text(p->html.out, "</style>\n</head>\n");
}

static void put_top(const fh_page *p, fh_str title, const fh_report_options *options)
{
    const fh_html *h = &p->html;
    fh_html_say(h,
                "<body>\n<a class=\"skip\" href=\"#who\">Skip to the answers</a>\n"
                "<header>\n<p class=\"brand\">Firsthand</p>\n<h1>%s</h1>\n<p class=\"lead\">",
                title);
    fh_html_say(h, "What %t really live through", p->view->many);
    if (p->period.len) fh_html_say(h, ", %s", p->period);
    if (p->view->filtered.len) fh_html_say(h, ", %s", p->view->filtered);
    fh_buf_text(h->out, ".");
    if (options->made_ms)
        fh_html_say(h, " <span class=\"quiet-text\">Made on %D.</span>", options->made_ms);
    fh_buf_text(h->out, "</p>\n");
    fh_buf_str(h->out, options->above);
    fh_buf_text(h->out, "</header>\n<nav aria-label=\"Questions\">\n<ul>\n");
    static const struct {
        const char *id, *question;
    } entries[] = {{"who", "Who came?"},
                   {"map", "What way do they take?"},
                   {"ways", "Which ways are commonest?"},
                   {"loops", "Where do they come round again?"},
                   {"waits", "Where do they wait?"},
                   {"handoffs", "Where are they handed on?"},
                   {"repeats", "Who had to come again?"},
                   {"cohorts", "Who comes back?"},
                   {"sources", "Where does this come from?"}};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        fh_html_say(h, "<li><a href=\"#%t\">%t</a></li>\n", entries[i].id, entries[i].question);
    fh_buf_text(h->out, "</ul>\n</nav>\n<main>\n");
}

/* ---- Sources ----------------------------------------------------------------------------- */

static void put_origins(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_report_facts *f = p->facts;
    fh_html_scroll(h, "Imports");
    fh_buf_text(h->out,
                "<table><caption>Imports</caption>\n<thead><tr><th scope=\"col\">Source</th>"
                "<th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Added</th>"
                "<th scope=\"col\" class=\"n\">Known before</th>"
                "<th scope=\"col\" class=\"n\">Rejected</th>"
                "<th scope=\"col\">State</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < f->n_origins; i++) {
        const fh_origin *o = &f->origins[i];
        fh_html_say(h,
                    "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\">%n</td><td "
                    "class=\"n\">%n</td><td class=\"n\">%n</td><td>%t</td></tr>\n",
                    o->source, o->file, o->rows_added, o->rows_known, o->rows_rejected,
                    o->complete ? "complete" : "stopped half-way");
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    for (size_t i = 0; i < f->n_origins; i++) {
        const fh_origin *o = &f->origins[i];
        if (o->mapping.len == 0) continue;
        if (i > 0 && fh_str_eq(o->mapping, f->origins[i - 1].mapping)) continue;
        fh_html_say(h, "<details><summary>How %s was read</summary>\n",
                    o->file.len ? o->file : o->source);
        fh_html_scroll(h, "Mapping");
        fh_html_say(h, "<pre>%s</pre>\n", o->mapping);
        fh_html_end_scroll(h);
        fh_buf_text(h->out, "</details>\n");
    }
}

void fh_page_sources(const fh_page *p)
{
    const fh_html *h = &p->html;
    const fh_report_facts *f = p->facts;
    fh_page_section(p, "sources", "Where does this come from?");
    uint64_t added = 0, rejected = 0;
    for (size_t i = 0; i < f->n_origins; i++) {
        added += f->origins[i].rows_added;
        rejected += f->origins[i].rows_rejected;
    }
    if (f->n_origins) {
        fh_html_say(h,
                    "<p class=\"answer\">From %n import%t that brought %n interactions; %n rows "
                    "could not be read and were set aside.</p>\n",
                    (uint64_t)f->n_origins, f->n_origins == 1 ? "" : "s", added, rejected);
        put_origins(p);
    } else {
        fh_page_needed(p, "No import is on record.");
    }
    fh_buf_text(h->out, "<h3>What this page does not show</h3>\n<ul class=\"not\">\n");
    if (p->view->filtered.len)
        fh_html_say(h, "<li>Only interactions that pass the filter are counted: %s.</li>\n",
                    p->view->filtered);
    fh_html_say(h,
                "<li>What no source told: contacts by a channel that is not imported are missing "
                "from every %t.</li>\n"
                "<li>What is hidden from a picture is named under it, with its share.</li>\n"
                "<li>Stories that had not ended when the data ended are counted as far as they "
                "go.</li>\n",
                "story");
    fh_buf_text(h->out, "</ul>\n");
    fh_page_end_section(p);
}

/* ---- The page ------------------------------------------------------------------------------- */

static fh_status make_period(fh_page *p)
{
    const fh_touchpoints *t = &p->facts->touchpoints;
    if (t->n_interactions == 0) return FH_OK;
    fh_buf b;
    fh_buf_init(&b, NULL, 200);
    fh_say_period(&b, t->first_ms, t->last_ms, p->html.zone);
    const bool ok = b.status == FH_OK && fh_arena_str(p->view->arena, fh_buf_view(&b), &p->period);
    fh_buf_free(&b);
    return ok ? FH_OK : FH_NOMEM;
}

fh_status fh_report_page(const fh_report_facts *facts, const fh_report_options *options,
                         fh_buf *out, fh_error *err)
{
    enum { TOP = 10 };
    fh_page p = {.facts = facts,
                 .view = facts->view,
                 .html = {out, facts->view->zone},
                 .top = options->top ? options->top : TOP};
    if (make_period(&p)) return fh_no_memory(err);
    const fh_str title = title_of(facts, options);
    put_head(&p, title);
    put_top(&p, title, options);
    fh_status (*const sections[])(const fh_page *, fh_error *) = {
        fh_page_who,   fh_page_map,      fh_page_ways,    fh_page_loops,
        fh_page_waits, fh_page_handoffs, fh_page_repeats, fh_page_cohorts,
    };
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const fh_status status = sections[i](&p, err);
        if (status) return status;
    }
    fh_page_sources(&p);
    fh_html_say(&p.html,
                "</main>\n<footer><p>Made with Firsthand %t from this organisation's own "
                "file; nothing was sent anywhere.</p></footer>\n</body>\n</html>\n",
                FH_VERSION);
    if (out->status == FH_LIMIT)
        return fh_fail(err, FH_LIMIT, "the report grew beyond %zu bytes", out->max);
    return out->status ? fh_no_memory(err) : FH_OK;
}

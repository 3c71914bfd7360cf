/* digest_words.c - a digest in words: subject, plain text and the same as simple HTML. */
#include "app/ask/words.h"
#include "app/digest/digest.h"
#include "app/report/html.h"
#include "base/time.h"

enum { MOST_BYTES = 1 << 18 };

typedef struct part_words {
    const char *title, *why, *path;
} part_words;

/* %s in `why` is the organisation's word for many customers. */
static const part_words part_of[FH_N_DIGEST_PARTS] = {
    [FH_DIGEST_ASKED] = {"Is this yours?", "A colleague asks you. Accept, answer, or say why not.",
                         "/records?whose=asked"},
    [FH_DIGEST_DUE] = {"What you own, and when it is due", NULL, "/records?whose=mine&order=due"},
    [FH_DIGEST_NEWS] = {"What happened in what you follow", "You have not looked at it since.",
                        "/records?whose=follow&which=all"},
    [FH_DIGEST_MAPS] = {"Journeys you follow",
                        "What others did to these maps, and what waits for an answer.", "/maps"},
};

typedef struct writing {
    const fh_digest *d;
    fh_str base_url, leave;
    fh_buf *out;
    fh_html h;
} writing;

static void day_of(const writing *w, int64_t ms, char out[FH_TIME_TEXT])
{
    char at[FH_TIME_TEXT];
    const size_t n = fh_time_format(ms, w->d->zone, at);
    const size_t len = n < 10 ? n : 10; /* 2024-01-31 */
    for (size_t i = 0; i < len; i++) out[i] = at[i];
    out[len] = '\0';
}

/* "Obviously broken · To be mended · due 2026-11-23 · 3 changes" */
static void put_facts(const writing *w, const fh_digest_line *l, fh_buf *out)
{
    char day[FH_TIME_TEXT];
    if (l->map) {
        fh_buf_str(out, l->says);
        return;
    }
    fh_buf_printf(out, "%.*s \xc2\xb7 %.*s", FH_STR_ARG(l->kind_title), FH_STR_ARG(l->state));
    if (l->due_ms) {
        day_of(w, l->due_ms, day);
        fh_buf_printf(out, " \xc2\xb7 due %s", day);
    }
    if (l->events) {
        fh_buf_text(out, " \xc2\xb7 ");
        fh_say_number_of(out, l->events, "change", "changes");
    }
}

static void put_path(const fh_digest_line *l, fh_buf *out)
{
    if (l->map)
        fh_buf_printf(out, "/maps/%lld", (long long)l->map);
    else
        fh_buf_printf(out, "/records/%.*s/%lld", FH_STR_ARG(l->kind), (long long)l->record);
}

static void put_why(const writing *w, fh_digest_part part, fh_buf *out)
{
    if (part_of[part].why)
        fh_buf_text(out, part_of[part].why);
    else
        fh_buf_printf(out, "Promises to %.*s and what else you took on; the nearest day first.",
                      FH_STR_ARG(w->d->customers));
}

static void put_more(const writing *w, fh_digest_part part, fh_buf *out)
{
    fh_buf_text(out, "and ");
    fh_say_count(out, w->d->part[part].total - w->d->part[part].n);
    fh_buf_text(out, " more");
}

/* ---- Plain text ---- */

static void text_part(const writing *w, fh_digest_part part)
{
    const size_t n = w->d->part[part].n;
    if (!n) return;
    fh_buf_printf(w->out, "%s\n", part_of[part].title);
    put_why(w, part, w->out);
    fh_buf_text(w->out, "\n\n");
    for (size_t i = 0; i < n; i++) {
        const fh_digest_line *l = &w->d->part[part].line[i];
        fh_buf_printf(w->out, "* %.*s\n  ", FH_STR_ARG(l->title));
        put_facts(w, l, w->out);
        fh_buf_printf(w->out, "\n  %.*s", FH_STR_ARG(w->base_url));
        put_path(l, w->out);
        fh_buf_char(w->out, '\n');
    }
    if (w->d->part[part].total > n) {
        fh_buf_text(w->out, "* ");
        put_more(w, part, w->out);
        fh_buf_printf(w->out, ": %.*s%s\n", FH_STR_ARG(w->base_url), part_of[part].path);
    }
    fh_buf_char(w->out, '\n');
}

static const char often[2][11] = {"every week", "every day"};

static void write_text(const writing *w)
{
    fh_buf_printf(w->out, "Hello %.*s,\n\nat %.*s:\n\n", FH_STR_ARG(w->d->name),
                  FH_STR_ARG(w->d->organisation));
    for (fh_digest_part i = 0; i < FH_N_DIGEST_PARTS; i++) text_part(w, i);
    if (!w->d->fresh) fh_buf_text(w->out, "Nothing new: on such a day no mail would be sent.\n\n");
    fh_buf_printf(w->out, "Everything that waits for you: %.*s/my-part\n", FH_STR_ARG(w->base_url));
    if (w->leave.len)
        fh_buf_printf(w->out,
                      "\nIt comes %s when there is something new, as chosen in My part. No more of "
                      "these:\n%.*s\n",
                      often[w->d->daily], FH_STR_ARG(w->leave));
}

/* ---- HTML ---- */

static void html_part(const writing *w, fh_digest_part part)
{
    const size_t n = w->d->part[part].n;
    if (!n) return;
    fh_html_say(&w->h, "<h2>%t</h2>\n<p>", part_of[part].title);
    put_why(w, part, w->out);
    fh_buf_text(w->out, "</p>\n<ul>\n");
    for (size_t i = 0; i < n; i++) {
        const fh_digest_line *l = &w->d->part[part].line[i];
        fh_buf facts, path;
        fh_buf_init(&facts, NULL, 4096);
        fh_buf_init(&path, NULL, 4096);
        put_facts(w, l, &facts);
        put_path(l, &path);
        fh_html_say(&w->h, "<li><a href=\"%s%s\">%s</a><br>%s</li>\n", w->base_url,
                    fh_buf_view(&path), l->title, fh_buf_view(&facts));
        fh_buf_free(&path);
        fh_buf_free(&facts);
    }
    if (w->d->part[part].total > n) {
        fh_html_say(&w->h, "<li><a href=\"%s%t\">", w->base_url, part_of[part].path);
        put_more(w, part, w->out);
        fh_buf_text(w->out, "</a></li>\n");
    }
    fh_buf_text(w->out, "</ul>\n");
}

static void write_html(const writing *w)
{
    fh_html_say(&w->h,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>%s"
                "</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;"
                "max-width:40em\">\n<p>Hello %s,</p>\n<p>at %s:</p>\n",
                w->d->organisation, w->d->name, w->d->organisation);
    for (fh_digest_part i = 0; i < FH_N_DIGEST_PARTS; i++) html_part(w, i);
    if (!w->d->fresh)
        fh_buf_text(w->out, "<p>Nothing new: on such a day no mail would be sent.</p>\n");
    fh_html_say(&w->h, "<p><a href=\"%s/my-part\">Everything that waits for you</a></p>\n",
                w->base_url);
    if (w->leave.len)
        fh_html_say(&w->h,
                    "<p><small>It comes %t when there is something new, as chosen in My part. "
                    "<a href=\"%s\">No more of these</a></small></p>\n",
                    often[w->d->daily], w->leave);
    fh_buf_text(w->out, "</body>\n</html>\n");
}

/* ---- All of it ---- */

/* "Our shop: 2 ask you, 1 due, 3 changed". Titles stay out of it: subjects are read aloud, and
 * shown on locked screens. */
static void write_subject(const writing *w)
{
    static const char *const words[FH_N_DIGEST_PARTS][2] = {
        {"for you to answer", "for you to answer"},
        {"due", "due"},
        {"changed", "changed"},
        {"journey", "journeys"}};
    const char *between = ": ";
    fh_buf_str(w->out, w->d->organisation);
    for (fh_digest_part i = 0; i < FH_N_DIGEST_PARTS; i++) {
        if (!w->d->part[i].total) continue;
        fh_buf_text(w->out, between);
        fh_say_number_of(w->out, w->d->part[i].total, words[i][0], words[i][1]);
        between = ", ";
    }
    if (*between == ':') fh_buf_text(w->out, ": nothing new");
}

static fh_status written(writing *w, void (*write)(const writing *w), fh_arena *arena, fh_str *out,
                         fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, MOST_BYTES);
    w->out = &text;
    w->h = (fh_html){.out = &text, .zone = w->d->zone};
    write(w);
    const bool kept = !text.status && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

fh_status fh_digest_say(const fh_digest *d, fh_str base_url, fh_str leave, fh_arena *arena,
                        fh_digest_words *out, fh_error *err)
{
    writing w = {.d = d, .base_url = base_url, .leave = leave};
    fh_status s = written(&w, write_subject, arena, &out->subject, err);
    if (!s) s = written(&w, write_text, arena, &out->text, err);
    return s ? s : written(&w, write_html, arena, &out->html, err);
}

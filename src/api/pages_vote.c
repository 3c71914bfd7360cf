/* pages_vote.c - the page on the phones of a workshop: what is put to the vote, and voting.
 *
 *     GET  /vote/{code}  the votes that are open, what became of those that are closed
 *     POST /vote/{code}  chooses in one of them, in place of what was chosen before
 *
 * Works without script. Who is signed in votes as a colleague; any other device is given a
 * random cookie when it first looks, and votes once with it. Only a hash of it is kept, until
 * the vote is closed.
 */
#include "api/page.h"
#include "app/maps/votes.h"

#include <sodium.h>
#include <stdio.h>

enum { DEVICE = 16, DEVICE_S = 30 * 86400 };

/* A room full of phones comes from one address; one phone taps now and then. */
static const fh_limit_rule by_address = {300, 100, 300, 100, 60000};
static const fh_limit_rule by_device = {30, 1000, 30, 1000, 60000};

typedef struct voting {
    fh_str device; /* what its cookie says; empty: none yet */
    fh_str voter;
    bool is_device;
    char space[FH_VOTER_TEXT + 1];
    const fh_vote *vote; /* [n], the newest first */
    size_t n;
} voting;

static const char *cookie_name(const fh_call *c)
{
    return fh_callers_secure(c->api->callers) ? "__Host-firsthand-vote" : "firsthand-vote";
}

static bool is_device_text(fh_str text)
{
    bool ok = text.len == 2 * DEVICE;
    for (size_t i = 0; ok && i < text.len; i++) {
        const char d = text.ptr[i];
        ok = (d >= '0' && d <= '9') || (d >= 'a' && d <= 'f');
    }
    return ok;
}

static fh_status give_device(fh_call *c, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    unsigned char raw[DEVICE];
    char hex[2 * DEVICE + 1];
    fh_str cookie;
    const fh_status s = os->random(os->ctx, raw, sizeof raw, err);
    if (s) return s;
    (void)sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    if (!fh_arena_format(c->arena, &cookie,
                         "%s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%d", cookie_name(c),
                         hex, fh_callers_secure(c->api->callers) ? "; Secure" : "", (int)DEVICE_S))
        return fh_no_memory(err);
    return fh_call_field(c, "Set-Cookie", cookie, err);
}

static fh_status open_voting(fh_call *c, voting *v, fh_error *err)
{
    *v = (voting){.is_device = false};
    const fh_str device = fh_http_cookie(c->x, cookie_name(c));
    if (is_device_text(device)) v->device = device;
    if (!c->half) v->voter = fh_voter_person(&c->actor, v->space);
    if (!v->voter.len) {
        v->is_device = true;
        v->voter = fh_voter_device(v->device, v->space);
    }
    return fh_vote_behind(c->org, c->path_value[0], v->voter, c->arena, &v->vote, &v->n, err);
}

/* ---- Looking ------------------------------------------------------------------------------- */

static const char *own_path(const fh_call *c)
{
    fh_str path;
    return fh_arena_format(c->arena, &path, "/vote/%.*s", FH_STR_ARG(c->path_value[0])) ? path.ptr
                                                                                        : "/";
}

static bool chosen_now(const fh_vote_choice *c, size_t i, const uint32_t *chosen, size_t n)
{
    if (!chosen) return c->mine;
    for (size_t k = 0; k < n; k++)
        if (chosen[k] == i + 1) return true;
    return false;
}

/* `chosen` (NULL: what is kept): what was sent and refused is still ticked. */
static void put_ballot(const fh_call *c, const fh_html *h, const fh_vote *v, const uint32_t *chosen,
                       size_t n)
{
    char number[24], name[24];
    bool voted = false;
    for (size_t i = 0; i < v->n_choices; i++) voted |= v->choice[i].mine;
    (void)snprintf(number, sizeof number, "%lld", (long long)v->vote);
    if (voted)
        fh_buf_text(h->out, "<div class=\"good\" role=\"status\"><p><strong>Your vote counts."
                            "</strong> You can change it until the vote is closed.</p></div>\n");
    fh_form_begin(c, h, own_path(c));
    fh_form_hidden(h, "vote", fh_str_of(number));
    fh_html_say(h, "<fieldset class=\"ballot\"><legend>%s</legend>\n<p class=\"quiet-text\">",
                v->question);
    if (v->each == 1)
        fh_buf_text(h->out, "Choose one.");
    else
        fh_html_say(h, "Choose up to %i.", (int)v->each);
    fh_buf_text(h->out, "</p>\n");
    for (size_t i = 0; i < v->n_choices; i++) {
        (void)snprintf(name, sizeof name, "c%zu", i + 1);
        (void)snprintf(number, sizeof number, "%zu", i + 1);
        fh_html_say(
            h,
            "<label class=\"tick\"><input type=\"%t\" name=\"%t\" value=\"%t\"%t> <span>%s</span>"
            "</label>\n",
            v->each == 1 ? "radio" : "checkbox", v->each == 1 ? "one" : name, number,
            chosen_now(&v->choice[i], i, chosen, n) ? " checked" : "", v->choice[i].words);
    }
    fh_buf_text(h->out, "</fieldset>\n");
    fh_form_end(h, voted ? "Change my vote" : "Vote");
}

static void put_result(const fh_html *h, const fh_vote *v)
{
    fh_html_say(h, "<section><h2>%s</h2>\n<p class=\"quiet-text\">Closed. %n voted.</p>\n<ol>\n",
                v->question, (uint64_t)v->voters);
    int64_t below = INT64_MAX;
    for (;;) { /* from the most votes down; those alike in their order */
        int64_t next = -1;
        for (size_t i = 0; i < v->n_choices; i++)
            if (v->choice[i].votes < below && v->choice[i].votes > next) next = v->choice[i].votes;
        if (next < 0) break;
        for (size_t i = 0; i < v->n_choices; i++)
            if (v->choice[i].votes == next)
                fh_html_say(h, "<li>%s: <strong>%n</strong></li>\n", v->choice[i].words,
                            (uint64_t)next);
        below = next;
    }
    fh_buf_text(h->out, "</ol>\n</section>\n");
}

static fh_status show(fh_call *c, const voting *v, const fh_error *problem, int64_t refused,
                      const uint32_t *chosen, size_t n, fh_error *err)
{
    fh_html h;
    bool open = false;
    fh_status s = fh_screen_begin(c, "Vote", "What is put to the vote in this workshop?",
                                  FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (v->is_device && !v->device.len) s = give_device(c, err);
    if (problem) fh_screen_problem(&h, problem);
    for (size_t i = 0; i < v->n; i++) {
        const fh_vote *one = &v->vote[i];
        if (one->closed_ms) continue;
        open = true;
        if (v->is_device && !one->anybody) {
            fh_html_say(&h,
                        "<section><h2>%s</h2>\n<p>This vote is for colleagues who are signed in."
                        "</p>\n<p class=\"do\"><a href=\"%t\">Sign in</a></p></section>\n",
                        one->question, fh_way_to(c, "/sign-in", own_path(c)));
            continue;
        }
        put_ballot(c, &h, one, refused == one->vote ? chosen : NULL, n);
    }
    if (!open)
        fh_buf_text(h.out, "<p>No vote is open now. Stay here: look again when the next question "
                           "is asked.</p>\n");
    fh_html_say(&h, "<p><a class=\"again\" href=\"%t\">Look again</a></p>\n", own_path(c));
    for (size_t i = 0; i < v->n; i++)
        if (v->vote[i].closed_ms) put_result(&h, &v->vote[i]);
    fh_buf_text(h.out,
                "<p class=\"quiet-text\">How you vote is told to nobody, and forgotten when the "
                "vote is closed: only the sums stay.</p>\n");
    fh_screen_end(&h);
    c->untagged = true;
    return s;
}

static fh_status vote_page(fh_call *c, fh_error *err)
{
    voting v;
    const fh_status s = open_voting(c, &v, err);
    return s ? s : show(c, &v, NULL, 0, NULL, 0, err);
}

/* ---- Voting -------------------------------------------------------------------------------- */

static fh_status read_chosen(const fh_call *c, const fh_vote *v, uint32_t *chosen, size_t *n,
                             fh_error *err)
{
    char name[24];
    fh_status s = FH_OK;
    *n = 0;
    if (v->each == 1) {
        s = fh_form_number(c, "one", &chosen[0], err);
        fh_str sent = {0};
        if (!s) s = fh_form_text(c, "one", &sent, err);
        *n = sent.len ? 1 : 0;
        return s;
    }
    for (size_t i = 0; !s && i < v->n_choices && i < FH_VOTE_CHOICES_MAX; i++) {
        fh_str sent = {0};
        (void)snprintf(name, sizeof name, "c%zu", i + 1);
        s = fh_form_text(c, name, &sent, err);
        if (sent.len) chosen[(*n)++] = (uint32_t)i + 1;
    }
    return s;
}

static fh_status limit(const fh_call *c, const voting *v, fh_error *err)
{
    char space[64];
    fh_status s = fh_form_limit(c, &by_address, fh_limit_address_key(c->caller.ip, space), err);
    return s ? s : fh_form_limit(c, &by_device, v->voter, err);
}

static fh_status cast_vote(fh_call *c, fh_error *err)
{
    voting v;
    const fh_vote *one = NULL;
    uint32_t vote = 0, chosen[FH_VOTE_CHOICES_MAX] = {0};
    size_t n = 0;
    fh_error problem = {0};
    fh_status s = open_voting(c, &v, err);
    if (!s) s = fh_form_check(c, err);
    if (!s) s = fh_form_number(c, "vote", &vote, err);
    if (!s) s = limit(c, &v, err);
    if (s) return s;
    for (size_t i = 0; i < v.n; i++)
        if (v.vote[i].vote == (int64_t)vote) one = &v.vote[i];
    if (!one) return fh_fail(err, FH_NOTFOUND, "there is no such vote here");
    if (v.is_device && !v.device.len) {
        (void)fh_fail(err, FH_DENIED,
                      "this browser keeps no cookie, so its vote cannot be counted "
                      "once");
        return fh_hint(err, FH_DENIED, "Open the page again, and allow its cookie; or sign in.");
    }
    s = read_chosen(c, one, chosen, &n, err);
    if (s) return s;
    s = fh_vote_cast(c->org, one, v.voter, v.is_device, chosen, n, &problem);
    if (s == FH_INVALID) {
        c->status = 422;
        return show(c, &v, &problem, one->vote, chosen, n, err);
    }
    if (s) {
        if (err) *err = problem;
        return s;
    }
    fh_call_go(c, own_path(c));
    return FH_OK;
}

static const char html[] = "text/html; charset=utf-8";

const fh_route fh_routes_vote[] = {
    {.method = FH_HTTP_GET,
     .path = "/vote/{code}",
     .id = "pageVote",
     .group = "Pages",
     .summary = "What a workshop puts to the vote, on any phone",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC,
     .reply_type = html,
     .handle = vote_page},
    {.method = FH_HTTP_POST,
     .path = "/vote/{code}",
     .id = "formVote",
     .group = "Pages",
     .summary = "Vote, or change one's vote",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_WRITES,
     .body_type = "application/x-www-form-urlencoded",
     .reply_type = html,
     .status = 303,
     .max_body = 16 << 10,
     .handle = cast_vote},
    {.path = NULL},
};

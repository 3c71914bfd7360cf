/* text_said.c - in which lines of a message its writer speaks, and who has signed.
 *
 * A message is looked at by lines. Left out are, in this order:
 *     what is quoted    lines that begin with ">", or with somebody's letters and a ">" ("TP> ...",
 *                       "EL>> ...") when there are more of them; all below "On ... wrote:" (unless
 * those lines carry ">"), "Original message" or a block of From:, Sent:, Subject: the footer the
 * last lines, below a line of dashes, when an address stands there, and no amount: what a mailing
 * list or a provider adds to every message the signature     below "-- "; from "Kind regards" on,
 * also in the midst of a line when a sentence begins with it; a P.S. below it is said again the
 * greeting      "Dear Ms Smith," at the beginning disclaimers       from a sentence with such a
 * phrase to the end of the paragraph What would leave nothing said ("Thanks!") is not left out.
 *
 * Always: stretches rise and do not overlap.
 */
#include "text/text_parts.h"

#include "text/lexicon.h"
#include "text/spots.h"

enum {
    GREETING_TOKENS = 10, /* a greeting is no longer */
    SIGNED_TOKENS = 10,   /* a name under a closing neither */
    BLOCK_LINES = 6,      /* of which three begin a quoted message's head */
    DRAWN_SIGNS = 8,      /* of a drawn line */
    FOOTER_LINES = 10,    /* below it */
    FOOTER_WORDS = 120,
    BELOW_WEAK = 6, /* lines that may follow "Thanks," when it closes */
    BEHALF_LINES = 6
};

typedef struct line {
    uint32_t first, end; /* tokens, without the break */
    bool out;
    uint32_t signs;  /* of which lines are drawn */
    uint64_t begins; /* those of fh_framing of which entries may begin in it */
} line;

typedef struct finder {
    const fh_reading *r;
    line *line;
    uint32_t n;
    uint32_t cut;      /* lines from here on are the signature, or quoted */
    uint32_t head;     /* first token that is said */
    uint32_t close_at; /* first token of the closing; n_tokens: none */
    uint32_t close_end;
    uint64_t begins; /* of all lines */
    bool initials;   /* lines are quoted by letters and ">" */
} finder;

static bool begins_any(uint64_t begins, int list)
{
    return begins >> list & 1;
}

static bool is_sign(const fh_token *t, char c)
{
    return t->kind == FH_TOKEN_SIGN && t->low.len == 1 && t->low.ptr[0] == c;
}

static bool is_blank(const line *l)
{
    return l->first == l->end;
}

static bool lines_split(finder *f)
{
    const fh_reading *r = f->r;
    f->line = FH_NEW_ARRAY(r->scratch, line, (size_t)r->n_breaks + 1);
    if (!f->line) return false;
    uint64_t begins = 0;
    uint32_t first = 0, signs = 0;
    const uint8_t any = FH_SPOT_BREAK | FH_SPOT_RULE | FH_SPOT_FRAME;
    for (uint32_t i = 0;; i++) {
        i = fh_spot_next(r->spot, i, r->n_tokens, any);
        if (i == r->n_tokens) break;
        begins |= r->token[i].begins & fh_framing;
        signs += (r->spot[i] & FH_SPOT_RULE) != 0;
        if (!(r->spot[i] & FH_SPOT_BREAK)) continue;
        f->line[f->n++] = (line){first, i, false, signs, begins};
        f->begins |= begins;
        begins = signs = 0;
        first = i + 1;
    }
    f->line[f->n++] = (line){first, r->n_tokens, false, signs, begins};
    f->begins |= begins;
    f->cut = f->n;
    return true;
}

static uint32_t next_filled(const finder *f, uint32_t i)
{
    while (i < f->n && is_blank(&f->line[i])) i++;
    return i;
}

/* "TP> as I said": letters that stand for a name, a ">" joined to them, and a space. */
static bool begins_with_initials(const finder *f, const line *l)
{
    enum { LETTERS = 4 };
    uint32_t k = l->first + 1;
    if (l->end - l->first < 3 || f->r->token[l->first].kind != FH_TOKEN_WORD) return false;
    if (f->r->token[l->first].len > LETTERS) return false;
    while (k < l->end && is_sign(&f->r->token[k], '>') && !f->r->token[k].spaced) k++;
    return k > l->first + 1 && k < l->end && f->r->token[k].spaced;
}

/* One such line may be anything ("A> the first answer"). */
static bool quotes_by_initials(const finder *f)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->n && n < 2; i++) n += begins_with_initials(f, &f->line[i]);
    return n == 2;
}

static bool is_quoted(const finder *f, uint32_t i)
{
    if (i >= f->n || is_blank(&f->line[i])) return false;
    return is_sign(&f->r->token[f->line[i].first], '>') ||
           (f->initials && begins_with_initials(f, &f->line[i]));
}

/* ---- Quotes ---- */

static bool has_number(const finder *f, const line *l)
{
    for (uint32_t k = l->first; k < l->end; k++)
        if (f->r->token[k].kind == FH_TOKEN_NUMBER) return true;
    return false;
}

static bool has_phrase(const finder *f, const line *l, int list)
{
    if (!begins_any(l->begins, list)) return false;
    for (uint32_t k = l->first; k < l->end; k++)
        if (fh_phrase_at(f->r, list, k, l->end, NULL)) return true;
    return false;
}

/* "On ... Bob wrote:", "Am ... schrieb Bob:". */
static bool says_wrote(const finder *f, const line *l)
{
    if (is_blank(l) || !is_sign(&f->r->token[l->end - 1], ':')) return false;
    return has_phrase(f, l, FH_LIST_QUOTES);
}

static bool is_rule(const finder *f, const line *l, uint32_t least)
{
    uint32_t n = 0;
    if (l->signs < least) return false;
    for (uint32_t k = l->first; k < l->end; k++)
        n += is_sign(&f->r->token[k], '-') || is_sign(&f->r->token[k], '_');
    return n >= least;
}

/* "From: ...", "*Sent:* ...". */
static bool is_head_line(const finder *f, const line *l)
{
    uint32_t k = l->first;
    while (k < l->end && is_sign(&f->r->token[k], '*')) k++;
    uint32_t got = k < l->end ? fh_phrase_at(f->r, FH_LIST_HEADERS, k, l->end, NULL) : 0;
    if (!got) return false;
    if (is_sign(&f->r->token[k + got - 1], ':')) return true;
    for (k += got; k < l->end && is_sign(&f->r->token[k], '*'); k++) {
    }
    return k < l->end && is_sign(&f->r->token[k], ':');
}

static uint32_t head_lines(const finder *f, uint32_t i)
{
    uint32_t n = 0;
    for (uint32_t k = i; k < f->n && k < i + BLOCK_LINES; k++) n += is_head_line(f, &f->line[k]);
    return n;
}

/* Line i tells who wrote what follows: leaves it out, and what follows unless marked by ">". */
static void cut_below(finder *f, uint32_t i)
{
    const bool wrapped = i > 0 && !is_blank(&f->line[i - 1]) && !has_number(f, &f->line[i]) &&
                         has_number(f, &f->line[i - 1]);
    f->line[i].out = true;
    if (wrapped) f->line[i - 1].out = true;
    if (!is_quoted(f, next_filled(f, i + 1))) f->cut = wrapped ? i - 1 : i;
}

/* A line above a quote tells a date or an address, or what follows is marked by ">". */
static bool tells_when(const finder *f, uint32_t i)
{
    return has_number(f, &f->line[i]) || is_quoted(f, next_filled(f, i + 1)) ||
           (i > 0 && has_number(f, &f->line[i - 1]));
}

static void quotes_leave(finder *f)
{
    const uint32_t top = next_filled(f, 0);
    for (uint32_t i = 0; i < f->cut; i++) {
        line *l = &f->line[i];
        if (is_blank(l)) continue;
        if (is_quoted(f, i)) {
            l->out = true;
        } else if (l->end - l->first == 2 && is_rule(f, l, 2)) {
            f->cut = i; /* "-- " */
        } else if (says_wrote(f, l) && tells_when(f, i)) {
            cut_below(f, i);
        } else if (has_phrase(f, l, FH_LIST_ORIGINALS) && is_rule(f, l, 4)) {
            f->cut = i;
        } else if (is_head_line(f, l) && head_lines(f, i) >= 3) {
            if (i != top) {
                f->cut = i;
            } else { /* the message's own head came along */
                for (; i < f->n && is_head_line(f, &f->line[i]); i++) f->line[i].out = true;
            }
        }
    }
}

/* ---- Footers ---- */

/* A line drawn by signs begins at token k: "________", "======== Sponsor ====>". */
static bool is_drawn(const finder *f, uint32_t k, uint32_t end)
{
    if (end - k < DRAWN_SIGNS) return false;
    const fh_token *t = &f->r->token[k];
    if (!is_sign(t, '-') && !is_sign(t, '_') && !is_sign(t, '=') && !is_sign(t, '*') &&
        !is_sign(t, '~'))
        return false;
    for (uint32_t i = 1; i < DRAWN_SIGNS; i++)
        if (!is_sign(t + i, t->low.ptr[0])) return false;
    return true;
}

/* Where in a line one is drawn first, or its end. */
static uint32_t drawn_at(const finder *f, const line *l)
{
    if (l->signs < DRAWN_SIGNS) return l->end;
    for (uint32_t k = l->first;; k++) {
        k = fh_spot_next(f->r->spot, k, l->end, FH_SPOT_RULE);
        if (k == l->end || is_drawn(f, k, l->end)) return k;
    }
}

static bool is_address(const fh_token *t)
{
    return is_sign(t, '@') || (t->kind == FH_TOKEN_WORD && (fh_str_eq(t->low, FH_STR("http")) ||
                                                            fh_str_eq(t->low, FH_STR("www")) ||
                                                            fh_str_eq(t->low, FH_STR("https"))));
}

static bool is_money(const fh_token *t)
{
    return t->lists >> FH_LIST_CURRENCIES & 1 || is_sign(t, '$') ||
           fh_str_eq(t->low, FH_STR("€")) || fh_str_eq(t->low, FH_STR("£"));
}

/* From token k of line i up to the cut: few lines, with an address and without an amount? */
static bool is_footer(const finder *f, uint32_t i, uint32_t k)
{
    bool address = false;
    uint32_t filled = 0, words = 0;
    for (; i < f->cut; i++, k = i < f->n ? f->line[i].first : 0) {
        const line *l = &f->line[i];
        filled += !is_blank(l) && !is_drawn(f, l->first, l->end);
        for (; k < l->end; k++) {
            const fh_token *t = &f->r->token[k];
            if (is_money(t)) return false;
            words += t->kind == FH_TOKEN_WORD;
            address |= is_address(t) || fh_phrase_at(f->r, FH_LIST_DISCLAIMERS, k, l->end, NULL);
        }
    }
    return address && filled <= FOOTER_LINES && words <= FOOTER_WORDS;
}

/* One below another, from the last up. What was added to a page of HTML stands in its last
 * line. */
static void footers_leave(finder *f)
{
    for (uint32_t i = f->cut; i-- > 0 && f->cut - i <= 2 * FOOTER_LINES;) {
        line *l = &f->line[i];
        const uint32_t k = drawn_at(f, l);
        if (k == l->end || !is_footer(f, i, k)) continue;
        if (k > l->first) {
            l->end = k;
            f->cut = i + 1;
        } else if (i > 0) {
            f->cut = i;
        }
    }
}

/* ---- Greeting ---- */

static bool ends_greeting(const fh_token *t)
{
    return is_sign(t, ',') || is_sign(t, '!') || is_sign(t, ':') || is_sign(t, '.') ||
           is_sign(t, ';');
}

static bool is_bracketed(const fh_token *t)
{
    return is_sign(t, '[') || is_sign(t, '{') || is_sign(t, '<');
}

/* "Dr" or an initial: a point after it goes on. */
static bool is_title(const fh_token *t)
{
    return t->lists >> FH_LIST_TITLES & 1 || (t->capital && t->len == 1);
}

static void greeting_leaves(finder *f)
{
    uint32_t i = 0;
    while (i < f->cut && (is_blank(&f->line[i]) || f->line[i].out)) i++;
    if (i >= f->cut) return;
    const line *l = &f->line[i];
    f->head = l->first;
    const uint32_t got = fh_phrase_at(f->r, FH_LIST_GREETINGS, l->first, l->end, NULL);
    if (!got) return;
    uint32_t end = l->first + got, most = l->first + got + GREETING_TOKENS;
    for (; end < l->end && end < most; end++) {
        const fh_token *t = &f->r->token[end];
        if (is_bracketed(t)) most += 4; /* a merge field that was not filled in */
        if (ends_greeting(t) && !(is_sign(t, '.') && is_title(&f->r->token[end - 1]))) break;
    }
    if (end < l->end && end < most)
        f->head = end + 1;
    else if (end == l->end && next_filled(f, i + 1) < f->cut)
        f->head = end;
}

/* ---- Closing and signature ---- */

static bool begins_sentence(const finder *f, const line *l, uint32_t k)
{
    if (k == l->first) return true;
    const fh_token *before = &f->r->token[k - 1];
    return is_sign(before, '.') || is_sign(before, '!') || is_sign(before, '?') ||
           is_sign(before, ')');
}

/* What follows a closing in its line is a comma, a name, or nothing. */
static bool closes(const finder *f, const line *l, uint32_t k, uint32_t got, bool weak)
{
    const uint32_t next = k + got;
    if (next >= l->end) return true;
    const fh_token *t = &f->r->token[next];
    if (weak) {
        uint32_t words = 0;
        for (uint32_t i = next; i < l->end; i++) {
            const fh_token *at = &f->r->token[i];
            if (at->kind == FH_TOKEN_NUMBER || (at->kind == FH_TOKEN_WORD && !at->capital))
                return false;
            words += at->kind == FH_TOKEN_WORD;
        }
        return words <= 3;
    }
    return t->kind == FH_TOKEN_SIGN || t->capital || (t->lists >> FH_LIST_STOP & 1);
}

static uint32_t filled_below(const finder *f, uint32_t i)
{
    uint32_t n = 0;
    for (uint32_t k = i + 1; k < f->cut; k++) n += !is_blank(&f->line[k]) && !f->line[k].out;
    return n;
}

/* Is anything said before token k of line i? */
static bool said_before(const finder *f, uint32_t i, uint32_t k)
{
    for (uint32_t a = 0; a <= i; a++) {
        const line *l = &f->line[a];
        const uint32_t from = l->first > f->head ? l->first : f->head;
        const uint32_t end = a == i ? k : l->end;
        if (l->out) continue;
        for (uint32_t t = from; t < end; t++)
            if (f->r->token[t].kind != FH_TOKEN_SIGN) return true;
    }
    return false;
}

static bool closing_at(finder *f, uint32_t i, uint32_t k)
{
    const line *l = &f->line[i];
    int64_t value = 0;
    const uint32_t got = fh_phrase_at(f->r, FH_LIST_CLOSINGS, k, l->end, &value);
    if (!got) return false;
    const bool weak = value != 0;
    if (weak && (k != l->first || filled_below(f, i) > BELOW_WEAK)) return false;
    if (!closes(f, l, k, got, weak) || !said_before(f, i, k)) return false;
    f->close_at = k;
    f->close_end = k + got;
    return true;
}

static void closing_leaves(finder *f)
{
    for (uint32_t i = 0; i < f->cut; i++) {
        const line *l = &f->line[i];
        if (l->out || l->end <= f->head || !begins_any(l->begins, FH_LIST_CLOSINGS)) continue;
        for (uint32_t k = l->first > f->head ? l->first : f->head; k < l->end; k++) {
            if (!begins_any(f->r->token[k].begins, FH_LIST_CLOSINGS) || !begins_sentence(f, l, k))
                continue;
            if (!closing_at(f, i, k)) continue;
            f->cut = i + 1;
            return;
        }
    }
}

/* The name that begins at token k: to the end of its line, or the first sign that parts. */
static fh_str name_at(const finder *f, uint32_t k, uint32_t end)
{
    const fh_reading *r = f->r;
    while (k < end && (r->token[k].kind == FH_TOKEN_SIGN || r->token[k].kind == FH_TOKEN_BREAK ||
                       (!r->token[k].capital && r->token[k].lists >> FH_LIST_STOP & 1)))
        k++;
    uint32_t to = k;
    for (; to < end && to < k + SIGNED_TOKENS; to++) {
        const fh_token *t = &r->token[to];
        if (t->kind == FH_TOKEN_BREAK || t->kind == FH_TOKEN_NUMBER) break;
        if (t->kind == FH_TOKEN_SIGN && !is_sign(t, '-') && !is_sign(t, '&') && !is_sign(t, '.'))
            break;
        if (is_sign(t, '.') && !(to > k && is_title(&r->token[to - 1]))) break;
    }
    if (to == k) return (fh_str){0};
    const uint32_t at = r->token[k].at;
    return (fh_str){r->raw.ptr + at, r->token[to - 1].at + r->token[to - 1].len - at};
}

static fh_str signer(const finder *f)
{
    const fh_reading *r = f->r;
    const bool closed = f->close_at < r->n_tokens;
    if (!closed && !begins_any(f->begins, FH_LIST_BEHALF)) return (fh_str){0};
    uint32_t end = closed ? f->close_end : 0, lines = 0;
    for (; closed && end < r->n_tokens && lines < BEHALF_LINES; lines++) {
        end = fh_spot_next(r->spot, end, r->n_tokens, FH_SPOT_BREAK);
        end += end < r->n_tokens;
    }
    if (!closed) end = r->n_tokens;
    for (uint32_t k = closed ? f->close_end : f->head;
         begins_any(f->begins, FH_LIST_BEHALF) && k < end; k++) {
        const uint32_t got = fh_phrase_at(r, FH_LIST_BEHALF, k, end, NULL);
        if (got) return name_at(f, k + got, end);
    }
    return closed ? name_at(f, f->close_end, end) : (fh_str){0};
}

/* ---- What is left ---- */

typedef struct gatherer {
    fh_stretch *stretch;
    uint32_t n, cap;
    bool open;
} gatherer;

static bool gather(const finder *f, gatherer *g, uint32_t first, uint32_t end)
{
    if (first >= end) return true;
    if (g->open) { /* goes on where the last one ended */
        g->stretch[g->n - 1].end = end;
        return true;
    }
    if (g->n == g->cap) {
        const uint32_t cap = g->cap ? g->cap * 2 : 8;
        fh_stretch *more = FH_NEW_ARRAY(f->r->scratch, fh_stretch, cap);
        if (!more) return false;
        for (uint32_t i = 0; i < g->n; i++) more[i] = g->stretch[i];
        g->stretch = more;
        g->cap = cap;
    }
    g->stretch[g->n++] = (fh_stretch){first, end};
    g->open = true;
    return true;
}

/* The first token of the line's sentence in which a disclaimer's phrase stands, or its end. */
static uint32_t disclaims_at(const finder *f, const line *l, uint32_t from)
{
    uint32_t sentence = from;
    if (!begins_any(l->begins, FH_LIST_DISCLAIMERS)) return l->end;
    for (uint32_t k = from; k < l->end; k++) {
        if (k > from && begins_sentence(f, l, k)) sentence = k;
        if (fh_phrase_at(f->r, FH_LIST_DISCLAIMERS, k, f->r->n_tokens, NULL)) return sentence;
    }
    return l->end;
}

static bool is_postscript(const finder *f, const line *l)
{
    if (is_blank(l)) return false;
    const fh_token *t = &f->r->token[l->first];
    if (t->low.len == 2) return t->low.ptr[0] == 'p' && t->low.ptr[1] == 's';
    return l->end - l->first > 3 && t->low.len == 1 && t->low.ptr[0] == 'p' &&
           is_sign(t + 1, '.') && t[2].low.len == 1 && t[2].low.ptr[0] == 's';
}

static bool gather_all(const finder *f, uint32_t quoted_from, gatherer *g)
{
    bool disclaiming = false, postscript = false;
    for (uint32_t i = 0; i < quoted_from; i++) {
        const line *l = &f->line[i];
        if (is_blank(l)) {
            disclaiming = postscript = false;
            g->open &= i + 1 < f->cut;
            continue;
        }
        if (i >= f->cut && is_postscript(f, l)) postscript = true;
        const bool said = !l->out && !disclaiming && (i < f->cut || postscript);
        uint32_t first = l->first > f->head ? l->first : f->head, end = l->end;
        if (i < f->cut && end > f->close_at) end = f->close_at;
        if (said && first < end) {
            const uint32_t stop = disclaims_at(f, l, first);
            if (stop < end) {
                end = stop;
                disclaiming = true;
            }
        }
        if (!said || first >= end) {
            g->open = false;
            continue;
        }
        if (!gather(f, g, first, end)) return false;
        g->open = end == l->end;
    }
    return true;
}

fh_status fh_said_find(const fh_reading *r, fh_said_parts *out, fh_error *err)
{
    finder f = {.r = r, .close_at = r->n_tokens};
    gatherer g = {0};
    if (!lines_split(&f)) return fh_no_memory(err);
    f.initials = quotes_by_initials(&f);
    quotes_leave(&f);
    footers_leave(&f);
    const uint32_t quoted_from = f.cut;
    greeting_leaves(&f);
    closing_leaves(&f);
    if (!gather_all(&f, quoted_from, &g)) return fh_no_memory(err);
    *out = (fh_said_parts){.n = g.n, .stretch = g.stretch, .signed_by = signer(&f)};
    return FH_OK;
}

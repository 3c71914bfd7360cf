/* facts_name.c - what names something: addresses, telephone numbers, ids, persons, products.
 *
 *     e-mail   local @ host . tld          URL   http://..., www...., host.tld/...
 *     phone    "+" or "0" and at least eight digits in groups; fewer after "call"
 *     id       "order" ["number"] [#:] and a run with a digit; #123; AB-1234
 *     person   title and name; a role with a name of two words, or beside "is", ":" or ","
 *     product  one of the organisation's; "course" and what stands in quotation marks
 */
#include "text/facts_parts.h"

#include "text/letters.h"

#include <string.h>

enum { MOST_TOKENS = 64, MOST_NAME = 6 };

static fh_str raw_of(const fh_scan *s, uint32_t i)
{
    return (fh_str){s->r->raw.ptr + s->token[i].at, s->token[i].len};
}

/* The bytes of tokens [i, end). */
static fh_str raw_between(const fh_scan *s, uint32_t i, uint32_t end)
{
    const fh_token *last = &s->token[end - 1];
    return (fh_str){s->r->raw.ptr + s->token[i].at, last->at + last->len - s->token[i].at};
}

/* Lower case in the arena, white space as one space; empty when memory is out. */
static fh_str keep_lower(fh_scan *s, fh_str text)
{
    char small[240];
    fh_str out = {NULL, 0};
    const size_t n = fh_lower(text, small, sizeof small);
    if (n && !fh_arena_str(s->r->arena, (fh_str){small, n}, &out)) s->nomem = true;
    return out;
}

static bool joined(const fh_scan *s, uint32_t i)
{
    return i < s->end && !s->token[i].spaced && s->token[i].kind != FH_TOKEN_BREAK;
}

/* ---- E-mail and URL ---- */

static bool sign_in(const fh_scan *s, uint32_t i, const char *signs)
{
    return i < s->end && s->token[i].kind == FH_TOKEN_SIGN && s->token[i].len == 1 &&
           strchr(signs, s->r->raw.ptr[s->token[i].at]) && s->r->raw.ptr[s->token[i].at];
}

static bool in_address(const fh_scan *s, uint32_t i, const char *signs)
{
    return i < s->end && (s->token[i].kind == FH_TOKEN_WORD ||
                          s->token[i].kind == FH_TOKEN_NUMBER || sign_in(s, i, signs));
}

/* The end of a host name at i: words parted by points, at least two; 0: none. */
static uint32_t host_at(const fh_scan *s, uint32_t i)
{
    uint32_t at = i, good = 0;
    while (in_address(s, at, "") && at < i + MOST_TOKENS) {
        while (joined(s, at + 1) && in_address(s, at + 1, "-") && at < i + MOST_TOKENS) at++;
        if (at > i && s->token[at].kind == FH_TOKEN_WORD && s->token[at].len >= 2 &&
            fh_is_sign(s, at - 1, '.'))
            good = at + 1;
        if (!joined(s, at + 1) || !fh_is_sign(s, at + 1, '.') || !joined(s, at + 2)) break;
        at += 2;
    }
    return good;
}

static uint32_t email_at(fh_scan *s, uint32_t i, fh_fact *f)
{
    uint32_t at = i;
    while (joined(s, at + 1) && in_address(s, at, "._%+-") && at < i + MOST_TOKENS) at++;
    if (at == i || !fh_is_sign(s, at, '@') || !joined(s, at + 1)) return 0;
    const uint32_t end = host_at(s, at + 1);
    if (!end) return 0;
    *f = (fh_fact){.type = FH_FACT_EMAIL, .unit = keep_lower(s, raw_between(s, i, end))};
    return f->unit.len ? end : 0;
}

static bool known_tld(fh_str word)
{
    static const char known[] =
        " com org net nl de eu uk at ch be io info fr us lu dk se no pl edu gov example ";
    char text[12] = " ";
    if (word.len < 2 || word.len > 8) return false;
    memcpy(text + 1, word.ptr, word.len);
    text[word.len + 1] = ' ';
    text[word.len + 2] = '\0';
    return strstr(known, text) != NULL;
}

/* What follows the host, without the signs that end a sentence. */
static uint32_t path_end(const fh_scan *s, uint32_t at, uint32_t *cut)
{
    uint32_t end = at;
    *cut = 0;
    for (uint32_t i = at; joined(s, i) && i < at + 4 * MOST_TOKENS; i++) {
        if (sign_in(s, i, "<>\"()[]{}|")) break;
        if (!*cut && (fh_is_sign(s, i, '?') || fh_is_sign(s, i, '#'))) *cut = i;
        if (!sign_in(s, i, ".,;:!?'")) end = i + 1;
    }
    if (*cut >= end) *cut = 0;
    return end;
}

/* One more than the token where the host of an address at i begins; 0: none does. */
static uint32_t host_begin(const fh_scan *s, uint32_t i, bool *scheme)
{
    const fh_str word = s->token[i].low;
    *scheme = fh_str_eq(word, FH_STR("http")) || fh_str_eq(word, FH_STR("https"));
    if (*scheme) {
        const bool full =
            fh_is_sign(s, i + 1, ':') && fh_is_sign(s, i + 2, '/') && fh_is_sign(s, i + 3, '/');
        return full ? i + 5 : 0;
    }
    return joined(s, i + 1) && fh_is_sign(s, i + 1, '.') && joined(s, i + 2) ? i + 1 : 0;
}

static uint32_t url_at(fh_scan *s, uint32_t i, fh_fact *f)
{
    bool scheme;
    const uint32_t host = host_begin(s, i, &scheme);
    const uint32_t after = host ? host_at(s, host - 1) : 0;
    if (!after) return 0;
    const uint32_t from = host - 1;
    const bool www = fh_str_eq(s->token[from].low, FH_STR("www"));
    if (!scheme && !www && !known_tld(s->token[after - 1].low)) return 0;
    uint32_t end = after, cut = 0;
    if (sign_in(s, after, "/:?#") && joined(s, after)) end = path_end(s, after, &cut);
    fh_str shown = raw_between(s, www ? from + 2 : from, cut ? cut : end);
    while (shown.len && shown.ptr[shown.len - 1] == '/') shown.len--;
    *f = (fh_fact){.type = FH_FACT_URL, .unit = keep_lower(s, shown)};
    return f->unit.len ? end : 0;
}

uint32_t fh_find_address(fh_scan *s, uint32_t i, fh_fact *f)
{
    if (s->token[i].kind != FH_TOKEN_WORD && s->token[i].kind != FH_TOKEN_NUMBER) return 0;
    /* Only where a run begins, so that a run is looked at once. */
    if (i > s->first && joined(s, i) && in_address(s, i - 1, "._%+-@/")) return 0;
    const uint32_t end = email_at(s, i, f);
    return end ? end : s->token[i].kind == FH_TOKEN_WORD ? url_at(s, i, f) : 0;
}

/* ---- Telephone numbers ---- */

/* Adds the digits of token i; false: it is no group of a telephone number. */
static bool add_digits(const fh_scan *s, uint32_t i, uint32_t *n, uint64_t *last)
{
    const fh_str text = raw_of(s, i);
    for (size_t k = 0; k < text.len; k++) {
        if (text.ptr[k] == '.') continue;
        if (text.ptr[k] < '0' || text.ptr[k] > '9') return false;
        *last = (*last * 10 + (uint64_t)(text.ptr[k] - '0')) % 1000000000u;
        ++*n;
    }
    return *n <= 15;
}

static bool after_phone_word(const fh_scan *s, uint32_t i)
{
    for (uint32_t k = 1; k <= 4 && i >= s->first + k; k++)
        if (s->token[i - k].lists >> FH_LIST_PHONE & 1 && s->token[i - k].len > 2) return true;
    return false;
}

/* The groups of digits from token i on; a group after a space is taken until there are enough. */
static uint32_t phone_groups(const fh_scan *s, uint32_t i, uint32_t enough, uint32_t *n,
                             uint64_t *last)
{
    uint32_t end = i;
    for (uint32_t at = i; at < s->end && at < i + 16; at++) {
        if (fh_is_number(s, at)) {
            const bool trunk = at > i && fh_is_sign(s, at - 1, '(') && s->token[at].len == 1;
            if (s->token[at].spaced && *n >= enough) break;
            if (!trunk && !add_digits(s, at, n, last)) break; /* +31 (0)20 */
            end = at + 1;
        } else if (!sign_in(s, at, "-/()") && !fh_is_dash(s, at)) {
            break;
        }
    }
    return end;
}

uint32_t fh_find_phone(fh_scan *s, uint32_t i, fh_fact *f)
{
    uint32_t n = 0, end = 0;
    uint64_t last = 0;
    const bool plus = fh_is_sign(s, i, '+'), bracket = fh_is_sign(s, i, '(');
    const uint32_t at = plus || bracket ? i + 1 : i;
    if (!fh_is_number(s, at) || (plus && s->token[at].spaced)) return 0;
    const bool zero = s->r->raw.ptr[s->token[at].at] == '0';
    if (bracket && !zero) return 0;
    end = phone_groups(s, at, plus ? 11 : zero ? 10 : 7, &n, &last);
    const bool called = (!plus || n < 8) && after_phone_word(s, i);
    const uint32_t least = plus ? 8 : zero && !called ? 9 : 7;
    if (n < least || (!plus && !zero && !called)) return 0;
    *f = (fh_fact){.type = FH_FACT_PHONE, .low = (int64_t)last, .high = (int64_t)last};
    return end;
}

/* ---- Ids ---- */

/* A run like 12345, AB-12345, 2025/0012 at i: its end; *digits, *letters: how many. */
static uint32_t run_at(const fh_scan *s, uint32_t i, uint32_t *digits, uint32_t *letters)
{
    uint32_t at = i;
    *digits = *letters = 0;
    while (at < s->end && at < i + 12) {
        if (at > i && !joined(s, at)) break;
        if (in_address(s, at, "")) {
            const fh_str text = raw_of(s, at);
            for (size_t k = 0; k < text.len; k++) {
                *digits += text.ptr[k] >= '0' && text.ptr[k] <= '9';
                *letters += text.ptr[k] >= 'A' && text.ptr[k] <= 'Z';
                if (text.ptr[k] >= 'a' && text.ptr[k] <= 'z') *letters += 100;
            }
            at++;
        } else if (sign_in(s, at, "-/_.") && at > i && joined(s, at + 1) &&
                   in_address(s, at + 1, "")) {
            at++;
        } else {
            break;
        }
    }
    return at;
}

/* "Rechnungsnummer" and "invoice number" are of the role "rechnung" and "invoice". */
static fh_str id_role(fh_scan *s, fh_str word)
{
    static const char *const tail[] = {"nummer", "number", "nr"};
    fh_str out = {NULL, 0};
    for (size_t i = 0; i < 3; i++) {
        const size_t n = strlen(tail[i]);
        if (word.len > n + 2 && memcmp(word.ptr + word.len - n, tail[i], n) == 0) word.len -= n;
    }
    if (!fh_arena_str(s->r->arena, fh_lexicon_stem(s->r->lexicon, s->r->language, word), &out))
        s->nomem = true;
    return out;
}

/* Is what stands at i an amount or a date and no id? */
static bool is_counted(fh_scan *s, uint32_t i)
{
    fh_fact other;
    return fh_find_date(s, i, &other) || fh_find_time(s, i, &other) ||
           (fh_find_amount(s, i, &other) && other.type != FH_FACT_NUMBER);
}

/* "number", "no.", "#", ":" between the word and the id; "is" only when a number was named. */
static uint32_t skip_number_words(const fh_scan *s, uint32_t at, bool *named)
{
    for (int k = 0; k < 3 && at < s->end; k++) {
        uint32_t next = fh_listed(s, FH_LIST_NUMBER_WORDS, at, NULL);
        if (next && fh_is_sign(s, next, '.')) next = fh_next(s, next);
        if (!next && (sign_in(s, at, "#:") || fh_is_sign(s, at, '.'))) next = fh_next(s, at);
        if (!next && *named && fh_is_word(s, at) && s->token[at].len <= 6 &&
            (s->token[at].lists >> FH_LIST_STOP & 1))
            next = fh_next(s, at);
        if (!next) break;
        *named = true;
        at = next;
    }
    return at;
}

static uint32_t id_after_word(fh_scan *s, uint32_t i, fh_fact *f)
{
    uint32_t at = fh_listed(s, FH_LIST_IDS, i, NULL), digits, letters;
    if (!at) return 0;
    const fh_str word = s->token[i].low;
    bool named = word.len > 6 && memcmp(word.ptr + word.len - 6, "nummer", 6) == 0;
    at = skip_number_words(s, at, &named);
    if (at >= s->end) return 0;
    const uint32_t end = run_at(s, at, &digits, &letters);
    if (digits == 0 || letters >= 100) return 0;
    const bool strong = named ? digits + letters >= 2 : digits >= 4 || (letters > 0 && digits >= 2);
    if (!strong || (!letters && is_counted(s, at))) return 0;
    s->from = at;
    *f = (fh_fact){.type = FH_FACT_ID,
                   .unit = keep_lower(s, raw_between(s, at, end)),
                   .role = id_role(s, word)};
    return f->unit.len ? end : 0;
}

uint32_t fh_find_id(fh_scan *s, uint32_t i, fh_fact *f)
{
    uint32_t digits, letters;
    uint32_t end = fh_is_word(s, i) ? id_after_word(s, i, f) : 0;
    if (end) return end;
    const bool sharp = fh_is_sign(s, i, '#') && joined(s, i + 1);
    if (!sharp && !(fh_is_word(s, i) && s->token[i].capital)) return 0;
    if (i > s->first && joined(s, i) && in_address(s, i - 1, "-/_.")) return 0;
    end = run_at(s, i + sharp, &digits, &letters);
    if (letters >= 100 || digits < (sharp ? 2 : 3) || (!sharp && (letters < 1 || letters > 6)))
        return 0;
    *f = (fh_fact){.type = FH_FACT_ID, .unit = keep_lower(s, raw_between(s, i + sharp, end))};
    return f->unit.len ? end : 0;
}

/* ---- Persons ---- */

static bool is_particle(fh_str word)
{
    static const char *const all[] = {"van", "von", "de", "der", "den", "ter", "ten", "zu", "la"};
    if (word.len < 2 || word.len > 3) return false;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (fh_str_eq(word, fh_str_of(all[i]))) return true;
    return false;
}

static bool is_name_word(const fh_scan *s, uint32_t i)
{
    const uint64_t no = UINT64_C(1) << FH_LIST_NAMES_NOT | UINT64_C(1) << FH_LIST_WEEKDAYS |
                        UINT64_C(1) << FH_LIST_STOP | UINT64_C(1) << FH_LIST_TITLES |
                        UINT64_C(1) << FH_LIST_ROLES;
    return fh_is_word(s, i) && s->token[i].capital && !(s->token[i].lists & no);
}

/* The end of a name at i; *words: how many with a capital. */
static uint32_t name_at(const fh_scan *s, uint32_t i, uint32_t *words)
{
    uint32_t at = i, end = 0;
    *words = 0;
    for (int k = 0; k < MOST_NAME && at < s->end; k++) {
        if (is_name_word(s, at)) {
            ++*words;
            end = at + 1;
            const bool initial = s->token[at].len == 1 && fh_is_sign(s, at + 1, '.');
            at = initial ? fh_next(s, at + 1) : fh_next(s, at);
            if (!initial && fh_is_dash(s, end) && joined(s, end)) at = fh_next(s, end);
        } else if (*words > 0 && fh_is_word(s, at) && is_particle(s->token[at].low)) {
            at = fh_next(s, at);
        } else {
            break;
        }
    }
    return end;
}

static uint32_t skip_titles(const fh_scan *s, uint32_t i, bool *some)
{
    *some = false;
    for (int k = 0; k < 3 && fh_is_word(s, i) && (s->token[i].lists >> FH_LIST_TITLES & 1); k++) {
        if (!s->token[i].capital) break;
        *some = true;
        i = fh_next(s, i);
        if (fh_is_sign(s, i, '.') && joined(s, i)) i = fh_next(s, i);
    }
    return i;
}

static uint32_t set_person(fh_scan *s, uint32_t name, uint32_t end, fh_str role, fh_fact *f)
{
    *f = (fh_fact){.type = FH_FACT_PERSON, .unit = keep_lower(s, raw_between(s, name, end))};
    if (role.len && !fh_arena_str(s->r->arena, role, &f->role)) s->nomem = true;
    s->from = name;
    return f->unit.len ? end : 0;
}

/* The role that follows a name: "Anna Smith is your adviser", ", your adviser". */
static fh_str role_after(const fh_scan *s, uint32_t at)
{
    int64_t many = 0;
    for (int k = 0; k < 5 && at < s->end; k++, at = fh_next(s, at)) {
        if (fh_listed(s, FH_LIST_ROLES, at, &many))
            return many ? (fh_str){NULL, 0} : s->token[at].low;
        const bool small = fh_is_word(s, at) && !is_name_word(s, at);
        if (!small && !fh_is_sign(s, at, ',')) break;
    }
    return (fh_str){NULL, 0};
}

/* What joins a role and a name: "is", ":", ",", a small word. *sure: more than a small word that
 * may be any. */
static uint32_t skip_to_name(const fh_scan *s, uint32_t at, bool *sure)
{
    *sure = false;
    for (int k = 0; k < 3 && at < s->end; k++) {
        const bool joins = fh_is_sign(s, at, ':') || fh_is_sign(s, at, ',');
        const bool small = fh_is_word(s, at) && !s->token[at].capital;
        if (!joins && !small) break;
        *sure |= joins || (small && s->token[at].lists >> FH_LIST_STOP & 1);
        at = fh_next(s, at);
    }
    return at;
}

/* "Your adviser at Harbour Mutual is Jan Bakker", "the adviser who looks after you is ...": who
 * it is stands behind the "is", however much stands before. */
static uint32_t person_after_copula(fh_scan *s, uint32_t at, fh_str role, fh_fact *f)
{
    enum { FAR = 10 };
    bool title;
    uint32_t words;
    for (int k = 0; k < FAR && fh_is_word(s, at); k++, at = fh_next(s, at)) {
        if (!(s->token[at].lists >> FH_LIST_COPULAS & 1)) continue;
        const uint32_t name = skip_titles(s, fh_next(s, at), &title);
        const uint32_t end = name < s->end ? name_at(s, name, &words) : 0;
        return end && words >= 2 ? set_person(s, name, end, role, f) : 0;
    }
    return 0;
}

/* "Your adviser is (Mr) Jan Bakker": `at` is after the role. */
static uint32_t person_after_role(fh_scan *s, uint32_t at, fh_str role, fh_fact *f)
{
    bool title, sure;
    uint32_t words;
    const uint32_t there = person_after_copula(s, at, role, f);
    if (there) return there;
    const uint32_t name = skip_titles(s, skip_to_name(s, at, &sure), &title);
    const uint32_t end = name < s->end ? name_at(s, name, &words) : 0;
    if (!end) return 0;
    /* One word is a name in a language that writes few others with capitals. */
    const bool english = fh_str_eq(fh_lexicon_code(s->r->lexicon, s->r->language), FH_STR("en"));
    const uint32_t enough = title || (sure && role.len && english) ? 1 : 2;
    return words >= enough ? set_person(s, name, end, role, f) : 0;
}

uint32_t fh_find_person(fh_scan *s, uint32_t i, fh_fact *f)
{
    const fh_str none = {NULL, 0};
    int64_t many = 0;
    bool title;
    uint32_t words;
    if (!fh_is_word(s, i)) return 0;
    const uint32_t after = fh_listed(s, FH_LIST_ROLES, i, &many);
    if (after) return person_after_role(s, after, many ? none : s->token[i].low, f);
    if (!s->token[i].capital) return 0;
    const uint32_t name = skip_titles(s, i, &title);
    const uint32_t end = name < s->end ? name_at(s, name, &words) : 0;
    if (!end || (!title && words < 2)) return 0;
    const fh_str role = role_after(s, end);
    /* Two words with capitals alone are no person. */
    if (!title && role.len == 0) return 0;
    return set_person(s, name, end, role, f);
}

/* ---- Products ---- */

/* Does a product's name (lower case) stand at i? */
static uint32_t product_at(const fh_scan *s, uint32_t i, fh_str product)
{
    size_t at = 0;
    uint32_t k = i, end = 0;
    while (at < product.len) {
        if (k >= s->end) return 0;
        const fh_token *t = &s->token[k];
        if (product.len - at < t->low.len || memcmp(product.ptr + at, t->low.ptr, t->low.len) != 0)
            return 0;
        at += t->low.len;
        end = k + 1;
        if (t->low.len == 0 && t->kind != FH_TOKEN_BREAK) return 0;
        while (at < product.len && product.ptr[at] == ' ') at++;
        k = fh_next(s, k);
    }
    return end;
}

static bool is_quote(const fh_scan *s, uint32_t i)
{
    static const char *const marks[] = {"\"", "„", "“", "”", "«", "»", "‘", "’", "'"};
    if (i >= s->end || s->token[i].kind != FH_TOKEN_SIGN) return false;
    for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++)
        if (fh_str_eq(raw_of(s, i), fh_str_of(marks[k]))) return true;
    return false;
}

uint32_t fh_find_product(fh_scan *s, uint32_t i, fh_fact *f)
{
    const fh_text_about *about = s->r->about;
    uint32_t best = 0;
    fh_str name = {NULL, 0};
    if (s->token[i].kind != FH_TOKEN_WORD && s->token[i].kind != FH_TOKEN_NUMBER) return 0;
    for (uint32_t p = 0; p < about->n_products; p++) {
        const fh_str product = about->products[p];
        if (product.len == 0 || product.ptr[0] != s->token[i].low.ptr[0]) continue;
        const uint32_t end = product_at(s, i, product);
        if (end > best) best = end, name = product;
    }
    if (best) {
        *f = (fh_fact){.type = FH_FACT_PRODUCT};
        if (!fh_arena_str(s->r->arena, name, &f->unit)) s->nomem = true;
        return best;
    }
    const uint32_t open = fh_listed(s, FH_LIST_PRODUCTS, i, NULL);
    if (!open || !is_quote(s, open)) return 0;
    for (uint32_t k = open + 1; k < s->end && k < open + 14; k++) {
        if (!is_quote(s, k) || k == open + 1) continue;
        *f = (fh_fact){.type = FH_FACT_PRODUCT,
                       .unit = keep_lower(s, raw_between(s, open + 1, k)),
                       .role = keep_lower(s, raw_of(s, i))};
        return f->unit.len ? k + 1 : 0;
    }
    return 0;
}

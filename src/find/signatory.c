/* signatory.c - letters of one signatory sent by different departments within a window.
 *
 * "Two letters from the president": one written by marketing, one by the president's office.
 * Whom a letter claims to come from its source says, as a number of the caller's; where it
 * does not, the signature does when it names a person: with a title, or with a role after a
 * comma, since "Harbour Mutual" under a letter is nobody.
 *
 *     Dr. Helena Voss, President, on behalf of Harbour Mutual
 *     |___ name ____|  |_ rest __
 *
 * Answers within one conversation are not meant. A later letter tells one hit for each
 * department that used the name before: the nearest.
 */
#include "find/find.h"

#include <xxhash.h>

#include <string.h>

enum { NAME_BYTES = 64, WORD_BYTES = 24 };

/* ---- Who a signature claims to be ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* In any language: titles are not translated with the letter. */
static bool is_listed(const fh_look *look, fh_str list, fh_str word)
{
    for (uint32_t i = 1; i <= fh_lexicon_languages(look->lexicon); i++)
        if (fh_lexicon_has(look->lexicon, i, list, word, NULL)) return true;
    return false;
}

/* The word that stands at the beginning of `rest`, as lower case in `room`; empty: none. */
static fh_str next_word(fh_str rest, char room[WORD_BYTES])
{
    size_t n = 0;
    rest = fh_str_trim(rest);
    while (n < rest.len && n < WORD_BYTES && is_letter(rest.ptr[n])) {
        room[n] = lower(rest.ptr[n]);
        n++;
    }
    return (fh_str){room, n};
}

/* "President's office", "Contact centre": what follows the role makes it a part of the house. */
static bool is_unit(const fh_look *look, fh_str rest)
{
    char room[WORD_BYTES];
    if (fh_str_starts(rest, FH_STR("'s")) || fh_str_starts(rest, FH_STR("’s"))) return true;
    const fh_str next = next_word(rest, room);
    return next.len && is_listed(look, FH_STR("names not"), next) &&
           !is_listed(look, FH_STR("stop"), next);
}

static bool has_word_of(const fh_look *look, fh_str list, fh_str words)
{
    char word[WORD_BYTES];
    size_t n = 0;
    for (size_t i = 0; i <= words.len; i++) {
        if (i < words.len && is_letter(words.ptr[i])) {
            if (n < sizeof word) word[n] = lower(words.ptr[i]);
            n++;
            continue;
        }
        if (n && n <= sizeof word && is_listed(look, list, (fh_str){word, n}) &&
            !is_unit(look, (fh_str){words.ptr + i, words.len - i}))
            return true;
        n = 0;
    }
    return false;
}

static fh_str up_to_comma(fh_str s)
{
    const char *comma = s.len ? memchr(s.ptr, ',', s.len) : NULL;
    return fh_str_trim((fh_str){s.ptr, comma ? (size_t)(comma - s.ptr) : s.len});
}

/* "name, rest ..." when that is a person, else nothing. */
static fh_str person_in(const fh_look *look, fh_str line)
{
    const fh_str name = up_to_comma(line);
    const size_t used = name.len ? (size_t)(name.ptr + name.len - line.ptr) : line.len;
    const char *comma = used < line.len ? memchr(line.ptr + used, ',', line.len - used) : NULL;
    fh_str rest = {0};
    if (comma) rest = up_to_comma((fh_str){comma + 1, (size_t)(line.ptr + line.len - comma - 1)});
    if (!name.len || name.len > NAME_BYTES || rest.len > NAME_BYTES) return (fh_str){0};
    const bool person =
        has_word_of(look, FH_STR("titles"), name) || has_word_of(look, FH_STR("roles"), rest);
    return person ? name : (fh_str){0};
}

/* The person who signed; empty: nobody, or no person. */
static fh_str signed_by_person(const fh_look *look, const fh_moment *m)
{
    if (!m->text || !m->text->signed_by.len) return (fh_str){0};
    const fh_str raw = m->text->raw, by = m->text->signed_by;
    size_t at = (size_t)(by.ptr - raw.ptr), end = at;
    while (end < raw.len && raw.ptr[end] != '\n') end++;
    const fh_str name = person_in(look, (fh_str){raw.ptr + at, end - at});
    if (name.len) return name;
    while (at > 0 && raw.ptr[at - 1] != '\n') at--;
    return person_in(look, (fh_str){raw.ptr + at, end - at});
}

static uint64_t hash_of(fh_str name)
{
    char low[NAME_BYTES];
    for (size_t i = 0; i < name.len; i++) low[i] = lower(name.ptr[i]);
    return XXH3_64bits(low, name.len);
}

/* "Pieter van Dam" is also "i. A. von Pieter van Dam". */
static bool same_person(fh_str a, fh_str b)
{
    const fh_str less = a.len < b.len ? a : b, more = a.len < b.len ? b : a;
    if (!less.len || !memchr(less.ptr, ' ', less.len)) return less.len && fh_str_eq_nocase(a, b);
    const fh_str tail = {more.ptr + (more.len - less.len), less.len};
    return fh_str_eq_nocase(less, tail) && (more.len == less.len || tail.ptr[-1] == ' ');
}

/* ---- Letters ---- */

/* The one signatory of both, as a part of the cause: the number, else the name. 0: not one. */
static uint64_t signatory_of_both(const fh_look *look, const fh_moment *a, const fh_moment *b)
{
    if (a->signatory && b->signatory) return a->signatory == b->signatory ? a->signatory : 0;
    const fh_str of_a = signed_by_person(look, a), of_b = signed_by_person(look, b);
    if (!same_person(of_a, of_b)) return 0;
    if (a->signatory || b->signatory) return a->signatory ? a->signatory : b->signatory;
    return hash_of(of_a.len < of_b.len ? of_a : of_b);
}

static void compare(const fh_look *look, uint32_t ia, uint32_t ib, fh_best *best)
{
    const fh_moment *a = &look->story->moment[ia], *b = &look->story->moment[ib];
    if (a->department == b->department) return;
    if (a->thread && a->thread == b->thread) return;
    const uint64_t signatory = signatory_of_both(look, a, b);
    if (!signatory) return;
    const uint64_t part[] = {fh_unordered(a->department, b->department), signatory};
    const fh_hit hit = {.sort = FH_FIND_SIGNATORY,
                        .cause = fh_finding_cause(FH_FIND_SIGNATORY, part, 2),
                        .a = ia,
                        .b = ib,
                        .sure = 1};
    fh_best_offer(best, a->department, &hit);
}

fh_status fh_find_signatories(const fh_look *look, fh_error *err)
{
    const fh_moment *moment = look->story->moment;
    fh_best best;
    best.n = 0;
    fh_status status = FH_OK;
    for (uint32_t j = 1; j < look->n_sent && status == FH_OK; j++) {
        const fh_moment *b = &moment[look->sent[j]];
        if ((!b->signatory && !b->text) || !fh_fresh(look, b)) continue;
        for (uint32_t i = j; i-- > 0 && j - i <= FH_LOOK_BACK;) {
            if (!fh_within(&moment[look->sent[i]], b, look->settings->duplicate_window_ms)) break;
            compare(look, look->sent[i], look->sent[j], &best);
        }
        status = fh_best_tell(look, &best, err);
    }
    return status;
}

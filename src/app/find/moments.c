/* moments.c - a customer's story as detectors see it: payloads read, texts understood as far
 * as src/text does, hand-offs marked.
 *
 * A hand-off is an interaction inside the organisation, or one whose payload says a reason or
 * what was passed on, with another department before it in the same problem or conversation.
 * What it lacks is said carefully: a reason is any word about it, and a receipt is any later
 * sign of the receiving department; a week is waited for one.
 */
#include "app/find/find_parts.h"

#include "app/lived/said.h"

#include <string.h>
#include <xxhash.h>

#define RECEIPT_MS (INT64_C(7) * 24 * 3600 * 1000)

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The same for the same words, whoever reads them and whenever; 0: none. */
static uint64_t hash_of(fh_str words)
{
    char start[200];
    const size_t n = words.len < sizeof start ? words.len : sizeof start;
    for (size_t i = 0; i < n; i++) start[i] = lower(words.ptr[i]);
    if (!n) return 0;
    const uint64_t hash = XXH3_64bits_withSeed(start, n, words.len);
    return hash ? hash : 1;
}

static uint32_t number_of(fh_str words)
{
    const uint64_t hash = hash_of(words);
    const uint32_t number = (uint32_t)(hash >> 32);
    return hash && !number ? 1 : number;
}

/* A word of politeness or a title is nobody: of "The President" letters may well be. */
static fh_str trimmed(fh_str s)
{
    s = fh_str_trim(s);
    while (s.len && (s.ptr[s.len - 1] == '.' || s.ptr[s.len - 1] == ',')) s.len--;
    return fh_str_trim(s);
}

/* Who signs, without titles and offices: "Dr. H. Voss, President" is H. Voss. Empty: nobody; the
 * organisation's own name is nobody either. */
static fh_str signer(const fh_story_reader *r, fh_str s)
{
    const char *comma = s.len ? memchr(s.ptr, ',', s.len) : NULL;
    if (comma) s.len = (size_t)(comma - s.ptr);
    s = trimmed(s);
    for (;;) {
        const char *space = s.len ? memchr(s.ptr, ' ', s.len) : NULL;
        /* "Dr. "; of an initial ("H. ") more than a name would be left out */
        if (!space || space - s.ptr < 3 || space[-1] != '.') break;
        s = trimmed((fh_str){space, s.len - (size_t)(space - s.ptr)});
    }
    const fh_str start = {s.ptr, r->us.len < s.len ? r->us.len : s.len};
    if (r->us.len && fh_str_eq_nocase(start, r->us)) s.len = 0;
    return s;
}

static fh_status read_text(const fh_story_reader *r, const fh_told *t, const fh_said *said,
                           fh_arena *arena, fh_moment *m, fh_error *err)
{
    const fh_text_about about = {
        .sent_ms = t->at_ms,
        .offset_s = r->zone ? fh_zone_offset(r->zone, t->at_ms) : 0,
        .language = said->language.len ? fh_lexicon_language(r->lexicon, said->language) : 0,
    };
    fh_text *text = FH_NEW(arena, fh_text);
    if (!text) return fh_no_memory(err);
    const fh_status s = r->texts ? fh_text_read_by(r->texts, said->text, &about, arena, text, err)
                                 : fh_text_read(r->lexicon, said->text, &about, arena, text, err);
    if (s) return s;
    m->text = text;
    if (!m->signatory && t->direction == FH_DIR_OUT)
        m->signatory = number_of(signer(r, text->signed_by));
    return FH_OK;
}

fh_status fh_moment_read(const fh_story_reader *r, const fh_told *t, const fh_said *said,
                         fh_arena *arena, fh_moment *m, fh_error *err)
{
    *m = (fh_moment){.at_ms = t->at_ms,
                     .id = t->id,
                     .touchpoint = t->touchpoint,
                     .channel = t->channel,
                     .department = t->department,
                     .outcome = t->outcome,
                     .problem = t->problem,
                     .direction = t->direction};
    m->purpose = number_of(trimmed(said->purpose));
    m->signatory = number_of(signer(r, said->signatory));
    m->thread = hash_of(said->thread);
    return said->text.len && !t->has_score ? read_text(r, t, said, arena, m, err) : FH_OK;
}

static fh_status read_one(const fh_story_reader *r, const fh_told *t, fh_arena *arena,
                          fh_said *said, fh_moment *m, fh_error *err)
{
    *said = (fh_said){.promise_until_ms = INT64_MIN};
    const fh_status s =
        t->payload.len ? fh_said_read(r->reader, t->payload, arena, said, err) : FH_OK;
    return s ? s : fh_moment_read(r, t, said, arena, m, err);
}

/* ---- Hand-offs ---------------------------------------------------------------------------- */

/* Of one problem, or of one conversation. */
static bool same_matter(const fh_moment *a, const fh_moment *b)
{
    if (a->problem || b->problem) return a->problem == b->problem;
    return a->thread && a->thread == b->thread;
}

/* Whether the receiving department gave any sign, or may still. */
static bool was_received(const fh_story_moments *s, uint32_t at, uint32_t to, int64_t now_ms)
{
    const fh_moment *h = &s->moment[at];
    if (now_ms - h->at_ms < RECEIPT_MS) return true;
    for (uint32_t i = at + 1; i < s->n; i++) {
        const fh_moment *m = &s->moment[i];
        if (!same_matter(m, h)) continue;
        if (m->department == to || s->said[i].accepts.len) return true;
    }
    return false;
}

/* Which department gets it: the next one named that is another, or this one. */
static uint32_t receiver(const fh_story_moments *s, uint32_t at, uint32_t before)
{
    const fh_moment *h = &s->moment[at];
    if (h->department != before) return h->department;
    for (uint32_t i = at + 1; i < s->n; i++)
        if (s->moment[i].department && same_matter(&s->moment[i], h) &&
            s->moment[i].department != before)
            return s->moment[i].department;
    return 0;
}

static void mark_handoffs(fh_story_moments *s, int64_t now_ms)
{
    enum { BACK = 64 };
    for (uint32_t at = 1; at < s->n; at++) {
        fh_moment *m = &s->moment[at];
        const fh_said *said = &s->said[at];
        const bool told = said->reason.len || said->told.len;
        uint32_t before = 0;
        if (!m->department || (m->direction != FH_DIR_INTERNAL && !told)) continue;
        for (uint32_t i = at; i-- > 0 && at - i <= BACK && !before;)
            if (same_matter(&s->moment[i], m)) before = s->moment[i].department;
        const uint32_t to = before ? receiver(s, at, before) : 0;
        if (!to) continue;
        m->handoff = true;
        m->has_reason = told || said->text.len > 0;
        m->has_receipt = m->direction != FH_DIR_INTERNAL || was_received(s, at, to, now_ms);
    }
}

/* ---- A story ------------------------------------------------------------------------------- */

fh_status fh_story_moments_read(const fh_story_reader *r, const fh_told *told, size_t n,
                                fh_arena *arena, fh_story_moments *out, fh_error *err)
{
    fh_story_moments s = {.told = told};
    while (s.n < n && told[s.n].at_ms <= r->now_ms) s.n++; /* what is planned has not happened */
    s.moment = FH_NEW_ARRAY(arena, fh_moment, s.n + 1);
    s.said = FH_NEW_ARRAY(arena, fh_said, s.n + 1);
    fh_status status = s.moment && s.said ? FH_OK : fh_no_memory(err);
    for (uint32_t i = 0; i < s.n && status == FH_OK; i++) {
        status = read_one(r, &told[i], arena, &s.said[i], &s.moment[i], err);
        s.n_texts += status == FH_OK && s.moment[i].text;
    }
    if (status == FH_OK) mark_handoffs(&s, r->now_ms);
    if (status == FH_OK) *out = s;
    return status;
}

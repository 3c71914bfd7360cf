/* find.h - what the detectors of this folder share: how a story is looked at, how a hit is
 * told.
 *
 * A detector goes through the later moments of a story that are fresh, compares each with
 * those before, and tells what it finds. It keeps nothing from one story to the next.
 */
#ifndef FH_FIND_FIND_H
#define FH_FIND_FIND_H

#include "firsthand/find.h"

enum { FH_LOOK_BACK = 64 }; /* earlier messages that one is compared with */

typedef struct fh_look {
    const fh_lexicon *lexicon;
    const fh_usage *usage; /* NULL: nothing is boilerplate */
    const fh_find_settings *settings;
    const fh_find_story *story;
    const uint32_t *sent; /* [n_sent] moments: messages from a department to the customer */
    uint32_t n_sent;
    const uint32_t *heard; /* [n_heard] texts of the customer to a department */
    uint32_t n_heard;
    fh_arena *pair; /* for one comparison; whoever uses it resets it afterwards */
    fh_each_hit *each;
    void *ctx;
} fh_look;

typedef fh_status fh_detector(const fh_look *look, fh_error *err);
fh_status fh_find_duplicates(const fh_look *look, fh_error *err);
fh_status fh_find_signatories(const fh_look *look, fh_error *err);
fh_status fh_find_contradictions(const fh_look *look, fh_error *err);
fh_status fh_find_dams(const fh_look *look, fh_error *err);
fh_status fh_find_lost_context(const fh_look *look, fh_error *err);
fh_status fh_find_overload(const fh_look *look, fh_error *err);

/* Tells a hit; customer, departments (when not yet there) and touchpoint are those of a, b. */
fh_status fh_look_tell(const fh_look *look, fh_hit *hit, fh_error *err);

static inline bool fh_fresh(const fh_look *look, const fh_moment *m)
{
    return m->at_ms >= look->story->fresh_ms;
}

/* Is b at most `window_ms` after a? Any two times: never overflows. */
static inline bool fh_within(const fh_moment *a, const fh_moment *b, int64_t window_ms)
{
    return window_ms >= 0 && (uint64_t)b->at_ms - (uint64_t)a->at_ms <= (uint64_t)window_ms;
}

/* A message to the customer; a parcel or a call without a word written down is none. */
static inline bool fh_is_sent(const fh_moment *m)
{
    return m->direction == FH_DIR_OUT && m->department &&
           (m->text || m->purpose || m->signatory || m->template_number);
}

/* The hits on one later message, one for each key: the surest, of equals the first offered.
 * What is more than the room is left out. */
typedef struct fh_best {
    uint32_t n;
    uint64_t key[FH_LOOK_BACK];
    fh_hit hit[FH_LOOK_BACK];
} fh_best;
void fh_best_offer(fh_best *best, uint64_t key, const fh_hit *hit);
fh_status fh_best_tell(const fh_look *look, fh_best *best, fh_error *err);

/* ---- What messages say of themselves (messages.c) ---- */

/* Does a sentence say that something changed? */
bool fh_says_changed(const fh_text *text);
/* Do both name orders, invoices ... of the same kind, and none of them the same? Then they
 * are about different things. */
bool fh_other_ids(const fh_text *a, const fh_text *b);
/* Do both name the same order, invoice, ...? */
bool fh_same_id(const fh_text *a, const fh_text *b);
/* Do both name a problem, or orders, and not the same ones? */
bool fh_other_matter(const fh_moment *a, const fh_moment *b);
/* The share of a text, by sentences weighed by how rare their words are, that another says in
 * nearly the same words: a sentence is said again when half its words are. 0 when fewer than
 * two sentences are. */
#define FH_SENTENCE_SAID .5
enum { FH_SENTENCES_LEAST = 2 };
double fh_sentences_said_in(const fh_usage *usage, const fh_text *text, const fh_text *in);

/* Two departments in whichever order: lower << 32 | higher. */
static inline uint64_t fh_unordered(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

#endif

/* show_parts.h - what show*.c share: messages as evidence. */
#ifndef FH_APP_FIND_SHOW_PARTS_H
#define FH_APP_FIND_SHOW_PARTS_H

#include "app/find/find_parts.h"
#include "app/find/show.h"

/* Reads evidence: lexicon, and how often words are used. */
typedef struct fh_evidence {
    fh_org *org;
    fh_arena *arena;
    fh_find_names names;
    const fh_zone *zone;
    fh_lexicon *lexicon;
    fh_usage *usage;
    fh_json_reader *reader;
} fh_evidence;
FH_MUST_CHECK fh_status fh_evidence_open(fh_org *org, fh_arena *arena, fh_evidence *out,
                                         fh_error *err);
void fh_evidence_close(fh_evidence *e);

/* An interaction with what its payload says. */
typedef struct fh_message {
    const fh_told *told;
    fh_said said;
    fh_str role; /* of the person who wrote it down; empty: not told to who asks, or not known */
} fh_message;
/* The interaction of a customer's story by its id, or when it has none by its time. *found is
 * false when it is there no more. */
FH_MUST_CHECK fh_status fh_evidence_find(const fh_evidence *e, uint32_t customer, uint64_t id,
                                         int64_t at_ms, fh_message *out, bool *found,
                                         fh_error *err);
/* As MSG of the API. */
void fh_message_json(const fh_evidence *e, const fh_message *m, fh_json *j);
/* The text as detectors read it. */
FH_MUST_CHECK fh_status fh_message_read(const fh_evidence *e, const fh_message *m, fh_text *out,
                                        fh_error *err);
/* {"at", "len", "says"}: a stretch of the text in UTF-16 units. */
FH_MUST_CHECK fh_status fh_fact_json(const fh_evidence *e, const fh_text *text, uint32_t fact,
                                     uint32_t sentence, fh_json *j, fh_error *err);

/* The members "history" (days on which somebody looked) and "months" (when it happened). */
FH_MUST_CHECK fh_status fh_cause_times_json(const fh_evidence *e, uint64_t cause, fh_json *j,
                                            fh_error *err);

/* Where what customers tell again was known (show_held.c): the member "held", of the step,
 * department, source and systems of what was told first. Names no person. */
FH_MUST_CHECK fh_status fh_cause_held_json(const fh_evidence *e, const fh_cause_row *c, fh_json *j,
                                           fh_error *err);
/* Does the department that had it still have the right to reply before others see which it is,
 * and is the actor one of these? It then loses departments, step, purpose and facts. */
FH_MUST_CHECK fh_status fh_cause_hold_back(fh_org *org, const fh_actor *actor,
                                           const fh_names *department, fh_arena *arena,
                                           fh_cause_row *c, bool *waits, fh_error *err);

/* All causes as the actor sees them: copies, the severest first. */
typedef struct fh_seen_causes {
    const fh_cause_row *c; /* [n] */
    const bool *waits;     /* [n] some of it was taken out by fh_cause_hold_back */
    size_t n;
} fh_seen_causes;
FH_MUST_CHECK fh_status fh_causes_as_seen(fh_org *org, const fh_actor *actor,
                                          const fh_names *department, fh_arena *arena,
                                          fh_seen_causes *out, fh_error *err);

/* One message instead of two (show_merged.c): of the two of an example, which whoever asks may
 * read. */
typedef struct fh_merging {
    const fh_evidence *e;
    const fh_cause_row *c;
    const fh_actor *actor;
    bool has_pair; /* else there is nothing to merge, and what follows is not set */
    uint32_t customer;
    fh_message a, b;
} fh_merging;
/* The member "merged": null, or the text, what both want with it, what is to be agreed on, and
 * the fields of a shared draft of it. */
FH_MUST_CHECK fh_status fh_cause_merged_json(const fh_merging *m, fh_json *j, fh_error *err);
/* The member "drafts": shared drafts that were taken over from it, as far as the actor sees them.
 */
FH_MUST_CHECK fh_status fh_cause_drafts_json(const fh_merging *m, fh_json *j, fh_error *err);

/* The members "share", "low" and "high" (Wilson's interval) of the object that is open. */
void fh_put_interval(fh_json *j, uint64_t part, uint64_t of);

#endif

/* contacts.h - the interactions of a segment that a fold cares about, gathered
 * story by story, and what was last known of each problem of a story. Shared by
 * hand-offs and repeats.
 */
#ifndef FH_FOLD_CONTACTS_H
#define FH_FOLD_CONTACTS_H

#include "fold/fold.h"

/* Scratch spaces 0 .. are the fold's own; these are taken here. */
enum {
    FH_CONTACT_DEPARTMENTS = FH_FOLD_SPACES - 4,
    FH_CONTACT_LIST,
    FH_CONTACT_ENDS,
    FH_CONTACT_PROBLEMS,
};

typedef struct fh_contact {
    uint64_t at; /* from the start of the story: seconds, or ms where there are any */
    uint32_t problem;
    uint32_t department; /* global number */
} fh_contact;

typedef struct fh_contacts {
    const fh_contact *contact;
    const uint32_t *end; /* [n_stories] one beyond a story's last contact */
} fh_contacts;

/* The interactions i with keep[i] 1 (else 0). When `by_story`, a contact's problem
 * is the index of its story instead. */
FH_MUST_CHECK fh_status fh_contacts_gather(fh_fold *fold, const fh_segment *seg,
                                           const uint8_t *keep, bool by_story, fh_contacts *out);

/* What was last known of a problem; zeroed when it is new. */
typedef struct fh_episode {
    uint32_t problem;
    bool seen; /* set by the fold */
    uint32_t department;
    uint32_t handed_by; /* the department that handed it to `department`; 0: none did */
    uint32_t handoffs;
    uint64_t at;
} fh_episode;

/* The problems of one story at a time: a hash table emptied by its stamp. */
typedef struct fh_episodes {
    uint32_t most;    /* contacts of one story */
    fh_episode *list; /* [n] in order of first sight */
    uint32_t n;
    uint32_t stamp;
    uint32_t shift; /* 32 - log2(slots) */
    struct fh_episode_slot {
        uint32_t stamp, index;
    } * slot;
} fh_episodes;

/* Room for the longest story of a segment. */
FH_MUST_CHECK fh_status fh_episodes_init(fh_episodes *e, fh_fold *fold, const fh_segment *seg,
                                         const fh_contacts *contacts);
/* Forgets all: another story begins. */
void fh_episodes_next(fh_episodes *e);
fh_episode *fh_episodes_at(fh_episodes *e, uint32_t problem);

#endif

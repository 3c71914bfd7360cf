/* attended.h - who looks after each touchpoint: of intended maps, and of those met in stories
 * that stand on no map. What may be missing: an owner (the map names none, and nobody owns it by
 * a claim), a walk, feedback of any customer, a contact of late. What cannot be walked needs no
 * walk; what no data tells of needs no feedback and no contact.
 */
#ifndef FH_APP_FIND_ATTENDED_H
#define FH_APP_FIND_ATTENDED_H

#include "app/ask/views.h"
#include "app/maps/maps.h"

enum { FH_LATELY_DAYS = 90, FH_LACKS = 4 };

/* Bits of `lacks`, in the order in which they are told. */
enum { FH_LACKS_OWNER = 1, FH_LACKS_WALK = 2, FH_LACKS_FEEDBACK = 4, FH_LACKS_CONTACT = 8 };
extern const char *const fh_lacks_words[FH_LACKS]; /* "owner", "walk", "feedback", "contact" */
static inline uint32_t fh_lacks_n(uint32_t lacks)
{
    return (uint32_t)__builtin_popcount(lacks);
}

/* Who is "before", "during", "after" doing business; "" for what is on no map. */
typedef struct fh_attended {
    int64_t map;          /* 0: on none */
    fh_str map_title, id; /* its id there */
    fh_str name, owner;   /* owner: as the map names it; empty: it names none */
    const char *when;
    uint32_t touchpoint; /* a name of the dictionary by which it is met; 0: none */
    uint32_t lacks;
    fh_str instead; /* what is done instead of a walk, where none can be */
    uint64_t stories, count, n_scores;
    int64_t first_ms, last_ms; /* meaningful when count > 0 */
} fh_attended;

/* Who walked and who owns, read once. */
typedef struct fh_attending fh_attending;
FH_MUST_CHECK fh_status fh_attending_begin(const fh_view *v, fh_attending **out, fh_error *err);
/* [n_touchpoints] of an open map; in the view's arena. Touchpoints it matches are on a map from
 * now on. */
FH_MUST_CHECK fh_status fh_attending_map(fh_attending *a, const fh_map_open *open,
                                         const fh_attended **out, fh_error *err);
/* What stories meet and no map of before has, the most customers first; of how many stories. */
FH_MUST_CHECK fh_status fh_attending_unmapped(fh_attending *a, const fh_attended **out, size_t *n,
                                              uint64_t *n_stories, fh_error *err);

/* All of these: what lacks most first, then what most customers meet. */
FH_MUST_CHECK fh_status fh_attended_all(const fh_view *v, const fh_attended **out, size_t *n,
                                        fh_error *err);

#endif

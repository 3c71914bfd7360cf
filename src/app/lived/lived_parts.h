/* lived_parts.h - what the files of app/lived share; nobody else includes it. */
#ifndef FH_APP_LIVED_PARTS_H
#define FH_APP_LIVED_PARTS_H

#include "app/lived/lived.h"

/* Outcomes that say something about a problem, as numbers of the dictionary. */
enum { FH_CONFIRMED_MAX = 16 };
typedef struct fh_turns {
    uint32_t confirmed[FH_CONFIRMED_MAX];
    size_t n_confirmed;
    uint32_t reopened; /* 0: nobody ever said so */
} fh_turns;

FH_MUST_CHECK fh_status fh_turns_read(fh_org *org, fh_arena *arena, fh_turns *out, fh_error *err);

/* Fills problems, hand-offs and what was told again; told, said and n_past are there. */
FH_MUST_CHECK fh_status fh_lived_problems(fh_lived *l, const fh_turns *turns, fh_error *err);

/* Whether an interaction passes the filter's conditions on interactions. */
bool fh_lived_passes(const fh_filter *f, const fh_told *t);

/* One interaction as members of an object: what every list of them shows. */
FH_MUST_CHECK fh_status fh_lived_entry_json(const fh_lived *l, uint32_t i, fh_json *j,
                                            fh_error *err);
/* "ref": its reference. */
void fh_lived_ref_json(const fh_lived *l, const char *key, uint32_t i, fh_json *j);
void fh_lived_time_json(const fh_lived *l, const char *key, int64_t ms, fh_json *j);
/* Left out when there is none. */
void fh_lived_name_json(fh_json *j, const char *key, const fh_names *names, uint32_t number);
void fh_lived_text_json(fh_json *j, const char *key, fh_str text);

#endif

/* demo_parts.h - what the files of the demonstration organisation's records share.
 *
 * A sample is a record as a table can say it: its fields as JSON in which names stand for
 * numbers and days:
 *
 *     <T:Invoice sent>  a touchpoint        <P:fin>  a person        <D:Finance>  a department
 *     <R:address>       a record made before  <C:3>  a customer      <day:-30>  a day from today
 *     <fix:+3>          a day from that of the planted fix
 *
 * and what was done with it, a line each: DAY WHO VERB ..., where DAY is a number of days
 * ago, or F+3 and F-20: days after and before the fix.
 *
 *     offer WHO [WORDS] · take · accept · decline WORDS · comment TEXT · follow
 *     move NAME [WORDS] [| JSON] · challenge WHO WORDS
 */
#ifndef FH_APP_DEMO_PARTS_H
#define FH_APP_DEMO_PARTS_H

#include "app/demo/demo.h"
#include "app/people/rights.h"
#include "store/org.h"

typedef struct fh_demo_person {
    const char *key, *name, *department;
    uint32_t roles; /* bits */
} fh_demo_person;
typedef struct fh_demo_sample {
    const char *key; /* by which others speak of it; NULL: nobody does */
    const char *kind, *who, *day, *fields;
    const char *acts; /* NULL: none */
    bool anonymous;
} fh_demo_sample;

extern const char *const fh_demo_departments[]; /* NULL ends */
extern const fh_demo_person fh_demo_people[];   /* key NULL ends */
extern const fh_demo_sample fh_demo_samples[];  /* kind NULL ends */

/* What is made by the dozen: [n] texts each. */
typedef struct fh_demo_moment {
    const char *touchpoint, *text;
} fh_demo_moment;
extern const fh_demo_moment fh_demo_signals[], fh_demo_suggestions[]; /* text NULL ends */
typedef struct fh_demo_focus {
    const char *touchpoint, *who, *need; /* who NULL: it names no customer */
} fh_demo_focus;
extern const fh_demo_focus fh_demo_focuses[]; /* touchpoint NULL ends */

/* The journeys as they were intended, each marked so since that day. In the open transaction. */
FH_MUST_CHECK fh_status fh_demo_maps(fh_org *org, const fh_actor *actor, int64_t since_ms,
                                     fh_arena *arena, fh_error *err);

#endif

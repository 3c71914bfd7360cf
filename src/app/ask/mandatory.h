/* mandatory.h - what nobody chose, by the organisation's own rule: coming to it is no coming back.
 *
 * Settings (each may be empty; all empty: nothing is mandatory):
 *
 *     mandatory-touchpoints   "Session: data protection, Module: security at work"
 *     mandatory-outcomes      "must": outcomes that say so of a single interaction
 *     mandatory-directions    "out, internal": what the organisation began
 *
 * An interaction that is in any of them is mandatory. Names that no interaction ever had are left
 * out.
 */
#ifndef FH_APP_MANDATORY_H
#define FH_APP_MANDATORY_H

#include "app/ask/ask.h"
#include "firsthand/fold.h"

#define FH_SETTING_MUST_TOUCHPOINTS "mandatory-touchpoints"
#define FH_SETTING_MUST_OUTCOMES    "mandatory-outcomes"
#define FH_SETTING_MUST_DIRECTIONS  "mandatory-directions"

typedef struct fh_mandatory_rule {
    fh_mandatory mandatory;
    fh_str says; /* "at Session: data protection; that ended as must"; empty: nothing is */
} fh_mandatory_rule;

/* In the arena. */
FH_MUST_CHECK fh_status fh_mandatory_read(fh_org *org, fh_arena *arena, fh_mandatory_rule *out,
                                          fh_error *err);
/* Said for one question, instead of the settings: of `said` touchpoints, outcomes and directions
 * count, as filters read them (a name that there is none of is an error); all empty: as above. */
FH_MUST_CHECK fh_status fh_mandatory_said(fh_org *org, const fh_filter_text *said, fh_arena *arena,
                                          fh_mandatory_rule *out, fh_error *err);
/* Whether a value of FH_SETTING_MUST_DIRECTIONS can be read. */
FH_MUST_CHECK fh_status fh_mandatory_check_directions(fh_str value, fh_error *err);

#endif

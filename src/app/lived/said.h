/* said.h - what stands in an interaction's payload that people read: its text, and what
 * a hand-off or a promise says of itself.
 *
 * A payload is JSON of whatever source, so it is hostile: what is not a JSON object, or
 * has a member of another type, simply does not say it. The members are those of
 * docs/handbook/story.md: text, reason, told, promise, promise_until; and of a message
 * subject, purpose, signatory, language, thread (parse/message.h).
 */
#ifndef FH_APP_SAID_H
#define FH_APP_SAID_H

#include "base/json.h"

typedef struct fh_said {
    fh_str text; /* trimmed; as the others in the arena or the payload itself */
    fh_str subject, purpose, signatory, language, thread; /* of a message; trimmed */
    fh_str role;                /* of the colleague who wrote or said it: "claims handler" */
    fh_str reason, told;        /* of a hand-off: why, and what was passed on */
    fh_str promise;             /* what is promised to the customer */
    int64_t promise_until_ms;   /* by when; INT64_MIN: not said */
    fh_str accepts, takes_back; /* the reference of an interaction (app/lived/lived.h) */
    uint32_t by;                /* the person who did or wrote this down; 0: not said */
    bool is_json;               /* the payload is JSON, of whatever kind */
} fh_said;

enum { FH_SAID_TOKENS = 1 << 16 };

/* FH_NOMEM only. `reader` as fh_json_reader_new(NULL, FH_SAID_TOKENS) makes it. */
FH_MUST_CHECK fh_status fh_said_read(fh_json_reader *reader, fh_str payload, fh_arena *arena,
                                     fh_said *out, fh_error *err);
/* The first line with something on it. */
fh_str fh_first_line(fh_str text);

#endif

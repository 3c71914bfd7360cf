/* message.h - what an interaction says as a message: its text, and the members beside it
 * in the payload (subject, purpose, signatory, language, thread, sender).
 *
 * Whatever door a message comes through, they stand first in the payload, in one order
 * and under one name each.
 */
#ifndef FH_PARSE_MESSAGE_H
#define FH_PARSE_MESSAGE_H

#include "base/json.h"
#include "parse/mapping.h"

enum { FH_MESSAGE_MEMBERS = 7 };

typedef struct fh_message_member {
    fh_field field;
    fh_str key;
    size_t at; /* offset of its fh_str in fh_interaction */
} fh_message_member;

extern const fh_message_member fh_message_member_of[FH_MESSAGE_MEMBERS];

/* One bit for each member that the mapping has a rule for. */
unsigned fh_message_mapped(const fh_mapping *mapping);
/* One bit for each member that the interaction tells. */
unsigned fh_message_told(const fh_interaction *row);
/* Is `key` the name of one of these members? */
bool fh_message_is(unsigned members, fh_str key);
/* Writes what the interaction tells into an object that was begun; false: nothing. */
bool fh_message_put(fh_json *j, const fh_interaction *row);

#endif

/* message.c - what an interaction says as a message (see message.h). */
#include "parse/message.h"

#include <string.h>

#define MEMBER(field, name)                                              \
    {                                                                    \
        field, {#name, sizeof #name - 1}, offsetof(fh_interaction, name) \
    }
const fh_message_member fh_message_member_of[FH_MESSAGE_MEMBERS] = {
    MEMBER(FH_FIELD_TEXT, text),         MEMBER(FH_FIELD_SUBJECT, subject),
    MEMBER(FH_FIELD_PURPOSE, purpose),   MEMBER(FH_FIELD_SIGNATORY, signatory),
    MEMBER(FH_FIELD_LANGUAGE, language), MEMBER(FH_FIELD_THREAD, thread),
    MEMBER(FH_FIELD_SENDER, sender),
};

static fh_str member(const fh_interaction *row, size_t i)
{
    fh_str s;
    memcpy(&s, (const char *)row + fh_message_member_of[i].at, sizeof s);
    return s;
}

unsigned fh_message_mapped(const fh_mapping *mapping)
{
    unsigned members = 0;
    for (size_t i = 0; i < FH_MESSAGE_MEMBERS; i++)
        if (fh_mapping_find(mapping, fh_message_member_of[i].field)) members |= 1u << i;
    return members;
}

unsigned fh_message_told(const fh_interaction *row)
{
    unsigned members = 0;
    for (size_t i = 0; i < FH_MESSAGE_MEMBERS; i++)
        if (member(row, i).len) members |= 1u << i;
    return members;
}

bool fh_message_is(unsigned members, fh_str key)
{
    for (size_t i = 0; members >> i; i++)
        if ((members >> i & 1) && fh_str_eq(fh_message_member_of[i].key, key)) return true;
    return false;
}

bool fh_message_put(fh_json *j, const fh_interaction *row)
{
    bool any = false;
    for (size_t i = 0; i < FH_MESSAGE_MEMBERS; i++) {
        const fh_str s = member(row, i);
        if (!s.len) continue;
        fh_json_key(j, fh_message_member_of[i].key);
        fh_json_str(j, s);
        any = true;
    }
    return any;
}

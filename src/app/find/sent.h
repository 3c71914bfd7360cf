/* sent.h - what sorts of messages are sent: by which department, for what.
 *
 * A sort is the purpose that a message says, else (when it says none) its touchpoint, and its
 * department. They are seen while findings are looked for and kept with what is counted of words.
 * No text of any message is kept, and nothing of a customer.
 */
#ifndef FH_APP_FIND_SENT_H
#define FH_APP_FIND_SENT_H

#include "store/org.h"

enum { FH_SENT_MOST = 1000, FH_SENT_PURPOSE_MAX = 200, FH_SENT_LATELY = 64 };

typedef struct fh_sent {
    uint32_t department, touchpoint; /* as interactions say them; touchpoint 0: it has a purpose */
    fh_str purpose;                  /* empty: by its touchpoint */
} fh_sent;
typedef struct fh_sent_list {
    fh_arena *arena;
    fh_sent *item; /* [n] in the order in which they were first seen */
    size_t n;
    uint16_t lately[FH_SENT_LATELY]; /* where one was found that looks like it */
} fh_sent_list;

/* What is kept; what cannot be read is as nothing. In the arena. */
FH_MUST_CHECK fh_status fh_sent_read(fh_org *org, fh_arena *arena, fh_sent_list *out,
                                     fh_error *err);
/* Nothing when it is known, or there are FH_SENT_MOST. */
FH_MUST_CHECK fh_status fh_sent_add(fh_sent_list *list, const fh_sent *s, fh_error *err);
FH_MUST_CHECK fh_status fh_sent_keep(fh_org *org, const fh_sent_list *list, fh_error *err);

#endif

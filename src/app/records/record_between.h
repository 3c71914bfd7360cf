/* record_between.h - use case: what is told to a go-between alone.
 *
 * Whoever tells something without a name may have a colleague pass it on: the record's
 * go-between. Others see the go-between, who follows the record, is reminded in the author's
 * place and makes the author's moves. Who the author is stands nowhere, unless they say so to
 * the go-between: here, when it is told or later by their code. What they say is sealed with
 * the server's key for that record (app/signin/sealed.h). It is in no history, list, search,
 * export, mail, webhook or log, and a copy of the file does not open it.
 *
 * It is forgotten when the record is closed, when the go-between says so or leaves, and when a
 * customer whom the record is about is erased.
 */
#ifndef FH_APP_RECORD_BETWEEN_H
#define FH_APP_RECORD_BETWEEN_H

#include "app/people/rights.h"
#include "app/signin/sealed.h"
#include "store/records.h"

enum { FH_BETWEEN_MAX = 1000 /* bytes */ };

/* In the open write transaction; instead of what was said before. FH_INVALID when the record has
 * no go-between, or has an author; FH_BUSY without a key. */
FH_MUST_CHECK fh_status fh_between_say(fh_org *org, const fh_key *key, const fh_record *row,
                                       fh_str words, fh_arena *arena, fh_error *err);
/* The same by the author's code. */
FH_MUST_CHECK fh_status fh_between_say_by_code(fh_org *org, const fh_key *key, fh_str code,
                                               fh_str words, fh_error *err);
/* FH_NOTFOUND for everybody but the go-between, and when nothing is told. */
FH_MUST_CHECK fh_status fh_between_read(fh_org *org, const fh_actor *actor, const fh_key *key,
                                        int64_t record, fh_arena *arena, fh_str *words,
                                        fh_error *err);
/* By the go-between: it is gone. FH_NOTFOUND as above. */
FH_MUST_CHECK fh_status fh_between_forget(fh_org *org, const fh_actor *actor, int64_t record,
                                          fh_error *err);

#endif

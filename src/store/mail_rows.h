/* mail_rows.h - who wants a digest by e-mail, and the log of mails; app/digest sends them.
 *
 * What a mail says is not kept: see the migration. */
#ifndef FH_STORE_MAIL_ROWS_H
#define FH_STORE_MAIL_ROWS_H

#include "store/org.h"

typedef struct fh_digest_row {
    uint32_t person;
    fh_str how;       /* "daily", "weekly"; empty: none */
    int64_t until_ms; /* the last one was due then */
    int64_t entry;    /* and told of histories up to this entry */
} fh_digest_row;

/* out->how is empty when the person wants none. */
FH_MUST_CHECK fh_status fh_digest_row_get(fh_org *org, uint32_t person, fh_arena *arena,
                                          fh_digest_row *out, fh_error *err);
FH_MUST_CHECK fh_status fh_digest_row_put(fh_org *org, const fh_digest_row *row, fh_error *err);
FH_MUST_CHECK fh_status fh_digest_row_drop(fh_org *org, uint32_t person, fh_error *err);
/* Those whose last one was due before `before_ms`, at most `max`. */
FH_MUST_CHECK fh_status fh_digest_rows_due(fh_org *org, fh_str how, int64_t before_ms, size_t max,
                                           fh_arena *arena, fh_digest_row **out, size_t *n,
                                           fh_error *err);

typedef struct fh_mail {
    int64_t mail;
    uint32_t person;
    fh_str what; /* "digest", "sample" */
    int64_t since_ms, since_entry, until_entry, made_ms;
    fh_str state; /* waiting, sending, sent, refused, unsure, dropped */
    uint32_t attempts;
    int64_t next_ms, last_ms;
    int32_t code;
    fh_str reply;
    int64_t used_ms;
} fh_mail;

/* Takes the next number. In the open write transaction, as all that writes here. */
FH_MUST_CHECK fh_status fh_mail_add(fh_org *org, fh_mail *m, fh_error *err);
/* State, attempts, times, code, reply and use. FH_NOTFOUND: its reader was forgotten meanwhile. */
FH_MUST_CHECK fh_status fh_mail_save(fh_org *org, const fh_mail *m, fh_error *err);
FH_MUST_CHECK fh_status fh_mail_get(fh_org *org, int64_t mail, fh_arena *arena, fh_mail *out,
                                    fh_error *err);
/* The one that waits longest of those due at `now_ms`; out->mail 0: none, and *next_ms tells when
 * the next one is due, -1: none waits. */
FH_MUST_CHECK fh_status fh_mail_next(fh_org *org, int64_t now_ms, fh_arena *arena, fh_mail *out,
                                     int64_t *next_ms, fh_error *err);
/* None that waits is tried before `until_ms`. */
FH_MUST_CHECK fh_status fh_mail_postpone(fh_org *org, int64_t until_ms, fh_error *err);
/* What was being sent when the program ended: whether it went out nobody knows. */
FH_MUST_CHECK fh_status fh_mail_find_unsure(fh_org *org, uint64_t *n, fh_error *err);
/* Newest first, below `before` (0: from the newest); `person` 0: everybody's. */
FH_MUST_CHECK fh_status fh_mail_list(fh_org *org, uint32_t person, int64_t before, size_t max,
                                     fh_arena *arena, fh_mail **out, size_t *n, fh_error *err);
/* Ended ones that were made before. */
FH_MUST_CHECK fh_status fh_mail_forget(fh_org *org, int64_t before_ms, fh_error *err);
FH_MUST_CHECK fh_status fh_mail_forget_person(fh_org *org, uint32_t person, fh_error *err);

/* What others did to records that a person follows, in entries (since, until] that they have not
 * seen yet: each record once, newest first. */
typedef struct fh_digest_news {
    int64_t record;
    uint64_t n; /* entries */
    int64_t at_ms;
} fh_digest_news;
FH_MUST_CHECK fh_status fh_digest_news_of(fh_org *org, uint32_t person, int64_t since,
                                          int64_t until, size_t max, fh_arena *arena,
                                          fh_digest_news **out, size_t *n, fh_error *err);

#endif

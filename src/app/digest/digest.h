/* digest.h - use cases: what happened in what somebody follows, and what waits for them, by
 * e-mail: daily, weekly or not at all, as each person chooses.
 *
 * A digest names titles, kinds, states and days of what its reader may see when it is sent, and
 * nothing else: no words of people, no customers, no figures. It is written at that moment and
 * kept nowhere; kept is a row that says what became of it (store/mail_rows.h).
 *
 * Nothing new, no mail: what waits is told again only together with something that happened, or
 * when its day comes.
 */
#ifndef FH_APP_DIGEST_H
#define FH_APP_DIGEST_H

#include "app/people/rights.h"
#include "app/signin/sealed.h"
#include "base/json.h"
#include "store/mail_rows.h"

struct fh_zone;

/* ---- What it says ---- */

typedef struct fh_digest_line {
    int64_t record;
    fh_str kind, kind_title, title, state;
    int64_t due_ms;  /* 0: no clock runs */
    uint64_t events; /* what others did to it; 0: it just waits */
    int64_t map;     /* a journey map instead of a record; 0: none */
    fh_str says;     /* of a map: what happened */
} fh_digest_line;

typedef enum fh_digest_part {
    FH_DIGEST_ASKED, /* offered to me: is it yours? challenges, asks */
    FH_DIGEST_DUE,   /* mine, and its day comes */
    FH_DIGEST_NEWS,  /* what happened in what I follow */
    FH_DIGEST_MAPS,  /* the same of journeys; versions that wait for an answer */
    FH_N_DIGEST_PARTS
} fh_digest_part;

enum { FH_DIGEST_LINES = 12 }; /* of a part; the others are counted */

typedef struct fh_digest {
    fh_str name, organisation, customers; /* the reader; the word for many customers */
    const struct fh_zone *zone;
    struct {
        const fh_digest_line *line;
        size_t n;
        uint64_t total;
    } part[FH_N_DIGEST_PARTS];
    bool fresh; /* there is something to send */
    bool daily;
} fh_digest;

/* What `m` says to its reader, who is `actor`. Reading is enough. */
FH_MUST_CHECK fh_status fh_digest_read(fh_org *org, const fh_actor *actor, const fh_mail *m,
                                       bool daily, int64_t now_ms, fh_arena *arena, fh_digest *out,
                                       fh_error *err);

/* In the arena. `base_url` "https://..."; `leave` the address that ends it, empty in a preview. */
typedef struct fh_digest_words {
    fh_str subject, text, html;
} fh_digest_words;
FH_MUST_CHECK fh_status fh_digest_say(const fh_digest *d, fh_str base_url, fh_str leave,
                                      fh_arena *arena, fh_digest_words *out, fh_error *err);

/* ---- Who wants it ---- */

/* "daily", "weekly" or "none", for the person behind the actor; the first one tells what happens
 * from now on. In the open write transaction. */
FH_MUST_CHECK fh_status fh_digest_choose(fh_org *org, const fh_actor *actor, fh_str how,
                                         fh_error *err);
/* When the last one was due by now, and when the next is: every day, or Mondays, at `hour` in the
 * organisation's zone. */
int64_t fh_digest_last_due(const struct fh_zone *zone, bool daily, int hour, int64_t now_ms);
int64_t fh_digest_next_due(const struct fh_zone *zone, bool daily, int hour, int64_t now_ms);

/* One for the actor as if it were due now, whatever they chose: waits to be sent. FH_INVALID: no
 * person, or one without an e-mail address; FH_LATER: one is on its way. */
FH_MUST_CHECK fh_status fh_digest_sample(fh_org *org, const fh_actor *actor, int64_t *mail,
                                         fh_error *err);
/* What it would say, as rows for fh_digest_read: the mail has no number. */
FH_MUST_CHECK fh_status fh_digest_now(fh_org *org, uint32_t person, fh_arena *arena, fh_mail *out,
                                      bool *daily, fh_error *err);
/* A mail that was refused, dropped or is unsure waits again. The own ones; with
 * FH_RIGHT_SETTINGS anybody's. FH_CONFLICT: it waits, or was sent. */
FH_MUST_CHECK fh_status fh_mail_again(fh_org *org, const fh_actor *actor, int64_t mail,
                                      fh_error *err);
void fh_mail_json(const fh_mail *m, bool with_person, fh_json *j);

/* ---- Without signing in ---- */

/* The last part of a mail's address to unsubscribe. */
FH_MUST_CHECK fh_status fh_digest_link(const fh_key *key, int64_t mail, fh_arena *arena,
                                       fh_str *out, fh_error *err);
/* Whom a link is for, without using it up. FH_NOTFOUND: none of ours, too old, or used. */
FH_MUST_CHECK fh_status fh_digest_link_look(fh_org *org, const fh_key *key, fh_str token,
                                            fh_arena *arena, fh_mail *out, fh_error *err);
/* No more digests for whoever got that mail; the link is used up. In the write transaction. */
FH_MUST_CHECK fh_status fh_digest_leave(fh_org *org, const fh_key *key, fh_str token,
                                        fh_error *err);

#endif

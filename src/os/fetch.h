/* fetch.h - asking another server by HTTP: libcurl, opened when first needed.
 *
 * libcurl brings some thirty libraries along, so it is not linked but loaded: without
 * it everything works that asks nobody else. Redirects are never followed. A caller may
 * look at the address before anything is sent (fh_fetch.address_ok), after the name
 * was resolved, so that a name cannot change its mind in between.
 */
#ifndef FH_OS_FETCH_H
#define FH_OS_FETCH_H

#include "firsthand/base.h"

struct sockaddr;

typedef struct fh_fetcher fh_fetcher;
/* FH_NOTFOUND, with what to install, when the library is not there. One thread at a
 * time uses it; connections are kept from one call to the next. */
FH_MUST_CHECK fh_status fh_fetcher_new(fh_fetcher **out, fh_error *err);
void fh_fetcher_free(fh_fetcher *f); /* NULL is allowed */

typedef struct fh_fetch {
    const char *method; /* "GET", "POST" ... */
    const char *url;
    const char *unix_path;     /* by this socket instead of the network; NULL */
    const char *const *fields; /* "Name: value"; NULL ends; may be NULL */
    fh_str body;
    /* A body read piece by piece instead: *got 0 is the end. */
    fh_status (*read)(void *ctx, char *to, size_t n, size_t *got, fh_error *err);
    uint64_t read_bytes; /* how many that will be */
    /* The reply's body piece by piece; NULL: into fh_fetched.body. */
    fh_status (*write)(void *ctx, fh_str piece, fh_error *err);
    bool (*address_ok)(void *ctx, const struct sockaddr *address, const char **why);
    void *ctx;       /* of all functions with one */
    int64_t time_ms; /* for all of it; 0: no limit */
    size_t max_body; /* of the reply; 0: 1 MiB. With `write`: no limit */
    bool good_only;  /* `write` gets bodies of 2xx replies; others go to fh_fetched.body */
    bool https_only;
    bool (*stopped)(void);       /* asked now and then; NULL: never */
    bool (*given_up)(void *ctx); /* the same, for whoever is not the main thread */
} fh_fetch;

typedef struct fh_fetched {
    int code;    /* HTTP status */
    fh_buf body; /* initialised by the caller; emptied first */
    char type[96];
} fh_fetched;

/* FH_OK when any reply came, whatever its code. FH_IO: none came (says why); FH_DENIED:
 * the address is not allowed; FH_LIMIT: the reply is too large; FH_INTERRUPTED. */
FH_MUST_CHECK fh_status fh_fetch_run(fh_fetcher *f, const fh_fetch *what, fh_fetched *out,
                                     fh_error *err);

#endif

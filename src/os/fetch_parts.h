/* fetch_parts.h - libcurl's functions as they were found: for fetch.c and smtp.c. */
#ifndef FH_OS_FETCH_PARTS_H
#define FH_OS_FETCH_PARTS_H

#include "os/fetch.h"

#include <curl/curl.h>

#define CURL_FUNCTIONS(X) \
    X(easy_init)          \
    X(easy_cleanup)       \
    X(easy_reset)         \
    X(easy_setopt)        \
    X(easy_perform)       \
    X(easy_getinfo)       \
    X(easy_strerror)      \
    X(slist_append)       \
    X(slist_free_all)     \
    X(global_init)

#define X(name) typedef __typeof__(&curl_##name) name##_function;
CURL_FUNCTIONS(X)
#undef X

struct fh_fetcher {
    void *library;
    CURL *handle;
    easy_init_function easy_init;
    easy_cleanup_function easy_cleanup;
    easy_reset_function easy_reset;
    easy_setopt_function easy_setopt;
    easy_perform_function easy_perform;
    easy_getinfo_function easy_getinfo;
    easy_strerror_function easy_strerror;
    slist_append_function slist_append;
    slist_free_all_function slist_free_all;
    global_init_function global_init;
};

#endif

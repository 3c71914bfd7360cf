/* assets.h - the web UI as it was built (web/build.mjs): its files and its pages. */
#ifndef FH_API_ASSETS_H
#define FH_API_ASSETS_H

#include "http/http.h"

typedef struct fh_web_asset {
    const char *name; /* "main-3F2A81C0.js" */
    fh_http_asset file;
} fh_web_asset;

extern const fh_web_asset fh_web_assets[]; /* [fh_web_n_assets], by name */
extern const size_t fh_web_n_assets;
/* Pages that the UI draws; a path that is NULL ends. What lies deeper belongs to them, too. */
typedef struct fh_web_page {
    const char *path;     /* one word behind a slash */
    const char *right;    /* that it needs, by its word; empty: none */
    const char *preloads; /* value of a Link field: the files of its own script */
    fh_str html;          /* what its script finds drawn, with marks (pages_app.c) */
} fh_web_page;
extern const fh_web_page fh_web_pages[];
extern const fh_str fh_web_bare; /* a page with nothing drawn */
/* The page of a path, or of what lies below it; NULL: none. */
const fh_web_page *fh_web_page_at(fh_str path);

/* What the page may do; `own` and `dress` name the one script and the one sheet that stand in
 * it: "'sha256-...'". */
#define FH_WEB_POLICY(own, dress)                                                      \
    "default-src 'none'; script-src 'self' " own "; style-src 'self' " dress "; "      \
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; "     \
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " \
    "trusted-types 'none'"
extern const char fh_web_policy[];

#endif

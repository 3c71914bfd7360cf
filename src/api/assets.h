/* assets.h - the web UI as it was built (web/build.mjs): its files and its pages. */
#ifndef FH_API_ASSETS_H
#define FH_API_ASSETS_H

#include "http/http.h"

typedef struct fh_web_asset {
    const char *name; /* "main-3F2A81C0.js"; "page.html" is the page that loads the others */
    fh_http_asset file;
} fh_web_asset;

extern const fh_web_asset fh_web_assets[]; /* [fh_web_n_assets], by name */
extern const size_t fh_web_n_assets;
/* Paths of the pages that the UI draws, one word behind a slash; NULL ends. What lies
 * deeper belongs to them, too. */
extern const char *const fh_web_pages[];

#endif

/* page.h - small pages that the server writes itself: signing in, the first page, tokens.
 *
 *     fh_html h;
 *     fh_status s = fh_screen_begin(c, "Tokens", "Which of my programs may come in?", 0, &h, err);
 *     if (s) return s;
 *     fh_html_say(&h, "<p>%s</p>", ...);
 *     fh_screen_end(&h);
 *
 * They work without script, by keyboard and on phones, and are told to be kept nowhere.
 * Forms are sent with POST to the address of their page, carry the token of their
 * session, and answer with 303; what was refused shows the form again with the reason.
 */
#ifndef FH_API_PAGE_H
#define FH_API_PAGE_H

#include "api/inside.h"
#include "app/report/html.h"
#include "app/signin/limiter.h"

enum {
    FH_SCREEN_OUTSIDE = 1, /* for whoever is not signed in: without the way to other pages */
    FH_SCREEN_LINK = 2     /* runs the script that takes a secret from behind the '#' */
};
/* Everything up to the contents. `lead`: the question that the page answers. */
FH_MUST_CHECK fh_status fh_screen_begin(fh_call *c, const char *title, const char *lead,
                                        uint32_t flags, fh_html *out, fh_error *err);
void fh_screen_end(const fh_html *h);
/* What went wrong, above a form; nothing when `e` says that all is well. */
void fh_screen_problem(const fh_html *h, const fh_error *e);

/* ---- Forms --------------------------------------------------------------------------- */

typedef struct fh_entry {
    const char *name, *label, *type, *autocomplete;
    const char *hint; /* stands under the label; NULL: nothing */
    fh_str value;     /* what was typed before */
    bool optional;
} fh_entry;
/* <form> with the session's token; `submit` is what its button says. */
void fh_form_begin(const fh_call *c, const fh_html *h, const char *action);
void fh_form_field(const fh_html *h, const fh_entry *f);
void fh_form_hidden(const fh_html *h, const char *name, fh_str value);
void fh_form_end(const fh_html *h, const char *submit);
/* A form that is but a button. */
void fh_form_button(const fh_call *c, const fh_html *h, const char *action, const char *name,
                    fh_str value, const char *submit);

/* The form that was sent: its type and, with a session, its token are right. */
FH_MUST_CHECK fh_status fh_form_check(const fh_call *c, fh_error *err);
/* How often forms come that need no account: FH_LATER when too often for this key. */
FH_MUST_CHECK fh_status fh_form_limit(const fh_call *c, const fh_limit_rule *rule, fh_str key,
                                      fh_error *err);
/* A field; empty when it was not sent. */
FH_MUST_CHECK fh_status fh_form_text(const fh_call *c, const char *name, fh_str *out,
                                     fh_error *err);
FH_MUST_CHECK fh_status fh_form_number(const fh_call *c, const char *name, uint32_t *out,
                                       fh_error *err);
/* Where whoever was sent to sign in wanted to be: as the query or the form says, or "/"
 * when that is no address of ours. */
const char *fh_way_back(const fh_call *c);
/* "/sign-in?to=..."; just `path` when there is nothing to come back to. */
const char *fh_way_to(const fh_call *c, const char *path, const char *to);
/* 303 to a page of ours. */
void fh_call_go(fh_call *c, const char *path);
/* Whether what went wrong is shown with the form; all else is a page of its own. Then
 * the reply's status is set. */
bool fh_form_again(fh_call *c, fh_status s);

/* ---- Signing in (pages_signin.c), for all ways that lead there ------------------------- */

/* The sign-in page; what went wrong stands above its forms. */
FH_MUST_CHECK fh_status fh_show_sign_in(fh_call *c, fh_str email, const fh_error *problem,
                                        fh_error *err);
/* In, or on to the second factor. */
FH_MUST_CHECK fh_status fh_signed_in(fh_call *c, const fh_session_given *given, fh_error *err);

/* Pieces of the style sheet behind those of the report (app/report/report.h); NULL ends. */
extern const char *const fh_screen_style[];

#endif

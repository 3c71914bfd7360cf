/* touch.c - remembers, at most once a minute, that a session or token was used. */
#include "api/inside.h"

#include <stdlib.h>
#include <string.h>

typedef struct touched {
    fh_api *api;
    uint32_t session;
    size_t n_token, n_ip;
    char token[FH_TOKEN_ID], ip[64];
} touched;

static void touch(void *ctx)
{
    touched *t = ctx;
    fh_org *org = NULL;
    fh_status s = fh_pool_write(t->api->options.pool, 1000, &org, NULL);
    if (!s && t->session) s = fh_session_touch(org, t->session, NULL);
    if (!s && t->n_token)
        s = fh_token_touch(org, (fh_str){t->token, t->n_token}, (fh_str){t->ip, t->n_ip}, NULL);
    fh_pool_write_done(t->api->options.pool, org);
    if (s)
        fh_log_tell(t->api->options.log, FH_LOG_WARNING, "last use not remembered",
                    FH_LOG_FIELDS(FH_LOG_TEXT("why", fh_str_of(fh_status_text(s)))));
    free(t);
}

void fh_api_touch(const fh_call *c)
{
    touched *t = calloc(1, sizeof *t);
    if (!t) return; /* then the next request tells */
    t->api = c->api;
    t->session = c->actor.session;
    t->n_token = c->actor.token.len <= sizeof t->token ? c->actor.token.len : 0;
    t->n_ip = c->caller.ip.len <= sizeof t->ip ? c->caller.ip.len : 0;
    if (t->n_token) memcpy(t->token, c->actor.token.ptr, t->n_token);
    if (t->n_ip) memcpy(t->ip, c->caller.ip.ptr, t->n_ip);
    if (!fh_workers_give(c->api->workers, touch, t)) free(t);
}

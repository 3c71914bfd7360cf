/* mail_carrier.c - hands mails to the submission server that the settings name. */
#include "app/digest/postman.h"
#include "app/hooks/webhooks.h"

#include <stdatomic.h>
#include <stdlib.h>

struct fh_smtp_carrier {
    fh_arena *arena;
    fh_fetcher *fetcher;
    fh_smtp_server server;
    bool private_ok;
    atomic_bool stopping;
};

static bool address_ok(void *ctx, const struct sockaddr *address, const char **why)
{
    const fh_smtp_carrier *c = ctx;
    return (c->private_ok && fh_address_private(address)) ||
           fh_hook_address_ok(address, false, why);
}

static bool given_up(void *ctx)
{
    fh_smtp_carrier *c = ctx;
    return atomic_load(&c->stopping);
}

static fh_status keep(fh_smtp_carrier *c, const fh_config *config, fh_config_id id,
                      const char **out, fh_error *err)
{
    fh_str kept;
    const fh_str text = config->value[id].text;
    if (!text.len) return FH_OK;
    if (!fh_arena_str(c->arena, text, &kept)) return fh_no_memory(err);
    *out = kept.ptr;
    return FH_OK;
}

static fh_status read_settings(fh_smtp_carrier *c, const fh_os *os, const fh_config *config,
                               fh_error *err)
{
    static const fh_smtp_security securities[] = {FH_SMTP_STARTTLS, FH_SMTP_TLS, FH_SMTP_PLAIN};
    const fh_str file = config->value[FH_C_MAIL_PASSWORD].text;
    fh_str password = {0};
    c->server.port = (uint16_t)fh_config_number(config, FH_C_MAIL_PORT);
    c->server.security = securities[fh_config_number(config, FH_C_MAIL_SECURITY)];
    c->server.time_ms = fh_config_number(config, FH_C_MAIL_TIME);
    c->private_ok = fh_config_flag(config, FH_C_MAIL_PRIVATE);
    fh_status s = keep(c, config, FH_C_MAIL_SERVER, &c->server.host, err);
    if (!s) s = keep(c, config, FH_C_MAIL_USER, &c->server.user, err);
    if (!s) s = keep(c, config, FH_C_MAIL_CA, &c->server.ca_file, err);
    if (!s && file.len) s = fh_config_secret(os, file.ptr, c->arena, &password, err);
    c->server.password = password.ptr;
    return s;
}

fh_status fh_smtp_carrier_new(const fh_os *os, const fh_config *config, fh_smtp_carrier **out,
                              fh_error *err)
{
    fh_smtp_carrier *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    c->arena = fh_arena_new(NULL);
    c->server.address_ok = address_ok;
    c->server.given_up = given_up;
    c->server.ctx = c;
    fh_status s = c->arena ? read_settings(c, os, config, err) : fh_no_memory(err);
    if (!s) s = fh_fetcher_new(&c->fetcher, err);
    if (s)
        fh_smtp_carrier_free(c);
    else
        *out = c;
    return s;
}

void fh_smtp_carrier_free(fh_smtp_carrier *c)
{
    if (!c) return;
    fh_fetcher_free(c->fetcher);
    fh_arena_free(c->arena);
    free(c);
}

void fh_smtp_carrier_stop(fh_smtp_carrier *c)
{
    if (c) atomic_store(&c->stopping, true);
}

static fh_status carry(void *ctx, const fh_smtp_mail *mail, fh_smtp_result *out, fh_error *err)
{
    fh_smtp_carrier *c = ctx;
    return fh_smtp_send(c->fetcher, &c->server, mail, out, err);
}

fh_mail_carrier fh_smtp_carrier_of(fh_smtp_carrier *c)
{
    return (fh_mail_carrier){.ctx = c, .carry = carry};
}

/* cmd_serve.c - `firsthand serve`: an organisation on the network, until told to stop.
 *
 * Puts the parts together, lowest first, and takes them apart the other way round:
 *
 *     settings -> log -> sandbox -> pool -> live, jobs, webhooks, mails -> api -> http
 *
 * Everything that can be wrong with the settings is found before anything listens.
 */
#include "api/api.h"
#include "app/digest/letter.h"
#include "app/digest/postman.h"
#include "app/hooks/webhooks.h"
#include "app/records/record_clocks.h"
#include "cli/settings.h"
#include "os/sandbox.h"
#include "os/service.h"
#include "os/threads.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_LISTENERS = 8, MAX_TRUSTED = 16 };

typedef struct options {
    cli_settings settings;
    fh_str listen, base_url;
    bool no_link;
} options;

static const fh_option option_table[] = {
    {'l', "listen", FH_OPTION_TEXT, offsetof(options, listen), "ADDRESS",
     "where to listen: 127.0.0.1:8080, [::1]:8080 or unix:/PATH; several by commas", NULL},
    {'b', "base-url", FH_OPTION_TEXT, offsetof(options, base_url), "URL",
     "the address people type, such as https://journeys.example.org", NULL},
    CLI_SETTINGS(options, settings),
    {0, "no-link", FH_OPTION_FLAG, offsetof(options, no_link), NULL,
     "do not print a set-up link when nobody can sign in yet", NULL},
    {0},
};

typedef struct server {
    const cli_io *io;
    const char *path;
    fh_config *config;
    fh_log *log;
    fh_metrics *metrics;
    fh_kept *kept; /* NULL: nothing is */
    fh_pool *pool;
    fh_key key;
    fh_signin *signin;
    fh_oidc_service *oidc;
    fh_live *live;
    fh_jobs *jobs;
    fh_hook_curl *curl;
    fh_webhooks *webhooks;
    fh_smtp_carrier *carrier;
    fh_postman *postman;
    fh_record_clocks *clocks;
    fh_api *api;
    fh_http_server *http;
    fh_str base_url; /* for links: the setting, or where it listens */
    fh_str folder;   /* uploads and exports */
    fh_http_listener listener[MAX_LISTENERS];
    size_t n_listeners;
    const char *trusted[MAX_TRUSTED];
    size_t n_trusted;
} server;

static fh_str text_of(const server *s, fh_config_id id)
{
    return s->config->value[id].text;
}

static const char *path_of(const server *s, fh_config_id id)
{
    return text_of(s, id).len ? text_of(s, id).ptr : NULL;
}

/* ---- Settings ---------------------------------------------------------------------------- */

static fh_status read_settings(server *s, const options *o, fh_error *err)
{
    fh_config *c = NULL;
    fh_status r = cli_settings_read(s->io, &o->settings, NULL, NULL, &c, err);
    s->config = c;
    if (!r && o->listen.len)
        r = fh_config_set(c, FH_STR("server.listen"), o->listen, FH_STR("--listen"), err);
    if (!r && o->base_url.len)
        r = fh_config_set(c, FH_STR("server.base-url"), o->base_url, FH_STR("--base-url"), err);
    return r ? r : fh_config_check(c, NULL, NULL, err);
}

/* Calls `each` for every part of a list by commas, trimmed and NUL-terminated. */
typedef fh_status each_part(server *s, fh_str part, fh_error *err);

static fh_status for_each_part(server *s, fh_str list, each_part *each, fh_error *err)
{
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        const size_t len = comma ? (size_t)(comma - list.ptr) : list.len;
        fh_str part;
        if (!fh_arena_str(s->io->arena, fh_str_trim((fh_str){list.ptr, len}), &part))
            return fh_no_memory(err);
        const fh_status r = part.len ? each(s, part, err) : FH_OK;
        if (r) return r;
        list = comma ? (fh_str){comma + 1, list.len - len - 1} : (fh_str){0};
    }
    return FH_OK;
}

static bool read_port(fh_str text, uint16_t *out)
{
    uint32_t port = 0;
    if (!text.len || text.len > 5) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        port = port * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    *out = (uint16_t)port;
    return port <= UINT16_MAX;
}

static fh_status add_listener(server *s, fh_str part, fh_error *err)
{
    if (s->n_listeners == MAX_LISTENERS)
        return fh_fail(err, FH_INVALID, "more than %d addresses to listen at", MAX_LISTENERS);
    fh_http_listener *l = &s->listener[s->n_listeners++];
    const fh_str unix_word = FH_STR("unix:");
    if (fh_str_starts(part, unix_word)) {
        l->unix_path = part.ptr + unix_word.len;
        return FH_OK;
    }
    size_t colon = part.len;
    while (colon && part.ptr[colon - 1] != ':') colon--;
    fh_str host = {part.ptr, colon ? colon - 1 : 0};
    const fh_str port = {part.ptr + colon, part.len - colon};
    if (host.len > 1 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = (fh_str){host.ptr + 1, host.len - 2};
    fh_str address;
    if (!host.len || !read_port(port, &l->port)) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is nowhere to listen", FH_STR_ARG(part));
        return fh_hint(err, FH_INVALID, "Write 127.0.0.1:8080, [::1]:8080 or unix:/run/firsthand.");
    }
    if (!fh_arena_str(s->io->arena, host, &address)) return fh_no_memory(err);
    l->address = address.ptr;
    return FH_OK;
}

static fh_status add_trusted(server *s, fh_str part, fh_error *err)
{
    if (s->n_trusted == MAX_TRUSTED)
        return fh_fail(err, FH_INVALID, "more than %d trusted proxies", MAX_TRUSTED);
    s->trusted[s->n_trusted++] = part.ptr;
    return FH_OK;
}

static fh_status find_places(server *s, fh_error *err)
{
    fh_status r = for_each_part(s, text_of(s, FH_C_LISTEN), add_listener, err);
    if (!r) r = for_each_part(s, text_of(s, FH_C_TRUSTED_PROXY), add_trusted, err);
    if (!r && !s->n_listeners) r = fh_fail(err, FH_INVALID, "server.listen names no address");
    if (r) return r;
    s->folder = text_of(s, FH_C_DATA_FOLDER);
    if (!s->folder.len && !fh_arena_format(s->io->arena, &s->folder, "%s.files", s->path))
        return fh_no_memory(err);
    return s->io->os->make_folder(s->io->os->ctx, s->folder.ptr, err);
}

/* The setting, or this machine by the first address that has a port. */
static fh_status find_base_url(server *s, const uint16_t *port, fh_error *err)
{
    s->base_url = text_of(s, FH_C_BASE_URL);
    for (size_t i = 0; !s->base_url.len && i < s->n_listeners; i++) {
        const fh_http_listener *l = &s->listener[i];
        if (l->unix_path) continue;
        const bool v6 = strchr(l->address, ':') != NULL;
        if (!fh_arena_format(s->io->arena, &s->base_url, "http%s://%s%s%s:%u",
                             path_of(s, FH_C_TLS_CERT) ? "s" : "", v6 ? "[" : "", l->address,
                             v6 ? "]" : "", (unsigned)(port ? *port : l->port)))
            return fh_no_memory(err);
    }
    if (!s->base_url.len) s->base_url = FH_STR("http://localhost");
    return FH_OK;
}

/* ---- Giving up what is not needed ------------------------------------------------------------ */

static fh_str folder_of(fh_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    fh_str out;
    const fh_str folder =
        slash ? (fh_str){path, slash == path ? 1 : (size_t)(slash - path)} : FH_STR(".");
    return fh_arena_str(arena, folder, &out) ? out : (fh_str){0};
}

static fh_status enter_sandbox(server *s, fh_error *err)
{
    enum { OFF = 1, REQUIRED = 2 };
    const int64_t wanted = fh_config_number(s->config, FH_C_SANDBOX);
    const char *writable[MAX_LISTENERS + 3] = {NULL}, *readable[7] = {NULL};
    size_t n = 0, n_read = 0;
    fh_sandbox now;
    if (wanted == OFF) return FH_OK;
    writable[n++] = folder_of(s->io->arena, s->path).ptr;
    writable[n++] = s->folder.ptr;
    for (size_t i = 0; i < s->n_listeners; i++)
        if (s->listener[i].unix_path)
            writable[n++] = folder_of(s->io->arena, s->listener[i].unix_path).ptr;
    static const fh_config_id files[] = {FH_C_TLS_CERT,    FH_C_TLS_KEY,       FH_C_SECRET_KEY,
                                         FH_C_OIDC_SECRET, FH_C_MAIL_PASSWORD, FH_C_MAIL_CA};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (path_of(s, files[i])) readable[n_read++] = path_of(s, files[i]);
    const fh_sandbox_options keep = {
        .writable = writable, .readable = readable, .required = wanted == REQUIRED};
    const fh_status r = fh_sandbox_enter(&keep, &now, err);
    if (!r && now.missing[0])
        fh_log_tell(s->log, FH_LOG_WARNING, "sandbox is not complete",
                    FH_LOG_FIELDS(FH_LOG_TEXT("missing", fh_str_of(now.missing))));
    return r;
}

/* ---- Starting, part by part ----------------------------------------------------------------- */

static fh_status start_log(server *s, fh_error *err)
{
    static const fh_log_level levels[] = {FH_LOG_INFO, FH_LOG_DEBUG, FH_LOG_WARNING, FH_LOG_ERROR};
    static const fh_log_format formats[] = {FH_LOG_AUTO, FH_LOG_JSON, FH_LOG_PLAIN};
    const fh_log_options o = {.least = levels[fh_config_number(s->config, FH_C_LOG_LEVEL)],
                              .format = formats[fh_config_number(s->config, FH_C_LOG_FORMAT)],
                              .journal = getenv("JOURNAL_STREAM")};
    return fh_log_new(s->io->os, &o, &s->log, err);
}

static fh_status read_key(server *s, fh_error *err)
{
    fh_str path = text_of(s, FH_C_SECRET_KEY);
    const bool named = path.len != 0;
    if (!named && !fh_arena_format(s->io->arena, &path, "%s.key", s->path))
        return fh_no_memory(err);
    const fh_status r = fh_key_read(s->io->os, path.ptr, &s->key, err);
    if (r != FH_NOTFOUND || named) return r;
    return fh_key_make(s->io->os, path.ptr, &s->key, err);
}

static fh_status start_signin(server *s, fh_error *err)
{
    const fh_signin_options o = {.base_url = s->base_url, .key = &s->key};
    const fh_status r = fh_signin_new(s->io->os, &o, &s->signin, err);
    return r ? r : fh_oidc_service_new(s->io->os, s->config, s->log, &s->oidc, err);
}

static fh_status start_live(server *s, fh_error *err)
{
    const fh_live_options o = {.woken = fh_api_live_woken, .ctx = &s->api};
    return fh_live_open(s->pool, &o, &s->live, err);
}

static fh_status start_jobs(server *s, fh_error *err)
{
    const fh_jobs_options o = {
        .threads = (uint32_t)fh_config_number(s->config, FH_C_JOB_THREADS),
        .folder = s->folder.ptr,
        .import_memory = (size_t)fh_config_number(s->config, FH_C_JOB_MEMORY),
        .keep_ms = fh_config_number(s->config, FH_C_JOB_KEEP),
        .keep_files_ms = fh_config_number(s->config, FH_C_UPLOAD_KEEP),
        .find_every_ms = fh_config_number(s->config, FH_C_FIND_EVERY),
        .log = s->log,
        .metrics = s->metrics,
        .ended = fh_webhook_job_ended,
    };
    return fh_jobs_start(s->pool, &o, &s->jobs, err);
}

/* Without libcurl everything but webhooks works. */
static fh_status start_webhooks(server *s, fh_error *err)
{
    if (!fh_config_flag(s->config, FH_C_HOOKS)) return FH_OK;
    fh_error missing = {0};
    if (fh_hook_curl_new(&s->curl, &missing)) {
        fh_log_tell(s->log, FH_LOG_WARNING, "webhooks are not sent",
                    FH_LOG_FIELDS(FH_LOG_TEXT("why", fh_str_of(missing.message))));
        return FH_OK;
    }
    const fh_webhooks_options o = {
        .transport = fh_hook_curl_transport(s->curl),
        .key = &s->key,
        .time_ms = fh_config_number(s->config, FH_C_HOOK_TIME),
        .give_up_ms = fh_config_number(s->config, FH_C_HOOK_GIVE_UP),
        .keep_ms = fh_config_number(s->config, FH_C_HOOK_KEEP),
        .loopback_allowed = fh_config_flag(s->config, FH_C_HOOK_LOOPBACK),
        .log = s->log,
        .metrics = s->metrics,
    };
    return fh_webhooks_start(s->pool, &o, &s->webhooks, err);
}

/* Without libcurl everything but mail works; a sender that is none is told at once. */
static fh_status start_mail(server *s, fh_error *err)
{
    fh_error missing = {0};
    fh_str name, address;
    if (!text_of(s, FH_C_MAIL_SERVER).len) return FH_OK;
    fh_status r = fh_letter_address(text_of(s, FH_C_MAIL_FROM), &name, &address, err);
    if (r) return r;
    r = fh_smtp_carrier_new(s->io->os, s->config, &s->carrier, &missing);
    if (r == FH_NOTFOUND) {
        fh_log_tell(s->log, FH_LOG_WARNING, "mails are not sent",
                    FH_LOG_FIELDS(FH_LOG_TEXT("why", fh_str_of(missing.message))));
        return FH_OK;
    }
    if (r && err) *err = missing;
    if (r) return r;
    const fh_postman_options o = {
        .carrier = fh_smtp_carrier_of(s->carrier),
        .from = text_of(s, FH_C_MAIL_FROM),
        .base_url = s->base_url,
        .key = &s->key,
        .hour = (int)fh_config_number(s->config, FH_C_MAIL_HOUR),
        .retry_ms = fh_config_number(s->config, FH_C_MAIL_RETRY),
        .keep_ms = fh_config_number(s->config, FH_C_MAIL_KEEP),
        .log = s->log,
        .metrics = s->metrics,
    };
    return fh_postman_start(s->pool, &o, &s->postman, err);
}

static fh_status start_api(server *s, fh_error *err)
{
    fh_api_options o = {
        .pool = s->pool,
        .live = s->live,
        .jobs = s->jobs,
        .webhooks = s->webhooks,
        .postman = s->postman,
        .digest_hour = (int)fh_config_number(s->config, FH_C_MAIL_HOUR),
        .key = &s->key,
        .signin = s->signin,
        .oidc = s->oidc,
        .log = s->log,
        .metrics = s->metrics,
        .base_url = text_of(s, FH_C_BASE_URL),
        .hooks_loopback = fh_config_flag(s->config, FH_C_HOOK_LOOPBACK),
        .no_metrics = !fh_config_flag(s->config, FH_C_METRICS),
        .max_body = (uint64_t)fh_config_number(s->config, FH_C_BODY_BYTES),
        .max_upload = (uint64_t)fh_config_number(s->config, FH_C_UPLOAD_BYTES),
    };
    fh_status r = FH_OK;
    if (path_of(s, FH_C_METRICS_TOKEN))
        r = fh_config_secret(s->io->os, path_of(s, FH_C_METRICS_TOKEN), s->io->arena,
                             &o.metrics_token, err);
    return r ? r : fh_api_new(&o, &s->api, err);
}

static void http_log(void *ctx, fh_http_severity severity, const char *message)
{
    const server *s = ctx;
    static const fh_log_level levels[] = {[FH_HTTP_DEBUG] = FH_LOG_DEBUG,
                                          [FH_HTTP_NOTICE] = FH_LOG_INFO,
                                          [FH_HTTP_ERROR] = FH_LOG_ERROR};
    fh_log_tell(s->log, levels[severity], "http",
                FH_LOG_FIELDS(FH_LOG_TEXT("message", fh_str_of(message))));
}

/* The API's functions want the API, the log wants the server: one ctx for all. */
static void begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    const server *s = ctx;
    fh_api_begin(s->api, x, plan);
}

static void handle(void *ctx, fh_http_exchange *x)
{
    const server *s = ctx;
    fh_api_handle(s->api, x);
}

static void ended(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome)
{
    const server *s = ctx;
    fh_api_ended(s->api, x, outcome);
}

static fh_status start_http(server *s, fh_error *err)
{
    const fh_http_options o = {
        .os = s->io->os,
        .listeners = s->listener,
        .n_listeners = s->n_listeners,
        .loops = (uint32_t)fh_config_number(s->config, FH_C_LOOPS),
        .limits = {.connections = (uint32_t)fh_config_number(s->config, FH_C_CONNECTIONS),
                   .connections_per_address =
                       (uint32_t)fh_config_number(s->config, FH_C_CONNECTIONS_EACH),
                   .header_ms = fh_config_number(s->config, FH_C_HEADER_TIME),
                   .body_ms = fh_config_number(s->config, FH_C_BODY_TIME),
                   .idle_ms = fh_config_number(s->config, FH_C_KEEP_ALIVE)},
        .tls_cert = path_of(s, FH_C_TLS_CERT),
        .tls_key = path_of(s, FH_C_TLS_KEY),
        .trusted = s->trusted,
        .n_trusted = s->n_trusted,
        .common_fields =
            fh_api_common_fields(fh_str_starts(text_of(s, FH_C_BASE_URL), FH_STR("https://"))),
        .ctx = s,
        .begin = begin,
        .handle = handle,
        .ended = ended,
        .log = http_log,
    };
    return fh_http_server_start(&o, &s->http, err);
}

/* Each connection is an open file, and so is each reader of the organisation. */
static void check_files(const server *s)
{
    enum { OTHERS = 256 };
    const int64_t wanted = fh_config_number(s->config, FH_C_CONNECTIONS) + OTHERS;
    const uint64_t may = fh_os_many_files();
    if (may >= (uint64_t)wanted) return;
    fh_log_tell(s->log, FH_LOG_WARNING, "fewer open files than connections are allowed",
                FH_LOG_FIELDS(FH_LOG_NUMBER("files", may), FH_LOG_NUMBER("wanted", wanted)));
}

static fh_status open_pool(server *s, fh_error *err)
{
    const int64_t most = fh_config_number(s->config, FH_C_CACHE_BYTES);
    const fh_status r = fh_pool_open(s->io->os, s->path, &s->pool, err);
    if (r || most == 0) return r;
    s->kept = fh_kept_new(NULL, (size_t)most);
    if (!s->kept) return fh_no_memory(err);
    fh_pool_keep(s->pool, s->kept);
    return FH_OK;
}

static fh_status start(server *s, const options *o, fh_error *err)
{
    fh_status r = read_settings(s, o, err);
    if (!r) r = start_log(s, err);
    if (!r) r = find_places(s, err);
    if (!r) check_files(s);
    if (!r) r = find_base_url(s, NULL, err);
    if (!r) r = read_key(s, err);
    if (!r) r = enter_sandbox(s, err);
    if (!r) r = open_pool(s, err);
    s->metrics = fh_metrics_new();
    if (!r && !s->metrics) r = fh_no_memory(err);
    if (!r) r = start_signin(s, err);
    if (!r) r = start_live(s, err);
    if (!r) r = start_jobs(s, err);
    if (!r) r = start_webhooks(s, err);
    if (!r) r = start_mail(s, err);
    if (!r) r = fh_record_clocks_start(s->pool, s->log, s->metrics, &s->clocks, err);
    if (!r) r = start_api(s, err);
    return r ? r : start_http(s, err);
}

/* The other way round; nothing that was accepted is lost. */
static void stop(server *s)
{
    if (s->http) {
        const int64_t patience = fh_config_number(s->config, FH_C_STOP_TIME);
        if (fh_http_server_stop(s->http, patience))
            fh_log_tell(s->log, FH_LOG_WARNING, "some requests were cut off", NULL, 0);
        fh_http_server_free(s->http);
    }
    fh_record_clocks_stop(s->clocks);
    fh_smtp_carrier_stop(s->carrier);
    fh_postman_stop(s->postman);
    fh_smtp_carrier_free(s->carrier);
    fh_jobs_stop(s->jobs);
    fh_webhooks_stop(s->webhooks);
    fh_hook_curl_free(s->curl);
    fh_api_free(s->api);
    fh_live_close(s->live);
    fh_oidc_service_free(s->oidc);
    fh_signin_free(s->signin);
    fh_metrics_free(s->metrics);
    fh_pool_close(s->pool);
    fh_kept_free(s->kept);
    fh_log_free(s->log);
}

/* ---- Serving -------------------------------------------------------------------------------- */

/* While nobody can sign in, whoever started the server is told how to become the owner. */
static fh_status print_link(server *s, fh_error *err)
{
    fh_org *org = NULL;
    fh_str url = {0};
    fh_error quiet = {0};
    const fh_actor actor = fh_actor_system();
    fh_status r = fh_pool_write(s->pool, 10000, &org, err);
    if (r) return r;
    r = fh_setup_link(org, &actor, s->base_url, s->io->arena, &url, &quiet);
    fh_pool_write_done(s->pool, org);
    if (r == FH_CONFLICT) return FH_OK;
    if (r) {
        if (err) *err = quiet;
        return r;
    }
    fprintf(s->io->out, "Nobody can sign in yet. To become the owner, open this within a day:\n");
    fprintf(s->io->out, "  %.*s\n", FH_STR_ARG(url));
    return FH_OK;
}

static void tell_where(const server *s)
{
    fprintf(s->io->out, "Serving %s at %.*s\n", s->path, FH_STR_ARG(s->base_url));
    (void)fflush(s->io->out);
    for (size_t i = 0; i < s->n_listeners; i++) {
        const fh_http_listener *l = &s->listener[i];
        if (l->unix_path)
            fh_log_tell(s->log, FH_LOG_INFO, "listening",
                        FH_LOG_FIELDS(FH_LOG_TEXT("socket", fh_str_of(l->unix_path))));
        else
            fh_log_tell(s->log, FH_LOG_INFO, "listening",
                        FH_LOG_FIELDS(FH_LOG_TEXT("address", fh_str_of(l->address)),
                                      FH_LOG_NUMBER("port", fh_http_server_port(s->http, i))));
    }
}

static void note_connections(const server *s)
{
    const fh_http_counts c = fh_http_server_counts(s->http);
    fh_metric_set(s->metrics, FH_M_HTTP_CONNECTIONS, c.connections);
    fh_metric_set(s->metrics, FH_M_HTTP_STREAMS, c.streams);
    fh_metric_total(s->metrics, FH_M_HTTP_BYTES_IN, (int64_t)c.bytes_in);
    fh_metric_total(s->metrics, FH_M_HTTP_BYTES_OUT, (int64_t)c.bytes_out);
    fh_metric_total(s->metrics, FH_M_HTTP_REFUSED,
                    (int64_t)(c.refused + c.turned_away + c.timed_out));
}

/* A signal ends the sleep; the watchdog is told that we are alive in between. */
static void wait_for_the_end(const server *s, const fh_service *service)
{
    enum { LONGEST_MS = 500 }; /* a signal may come just before the sleep */
    const int64_t half = service->watchdog_ms / 2;
    const int64_t ms = half && half < LONGEST_MS ? half : LONGEST_MS;
    while (!s->io->stopped()) {
        const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
        (void)nanosleep(&pause, NULL);
        (void)fh_service_alive(service);
        note_connections(s);
    }
}

static fh_status serve(server *s, const options *o, fh_error *err)
{
    fh_service service;
    fh_service_read(&service, getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
                    getenv("WATCHDOG_PID"));
    fh_status r = start(s, o, err);
    uint16_t port = 0;
    for (size_t i = 0; !r && i < s->n_listeners && !port; i++)
        port = fh_http_server_port(s->http, i);
    if (!r) r = find_base_url(s, port ? &port : NULL, err);
    if (!r && !o->no_link) r = print_link(s, err);
    if (r) return r;
    tell_where(s);
    (void)fh_service_ready(&service, "serving");
    wait_for_the_end(s, &service);
    (void)fh_service_stopping(&service, "finishing what was begun");
    fh_log_tell(s->log, FH_LOG_INFO, "stopping", NULL, 0);
    return FH_OK;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    server s = {.io = io, .path = args[0].ptr};
    (void)n_args;
    const fh_status r = serve(&s, opts, err);
    stop(&s);
    return r;
}

const cli_command cmd_serve = {
    .name = "serve",
    .synopsis = "[options] ORG.fh",
    .summary = "put an organisation on the network",
    .details = "Serves pages and the HTTP API until it is told to stop (Ctrl-C, SIGTERM); then\n"
               "it finishes what was begun. Without settings it listens on this machine only:\n"
               "http://127.0.0.1:8080. Settings come from a file, from the environment\n"
               "(FIRSTHAND_SERVER_LISTEN) and from options; later ones win. While nobody can\n"
               "sign in it prints a link that makes the first owner.\n",
    .examples = "firsthand serve our.fh\n"
                "firsthand serve our.fh --listen 127.0.0.1:9000 --set log.level=debug\n"
                "firsthand serve our.fh --config /etc/firsthand.conf\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .stops = true,
    .run = run,
};

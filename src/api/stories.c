/* stories.c - customers: finding them, who they are, merging, erasing; names of touchpoints,
 * channels, departments, outcomes.
 *
 * An identifier never stands in a path: addresses are kept in logs and histories. Search
 * takes it in the body and gives the customer's number; everything else goes by that.
 */
#include "api/inside.h"
#include "app/data/erase_files.h"
#include "app/hooks/webhooks.h"
#include "app/jobs/jobs.h"
#include "app/lived/merge_preview.h"
#include "app/lived/story_acts.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/consent_rows.h"
#include "store/identities.h"
#include "store/segments.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Finding ------------------------------------------------------------------------- */

static fh_status audit_customer(fh_call *c, fh_audited action, uint32_t customer, fh_str who,
                                fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(c->api->options.pool, 10000, &org, err);
    if (!s) s = fh_org_begin(org, err);
    if (!s) s = fh_audit_customer(org, &c->actor, action, customer, who, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(c->api->options.pool, org);
    return s;
}

fh_status fh_story_seen(fh_call *c, uint32_t customer, fh_error *err)
{
    bool lately = false;
    const fh_status s = fh_story_seen_lately(c->org, &c->actor, customer, &lately, err);
    if (s || lately) return s;
    return audit_customer(c, FH_AUDITED_STORY_SEEN, customer, (fh_str){0}, err);
}

/* An entry of the audit log under way beside the answer. Of the two that know it, the worker it
 * was given to and who answers, the first to come writes it; the last to go frees it. */
typedef struct entry {
    fh_call *call; /* only until it is written: who answers waits for that */
    uint32_t customer;
    fh_mutex *lock; /* guards what follows */
    fh_cond *moved;
    bool begun, written;
    int holders;
    fh_status status;
    fh_error err;
} entry;

static void let_go(entry *e)
{
    fh_mutex_lock(e->lock);
    const bool last = --e->holders == 0;
    fh_mutex_unlock(e->lock);
    if (!last) return;
    fh_cond_free(e->moved);
    fh_mutex_free(e->lock);
    free(e);
}

/* Writes it, unless the other one has begun to. */
static void write_entry(entry *e)
{
    fh_mutex_lock(e->lock);
    const bool mine = !e->begun;
    e->begun = true;
    fh_mutex_unlock(e->lock);
    if (!mine) return;
    fh_error err = {0};
    const fh_status s =
        audit_customer(e->call, FH_AUDITED_STORY_SEEN, e->customer, (fh_str){0}, &err);
    fh_mutex_lock(e->lock);
    e->status = s;
    e->err = err;
    e->written = true;
    fh_cond_wake_all(e->moved);
    fh_mutex_unlock(e->lock);
}

static void write_beside(void *ctx)
{
    write_entry(ctx);
    let_go(ctx);
}

static entry *entry_new(fh_call *c, uint32_t customer)
{
    entry *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    *e = (entry){.call = c,
                 .customer = customer,
                 .lock = fh_mutex_new(),
                 .moved = fh_cond_new(),
                 .holders = 2};
    if (e->lock && e->moved) return e;
    fh_cond_free(e->moved);
    fh_mutex_free(e->lock);
    free(e);
    return NULL;
}

fh_status fh_story_seen_beside(fh_call *c, uint32_t customer, fh_route_handler *answer,
                               fh_error *err)
{
    bool lately = false;
    fh_error why = {0};
    fh_status s = fh_story_seen_lately(c->org, &c->actor, customer, &lately, err);
    if (s) return s;
    if (lately) return answer(c, err);
    entry *e = entry_new(c, customer);
    if (!e) return fh_no_memory(err);
    if (!fh_workers_give(c->api->workers, write_beside, e)) e->holders = 1;
    const fh_status answered = answer(c, &why);
    write_entry(e);
    fh_mutex_lock(e->lock);
    while (!e->written) fh_cond_wait(e->moved, e->lock);
    s = e->status;
    if (s) why = e->err;
    fh_mutex_unlock(e->lock);
    let_go(e);
    if (!s) s = answered;
    if (s && err) *err = why;
    return s;
}

static fh_status search(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"who", NULL};
    fh_str who = {0};
    uint32_t customer = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "who", &who, NULL, err);
    if (!s) s = fh_identity_find(c->org, who, &customer, err);
    if (s && s != FH_NOTFOUND) return s;
    s = audit_customer(c, FH_AUDITED_SEARCHED, customer, who, err);
    if (s) return s;
    fh_call_page_begin(c);
    if (customer) {
        fh_json_object(&c->json);
        fh_put_number(&c->json, "customer", customer);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status get_customer(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    const fh_identity *list = NULL;
    size_t n = 0;
    fh_status s = fh_call_number(c, 0, &customer, err);
    if (!s) s = fh_identity_of(c->org, customer, c->arena, &list, &n, err);
    if (!s && !n) s = fh_fail(err, FH_NOTFOUND, "there is no customer #%u", customer);
    if (!s) s = fh_story_seen(c, customer, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", customer);
    fh_identities_json(list, n, &c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- Merging ----------------------------------------------------------------------------- */

typedef struct preview_query {
    fh_str from, into;
} preview_query;

static const fh_option preview_options[] = {
    {0, "from", FH_OPTION_TEXT, offsetof(preview_query, from), "WHO",
     "customer that would become the other: any identifier, or #17", NULL},
    {0, "into", FH_OPTION_TEXT, offsetof(preview_query, into), "WHO", "the other", NULL},
    {0},
};

static fh_status preview_merge(fh_call *c, fh_error *err)
{
    const preview_query *q = c->query;
    fh_merge_preview p = {0};
    const fh_status s = fh_merge_preview_get(c->org, q->from, q->into, c->arena, &p, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "from");
    fh_met_json(&p.from, &p, NULL, &c->json);
    fh_put_key(&c->json, "into");
    fh_met_json(&p.into, &p, NULL, &c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status who_of(fh_call *c, const char *member, uint32_t *out, fh_error *err)
{
    fh_str who = {0};
    const fh_status s = fh_call_text(c, member, &who, NULL, err);
    return s ? s : fh_identity_find(c->org, who, out, err);
}

static fh_status tell_merge(fh_call *c, fh_hook_event event, int64_t merge, fh_error *err)
{
    fh_str data;
    if (!fh_arena_format(c->arena, &data, "{\"merge\":%lld}", (long long)merge))
        return fh_no_memory(err);
    return fh_webhook_tell(c->org, event, data, err);
}

static fh_status merge_customers(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"from", "into", "why", NULL};
    uint32_t from = 0, into = 0;
    int64_t merge = 0;
    fh_str why = {0};
    bool has_why = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = who_of(c, "from", &from, err);
    if (!s) s = who_of(c, "into", &into, err);
    if (!s) s = fh_call_text(c, "why", &why, &has_why, err);
    if (!s && from == into) s = fh_fail(err, FH_CONFLICT, "both are customer #%u already", from);
    if (!s) s = fh_identity_merge(c->org, from, into, why, &merge, err);
    if (!s) s = fh_audit_customer(c->org, &c->actor, FH_AUDITED_MERGED, into, (fh_str){0}, err);
    if (!s) s = tell_merge(c, FH_HOOK_MERGED, merge, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "merge", (uint64_t)merge);
    fh_put_number(&c->json, "from", from);
    fh_put_number(&c->json, "into", into);
    fh_json_end_object(&c->json);
    return fh_call_made(c, "/api/v1/merges", merge, err);
}

static fh_status undo_merge(fh_call *c, fh_error *err)
{
    int64_t merge = 0;
    const fh_merge *all = NULL;
    size_t n = 0, i = 0;
    fh_status s = fh_call_number64(c, 0, &merge, err);
    if (!s) s = fh_identity_merges(c->org, c->arena, &all, &n, err);
    if (s) return s;
    while (i < n && all[i].merge != merge) i++;
    if (i == n) return fh_fail(err, FH_NOTFOUND, "there is no merge %lld", (long long)merge);
    const uint32_t into = all[i].into;
    s = fh_identity_unmerge(c->org, merge, err);
    if (!s) s = fh_audit_customer(c->org, &c->actor, FH_AUDITED_UNMERGED, into, (fh_str){0}, err);
    return s ? s : tell_merge(c, FH_HOOK_UNMERGED, merge, err);
}

static fh_status put_kind(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"shared", NULL};
    bool shared = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_bool(c, "shared", &shared, NULL, err);
    if (!s) s = fh_identity_set_kind(c->org, c->path_value[0], shared, err);
    const fh_audit_object about = {.kind = FH_STR("identifier-kind"), .key = c->path_value[0]};
    return s ? s : fh_audit(c->org, &c->actor, FH_AUDITED_SETTING_CHANGED, &about, err);
}

/* ---- Erasing -------------------------------------------------------------------------------- */

typedef struct erasing {
    fh_call *call;
    uint32_t customer;
} erasing;

static fh_status also_tell(void *ctx, fh_org *org, fh_error *err)
{
    const erasing *e = ctx;
    char data[48];
    (void)snprintf(data, sizeof data, "{\"customer\":%u}", e->customer);
    const fh_status s =
        fh_audit_customer(org, &e->call->actor, FH_AUDITED_ERASED, e->customer, (fh_str){0}, err);
    return s ? s : fh_webhook_tell(org, FH_HOOK_ERASED, fh_str_of(data), err);
}

/* What was cut out is still in the log while somebody reads what was there before: waits
 * for them, but not for ever. */
static fh_status settle(fh_pool *pool, bool *settled, fh_error *err)
{
    enum { TRIES = 50 }; /* each waits a little */
    for (int i = 0; i < TRIES && !*settled; i++) {
        fh_org *org = NULL;
        fh_status s = fh_pool_write(pool, 10000, &org, err);
        if (!s) s = fh_org_settle(org, err);
        fh_pool_write_done(pool, org);
        if (s && s != FH_BUSY) return s;
        *settled = !s;
    }
    return FH_OK;
}

static fh_status preview_erasure(fh_call *c, fh_error *err)
{
    uint32_t number = 0, customer = 0;
    const fh_identity *list = NULL;
    const fh_told *told = NULL;
    size_t n = 0, n_told = 0;
    fh_str who;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s && !fh_arena_format(c->arena, &who, "#%u", number)) s = fh_no_memory(err);
    if (!s) s = fh_identity_find(c->org, who, &customer, err); /* it may have been merged */
    if (!s) s = fh_identity_of(c->org, customer, c->arena, &list, &n, err);
    if (!s) s = fh_store_story(c->org, customer, c->arena, &told, &n_told, err);
    if (s == FH_NOTFOUND && n) s = FH_OK; /* known, with no interaction */
    if (!s) s = fh_story_seen(c, customer, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", customer);
    fh_put_number(&c->json, "interactions", n_told);
    fh_identities_json(list, n, &c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static void proof_json(const fh_erase_result *r, uint32_t customer, bool settled, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "customer", customer);
    fh_put_number(j, "interactions", r->interactions);
    fh_put_number(j, "identifiers", r->identifiers);
    fh_put_key(j, "proof");
    fh_json_object(j);
    fh_put_number(j, "identifiers_searched", r->n_searched);
    fh_put_number(j, "too_short_to_search", r->n_too_short);
    fh_put_number(j, "bytes_searched", r->searched_bytes);
    fh_put_number(j, "found", r->found);
    fh_put_number(j, "part_of_other_words", r->elsewhere);
    fh_put_number(j, "in_colleagues_records", r->n_colleagues);
    fh_put_number(j, "files_searched", r->n_files);
    fh_put_number(j, "files_removed", r->n_files_removed);
    fh_json_end_object(j);
    fh_put_bool(j, "settled", settled);
    fh_put_text(j, "backups",
                FH_STR("Backups made before still hold the customer until they are restored, which "
                       "erases again, or thrown away."));
    fh_json_end_object(j);
}

/* The folder of files, looked through beside everything else: no lane is held. */
static fh_status erase_files(fh_call *c, const fh_identity *identity, size_t n, int64_t since_ms,
                             fh_erase_result *out, fh_error *err)
{
    fh_erase_files where = {.since_ms = since_ms};
    fh_org *org = NULL;
    fh_status s = fh_pool_read(c->api->options.pool, &org, err);
    if (c->api->options.jobs)
        where.folder = fh_jobs_folder(c->api->options.jobs);
    else if (!s)
        s = fh_erase_folder(org, c->arena, &where.folder, err);
    if (!s) s = fh_erase_from_files(org, &where, identity, n, out, err);
    fh_pool_read_done(c->api->options.pool, org);
    return s;
}

static fh_status is_confirmed(fh_org *org, uint32_t customer, fh_str confirm, fh_error *err)
{
    uint32_t confirmed = 0;
    const fh_status s = fh_identity_find(org, confirm, &confirmed, err);
    if (s || confirmed == customer) return s;
    return fh_fail(err, FH_CONFLICT, "'confirm' names another customer than #%u", customer);
}

typedef struct cut_out {
    fh_erase_result result;
    const fh_str *texts;
    size_t n;
    const int64_t *request; /* [n_requests] open ones that this answers */
    size_t n_requests;
} cut_out;

static fh_status cut_customer(fh_call *c, uint32_t customer, fh_str confirm, cut_out *out,
                              fh_error *err)
{
    fh_pool *pool = c->api->options.pool;
    fh_org *org = NULL;
    erasing e = {.call = c, .customer = customer};
    fh_status s = fh_pool_write(pool, 10000, &org, err);
    if (!s) s = is_confirmed(org, customer, confirm, err);
    if (!s) s = fh_request_erasures(org, customer, c->arena, &out->request, &out->n_requests, err);
    if (!s)
        s = fh_erase_cut(org, customer, also_tell, &e, c->arena, &out->result, &out->texts, &out->n,
                         err);
    fh_pool_write_done(pool, org);
    return s;
}

/* Asked before anything is removed. */
static fh_status who_it_is(fh_call *c, uint32_t customer, fh_str confirm, const fh_identity **out,
                           size_t *n, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(c->api->options.pool, &org, err);
    if (!s) s = is_confirmed(org, customer, confirm, err);
    if (!s) s = fh_identity_of(org, customer, c->arena, out, n, err);
    fh_pool_read_done(c->api->options.pool, org);
    return s;
}

/* The proof stands beside the requests that the erasure answered: counts, no identifier
 * and no number. */
static fh_status keep_proof(fh_call *c, const cut_out *cut, bool settled, fh_error *err)
{
    const fh_erase_result *r = &cut->result;
    fh_pool *pool = c->api->options.pool;
    fh_org *org = NULL;
    fh_str proof;
    if (!cut->n_requests) return FH_OK;
    if (!fh_arena_format(c->arena, &proof,
                         "{\"interactions\":%llu,\"identifiers\":%llu,\"searched\":%llu,"
                         "\"bytes_searched\":%llu,\"found\":%llu,\"settled\":%s}",
                         (unsigned long long)r->interactions, (unsigned long long)r->identifiers,
                         (unsigned long long)r->n_searched, (unsigned long long)r->searched_bytes,
                         (unsigned long long)r->found, settled ? "true" : "false"))
        return fh_no_memory(err);
    fh_status s = fh_pool_write(pool, 10000, &org, err);
    if (!s) s = fh_org_begin(org, err);
    for (size_t i = 0; i < cut->n_requests && !s; i++)
        s = fh_request_proof(org, cut->request[i], proof, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(pool, org);
    return s;
}

static fh_status erase_customer(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"confirm", NULL};
    fh_pool *pool = c->api->options.pool;
    const fh_os *os = fh_pool_os(pool);
    const int64_t began_ms = os->now_ms(os->ctx);
    fh_org *org = NULL;
    uint32_t customer = 0;
    fh_str who = {0};
    const fh_identity *identity = NULL;
    size_t n = 0;
    fh_erase_result files = {0}, later = {0};
    cut_out cut = {0};
    bool settled = false;
    fh_status s = fh_call_number(c, 0, &customer, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "confirm", &who, NULL, err);
    if (!s) s = who_it_is(c, customer, who, &identity, &n, err);
    if (!s) s = erase_files(c, identity, n, 0, &files, err);
    if (!s) s = cut_customer(c, customer, who, &cut, err);
    if (!s) s = erase_files(c, identity, n, began_ms - FH_ERASE_CLOCKS_MS, &later, err);
    if (!s) s = settle(pool, &settled, err);
    /* The proof only reads: others write on meanwhile. */
    if (!s) s = fh_pool_read(pool, &org, err);
    if (!s) s = fh_search_bytes(org, cut.texts, cut.n, &cut.result, err);
    fh_pool_read_done(pool, org);
    if (s) return s;
    cut.result.n_files = files.n_files;
    cut.result.n_files_removed = files.n_files_removed + later.n_files_removed;
    if (c->api->options.webhooks) fh_webhooks_wake(c->api->options.webhooks);
    proof_json(&cut.result, customer, settled, &c->json);
    return keep_proof(c, &cut, settled, err);
}

/* ---- Names ---------------------------------------------------------------------------------- */

static fh_status dictionary_of(const fh_call *c, fh_dict *out, fh_error *err)
{
    static const struct {
        const char *word;
        fh_dict dict;
    } known[] = {{"touchpoints", FH_DICT_TOUCHPOINT},
                 {"channels", FH_DICT_CHANNEL},
                 {"departments", FH_DICT_DEPARTMENT},
                 {"outcomes", FH_DICT_OUTCOME}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (fh_str_eq(c->path_value[0], fh_str_of(known[i].word))) {
            *out = known[i].dict;
            return FH_OK;
        }
    (void)fh_fail(err, FH_NOTFOUND, "there are no names of that kind");
    return fh_hint(err, FH_NOTFOUND, "There are touchpoints, channels, departments and outcomes.");
}

static fh_status list_names(fh_call *c, fh_error *err)
{
    fh_dict dict = FH_DICT_TOUCHPOINT;
    fh_names names;
    fh_status s = dictionary_of(c, &dict, err);
    if (!s) s = fh_dict_names(c->org, dict, c->arena, &names, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (uint32_t i = 1; i < names.n; i++) {
        fh_json_object(&c->json);
        fh_put_number(&c->json, "number", i);
        fh_put_text(&c->json, "name", names.name[i]);
        if (names.canon && names.canon[i] != i)
            fh_put_number(&c->json, "counts_as", names.canon[i]);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status audit_name(fh_call *c, uint32_t number, fh_error *err)
{
    const fh_audit_object about = {.kind = c->path_value[0], .number = number};
    return fh_audit(c->org, &c->actor, FH_AUDITED_NAMES_CHANGED, &about, err);
}

static fh_status rename_name(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"name", NULL};
    fh_dict dict = FH_DICT_TOUCHPOINT;
    uint32_t number = 0;
    fh_str name = {0};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = dictionary_of(c, &dict, err);
    if (!s) s = fh_call_number(c, 1, &number, err);
    if (!s) s = fh_call_text(c, "name", &name, NULL, err);
    if (!s) s = fh_dict_rename(c->org, dict, number, name, err);
    return s ? s : audit_name(c, number, err);
}

static fh_status merge_names(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"into", NULL};
    fh_dict dict = FH_DICT_TOUCHPOINT;
    uint32_t number = 0;
    int64_t into = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = dictionary_of(c, &dict, err);
    if (!s) s = fh_call_number(c, 1, &number, err);
    if (!s) s = fh_call_integer(c, "into", &into, NULL, err);
    if (!s && (into < 1 || into > FH_MAX_NAMES))
        s = fh_fail(err, FH_INVALID, "/into is not the number of a name");
    if (!s) s = fh_dict_merge(c->org, dict, number, (uint32_t)into, err);
    return s ? s : audit_name(c, number, err);
}

static fh_status split_name(fh_call *c, fh_error *err)
{
    fh_dict dict = FH_DICT_TOUCHPOINT;
    uint32_t number = 0;
    fh_status s = dictionary_of(c, &dict, err);
    if (!s) s = fh_call_number(c, 1, &number, err);
    if (!s) s = fh_dict_split(c->org, dict, number, err);
    return s ? s : audit_name(c, number, err);
}

/* ---- The table ------------------------------------------------------------------------------ */

const fh_route fh_routes_stories[] = {
    {.method = FH_HTTP_POST,
     .path = "/api/v1/search",
     .id = "search",
     .group = "Customers",
     .summary = "Find a customer by any identifier",
     .right = FH_RIGHT_SEARCH,
     .body = "Search",
     .reply = "Customers",
     .handle = search},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}",
     .id = "getCustomer",
     .group = "Customers",
     .summary = "By what a customer is known",
     .right = FH_RIGHT_STORIES,
     .reply = "Customer",
     .handle = get_customer},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/erase",
     .id = "previewErasure",
     .group = "Customers",
     .summary = "What erasing this customer would take away",
     .right = FH_RIGHT_ERASE,
     .reply = "ErasureTold",
     .handle = preview_erasure},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/customers/{customer}/erase",
     .id = "eraseCustomer",
     .group = "Customers",
     .summary = "Erase a customer for good, and prove it",
     .right = FH_RIGHT_ERASE,
     .flags = FH_ROUTE_NO_ORG,
     .body = "Erase",
     .reply = "Erased",
     .handle = erase_customer},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/merges/preview",
     .id = "previewMerge",
     .group = "Customers",
     .summary = "Two customers side by side, before they are put together",
     .right = FH_RIGHT_IDENTITIES,
     .query = preview_options,
     .query_size = sizeof(preview_query),
     .reply = "MergePreview",
     .handle = preview_merge},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/merges",
     .id = "mergeCustomers",
     .group = "Customers",
     .summary = "Put the stories of two customers together",
     .right = FH_RIGHT_IDENTITIES,
     .flags = FH_ROUTE_WRITES,
     .body = "Merge",
     .reply = "Merged",
     .status = 201,
     .handle = merge_customers},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/merges/{merge}/undo",
     .id = "undoMerge",
     .group = "Customers",
     .summary = "Take a merge back",
     .right = FH_RIGHT_IDENTITIES,
     .flags = FH_ROUTE_WRITES,
     .handle = undo_merge},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/identifier-kinds/{kind}",
     .id = "putIdentifierKind",
     .group = "Customers",
     .summary = "Say whether several customers may have the same identifier of a kind",
     .right = FH_RIGHT_IDENTITIES,
     .flags = FH_ROUTE_WRITES,
     .body = "IdentifierKind",
     .handle = put_kind},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/names/{dictionary}",
     .id = "listNames",
     .group = "Names",
     .summary = "Names of touchpoints, channels, departments or outcomes",
     .right = FH_RIGHT_ASK,
     .reply = "Names",
     .handle = list_names},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/names/{dictionary}/{number}",
     .id = "renameName",
     .group = "Names",
     .summary = "Rename; both spellings are understood from now on",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES,
     .body = "Rename",
     .handle = rename_name},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/names/{dictionary}/{number}/merge",
     .id = "mergeNames",
     .group = "Names",
     .summary = "Count one name as another from now on; no data is changed",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES,
     .body = "MergeNames",
     .handle = merge_names},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/names/{dictionary}/{number}/merge",
     .id = "splitName",
     .group = "Names",
     .summary = "Count a name for itself again",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES,
     .handle = split_name},
    {.path = NULL},
};

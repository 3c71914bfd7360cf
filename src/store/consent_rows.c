/* consent_rows.c - purposes, consent, and the register of requests, at rest. */
#include "store/consent_rows.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/members.h"

#include <string.h>

/* ---- Purposes ------------------------------------------------------------------------------ */

#define PURPOSE_COLUMNS "purpose, word, name, shown, basis, holds, active, changed_ms, version"

static fh_status read_purpose(fh_stmt *s, fh_arena *arena, fh_purpose *out, fh_error *err)
{
    *out = (fh_purpose){.purpose = (uint32_t)fh_stmt_i64(s, 0),
                        .holds = fh_stmt_i64(s, 5) != 0,
                        .active = fh_stmt_i64(s, 6) != 0,
                        .changed_ms = fh_stmt_i64(s, 7),
                        .version = fh_stmt_i64(s, 8)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->word) &&
                   fh_arena_str(arena, fh_stmt_text(s, 2), &out->name) &&
                   fh_arena_str(arena, fh_stmt_text(s, 3), &out->shown) &&
                   fh_arena_str(arena, fh_stmt_text(s, 4), &out->basis)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status add_purpose(fh_org *org, fh_purpose *p, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t number = 0;
    const fh_os *os = fh_org_os(org);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT count(*), sum(CASE WHEN word = $1 THEN 1 ELSE 0 END) "
                              "FROM purpose",
                              &s, &row, err, fh_arg_text(p->word));
    const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    const bool taken = status == FH_OK && row && fh_stmt_i64(s, 1) > 0;
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    if (taken) {
        (void)fh_fail(err, FH_CONFLICT, "there is a purpose '%.*s' already", FH_STR_ARG(p->word));
        return fh_hint(err, FH_CONFLICT, "Change that one, or choose another word.");
    }
    if (n >= FH_PURPOSES_MAX)
        return fh_fail(err, FH_LIMIT, "there are %d purposes already", (int)FH_PURPOSES_MAX);
    status = fh_org_numbers(org, "purpose", 1, &number, err);
    if (status != FH_OK) return status;
    p->purpose = (uint32_t)number;
    p->version = 1;
    p->changed_ms = os->now_ms(os->ctx);
    return FH_DO(fh_org_db(org),
                 "INSERT INTO purpose (" PURPOSE_COLUMNS ") "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
                 NULL, err, fh_arg_int(p->purpose), fh_arg_text(p->word), fh_arg_text(p->name),
                 fh_arg_text(p->shown), fh_arg_text(p->basis), fh_arg_int(p->holds),
                 fh_arg_int(p->active), fh_arg_int(p->changed_ms));
}

fh_status fh_purpose_add(fh_org *org, fh_purpose *p, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_purpose(org, p, err), err);
}

static fh_status meanwhile(const char *what, int64_t number, fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "%s %lld was changed meanwhile", what, (long long)number);
    return fh_hint(err, FH_CONFLICT, "Look at it again, then make your change.");
}

fh_status fh_purpose_save(fh_org *org, const fh_purpose *p, fh_error *err)
{
    bool mine = false, found = false;
    const fh_os *os = fh_org_os(org);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = FH_DO(fh_org_db(org),
                   "UPDATE purpose SET name = $2, shown = $3, basis = $4, holds = $5, active = $6, "
                   "changed_ms = $7, version = version + 1 WHERE purpose = $1 AND version = $8 "
                   "RETURNING purpose",
                   &found, err, fh_arg_int(p->purpose), fh_arg_text(p->name), fh_arg_text(p->shown),
                   fh_arg_text(p->basis), fh_arg_int(p->holds), fh_arg_int(p->active),
                   fh_arg_int(os->now_ms(os->ctx)), fh_arg_int(p->version));
    if (status == FH_OK && !found) status = meanwhile("purpose", p->purpose, err);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_purpose_list(fh_org *org, fh_arena *arena, const fh_purpose **out, size_t *n,
                          fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_purpose *list = FH_NEW_ARRAY(arena, fh_purpose, FH_PURPOSES_MAX);
    if (!list) return fh_no_memory(err);
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT " PURPOSE_COLUMNS " FROM purpose ORDER BY purpose", NULL,
                  0, &s, &row, err);
    while (status == FH_OK && row && count < FH_PURPOSES_MAX) {
        status = read_purpose(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

/* ---- Consent -------------------------------------------------------------------------------- */

fh_status fh_consent_add(fh_org *org, const fh_consent_entry *e, fh_error *err)
{
    bool mine = false;
    int64_t number = 0;
    const fh_os *os = fh_org_os(org);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_org_numbers(org, "consent", 1, &number, err);
    if (status == FH_OK)
        status =
            FH_DO(fh_org_db(org),
                  "INSERT INTO consent_entry (entry, member, purpose, given, at_ms, how, "
                  "source, person, recorded_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                  NULL, err, fh_arg_int(number), fh_arg_int(e->member), fh_arg_int(e->purpose),
                  fh_arg_int(e->given), fh_arg_int(e->at_ms), fh_arg_text(e->how),
                  fh_arg_text(e->source), fh_arg_int(e->person), fh_arg_int(os->now_ms(os->ctx)));
    return fh_org_leave(org, mine, status, err);
}

typedef struct entries {
    fh_consent_entry *list;
    size_t n, cap;
} entries;

static fh_status read_entry(fh_stmt *s, fh_arena *arena, entries *to, fh_error *err)
{
    if (to->n == to->cap) {
        const size_t cap = to->cap ? 2 * to->cap : 16;
        fh_consent_entry *bigger = FH_NEW_ARRAY(arena, fh_consent_entry, cap);
        if (!bigger) return fh_no_memory(err);
        if (to->n) memcpy(bigger, to->list, to->n * sizeof *bigger);
        to->list = bigger;
        to->cap = cap;
    }
    fh_consent_entry *e = &to->list[to->n++];
    *e = (fh_consent_entry){.entry = fh_stmt_i64(s, 0),
                            .member = (uint32_t)fh_stmt_i64(s, 1),
                            .purpose = (uint32_t)fh_stmt_i64(s, 2),
                            .given = fh_stmt_i64(s, 3) != 0,
                            .at_ms = fh_stmt_i64(s, 4),
                            .person = (uint32_t)fh_stmt_i64(s, 7),
                            .recorded_ms = fh_stmt_i64(s, 8)};
    return fh_arena_str(arena, fh_stmt_text(s, 5), &e->how) &&
                   fh_arena_str(arena, fh_stmt_text(s, 6), &e->source)
               ? FH_OK
               : fh_no_memory(err);
}

static bool is_newer(const fh_consent_entry *a, const fh_consent_entry *b)
{
    return a->at_ms != b->at_ms ? a->at_ms > b->at_ms : a->entry > b->entry;
}

fh_status fh_consent_of(fh_org *org, uint32_t customer, fh_arena *arena,
                        const fh_consent_entry **out, size_t *n, fh_error *err)
{
    const uint32_t *member = NULL;
    size_t n_members = 0;
    entries all = {0};
    fh_status status = fh_customer_members(org, customer, arena, &member, &n_members, err);
    for (size_t i = 0; i < n_members && status == FH_OK; i++) {
        fh_stmt *s = NULL;
        bool row = false;
        status = FH_ASK(fh_org_db(org),
                        "SELECT entry, member, purpose, given, at_ms, how, source, person, "
                        "recorded_ms FROM consent_entry WHERE member = $1 ORDER BY entry",
                        &s, &row, err, fh_arg_int(member[i]));
        while (status == FH_OK && row) {
            status = read_entry(s, arena, &all, err);
            if (status == FH_OK) status = fh_stmt_step(s, &row, err);
        }
        fh_stmt_done(s);
    }
    if (status != FH_OK) return status;
    for (size_t i = 1; i < all.n; i++) {
        const fh_consent_entry e = all.list[i];
        size_t at = i;
        for (; at && is_newer(&e, &all.list[at - 1]); at--) all.list[at] = all.list[at - 1];
        all.list[at] = e;
    }
    *out = all.list;
    *n = all.n;
    return FH_OK;
}

fh_status fh_consent_counts(fh_org *org, fh_arena *arena, const fh_consent_count **out, size_t *n,
                            fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false, said = false;
    size_t count = 0;
    int64_t purpose = 0, customer = 0;
    fh_consent_count *list = FH_NEW_ARRAY(arena, fh_consent_count, FH_PURPOSES_MAX);
    if (!list) return fh_no_memory(err);
    /* What each customer said last stands last among what it said. */
    fh_status status = fh_db_ask(
        fh_org_db(org),
        "SELECT e.purpose, coalesce(m.customer, e.member) AS who, e.given FROM consent_entry e "
        "LEFT JOIN identity_member m ON m.member = e.member "
        "ORDER BY e.purpose, who, e.at_ms, e.entry",
        NULL, 0, &s, &row, err);
    while (status == FH_OK) {
        const bool next = row && fh_stmt_i64(s, 0) == purpose && fh_stmt_i64(s, 1) == customer;
        if (count && !next) {
            if (said)
                list[count - 1].given++;
            else
                list[count - 1].withdrawn++;
        }
        if (!row) break;
        if (fh_stmt_i64(s, 0) != purpose) {
            if (count == FH_PURPOSES_MAX) break;
            list[count++].purpose = (uint32_t)fh_stmt_i64(s, 0);
        }
        purpose = fh_stmt_i64(s, 0);
        customer = fh_stmt_i64(s, 1);
        said = fh_stmt_i64(s, 2) != 0;
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

/* ---- The register --------------------------------------------------------------------------- */

#define REQUEST_COLUMNS                                                              \
    "request, r.member, reference, kind, state, words, answer, proof, person, job, " \
    "received_ms, due_ms, done_ms, version, coalesce(m.customer, r.member)"
#define REQUEST_FROM " FROM subject_request r LEFT JOIN identity_member m ON m.member = r.member "

static fh_status read_request(fh_stmt *s, fh_arena *arena, fh_request *out, fh_error *err)
{
    *out = (fh_request){.request = fh_stmt_i64(s, 0),
                        .member = (uint32_t)fh_stmt_i64(s, 1),
                        .person = (uint32_t)fh_stmt_i64(s, 8),
                        .job = fh_stmt_i64(s, 9),
                        .received_ms = fh_stmt_i64(s, 10),
                        .due_ms = fh_stmt_i64(s, 11),
                        .done_ms = fh_stmt_i64(s, 12),
                        .version = fh_stmt_i64(s, 13),
                        .customer = (uint32_t)fh_stmt_i64(s, 14)};
    return fh_arena_str(arena, fh_stmt_text(s, 2), &out->reference) &&
                   fh_arena_str(arena, fh_stmt_text(s, 3), &out->kind) &&
                   fh_arena_str(arena, fh_stmt_text(s, 4), &out->state) &&
                   fh_arena_str(arena, fh_stmt_text(s, 5), &out->words) &&
                   fh_arena_str(arena, fh_stmt_text(s, 6), &out->answer) &&
                   fh_arena_str(arena, fh_stmt_text(s, 7), &out->proof)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_request_add(fh_org *org, fh_request *r, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_org_numbers(org, "request", 1, &r->request, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO subject_request (request, member, reference, kind, state, "
                       "words, answer, proof, person, job, received_ms, due_ms, done_ms, version) "
                       "VALUES ($1, $2, $3, $4, 'open', $5, '', '', $6, 0, $7, $8, 0, 1)",
                       NULL, err, fh_arg_int(r->request), fh_arg_int(r->member),
                       fh_arg_text(r->reference), fh_arg_text(r->kind), fh_arg_text(r->words),
                       fh_arg_int(r->person), fh_arg_int(r->received_ms), fh_arg_int(r->due_ms));
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_request_save(fh_org *org, const fh_request *r, fh_error *err)
{
    bool mine = false, found = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = FH_DO(fh_org_db(org),
                   "UPDATE subject_request SET state = $2, answer = $3, person = $4, job = $5, "
                   "done_ms = $6, version = version + 1 WHERE request = $1 AND version = $7 "
                   "RETURNING request",
                   &found, err, fh_arg_int(r->request), fh_arg_text(r->state),
                   fh_arg_text(r->answer), fh_arg_int(r->person), fh_arg_int(r->job),
                   fh_arg_int(r->done_ms), fh_arg_int(r->version));
    if (status == FH_OK && !found) status = meanwhile("request", r->request, err);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_request_get(fh_org *org, int64_t request, fh_arena *arena, fh_request *out,
                         fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " REQUEST_COLUMNS REQUEST_FROM "WHERE request = $1", &s,
               &row, err, fh_arg_int(request));
    if (status == FH_OK)
        status = row ? read_request(s, arena, out, err)
                     : fh_fail(err, FH_NOTFOUND, "there is no request %lld", (long long)request);
    fh_stmt_done(s);
    return status;
}

fh_status fh_request_list(fh_org *org, fh_str state, int64_t before, size_t most, fh_arena *arena,
                          const fh_request **out, size_t *n, bool *more, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_request *list = FH_NEW_ARRAY(arena, fh_request, most + 1);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " REQUEST_COLUMNS REQUEST_FROM
                              "WHERE request < $1 AND ($2 = '' OR state = $2) "
                              "ORDER BY request DESC LIMIT $3",
                              &s, &row, err, fh_arg_int(before ? before : INT64_MAX),
                              fh_arg_text(state), fh_arg_int((int64_t)most + 1));
    while (status == FH_OK && row && count <= most) {
        status = read_request(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *more = count > most;
    *n = count > most ? most : count;
    *out = list;
    return FH_OK;
}

fh_status fh_request_erasures(fh_org *org, uint32_t customer, fh_arena *arena, const int64_t **out,
                              size_t *n, fh_error *err)
{
    enum { MOST = 100 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    int64_t *list = FH_NEW_ARRAY(arena, int64_t, MOST);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT request" REQUEST_FROM
                              "WHERE state = 'open' AND kind = 'erasure' AND r.member <> 0 AND "
                              "coalesce(m.customer, r.member) = $1 ORDER BY request",
                              &s, &row, err, fh_arg_int(customer));
    while (status == FH_OK && row && count < MOST) {
        list[count++] = fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

fh_status fh_request_proof(fh_org *org, int64_t request, fh_str proof, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status =
        FH_DO(fh_org_db(org),
              "UPDATE subject_request SET proof = $2, version = version + 1 WHERE request = $1",
              NULL, err, fh_arg_int(request), fh_arg_text(proof));
    return fh_org_leave(org, mine, status, err);
}

/* ---- Erasing -------------------------------------------------------------------------------- */

fh_status fh_consent_forget(fh_org *org, uint32_t member, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_status status = FH_DO(fh_org_db(org), "DELETE FROM consent_entry WHERE member = $1",
                                   NULL, err, fh_arg_int(member));
    if (status != FH_OK) return status;
    /* That it was asked for and done stays, without saying of whom. */
    return FH_DO(fh_org_db(org),
                 "UPDATE subject_request SET member = 0, words = '', answer = '', "
                 "done_ms = CASE WHEN state = 'open' AND kind = 'erasure' THEN $2 ELSE done_ms "
                 "END, state = CASE WHEN state = 'open' AND kind = 'erasure' THEN 'done' ELSE "
                 "state END, version = version + 1 WHERE member = $1",
                 NULL, err, fh_arg_int(member), fh_arg_int(os->now_ms(os->ctx)));
}

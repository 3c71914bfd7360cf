/* audit.c - use case: the audit log (see audit.h). */
#include "app/people/audit.h"

#include "app/people/people.h"
#include "base/put.h"
#include "base/time.h"
#include "store/identities.h"
#include "store/people.h"
#include "store/tombstones.h"

#include <string.h>

static const struct {
    const char *word, *says;
} actions[FH_N_AUDITED] = {
#define X(name, text, meaning) {text, meaning},
    FH_AUDIT_MAP(X)
#undef X
};

const char *fh_audited_word(fh_audited action)
{
    return (unsigned)action < FH_N_AUDITED ? actions[action].word : "";
}

const char *fh_audited_says(fh_str word)
{
    for (size_t i = 0; i < FH_N_AUDITED; i++)
        if (fh_str_eq(word, fh_str_of(actions[i].word))) return actions[i].says;
    return "";
}

/* ---- Adding ----------------------------------------------------------------------------- */

/* At most FH_AUDIT_TEXT_MAX bytes, cut between characters. */
static fh_str shortened(fh_str s)
{
    if (s.len <= FH_AUDIT_TEXT_MAX) return s;
    s.len = FH_AUDIT_TEXT_MAX;
    while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

/* {"before": ..., "after": ...} as far as there are such. */
static fh_status tell_change(const fh_audit_object *about, fh_buf *out, fh_error *err)
{
    fh_json j;
    if (!about->before.len && !about->after.len) return FH_OK;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    if (about->before.len) {
        fh_json_key(&j, FH_STR("before"));
        fh_json_raw_value(&j, about->before);
    }
    if (about->after.len) {
        fh_json_key(&j, FH_STR("after"));
        fh_json_raw_value(&j, about->after);
    }
    fh_json_end_object(&j);
    if (out->status == FH_LIMIT || (out->status == FH_OK && out->len > FH_AUDIT_DETAILS_MAX)) {
        fh_buf_clear(out);
        fh_buf_text(out, "{\"too_long\":true}");
    }
    return out->status == FH_OK ? FH_OK : fh_no_memory(err);
}

fh_status fh_audit(fh_org *org, const fh_actor *actor, fh_audited action,
                   const fh_audit_object *about, fh_error *err)
{
    static const fh_audit_object nothing;
    if (!about) about = &nothing;
    fh_buf details;
    fh_buf_init(&details, NULL, 2 * FH_AUDIT_DETAILS_MAX);
    fh_status status = tell_change(about, &details, err);
    fh_audit_row row = {.actor_kind = (uint32_t)actor->kind,
                        .person = actor->person,
                        .session = actor->session,
                        .token = shortened(actor->token),
                        .ip = shortened(actor->ip),
                        .action = fh_str_of(fh_audited_word(action)),
                        .object_kind = shortened(about->kind),
                        .object = about->number,
                        .object_key = shortened(about->key),
                        .details = fh_buf_view(&details)};
    if (status == FH_OK) status = fh_audit_add(org, &row, err);
    fh_buf_free(&details);
    return status;
}

/* ---- Customers ------------------------------------------------------------------------------ */

/* "email:ann@x.org" is of the kind email; a bare text is hashed as kind "". */
static fh_status hash_identifier(fh_org *org, const fh_tomb_key *key, fh_str identifier,
                                 fh_arena *arena, fh_str *out, fh_error *err)
{
    const fh_id_kind *kinds = NULL;
    size_t n = 0;
    fh_str kind = {0}, value = fh_str_trim(identifier), normal;
    fh_status status = fh_identity_kinds(org, arena, &kinds, &n, err);
    const char *colon = status == FH_OK && value.len ? memchr(value.ptr, ':', value.len) : NULL;
    for (size_t i = 0; colon && i < n; i++) {
        const fh_str head = {value.ptr, (size_t)(colon - value.ptr)};
        if (!fh_str_eq_nocase(head, kinds[i].name)) continue;
        kind = kinds[i].name;
        value = fh_str_trim((fh_str){colon + 1, value.len - head.len - 1});
        break;
    }
    /* A bare address is looked up as one. */
    if (!kind.len && value.len && memchr(value.ptr, '@', value.len)) kind = FH_STR("email");
    if (status == FH_OK) status = fh_identity_normal(arena, kind, value, &normal, err);
    if (status != FH_OK) return status;
    const fh_tomb tomb = fh_tombstone(key, kind, normal);
    if (!fh_arena_str(arena, (fh_str){tomb.hex, sizeof tomb.hex}, out)) return fh_no_memory(err);
    return FH_OK;
}

fh_status fh_audit_customer(fh_org *org, const fh_actor *actor, fh_audited action,
                            uint32_t customer, fh_str identifier, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_tomb_key key;
    fh_audit_object about = {.kind = FH_STR("customer"), .number = customer};
    fh_status status = FH_OK;
    /* "#17" is the number itself. */
    if (identifier.len && identifier.ptr[0] != '#') {
        status = fh_tomb_key_get(org, true, &key, err);
        if (status == FH_OK)
            status = hash_identifier(org, &key, identifier, arena, &about.key, err);
        /* What cannot be an identifier was not found either: nothing to keep. */
        if (status == FH_INVALID || status == FH_LIMIT) status = FH_OK;
    }
    if (status == FH_OK) status = fh_audit(org, actor, action, &about, err);
    fh_arena_free(arena);
    return status;
}

fh_status fh_audit_key(fh_org *org, fh_str identifier, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_tomb_key key;
    fh_status status = fh_tomb_key_get(org, false, &key, err);
    if (status == FH_NOTFOUND) {
        *out = (fh_str){0};
        return FH_OK;
    }
    if (status == FH_OK) status = hash_identifier(org, &key, identifier, arena, out, err);
    return status;
}

/* ---- Refusing ------------------------------------------------------------------------------- */

static fh_status audit_alone(fh_org *org, const fh_actor *actor, fh_right right, fh_error *err)
{
    const fh_audit_object about = {.kind = FH_STR("right"), .key = fh_str_of(fh_right_word(right))};
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_audit(org, actor, FH_AUDITED_DENIED, &about, err);
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

fh_status fh_audit_require(fh_org *org, const fh_actor *actor, fh_right right, fh_error *err)
{
    if (fh_may(actor, right)) return FH_OK;
    const fh_status status = audit_alone(org, actor, right, err);
    return status == FH_OK ? fh_require(actor, right, err) : status;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static fh_status name_of(fh_org *org, uint32_t person, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_person p;
    fh_error none = {0};
    const fh_status status = fh_person_row(org, person, arena, &p, &none);
    if (status == FH_OK) *out = p.name;
    if (status == FH_OK || status == FH_NOTFOUND) return FH_OK;
    if (err) *err = none;
    return status;
}

static fh_status name_entry(fh_org *org, const fh_audit_row *row, fh_arena *arena,
                            fh_audit_entry *out, fh_error *err)
{
    *out = (fh_audit_entry){.row = *row};
    fh_status status = FH_OK;
    if (row->person) status = name_of(org, row->person, arena, &out->who, err);
    if (status == FH_OK && !out->who.len)
        out->who = row->actor_kind == FH_ACTOR_COMMAND_LINE ? FH_STR("command line")
                   : row->actor_kind == FH_ACTOR_SYSTEM     ? FH_STR("Firsthand itself")
                                                            : FH_STR("nobody signed in");
    if (status == FH_OK && row->object > 0 && row->object <= UINT32_MAX &&
        fh_str_eq(row->object_kind, FH_STR("person")))
        status = name_of(org, (uint32_t)row->object, arena, &out->about, err);
    return status;
}

fh_status fh_audit_list(fh_org *org, const fh_actor *actor, const fh_audit_filter *filter,
                        size_t max, fh_arena *arena, const fh_audit_entry **out, size_t *n,
                        fh_error *err)
{
    const fh_audit_row *rows = NULL;
    size_t n_rows = 0;
    fh_status status = fh_require(actor, FH_RIGHT_AUDIT, err);
    if (status == FH_OK) status = fh_audit_rows(org, filter, max, arena, &rows, &n_rows, err);
    if (status != FH_OK) return status;
    fh_audit_entry *list = FH_NEW_ARRAY(arena, fh_audit_entry, n_rows + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows && status == FH_OK; i++)
        status = name_entry(org, &rows[i], arena, &list[i], err);
    if (status != FH_OK) return status;
    *out = list;
    *n = n_rows;
    return FH_OK;
}

fh_status fh_audit_filter_words(fh_org *org, const fh_actor *actor, fh_str person, fh_str customer,
                                fh_arena *arena, fh_audit_filter *filter, fh_error *err)
{
    uint32_t number = 0;
    fh_error none;
    fh_status status = FH_OK;
    if (person.len) status = fh_person_find(org, actor, person, &filter->person, err);
    if (status != FH_OK || !customer.len) return status;
    filter->object_kind = FH_STR("customer");
    if (fh_identity_find(org, customer, &number, &none) == FH_OK)
        filter->object = number;
    else
        status = fh_audit_key(org, customer, arena, &filter->object_key, err);
    if (status == FH_OK && !filter->object && !filter->object_key.len)
        filter->object_key = FH_STR("-"); /* nothing has it */
    return status;
}

fh_status fh_audit_verify(fh_org *org, fh_audit_fault *fault, void *ctx, fh_audit_head *head,
                          fh_error *err)
{
    uint64_t faults = 0;
    fh_audit_head h = {0};
    fh_status status = fh_audit_check(org, fault, ctx, &faults, err);
    if (status == FH_OK && faults) {
        (void)fh_fail(err, FH_CORRUPT, "%s: %llu faults in the audit log", fh_org_path(org),
                      (unsigned long long)faults);
        return fh_hint(err, FH_CORRUPT,
                       "Compare it with a backup: somebody may have changed the file.");
    }
    if (status == FH_OK) status = fh_audit_head_get(org, &h, err);
    if (status == FH_OK) *head = h;
    return status;
}

static void put_number(fh_json *j, const char *key, int64_t value)
{
    if (!value) return;
    fh_put_int(j, key, value);
}

void fh_audit_entry_json(const fh_audit_entry *e, const fh_zone *zone, fh_json *j)
{
    char time[FH_TIME_TEXT];
    const fh_audit_row *r = &e->row;
    fh_json_object(j);
    put_number(j, "number", r->number);
    fh_put_text_if(j, "at", (fh_str){time, fh_time_format(r->at_ms, zone, time)});
    fh_put_text_if(j, "action", r->action);
    fh_put_text_if(j, "says", fh_str_of(fh_audited_says(r->action)));
    fh_put_text_if(j, "who", e->who);
    put_number(j, "person", r->person);
    put_number(j, "session", r->session);
    fh_put_text_if(j, "token", r->token);
    fh_put_text_if(j, "ip", r->ip);
    fh_put_text_if(j, "about", r->object_kind);
    put_number(j, "about_number", r->object);
    fh_put_text_if(j, "about_key", r->object_key);
    fh_put_text_if(j, "about_name", e->about);
    if (r->withheld_by) put_number(j, "withheld_by", r->withheld_by);
    if (r->details.len) {
        fh_json_key(j, FH_STR("details"));
        fh_json_raw_value(j, r->details);
    }
    fh_json_end_object(j);
}

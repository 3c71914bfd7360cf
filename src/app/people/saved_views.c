/* saved_views.c - keeping a page with its filters (see saved_views.h).
 *
 * Audit entries say that a view was saved, changed or deleted and whether it is shared,
 * not what it is called: a name is free text, and the log is never changed.
 */
#include "app/people/saved_views.h"

#include "app/people/audit.h"
#include "base/put.h"
#include "base/time.h"

#include <string.h>

/* ---- What may be kept ----------------------------------------------------------------------- */

static fh_status check_name(fh_str name, fh_error *err)
{
    if (!fh_str_trim(name).len) {
        (void)fh_fail(err, FH_INVALID, "/name is empty");
        return fh_hint(err, FH_INVALID, "Say what the view shows: 'Complaints by phone, 2024'.");
    }
    if (name.len > FH_SAVED_NAME_MAX)
        return fh_fail(err, FH_INVALID, "/name is longer than %d bytes", (int)FH_SAVED_NAME_MAX);
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
            return fh_fail(err, FH_INVALID, "/name has a control character in it");
    return FH_OK;
}

static bool is_word(fh_str s)
{
    bool good = s.len > 0 && s.len <= 40;
    for (size_t i = 0; i < s.len && good; i++)
        good = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (i && s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
               (i && s.ptr[i] == '-');
    return good;
}
static bool is_whole(fh_str s)
{
    bool good = s.len > 0 && s.len <= 10;
    for (size_t i = 0; i < s.len && good; i++) good = s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return good;
}
/* One word; below it one map, or the records of one kind: a single story or record is none. */
static fh_status check_page(fh_str page, fh_error *err)
{
    const char *slash = page.len ? memchr(page.ptr, '/', page.len) : NULL;
    const size_t n = slash ? (size_t)(slash - page.ptr) : page.len;
    const fh_str first = {page.ptr, n};
    const fh_str below = {slash ? slash + 1 : NULL, slash ? page.len - n - 1 : 0};
    if (is_word(first) && (!slash || (fh_str_eq(first, FH_STR("records")) && is_word(below)) ||
                           (fh_str_eq(first, FH_STR("maps")) && is_whole(below))))
        return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/page is not a page whose views can be saved");
    return fh_hint(err, FH_INVALID,
                   "Give what stands behind the first '/' of its address: actual, records/fix, "
                   "maps/2.");
}

/* "=" as it stands, or encoded once or more often: "%3D", "%253D". */
static bool begins_with_is(fh_str s)
{
    size_t i = 1;
    if (!s.len || s.ptr[0] == '=') return s.len > 0;
    if (s.ptr[0] != '%') return false;
    while (i + 2 <= s.len && s.ptr[i] == '2' && s.ptr[i + 1] == '5') i += 2;
    return i + 2 <= s.len && s.ptr[i] == '3' && (s.ptr[i + 1] == 'D' || s.ptr[i + 1] == 'd');
}

static bool names_customer(fh_str query)
{
    static const char word[] = "customer";
    enum { LEN = sizeof word - 1 };
    for (size_t i = 0; i + LEN < query.len; i++)
        if (fh_str_eq_nocase((fh_str){query.ptr + i, LEN}, (fh_str){word, LEN}) &&
            begins_with_is((fh_str){query.ptr + i + LEN, query.len - i - LEN}))
            return true;
    return false;
}

static fh_status check_query(fh_str query, fh_error *err)
{
    if (query.len > FH_SAVED_QUERY_MAX)
        return fh_fail(err, FH_INVALID, "/query is longer than %d bytes", (int)FH_SAVED_QUERY_MAX);
    for (size_t i = 0; i < query.len; i++)
        if (query.ptr[i] <= 0x20 || query.ptr[i] >= 0x7f || strchr("#<>\"\\", query.ptr[i])) {
            (void)fh_fail(err, FH_INVALID, "/query is not what stands behind the '?' of a URL");
            return fh_hint(err, FH_INVALID, "Give it as it is encoded there: from=2024&passed=A.");
        }
    if (!names_customer(query)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "the view is of a single customer");
    return fh_hint(err, FH_INVALID,
                   "A view is about many: take the filter by customer away, then save it.");
}

static fh_status check_roles(const fh_saved_view *v, fh_error *err)
{
    if (!v->roles || v->shared) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/roles: the view is yours alone");
    return fh_hint(err, FH_INVALID, "Share it, then it can stand on the first page of others.");
}

fh_status fh_saved_check(const fh_saved_view *v, fh_error *err)
{
    fh_status s = check_name(v->name, err);
    if (!s) s = check_page(v->page, err);
    if (!s) s = check_roles(v, err);
    return s ? s : check_query(v->query, err);
}

/* ---- Who ------------------------------------------------------------------------------------ */

static bool is_mine(const fh_actor *actor, const fh_saved_view *v)
{
    return v->person && v->person == actor->person;
}

bool fh_saved_may_change(const fh_actor *actor, const fh_saved_view *v)
{
    return is_mine(actor, v) || (v->shared && fh_may(actor, FH_RIGHT_SETTINGS));
}

fh_status fh_saved_see(fh_org *org, const fh_actor *actor, uint32_t view, fh_arena *arena,
                       fh_saved_view *out, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_saved_get(org, view, arena, out, err);
    if (s || out->shared || is_mine(actor, out)) return s;
    (void)fh_fail(err, FH_NOTFOUND, "there is no view %u", view);
    return fh_hint(err, FH_NOTFOUND, "It may have been deleted, or is not shared with you.");
}

static fh_status require_change(const fh_actor *actor, const fh_saved_view *v, fh_error *err)
{
    if (fh_saved_may_change(actor, v)) return FH_OK;
    (void)fh_fail(err, FH_DENIED, "this view is somebody else's");
    return fh_hint(err, FH_DENIED, "Save it under a name of your own, and change that.");
}

/* ---- Keeping -------------------------------------------------------------------------------- */

static fh_str told(const fh_saved_view *v)
{
    if (!v) return (fh_str){0};
    return v->shared ? FH_STR("{\"shared\":true}") : FH_STR("{\"shared\":false}");
}

static fh_status note(fh_org *org, const fh_actor *actor, uint32_t number,
                      const fh_saved_view *before, const fh_saved_view *after, fh_error *err)
{
    const fh_audit_object about = {
        .kind = FH_STR("view"), .number = number, .before = told(before), .after = told(after)};
    return fh_audit(org, actor, FH_AUDITED_VIEW_CHANGED, &about, err);
}

fh_status fh_saved_keep(fh_org *org, const fh_actor *actor, fh_saved_view *v, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s && !actor->person) {
        (void)fh_fail(err, FH_INVALID, "only a person can own a view");
        s = fh_hint(err, FH_INVALID, "Sign in, or use a token that belongs to somebody.");
    }
    v->person = actor->person;
    v->owner = actor->name;
    if (!s) s = fh_saved_check(v, err);
    if (!s) s = fh_saved_add(org, v, err);
    return s ? s : note(org, actor, v->view, NULL, v, err);
}

fh_status fh_saved_change(fh_org *org, const fh_actor *actor, const fh_saved_view *v, fh_error *err)
{
    fh_saved_view was;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_saved_see(org, actor, v->view, arena, &was, err);
    if (!s) s = require_change(actor, &was, err);
    if (!s) s = fh_saved_check(v, err);
    if (!s) s = fh_saved_save(org, v, err);
    if (!s) s = note(org, actor, v->view, &was, v, err);
    fh_arena_free(arena);
    return s;
}

fh_status fh_saved_delete(fh_org *org, const fh_actor *actor, const fh_saved_view *v, fh_error *err)
{
    fh_status s = require_change(actor, v, err);
    if (!s) s = fh_saved_remove(org, v->view, err);
    return s ? s : note(org, actor, v->view, v, NULL, err);
}

/* ---- Words ---------------------------------------------------------------------------------- */

void fh_saved_json(const fh_actor *actor, const fh_saved_view *v, fh_json *j)
{
    char time[FH_TIME_TEXT];
    fh_json_object(j);
    fh_put_number(j, "view", v->view);
    fh_put_text(j, "name", v->name);
    fh_put_text(j, "page", v->page);
    fh_put_text(j, "query", v->query);
    fh_put_text(j, "owner", v->owner);
    fh_put_bool(j, "mine", is_mine(actor, v));
    fh_put_bool(j, "shared", v->shared);
    fh_json_key(j, FH_STR("roles"));
    fh_json_array(j);
    for (unsigned r = 0; r < FH_N_ROLES; r++)
        if (v->roles & fh_role_bit((fh_role)r)) fh_json_str(j, fh_str_of(fh_role_word((fh_role)r)));
    fh_json_end_array(j);
    fh_put_bool(j, "may_change", fh_saved_may_change(actor, v));
    fh_put_text(j, "changed", (fh_str){time, fh_time_format(v->changed_ms, NULL, time)});
    fh_put_int(j, "version", v->version);
    fh_json_end_object(j);
}

/* departments.c - use case: the tree of departments (see people.h). */
#include "app/people/audit.h"
#include "app/people/people_parts.h"
#include "base/put.h"

#include "base/sort.h"

#include <string.h>

/* ---- The tree ----------------------------------------------------------------------------- */

/* Whether `department` is `above` or lies under it. A tree from outside may be none:
 * no walk is longer than there are departments. */
static bool is_below(const fh_department *list, size_t n, uint32_t department, uint32_t above)
{
    for (size_t steps = 0; department && steps <= n; steps++) {
        if (department == above) return true;
        size_t lo = 0, hi = n;
        while (lo < hi) {
            const size_t mid = lo + (hi - lo) / 2;
            if (list[mid].department < department)
                lo = mid + 1;
            else
                hi = mid;
        }
        department = lo < n && list[lo].department == department ? list[lo].parent : 0;
    }
    return false;
}

fh_status fh_departments_below(fh_org *org, uint32_t department, fh_arena *arena,
                               const uint32_t **out, size_t *n, fh_error *err)
{
    fh_department *list = NULL;
    size_t n_list = 0, got = 0;
    const fh_status status = fh_department_rows(org, arena, &list, &n_list, err);
    if (status != FH_OK) return status;
    uint32_t *below = FH_NEW_ARRAY(arena, uint32_t, n_list + 1);
    if (!below) return fh_no_memory(err);
    for (size_t i = 0; i < n_list; i++)
        if (is_below(list, n_list, list[i].department, department))
            below[got++] = list[i].department;
    *out = below;
    *n = got;
    return FH_OK;
}

static int by_parent_and_name(const void *pa, const void *pb, void *ctx)
{
    const fh_department *a = pa, *b = pb;
    (void)ctx;
    if (a->parent != b->parent) return a->parent < b->parent ? -1 : 1;
    const int names = fh_str_cmp(a->name, b->name);
    if (names) return names;
    return (a->department > b->department) - (a->department < b->department);
}

/* The children of `parent` in a list sorted by parent, each followed by its own. Depth
 * first, with a stack of where each level goes on. */
static void walk(const fh_department *sorted, size_t n, size_t *stack, fh_department *out,
                 size_t *n_out)
{
    size_t depth = 0, at = 0;
    uint32_t parent = 0;
    for (;;) {
        if (at < n && sorted[at].parent == parent && *n_out < n) {
            out[(*n_out)++] = sorted[at];
            stack[depth++] = at;
            parent = sorted[at].department;
            for (at = 0; at < n && sorted[at].parent != parent; at++) continue;
            if (depth > n) return;
        } else {
            if (depth == 0) return;
            at = stack[--depth] + 1;
            parent = sorted[at - 1].parent;
        }
    }
}

fh_status fh_departments_list(fh_org *org, const fh_actor *actor, fh_arena *arena,
                              const fh_department **out, size_t *n, fh_error *err)
{
    fh_department *list = NULL;
    size_t n_list = 0, got = 0;
    fh_status status = fh_require(actor, FH_RIGHT_COLLEAGUES, err);
    if (status == FH_OK) status = fh_department_rows(org, arena, &list, &n_list, err);
    if (status != FH_OK) return status;
    fh_department *tree = FH_NEW_ARRAY(arena, fh_department, n_list + 1);
    size_t *stack = FH_NEW_ARRAY(arena, size_t, n_list + 1);
    if (!tree || !stack) return fh_no_memory(err);
    status =
        fh_sort(fh_arena_allocator(arena), list, n_list, sizeof *list, by_parent_and_name, NULL);
    if (status != FH_OK) return fh_no_memory(err);
    walk(list, n_list, stack, tree, &got);
    *out = tree;
    *n = got;
    return FH_OK;
}

fh_status fh_department_get(fh_org *org, const fh_actor *actor, uint32_t department,
                            fh_arena *arena, fh_department *out, fh_error *err)
{
    const fh_status status = fh_require(actor, FH_RIGHT_COLLEAGUES, err);
    return status == FH_OK ? fh_department_row(org, department, arena, out, err) : status;
}

/* ---- Fields -------------------------------------------------------------------------------- */

static fh_status check_parent(fh_org *org, uint32_t department, uint32_t parent, fh_arena *arena,
                              fh_error *err)
{
    fh_department *list = NULL, above;
    size_t n = 0;
    if (!parent) return FH_OK;
    fh_status status = fh_department_row(org, parent, arena, &above, err);
    if (status == FH_NOTFOUND)
        return fh_fail(err, FH_INVALID, "there is no department number %u", parent);
    if (status == FH_OK && !above.active)
        return fh_fail(err, FH_INVALID, "the department '%.*s' is closed", FH_STR_ARG(above.name));
    if (status == FH_OK && department) status = fh_department_rows(org, arena, &list, &n, err);
    if (status == FH_OK && department && is_below(list, n, parent, department))
        return fh_fail(err, FH_CONFLICT, "the department '%.*s' would lie under itself",
                       FH_STR_ARG(above.name));
    return status;
}

/* Only what is empty is closed. */
static fh_status check_empty(fh_org *org, uint32_t department, fh_arena *arena, fh_error *err)
{
    fh_department *list = NULL;
    const fh_person *people = NULL;
    size_t n = 0;
    uint32_t next = 0;
    const fh_actor self = fh_actor_system();
    const fh_people_filter filter = {.department = department};
    fh_status status = fh_department_rows(org, arena, &list, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        if (list[i].parent == department && list[i].active)
            status =
                fh_fail(err, FH_CONFLICT, "'%.*s' is still under it", FH_STR_ARG(list[i].name));
    if (status == FH_OK)
        status = fh_people_list(org, &self, &filter, 1, arena, &people, &n, &next, err);
    if (status == FH_OK && n)
        status = fh_fail(err, FH_CONFLICT, "'%.*s' is still in it", FH_STR_ARG(people[0].name));
    if (status == FH_CONFLICT)
        return fh_hint(err, status, "Move people and departments elsewhere first.");
    return status;
}

static fh_status take_fields(fh_org *org, const fh_department *in, uint32_t fields, fh_arena *arena,
                             fh_department *to, fh_error *err)
{
    fh_status status = FH_OK;
    if (fields & FH_DEPARTMENT_NAME)
        status = fh_people_text(arena, "the name", in->name, true, &to->name, err);
    if (status == FH_OK && fields & FH_DEPARTMENT_EXTERNAL_ID)
        status = fh_people_text(arena, "the id", in->external_id, false, &to->external_id, err);
    if (status == FH_OK && fields & FH_DEPARTMENT_PARENT)
        status = check_parent(org, to->department, in->parent, arena, err);
    if (status == FH_OK && fields & FH_DEPARTMENT_CUSTOMER)
        status = fh_people_customer(org, in->customer, &to->customer, err);
    if (status == FH_OK && fields & FH_DEPARTMENT_ACTIVE && to->active && !in->active)
        status = check_empty(org, to->department, arena, err);
    if (status != FH_OK) return status;
    if (fields & FH_DEPARTMENT_PARENT) to->parent = in->parent;
    if (fields & FH_DEPARTMENT_ACTIVE) to->active = in->active;
    return FH_OK;
}

static uint32_t differences(const fh_department *a, const fh_department *b)
{
    uint32_t out = 0;
    if (!fh_str_eq(a->name, b->name)) out |= FH_DEPARTMENT_NAME;
    if (!fh_str_eq(a->external_id, b->external_id)) out |= FH_DEPARTMENT_EXTERNAL_ID;
    if (a->parent != b->parent) out |= FH_DEPARTMENT_PARENT;
    if (a->customer != b->customer) out |= FH_DEPARTMENT_CUSTOMER;
    if (a->active != b->active) out |= FH_DEPARTMENT_ACTIVE;
    return out;
}

static void tell_fields(const fh_department *d, uint32_t fields, fh_json *j)
{
    if (fields & FH_DEPARTMENT_EXTERNAL_ID) {
        fh_put_text(j, "external_id", d->external_id);
    }
    if (fields & FH_DEPARTMENT_NAME) {
        fh_put_text(j, "name", d->name);
    }
    if (fields & FH_DEPARTMENT_PARENT) {
        fh_put_int(j, "parent", d->parent);
    }
    if (fields & FH_DEPARTMENT_CUSTOMER) {
        fh_put_int(j, "customer", d->customer);
    }
    if (fields & FH_DEPARTMENT_ACTIVE) {
        fh_put_bool(j, "active", d->active);
    }
}

static const uint32_t all_fields = (FH_DEPARTMENT_ACTIVE << 1) - 1;

void fh_department_json(const fh_department *d, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "department", d->department);
    tell_fields(d, all_fields, j);
    fh_put_int(j, "known_as", d->known_as);
    fh_put_int(j, "version", d->version);
    fh_json_end_object(j);
}

static fh_status audit_department(fh_org *org, const fh_actor *actor, fh_audited action,
                                  const fh_department *before, const fh_department *after,
                                  uint32_t fields, fh_error *err)
{
    fh_buf text[2];
    const fh_department *const told[2] = {before, after};
    for (size_t i = 0; i < 2; i++) {
        fh_json j;
        fh_buf_init(&text[i], NULL, 4096);
        if (!told[i]) continue;
        fh_json_begin(&j, &text[i], 0);
        fh_json_object(&j);
        tell_fields(told[i], fields, &j);
        fh_json_end_object(&j);
    }
    const fh_audit_object about = {.kind = FH_STR("department"),
                                   .number = after->department,
                                   .before = fh_buf_view(&text[0]),
                                   .after = fh_buf_view(&text[1])};
    fh_status status =
        text[0].status == FH_OK && text[1].status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_audit(org, actor, action, &about, err);
    fh_buf_free(&text[0]);
    fh_buf_free(&text[1]);
    return status;
}

/* ---- Changing ------------------------------------------------------------------------------- */

fh_status fh_department_add(fh_org *org, const fh_actor *actor, const fh_department *in,
                            fh_arena *arena, fh_department *out, fh_error *err)
{
    fh_department d = {0}, wanted = *in;
    wanted.active = true;
    fh_status status = take_fields(org, &wanted, all_fields, arena, &d, err);
    if (status == FH_OK) status = fh_dict_intern(org, FH_DICT_DEPARTMENT, d.name, &d.known_as, err);
    if (status == FH_OK) status = fh_department_insert(org, &d, err);
    if (status == FH_OK) {
        static const fh_department nothing;
        status = audit_department(org, actor, FH_AUDITED_DEPARTMENT_ADDED, NULL, &d,
                                  differences(&nothing, &d), err);
    }
    if (status == FH_OK) *out = d;
    return status;
}

fh_status fh_department_create(fh_org *org, const fh_actor *actor, const fh_department *d,
                               fh_arena *arena, fh_department *out, fh_error *err)
{
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_department_add(org, actor, d, arena, out, err);
    return fh_people_end(org, status, err);
}

fh_status fh_department_alter(fh_org *org, const fh_actor *actor, const fh_department *in,
                              uint32_t fields, fh_arena *arena, fh_department *out, bool *any,
                              fh_error *err)
{
    fh_department was;
    fh_status status = fh_department_row(org, in->department, arena, &was, err);
    if (status == FH_OK && in->version && in->version != was.version) {
        (void)fh_fail(err, FH_STALE, "department %u was changed by somebody else in the meantime",
                      in->department);
        status = fh_hint(err, FH_STALE, "Look at it again and repeat your change.");
    }
    if (status != FH_OK) return status;
    fh_department is = was;
    status = take_fields(org, in, fields, arena, &is, err);
    const uint32_t changed = status == FH_OK ? differences(&was, &is) : 0;
    if (status == FH_OK && changed) status = fh_department_update(org, &is, err);
    if (status == FH_OK && changed)
        status =
            audit_department(org, actor, FH_AUDITED_DEPARTMENT_CHANGED, &was, &is, changed, err);
    if (status != FH_OK) return status;
    *out = is;
    *any = changed != 0;
    return FH_OK;
}

fh_status fh_department_change(fh_org *org, const fh_actor *actor, const fh_department *d,
                               uint32_t fields, fh_arena *arena, fh_department *out, fh_error *err)
{
    bool any = false;
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_department_alter(org, actor, d, fields, arena, out, &any, err);
    return fh_people_end(org, status, err);
}

/* kinds.c - use case: kinds of records, those that come with Firsthand and the
 * organisation's own.
 *
 * All kinds are read once and kept with the organisation's handle. Every change of a kind
 * takes a new number (store/kind_rows.h), which is asked for before they are used again. In
 * a transaction that changed a kind itself nothing is kept: it may be rolled back, and its
 * number be given again. What was replaced stays readable until it is replaced again, for
 * whoever still holds a pointer.
 */
#include "app/people/audit.h"
#include "app/records/records.h"
#include "base/nearest.h"
#include "base/put.h"
#include "base/sort.h"
#include "store/kind_rows.h"

#include <stdlib.h>
#include <string.h>

enum { OWN_KINDS_MAX = 200 };

typedef struct kinds {
    fh_arena *arena;
    int64_t age;          /* fh_kind_rows_age; -1: not to be used again */
    uint64_t changed_in;  /* the transaction in which this handle changed a kind; 0: none */
    const fh_kind **kind; /* [n] by name */
    size_t n;
    struct kinds *before; /* what these replaced; NULL: none */
} kinds;

/* ---- Reading all ------------------------------------------------------------------- */

static void free_kinds(void *what)
{
    kinds *k = what;
    if (!k) return;
    free_kinds(k->before);
    fh_arena_free(k->arena);
    free(k);
}

/* The declaration of this name that comes with Firsthand; empty: none. */
static fh_str built_in(fh_str name)
{
    for (const char *at = fh_kind_texts; *at; at += strlen(at) + 1) {
        const fh_str text = fh_str_of(at);
        /* The first line that is no comment is "kind NAME". */
        const char *line = strncmp(at, "kind ", 5) == 0 ? at : strstr(at, "\nkind ");
        if (!line) continue;
        const char *from = line + (*line == '\n') + 5;
        if (fh_str_starts((fh_str){from, text.len - (size_t)(from - at)}, name) &&
            (from[name.len] == '\n' || from[name.len] == ' '))
            return text;
    }
    return (fh_str){"", 0};
}

static fh_status read_built_in(kinds *k, fh_error *err)
{
    fh_status status = FH_OK;
    for (const char *at = fh_kind_texts; *at && status == FH_OK; at += strlen(at) + 1) {
        fh_kind *kind = NULL;
        status =
            fh_kind_read(fh_str_of(at), fh_kind_words_known(), k->arena, &kind, NULL, NULL, err);
        if (status == FH_OK) k->kind[k->n++] = kind;
    }
    return status == FH_OK || status == FH_NOMEM ? status : FH_INTERNAL;
}

/* An own kind replaces the one of its name. */
static void put_own(kinds *k, const fh_kind *own)
{
    size_t i = 0;
    while (i < k->n && !fh_str_eq(k->kind[i]->name, own->name)) i++;
    k->kind[i] = own;
    k->n += i == k->n;
}

static fh_status read_own(kinds *k, const fh_kind_row *row, size_t n, fh_error *err)
{
    for (size_t i = 0; i < n; i++) {
        fh_kind *own = NULL;
        if (!row[i].declared.len) continue;
        const fh_status status =
            fh_kind_read(row[i].declared, fh_kind_words_known(), k->arena, &own, NULL, NULL, err);
        if (status == FH_NOMEM) return status;
        if (status == FH_OK && fh_str_eq(own->name, row[i].name)) put_own(k, own);
    }
    return FH_OK;
}

static int by_name(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const fh_kind *const *x = a, *const *y = b;
    return fh_str_cmp((*x)->name, (*y)->name);
}

static fh_status read_all(fh_org *org, kinds *k, fh_error *err)
{
    const fh_kind_row *row = NULL;
    size_t n = 0, most = 0;
    for (const char *at = fh_kind_texts; *at; at += strlen(at) + 1) most++;
    fh_status status = org ? fh_kind_rows(org, k->arena, &row, &n, err) : FH_OK;
    if (status != FH_OK) return status;
    k->kind = FH_NEW_ARRAY(k->arena, const fh_kind *, most + n + 1);
    if (!k->kind) return fh_no_memory(err);
    status = read_built_in(k, err);
    if (status == FH_OK) status = read_own(k, row, n, err);
    if (status == FH_OK) status = fh_sort(NULL, k->kind, k->n, sizeof *k->kind, by_name, NULL);
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

static fh_status make(fh_org *org, int64_t age, kinds **out, fh_error *err)
{
    kinds *k = calloc(1, sizeof *k);
    if (!k) return fh_no_memory(err);
    k->age = age;
    k->arena = fh_arena_new(NULL);
    const fh_status status = k->arena ? read_all(org, k, err) : fh_no_memory(err);
    if (status == FH_OK)
        *out = k;
    else
        free_kinds(k);
    return status;
}

/* Replaces what the handle keeps; that stays as `before`, and what was before it goes. */
static void replace(fh_org *org, kinds *now)
{
    kinds *before = fh_org_take_kept(org, FH_ORG_KINDS);
    if (before) {
        free_kinds(before->before);
        before->before = NULL;
        now->before = before;
        now->changed_in = before->changed_in;
    }
    if (now->changed_in && fh_org_writing(org) && now->changed_in == fh_org_transaction(org))
        now->age = -1;
    fh_org_keep(org, FH_ORG_KINDS, now, free_kinds);
}

/* Those that come with Firsthand alone, in the arena. */
static fh_status without_org(fh_arena *arena, const kinds **out, fh_error *err)
{
    kinds *k = FH_NEW(arena, kinds);
    if (!k) return fh_no_memory(err);
    k->arena = arena;
    const fh_status status = read_all(NULL, k, err);
    if (status == FH_OK) *out = k;
    return status;
}

static fh_status all(fh_org *org, const kinds **out, fh_error *err)
{
    int64_t age = 0;
    kinds *k = fh_org_kept(org, FH_ORG_KINDS);
    fh_status status = fh_kind_rows_age(org, &age, err);
    if (status == FH_OK && (!k || k->age != age)) {
        status = make(org, age, &k, err);
        if (status == FH_OK) replace(org, k);
    }
    if (status == FH_OK) *out = k;
    return status;
}

fh_status fh_kinds_all(fh_org *org, fh_arena *arena, const fh_kind *const **out, size_t *n,
                       fh_error *err)
{
    const kinds *k = NULL;
    const fh_status status = org ? all(org, &k, err) : without_org(arena, &k, err);
    if (status != FH_OK) return status;
    const fh_kind **list = FH_NEW_ARRAY(arena, const fh_kind *, k->n + 1);
    if (!list) return fh_no_memory(err);
    memcpy(list, k->kind, k->n * sizeof *list);
    *out = list;
    *n = k->n;
    return FH_OK;
}

/* NULL: there is none of that name. */
static const fh_kind *find(const kinds *k, fh_str name)
{
    size_t low = 0, high = k->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int c = fh_str_cmp(k->kind[middle]->name, name);
        if (c == 0) return k->kind[middle];
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static fh_status no_such_kind(const kinds *k, fh_str name, fh_arena *arena, fh_error *err)
{
    const fh_str shown = {name.ptr, name.len < 60 ? name.len : 60};
    (void)fh_fail(err, FH_NOTFOUND, "there is no kind '%.*s'", FH_STR_ARG(shown));
    fh_str *names = FH_NEW_ARRAY(arena, fh_str, k->n + 1);
    for (size_t i = 0; names && i < k->n; i++) names[i] = k->kind[i]->name;
    const size_t near = names ? fh_nearest(name, names, k->n) : k->n;
    return near < k->n ? fh_hint(err, FH_NOTFOUND, "Did you mean '%.*s'?", FH_STR_ARG(names[near]))
                       : fh_hint(err, FH_NOTFOUND, "'firsthand kinds' lists what there is.");
}

fh_status fh_kind_get(fh_org *org, fh_str name, fh_arena *arena, const fh_kind **out, fh_error *err)
{
    const kinds *k = NULL;
    const fh_status status = all(org, &k, err);
    if (status != FH_OK) return status;
    const fh_kind *found = find(k, name);
    if (!found) return no_such_kind(k, name, arena, err);
    *out = found;
    return FH_OK;
}

fh_status fh_kind_stored_get(fh_org *org, fh_str name, fh_arena *arena, fh_kind_stored *out,
                             fh_error *err)
{
    fh_kind_row row;
    const kinds *k = NULL;
    fh_status status = all(org, &k, err);
    if (status == FH_OK) status = fh_kind_row_get(org, name, arena, &row, err);
    if (status != FH_OK) return status;
    const bool own = !built_in(name).len;
    if (own && !row.version) return no_such_kind(k, name, arena, err);
    *out = (fh_kind_stored){row.name,   row.declared,   own,        row.active,
                            row.person, row.changed_ms, row.version};
    return FH_OK;
}

/* ---- Declaring --------------------------------------------------------------------- */

/* Other kinds it names are there; `problem` is filled for the first that is not. */
static fh_status check_others(const kinds *all, const fh_kind *k, fh_arena *arena,
                              fh_kind_problem *problem, bool *sound, fh_error *err)
{
    fh_str other = {"", 0};
    uint32_t line = 1;
    for (uint32_t i = 0; i < k->n_links && !other.len; i++)
        if (!find(all, k->link[i]) && !fh_str_eq(k->link[i], k->name)) other = k->link[i];
    for (uint32_t i = 0; i < k->n_fields && !other.len; i++) {
        const fh_kind_field *f = &k->field[i];
        if (!f->of.len || find(all, f->of) || fh_str_eq(f->of, k->name)) continue;
        other = f->of;
        line = f->line;
    }
    *sound = !other.len;
    if (*sound) return FH_OK;
    fh_error why = {0};
    (void)no_such_kind(all, other, arena, &why);
    *problem = (fh_kind_problem){.line = line, .column = 1};
    if (!fh_arena_format(arena, &problem->what, "There is no kind '%.*s'.", FH_STR_ARG(other)) ||
        !fh_arena_str(arena, fh_str_of(why.hint), &problem->remedy))
        return fh_no_memory(err);
    (void)fh_fail(err, FH_FORMAT, "line %u: there is no kind '%.*s'", line, FH_STR_ARG(other));
    return fh_hint(err, FH_FORMAT, "%s", why.hint);
}

fh_status fh_kind_try(fh_org *org, fh_str declaration, fh_arena *arena, const fh_kind **out,
                      const fh_kind_problem **problem, size_t *n_problems, fh_error *err)
{
    fh_kind *k = NULL;
    const kinds *others = NULL;
    bool sound = true;
    fh_kind_problem *unknown = FH_NEW(arena, fh_kind_problem);
    if (!unknown) return fh_no_memory(err);
    fh_status status =
        fh_kind_read(declaration, fh_kind_words_known(), arena, &k, problem, n_problems, err);
    if (status == FH_OK) status = org ? all(org, &others, err) : without_org(arena, &others, err);
    if (status == FH_OK) status = check_others(others, k, arena, unknown, &sound, err);
    if (status == FH_FORMAT && !sound && problem) {
        *problem = unknown;
        *n_problems = 1;
    }
    if (status == FH_OK) *out = k;
    return status;
}

static fh_status stale(fh_str name, fh_error *err)
{
    (void)fh_fail(err, FH_STALE, "the kind '%.*s' was changed meanwhile", FH_STR_ARG(name));
    return fh_hint(err, FH_STALE, "Look at it again, then make your change.");
}

/* The same clocks in the same states, by name? */
static bool same_clocks(const fh_kind *a, const fh_kind *b)
{
    bool same = a->n_clocks == b->n_clocks;
    for (uint32_t i = 0; same && i < a->n_clocks; i++) {
        const fh_clock *x = &a->clock[i], *y = &b->clock[i];
        same = fh_str_eq(x->name, y->name) && x->after_ms == y->after_ms &&
               fh_str_eq(x->field, y->field) && x->remind_ms == y->remind_ms;
        for (uint32_t s = 0; same && s < a->n_states; s++) {
            const uint32_t t = fh_kind_find_state(b, a->state[s].name);
            same = (x->in >> s & 1) == (t < b->n_states && (y->in >> t & 1));
        }
    }
    return same;
}

/* Records stay where they are when `after` follows `before`; what is closed may change. */
static fh_status follow(fh_org *org, const fh_kind *before, const fh_kind *after, fh_arena *arena,
                        fh_error *err)
{
    const fh_str *used = NULL;
    size_t n = 0;
    uint32_t in_use = 0;
    fh_status status = fh_kind_states_used(org, before->name, arena, &used, &n, err);
    for (size_t i = 0; i < n; i++) {
        const uint32_t state = fh_kind_find_state(before, used[i]);
        if (state < before->n_states) in_use |= UINT32_C(1) << state;
    }
    if (status == FH_OK) status = fh_kind_may_follow(before, after, in_use, err);
    if (status == FH_OK && !same_clocks(before, after))
        status = fh_kind_clocks_changed(org, after->name, err);
    for (uint32_t i = 0; i < before->n_states && status == FH_OK; i++) {
        const uint32_t same = fh_kind_find_state(after, before->state[i].name);
        if (!(in_use >> i & 1) || after->state[same].closed == before->state[i].closed) continue;
        status = fh_kind_state_closes(org, after->name, after->state[same].name,
                                      after->state[same].closed, err);
    }
    return status;
}

static bool describe(fh_arena *arena, const fh_kind_row *row, fh_str *out)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, fh_arena_allocator(arena), 2 * FH_KIND_TEXT_MAX);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_bool(&j, "active", row->active);
    fh_put_text(&j, "declared", row->declared);
    fh_json_end_object(&j);
    const bool ok = text.status == FH_OK && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok;
}

/* Writes the row and its entry; nothing that is kept is right from now on. */
static fh_status put(fh_org *org, const fh_actor *actor, const fh_kind_row *before,
                     fh_kind_row *after, fh_arena *arena, fh_error *err)
{
    fh_audit_object about = {.kind = FH_STR("kind"), .key = after->name};
    after->person = actor->person;
    fh_status status = fh_kind_row_put(org, after, err);
    if (status == FH_OK && ((before->version && !describe(arena, before, &about.before)) ||
                            !describe(arena, after, &about.after)))
        status = fh_no_memory(err);
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_KIND_CHANGED, &about, err);
    kinds *kept = fh_org_kept(org, FH_ORG_KINDS);
    if (kept) {
        kept->age = -1;
        kept->changed_in = fh_org_transaction(org);
    }
    return status;
}

static fh_status room_for_more(fh_org *org, const fh_kind_row *row, fh_arena *arena, fh_error *err)
{
    const fh_kind_row *rows = NULL;
    size_t n = 0;
    if (row->version) return FH_OK;
    const fh_status status = fh_kind_rows(org, arena, &rows, &n, err);
    if (status != FH_OK || n < OWN_KINDS_MAX) return status;
    (void)fh_fail(err, FH_LIMIT, "there are %d kinds of your own already", (int)OWN_KINDS_MAX);
    return fh_hint(err, FH_LIMIT, "Change one of them instead; a choice field often does.");
}

static fh_status declare_inside(fh_org *org, const fh_actor *actor, const fh_kind *k, bool back,
                                int64_t version, fh_arena *arena, fh_error *err)
{
    const kinds *known = NULL;
    fh_kind_row before, after;
    fh_status status = fh_kind_row_get(org, k->name, arena, &before, err);
    if (status == FH_OK && before.version != version) status = stale(k->name, err);
    if (status == FH_OK) status = room_for_more(org, &before, arena, err);
    if (status == FH_OK) status = all(org, &known, err);
    if (status != FH_OK) return status;
    const fh_kind *was = find(known, k->name);
    if (was) status = follow(org, was, k, arena, err);
    after = before;
    after.name = k->name;
    after.declared = back ? (fh_str){"", 0} : k->text;
    return status == FH_OK ? put(org, actor, &before, &after, arena, err) : status;
}

/* What `name` comes as with Firsthand, in the arena. */
static fh_status as_it_comes(fh_org *org, fh_str name, fh_arena *arena, const fh_kind **out,
                             fh_error *err)
{
    fh_kind *k = NULL;
    const fh_kind *known = NULL;
    const fh_str text = built_in(name);
    fh_status status = fh_kind_get(org, name, arena, &known, err);
    if (status != FH_OK) return status;
    if (!text.len) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' does not come with Firsthand", FH_STR_ARG(name));
        return fh_hint(err, FH_INVALID, "Put it away instead: no more of it is made then.");
    }
    status = fh_kind_read(text, fh_kind_words_known(), arena, &k, NULL, NULL, err);
    if (status == FH_OK) *out = k;
    return status;
}

fh_status fh_kind_declare(fh_org *org, const fh_actor *actor, fh_str name, fh_str declaration,
                          int64_t version, fh_arena *arena, const fh_kind **out, fh_error *err)
{
    const fh_kind *k = NULL;
    const bool back = !fh_str_trim(declaration).len;
    fh_status status = fh_require(actor, FH_RIGHT_SETTINGS, err);
    if (status == FH_OK)
        status = back ? as_it_comes(org, name, arena, &k, err)
                      : fh_kind_try(org, declaration, arena, &k, NULL, NULL, err);
    if (status == FH_OK && !fh_str_eq(k->name, name)) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is declared, not '%.*s'", FH_STR_ARG(k->name),
                      FH_STR_ARG(name));
        return fh_hint(
            err, FH_INVALID,
            "A kind keeps its name; its title may change. Declare a new kind beside it.");
    }
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = declare_inside(org, actor, k, back, version, arena, err);
    if (status == FH_OK)
        status = fh_org_commit(org, err);
    else
        fh_org_rollback(org);
    if (status == FH_OK) *out = k;
    return status;
}

static fh_status activate_inside(fh_org *org, const fh_actor *actor, fh_str name, int64_t version,
                                 bool active, fh_arena *arena, fh_error *err)
{
    const kinds *known = NULL;
    fh_kind_row before, after;
    fh_status status = all(org, &known, err);
    if (status == FH_OK) status = fh_kind_row_get(org, name, arena, &before, err);
    if (status != FH_OK) return status;
    if (!find(known, name)) return no_such_kind(known, name, arena, err);
    if (before.version != version) return stale(name, err);
    after = before;
    after.active = active;
    return put(org, actor, &before, &after, arena, err);
}

fh_status fh_kind_set_active(fh_org *org, const fh_actor *actor, fh_str name, int64_t version,
                             bool active, fh_error *err)
{
    fh_status status = fh_require(actor, FH_RIGHT_SETTINGS, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    status = fh_org_begin(org, err);
    if (status == FH_OK) {
        status = activate_inside(org, actor, name, version, active, arena, err);
        if (status == FH_OK)
            status = fh_org_commit(org, err);
        else
            fh_org_rollback(org);
    }
    fh_arena_free(arena);
    return status;
}

/* ---- Checking ---------------------------------------------------------------------- */

static fh_status check_row(const fh_kind_row *row, fh_arena *arena, fh_kinds_fault *fault,
                           void *ctx, uint64_t *n, fh_error *err)
{
    fh_kind *k = NULL;
    fh_error why = {0};
    fh_str sentence;
    bool told;
    if (!row->declared.len) return FH_OK;
    const fh_status status =
        fh_kind_read(row->declared, fh_kind_words_known(), arena, &k, NULL, NULL, &why);
    if (status == FH_OK && fh_str_eq(k->name, row->name)) return FH_OK;
    if (status == FH_NOMEM) return fh_no_memory(err);
    if (status == FH_OK)
        told = fh_arena_format(arena, &sentence, "the kind '%.*s' declares another name, '%.*s'",
                               FH_STR_ARG(row->name), FH_STR_ARG(k->name));
    else
        told = fh_arena_format(arena, &sentence, "the kind '%.*s' cannot be read: %s",
                               FH_STR_ARG(row->name), why.message);
    if (!told) return fh_no_memory(err);
    fault(ctx, sentence.ptr);
    ++*n;
    return FH_OK;
}

fh_status fh_kinds_check(fh_org *org, fh_kinds_fault *fault, void *ctx, uint64_t *n, fh_error *err)
{
    const fh_kind_row *row = NULL;
    size_t rows = 0;
    uint64_t faults = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_kind_rows(org, arena, &row, &rows, err);
    for (size_t i = 0; i < rows && status == FH_OK; i++)
        status = check_row(&row[i], arena, fault, ctx, &faults, err);
    fh_arena_free(arena);
    if (status == FH_OK) *n = faults;
    return status;
}

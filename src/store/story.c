/* story.c - stories told interaction by interaction: one customer's, or all in
 * order for an export; and moving interactions between customers. */
#include "store/segments.h"

#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- Telling ------------------------------------------------------------------------- */

typedef struct teller {
    fh_reader reader;
    fh_view view;
    fh_pages *pages; /* [n_pages] of the view's inputs; segment 0: not opened */
    size_t n_pages;
} teller;

static void close_pages(teller *t)
{
    for (size_t i = 0; i < t->n_pages; i++) fh_pages_close(&t->pages[i]);
    free(t->pages);
    t->pages = NULL;
    t->n_pages = 0;
}

static void close_teller(teller *t)
{
    close_pages(t);
    fh_view_free(&t->view);
    fh_reader_close(&t->reader);
}

/* The same, but the organisation keeps the memory for the next story. */
static void end_telling(fh_org *org, teller *t)
{
    close_pages(t);
    fh_view_release(&t->reader, &t->view);
    fh_org_keep_view(org, &t->view);
    fh_reader_close(&t->reader);
}

static fh_status show_unit(teller *t, size_t unit, fh_error *err)
{
    close_pages(t);
    fh_view_release(&t->reader, &t->view);
    fh_status status = fh_view_take(&t->reader, &t->view, unit, err);
    if (status == FH_OK) status = fh_view_show(&t->reader, &t->view, err);
    if (status != FH_OK || t->view.n_in == 0) return status;
    t->pages = calloc(t->view.n_in, sizeof *t->pages);
    if (!t->pages) return fh_no_memory(err);
    t->n_pages = t->view.n_in;
    return FH_OK;
}

static fh_status payload_of(teller *t, uint32_t i, fh_arena *arena, fh_str *out, fh_error *err)
{
    const fh_merge_source at = fh_view_source(&t->view, i);
    const fh_source *from = t->view.from[at.input];
    fh_str found = {0};
    fh_status status = FH_OK;
    if (from->tail) {
        found = from->tail->payload[at.index];
    } else {
        fh_pages *pages = &t->pages[at.input];
        if (!pages->segment) status = fh_pages_open(t->reader.db, from->row.id, pages, err);
        if (status == FH_OK) status = fh_pages_get(t->reader.db, pages, at.index, &found, err);
    }
    if (status == FH_OK && !fh_arena_str(arena, found, out)) status = fh_no_memory(err);
    return status;
}

static void tell_one(const fh_segment *seg, uint32_t customer, uint32_t i, int64_t at_ms,
                     fh_told *to)
{
    *to = (fh_told){
        .at_ms = at_ms,
        .touchpoint = fh_name_at(&seg->touchpoint, i),
        .channel = fh_name_at(&seg->channel, i),
        .department = fh_name_at(&seg->department, i),
        .outcome = fh_name_at(&seg->outcome, i),
        .currency = fh_name_at(&seg->currency, i),
        .problem = seg->problem ? seg->problem[i] : 0,
        .origin = seg->origin ? seg->origin[i] : 0,
        .member = seg->member && seg->member[i] ? seg->member[i] : customer,
        .direction = (fh_direction)fh_name_at(&seg->direction, i),
        .has_value = fh_bit(seg->has_value, i),
        .has_score = fh_bit(seg->has_score, i),
        .id = seg->id ? seg->id[i] : 0,
    };
    if (to->has_value) to->value = seg->value[i];
    if (to->has_score) to->score = seg->score[i];
}

/* Payloads of what happened before `text_ms` are left out. */
static fh_status tell_story_from(teller *t, uint32_t story, int64_t text_ms, fh_arena *arena,
                                 const fh_told **out, size_t *n, fh_error *err)
{
    const fh_segment *seg = t->view.seg;
    const uint32_t from = seg->start[story], until = seg->start[story + 1];
    fh_told *told = FH_NEW_ARRAY(arena, fh_told, until - from);
    if (!told) return fh_no_memory(err);
    uint64_t at_s = seg->first_s[story];
    for (uint32_t i = from; i < until; i++) {
        fh_told *to = &told[i - from];
        if (i > from) at_s += seg->gap_s[i];
        tell_one(seg, seg->customer[story], i, fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0), to);
        if (!seg->payload_len || seg->payload_len[i] == 0 || to->at_ms < text_ms) continue;
        const fh_status status = payload_of(t, i, arena, &to->payload, err);
        if (status != FH_OK) return status;
    }
    *out = told;
    *n = until - from;
    return FH_OK;
}

static fh_status tell_story(teller *t, uint32_t story, fh_arena *arena, const fh_told **out,
                            size_t *n, fh_error *err)
{
    return tell_story_from(t, story, INT64_MIN, arena, out, n, err);
}

static fh_status open_teller(teller *t, fh_db *db, uint32_t lo, uint32_t hi, fh_error *err)
{
    const fh_reader_about about = {
        .columns = FH_COLS_ALL,
        .lo = lo,
        .hi = hi,
        .base = true,
        .inbox = true,
        .max_age = INT64_MAX,
        .payloads = true,
        .places = true,
    };
    return fh_reader_open(db, &about, &t->reader, err);
}

/* ---- One story, all stories ----------------------------------------------------------- */

/* `merged_names`: names as the dictionaries merged them, else as they are stored. */
static fh_status read_story(fh_org *org, uint32_t customer, bool merged_names, fh_arena *arena,
                            const fh_told **out, size_t *n, fh_error *err)
{
    teller t = {.view = fh_org_take_view(org)};
    fh_status status = open_teller(&t, fh_org_db(org), customer, customer, err);
    if (status == FH_OK && merged_names) status = fh_reader_rename(&t.reader, arena, err);
    bool found = false;
    for (size_t u = 0; u < t.reader.n_units && status == FH_OK && !found; u++) {
        status = show_unit(&t, u, err);
        if (status != FH_OK || !t.view.seg) continue;
        const uint32_t story = fh_story_from(t.view.seg, customer);
        found = story < t.view.seg->n_stories && t.view.seg->customer[story] == customer;
        if (found) status = tell_story(&t, story, arena, out, n, err);
    }
    end_telling(org, &t);
    if (status == FH_OK && !found)
        return fh_fail(err, FH_NOTFOUND, "customer #%u has no story", customer);
    return status;
}

fh_status fh_store_story(fh_org *org, uint32_t customer, fh_arena *arena, const fh_told **out,
                         size_t *n, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    status = read_story(org, customer, true, arena, out, n, err);
    fh_org_looked(org, mine);
    return status;
}

static fh_status tell_unit(teller *t, fh_arena *arena, fh_each_story *each, void *ctx,
                           fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t s = 0; t->view.seg && s < t->view.seg->n_stories && status == FH_OK; s++) {
        const fh_told *told = NULL;
        size_t n = 0;
        fh_arena_reset(arena);
        status = tell_story(t, s, arena, &told, &n, err);
        if (status == FH_OK) status = each(ctx, t->view.seg->customer[s], told, n, err);
    }
    return status;
}

fh_status fh_store_each(fh_org *org, fh_each_story *each, void *ctx, fh_error *err)
{
    fh_db *db = NULL;
    teller t = {0};
    fh_arena *arena = fh_arena_new(NULL), *names = fh_arena_new(NULL);
    fh_status status = arena && names ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_org_reader(org, &db, err);
    if (status == FH_OK) status = fh_db_begin(db, false, err);
    if (status == FH_OK) status = open_teller(&t, db, 1, UINT32_MAX, err);
    if (status == FH_OK) status = fh_reader_rename(&t.reader, names, err);
    for (size_t u = 0; u < t.reader.n_units && status == FH_OK; u++) {
        status = show_unit(&t, u, err);
        if (status == FH_OK) status = tell_unit(&t, arena, each, ctx, err);
    }
    close_teller(&t);
    fh_db_close(db);
    fh_arena_free(names);
    fh_arena_free(arena);
    return status;
}

/* ---- Some stories ------------------------------------------------------------------------ */

/* Of the wanted ones that lie in the unit shown; `next` goes on behind them. */
static fh_status tell_wanted(teller *t, const fh_wanted_story *wanted, size_t n, size_t *next,
                             fh_arena *arena, fh_each_story *each, void *ctx, fh_error *err)
{
    const fh_segment *seg = t->view.seg;
    fh_status status = FH_OK;
    if (!seg) return FH_OK;
    for (uint32_t s = 0; *next < n && s < seg->n_stories && status == FH_OK; s++) {
        const fh_told *told = NULL;
        size_t n_told = 0;
        while (*next < n && wanted[*next].customer < seg->customer[s]) ++*next;
        if (*next == n || wanted[*next].customer != seg->customer[s]) {
            if (*next < n) s = fh_story_from(seg, wanted[*next].customer) - 1;
            continue;
        }
        status = tell_story_from(t, s, wanted[*next].text_ms, arena, &told, &n_told, err);
        if (status == FH_OK) status = each(ctx, seg->customer[s], told, n_told, err);
        ++*next;
    }
    return status;
}

fh_status fh_store_some(fh_org *org, const fh_wanted_story *wanted, size_t n, fh_arena *arena,
                        fh_each_story *each, void *ctx, fh_error *err)
{
    fh_db *db = NULL;
    teller t = {0};
    size_t next = 0;
    if (n == 0) return FH_OK;
    fh_arena *names = fh_arena_new(NULL);
    fh_status status = names ? fh_org_reader(org, &db, err) : fh_no_memory(err);
    if (status == FH_OK) status = fh_db_begin(db, false, err);
    if (status == FH_OK)
        status = open_teller(&t, db, wanted[0].customer, wanted[n - 1].customer, err);
    if (status == FH_OK) status = fh_reader_rename(&t.reader, names, err);
    for (size_t u = 0; u < t.reader.n_units && next < n && status == FH_OK; u++) {
        const fh_unit *unit = &t.reader.unit[u];
        if (wanted[next].customer > unit->hi) continue;
        status = show_unit(&t, u, err);
        if (status == FH_OK) status = tell_wanted(&t, wanted, n, &next, arena, each, ctx, err);
    }
    close_teller(&t);
    fh_db_close(db);
    fh_arena_free(names);
    return status;
}

/* ---- Moving ------------------------------------------------------------------------------ */

static fh_row row_of(const fh_told *t, uint32_t customer)
{
    uint16_t ms;
    const uint32_t at_s = fh_instant_split(t->at_ms, &ms);
    return (fh_row){
        .customer = customer,
        .member = t->member == customer ? 0 : t->member,
        .at_s = at_s,
        .ms = ms,
        .touchpoint = (uint16_t)t->touchpoint,
        .channel = (uint16_t)t->channel,
        .department = (uint16_t)t->department,
        .outcome = (uint16_t)t->outcome,
        .currency = (uint8_t)t->currency,
        .direction = (uint8_t)t->direction,
        .has_value = t->has_value,
        .has_score = t->has_score,
        .score = t->score,
        .value = t->value,
        .problem = t->problem,
        .origin = t->origin,
        .id = t->id,
        .payload = t->payload,
    };
}

static bool is_member(uint32_t member, const uint32_t *members, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (members[i] == member) return true;
    return false;
}

/* What a move does with the interactions of `customer`: those of `members` (or all,
 * when NULL) go to `to`, the others stay. */
typedef struct move {
    uint32_t customer, to;
    const uint32_t *members;
    size_t n_members;
} move;

static fh_status rebuild(fh_org *org, const move *m, const fh_told *told, size_t n, fh_error *err)
{
    fh_builder *b = NULL;
    fh_status status = fh_builder_new(NULL, &b, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const bool goes = !m->members || is_member(told[i].member, m->members, m->n_members);
        const fh_row row = row_of(&told[i], goes ? m->to : m->customer);
        status = fh_builder_add(b, &row, 1, err);
    }
    if (status == FH_OK) status = fh_builder_sort(b, err);
    for (;;) {
        const fh_segment *seg = NULL;
        const fh_str *payload = NULL;
        if (status == FH_OK) status = fh_builder_next(b, &seg, &payload, err);
        if (status != FH_OK || !seg) break;
        status = fh_store_put_delta(org, seg, payload, err);
    }
    fh_builder_free(b);
    return status;
}

static fh_status move_rows(fh_org *org, const move *m, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_told *told = NULL;
    size_t n = 0;
    uint64_t n_cut = 0;
    fh_status status = read_story(org, m->customer, false, arena, &told, &n, err);
    if (status == FH_NOTFOUND) {
        fh_arena_free(arena);
        return FH_OK; /* nothing to move */
    }
    if (status == FH_OK) status = fh_stored_cut(org, m->customer, &n_cut, err);
    if (status == FH_OK) status = rebuild(org, m, told, n, err);
    fh_arena_free(arena);
    return status;
}

static fh_status move_in_transaction(fh_org *org, const move *m, fh_error *err)
{
    if (m->customer == 0 || m->to == 0 || m->customer == m->to)
        return fh_fail(err, FH_INVALID, "customer #%u cannot be moved to #%u", m->customer, m->to);
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    int64_t number = 0; /* told apart by it: fh_scan_moment */
    status = fh_org_numbers(org, "story-move", 1, &number, err);
    if (status == FH_OK) status = move_rows(org, m, err);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_store_move_story(fh_org *org, uint32_t from, uint32_t into, fh_error *err)
{
    const move m = {.customer = from, .to = into};
    return move_in_transaction(org, &m, err);
}

fh_status fh_store_split_story(fh_org *org, uint32_t customer, const uint32_t *members,
                               size_t n_members, uint32_t to_customer, fh_error *err)
{
    const move m = {
        .customer = customer, .to = to_customer, .members = members, .n_members = n_members};
    if (n_members == 0) return FH_OK;
    return move_in_transaction(org, &m, err);
}

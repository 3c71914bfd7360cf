/* simulate_messages.c - the run: customers one by one, each with up to three things that are
 * planted or only look like it, plain letters, contacts and visits between, and the pairs of
 * messages that are clean.
 */
#include "app/demo/simulate_messages_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    SLOTS = 4, /* a customer's year and a half */
    SLOT_DAYS = 130,
    CAMPAIGNS = 3,
    MASS = 400, /* of a thousand letters */
    DUPLICATE_DAYS = 14,
    CONTRADICTION_DAYS = 90,
    DAM_DAYS = 7
};

typedef void scene(msg_person *p, int64_t day, sim_rng *t, uint32_t which);

static const struct {
    scene *play;
    uint32_t n, share; /* of a hundred */
    bool letters;      /* may go to many */
} scenes[] = {{msg_twice, MSG_TWICE, 30, true},
              {msg_differently, MSG_DIFFERENTLY, 34, true},
              {msg_signed_twice, MSG_SIGNED, 8, true},
              {msg_dam, MSG_DAMS, 28, false}};

static void play(msg_person *p, uint32_t slot)
{
    sim_rng *r = &p->p.rng;
    uint32_t kind = 0, left = sim_below(r, 100);
    while (left >= scenes[kind].share) left -= scenes[kind++].share;
    const uint32_t which = sim_below(r, scenes[kind].n);
    const int64_t from = p->w->first_day + slot * SLOT_DAYS;
    const bool mass = sim_chance(r, MASS);
    const uint32_t number = sim_below(r, CAMPAIGNS), wait = sim_below(r, 20);
    if (!mass || !scenes[kind].letters) {
        scenes[kind].play(p, from + wait, r, which);
        return;
    }
    const uint64_t language = (uint64_t)(p->b - p->w->bank);
    const uint64_t stream =
        ((((uint64_t)kind * 64 + which) * 64 + language) * 64 + slot) * 64 + number;
    sim_rng campaign = sim_rng_of(p->w->options->seed ^ UINT64_C(0x6d617373), stream);
    scenes[kind].play(p, from + 6 * number, &campaign, which);
}

static void touch(msg_person *p, int64_t day)
{
    static const struct {
        const char *what, *channel;
        uint32_t department;
        fh_direction direction;
    } kinds[] = {{"Looks at the policy", "web", 4, FH_DIR_IN},
                 {"Invoice sent", "letter", 5, FH_DIR_OUT},
                 {"Pays the invoice", "bank", 5, FH_DIR_IN},
                 {"Opens the app", "app", 0, FH_DIR_IN},
                 {"Calls", "phone", 2, FH_DIR_IN},
                 {"Visits a branch", "branch", 1, FH_DIR_IN}};
    sim_rng *r = &p->p.rng;
    const uint32_t k = sim_below(r, 6);
    const msg_row row = {.file = MSG_TOUCHES,
                         .at_ms = sim_at(r, day, 7, 22),
                         .touchpoint = kinds[k].what,
                         .channel = kinds[k].channel,
                         .department = kinds[k].department,
                         .direction = kinds[k].direction};
    (void)msg_row_write(p, &row);
}

static void between(msg_person *p)
{
    sim_rng *r = &p->p.rng;
    const uint32_t letters = sim_below(r, 4), contacts = sim_below(r, 3), touches = sim_below(r, 8);
    for (uint32_t i = 0; i < letters; i++)
        msg_plain_letter(p, p->w->first_day + sim_below(r, SLOTS * SLOT_DAYS), r);
    for (uint32_t i = 0; i < contacts / 2; i++)
        msg_one_contact(p, p->w->first_day + sim_below(r, SLOTS * SLOT_DAYS), r);
    for (uint32_t i = 0; i < touches; i++)
        touch(p, p->w->first_day + sim_below(r, SLOTS * SLOT_DAYS));
}

static void clean_unless_listed(msg_person *p, msg_sort sort, uint32_t a, uint32_t b, int64_t days)
{
    const int64_t gap = p->sent[b].at_ms - p->sent[a].at_ms;
    if (gap <= days * FH_DAY_MS && !(p->listed[a][b] >> sort & 1))
        msg_pair(p, sort, "plain", a, b, NULL, MSG_CLEAN, 0);
}

/* Every pair of messages that a detector may look at and that nothing was planted in. */
static void list_clean(msg_person *p)
{
    for (uint32_t i = 0; i < p->n_sent; i++)
        for (uint32_t k = 0; k < p->n_sent; k++) {
            const msg_sent *a = &p->sent[i], *b = &p->sent[k];
            const bool before = a->at_ms < b->at_ms || (a->at_ms == b->at_ms && i < k);
            if (!before || !a->has_text || !b->has_text || a->department == b->department ||
                a->direction != b->direction)
                continue;
            if (a->direction == FH_DIR_OUT) {
                clean_unless_listed(p, MSG_DUPLICATE, i, k, DUPLICATE_DAYS);
                if (a->signs && b->signs)
                    clean_unless_listed(p, MSG_SIGNATORY, i, k, DUPLICATE_DAYS);
                clean_unless_listed(p, MSG_CONTRADICTION, i, k, CONTRADICTION_DAYS);
            } else if (a->direction == FH_DIR_IN) {
                clean_unless_listed(p, MSG_DAM, i, k, DAM_DAYS);
            }
        }
}

static void make_person(msg_world *w, uint64_t index)
{
    enum { FIRST_LANGUAGE = 500 };
    msg_person p = {.w = w};
    fh_arena_reset(w->texts);
    p.p.rng = sim_rng_of(w->options->seed, index);
    sim_rng *r = &p.p.rng;
    sim_name(&p.p, index + 1);
    (void)snprintf(p.p.number, sizeof p.p.number, "M%08llu", (unsigned long long)index + 1);
    (void)snprintf(p.p.email, sizeof p.p.email, "m%llu@mail.example",
                   (unsigned long long)index + 1);
    const bool first = w->n_banks == 1 || sim_chance(r, FIRST_LANGUAGE);
    const uint32_t language = first ? 0 : 1 + sim_below(r, w->n_banks - 1);
    p.b = &w->bank[language];
    const uint32_t scenes_wanted = 1 + sim_below(r, 3);
    uint32_t slots = 0;
    while (slots < scenes_wanted) {
        const uint32_t slot = slots + sim_below(r, SLOTS - scenes_wanted + 1);
        play(&p, slot < SLOTS ? slot : SLOTS - 1);
        slots++;
    }
    between(&p);
    list_clean(&p);
    w->customers++;
}

/* ---- The run ---- */

static fh_status read_languages(msg_world *w, fh_arena *arena, fh_error *err)
{
    fh_str rest = w->options->languages;
    while (rest.len) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        const fh_str code = {rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};
        const size_t skip = code.len + (comma != NULL);
        const fh_str text = msg_bank_text(fh_str_trim(code));
        if (!text.len || w->n_banks == MSG_LANGUAGES) {
            fh_fail(err, FH_INVALID, "messages cannot be made up in '%.*s'", FH_STR_ARG(code));
            return fh_hint(err, FH_INVALID, "Languages are en, de and nl, commas between them.");
        }
        const fh_status s = msg_bank_read(text, arena, &w->bank[w->n_banks], err);
        if (s) return s;
        w->n_banks++;
        rest = (fh_str){rest.ptr + skip, rest.len - skip};
    }
    if (w->n_banks) return FH_OK;
    return fh_fail(err, FH_INVALID, "no language was given");
}

static fh_status check(const fh_messages_options *o, fh_error *err)
{
    if (o->messages > 0 && o->messages <= UINT32_MAX) return FH_OK;
    fh_fail(err, FH_INVALID, "%llu messages cannot be made up", (unsigned long long)o->messages);
    return fh_hint(err, FH_INVALID, "Give --messages a number from 1 to 4 billion.");
}

static void make_all(msg_world *w)
{
    enum { TELL_EVERY = 256 };
    const fh_messages_options *o = w->options;
    for (uint64_t i = 0; w->messages < o->messages && w->sim.status == FH_OK; i++) {
        make_person(w, i);
        if (i % TELL_EVERY == 0 && o->progress && o->progress(o->ctx, w->messages, o->messages))
            w->sim.status =
                fh_fail(w->sim.err, FH_INTERRUPTED, "interrupted; the folder is incomplete");
    }
}

fh_status fh_simulate_messages(const fh_os *os, const fh_messages_options *options,
                               fh_messages_result *out, fh_error *err)
{
    const fh_simulate_options folder = {.folder = options->folder, .seed = options->seed};
    msg_world w = {.sim = {.os = os, .options = &folder, .err = err},
                   .options = options,
                   .half = options->held_out ? 2 : 1,
                   .first_day = fh_days_from_civil(2024, 5, 6)};
    fh_arena *arena = fh_arena_new(NULL);
    w.texts = fh_arena_new(NULL);
    w.sim.status = arena && w.texts ? check(options, err) : fh_no_memory(err);
    if (w.sim.status == FH_OK) w.sim.status = read_languages(&w, arena, err);
    if (w.sim.status == FH_OK) {
        fh_buf_init(&w.space, NULL, 1 << 20);
        sim_make_folders(&w.sim);
        msg_open(&w);
        make_all(&w);
        msg_close(&w);
        if (w.sim.status == FH_OK) msg_write_guide(&w);
        fh_buf_free(&w.space);
    }
    fh_arena_free(w.texts);
    fh_arena_free(arena);
    if (w.sim.status != FH_OK) return w.sim.status;
    *out = (fh_messages_result){.messages = w.messages,
                                .interactions = w.interactions,
                                .customers = w.customers,
                                .planted = w.planted,
                                .clean = w.clean,
                                .bytes = w.sim.bytes};
    return FH_OK;
}

/* finds.c - stories by hand for the detectors, and what these tell of them (see finds.h). */
#include "finds.h"

int finds_setup(void **state)
{
    static finds f;
    f = (finds){.arena = fh_arena_new(NULL)};
    assert_non_null(f.arena);
    assert_status(fh_lexicon_new(NULL, &f.lexicon, NULL), FH_OK);
    fh_buf_init(&f.out, NULL, 1 << 24);
    *state = &f;
    return 0;
}

int finds_teardown(void **state)
{
    finds *f = *state;
    fh_lexicon_free(f->lexicon);
    fh_arena_free(f->arena);
    fh_buf_free(&f->out);
    return 0;
}

int finds_begin(void **state)
{
    finds *f = *state;
    fh_arena_reset(f->arena);
    f->settings = fh_find_defaults();
    f->usage = NULL;
    f->fresh_ms = INT64_MIN;
    return 0;
}

static const fh_text *text_of(finds *f, const line *l, int64_t at_ms)
{
    if (!l->text) return NULL;
    fh_text *text = FH_NEW(f->arena, fh_text);
    assert_non_null(text);
    const fh_text_about about = {.sent_ms = at_ms};
    assert_status(fh_text_read(f->lexicon, fh_str_of(l->text), &about, f->arena, text, NULL),
                  FH_OK);
    return text;
}

fh_find_story finds_story(finds *f, const line *lines, size_t n)
{
    fh_moment *moment = FH_NEW_ARRAY(f->arena, fh_moment, n);
    assert_non_null(moment);
    for (size_t i = 0; i < n; i++) {
        const line *l = &lines[i];
        const int64_t at_ms = HOUR_0_MS + (int64_t)(l->hour * (double)HOUR_MS);
        moment[i] = (fh_moment){.at_ms = at_ms,
                                .id = 100 + i,
                                .touchpoint = l->touchpoint,
                                .channel = l->channel,
                                .department = l->department,
                                .problem = l->problem,
                                .direction = l->way,
                                .purpose = l->purpose,
                                .signatory = l->signatory,
                                .thread = l->thread,
                                .template_number = l->template_number,
                                .handoff = l->handoff,
                                .has_reason = l->has_reason,
                                .has_receipt = l->has_receipt,
                                .text = text_of(f, l, at_ms)};
    }
    return (fh_find_story){
        .customer = 7, .n = (uint32_t)n, .moment = moment, .fresh_ms = f->fresh_ms};
}

/* ---- Hits ------------------------------------------------------------------------- */

typedef struct caught {
    finds *f;
    fh_hit *hit;
    size_t n, cap;
} caught;

static fh_status catch (void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    caught *c = ctx;
    (void)err;
    assert_int_equal(hit->customer, story->customer);
    assert_true(hit->a <= hit->b && hit->b < story->n);
    assert_true(story->moment[hit->b].at_ms >= story->fresh_ms);
    assert_true(hit->sure > 0 && hit->sure <= 1);
    assert_true(hit->cause != 0 && hit->from && hit->to);
    if (c->n == c->cap) {
        fh_hit *more = FH_NEW_ARRAY(c->f->arena, fh_hit, c->cap ? 2 * c->cap : 16);
        assert_non_null(more);
        if (c->n) memcpy(more, c->hit, c->n * sizeof *more);
        c->hit = more;
        c->cap = c->cap ? 2 * c->cap : 16;
    }
    c->hit[c->n++] = *hit;
    return FH_OK;
}

const fh_hit *finds_hits(finds *f, fh_finding_sort sort, const fh_find_story *story, size_t *n)
{
    caught c = {.f = f};
    fh_find_settings settings = f->settings;
    if (sort != FH_N_FINDING_SORTS) settings.sorts = UINT64_C(1) << sort;
    assert_status(
        fh_find_in_story(f->lexicon, f->usage, &settings, story, f->arena, catch, &c, NULL), FH_OK);
    *n = c.n;
    return c.hit;
}

static void print(fh_buf *out, const fh_hit *hit)
{
    static const char *const way[] = {"purpose", "text",    "told",      "asked",
                                      "given",   "says-so", "no-reason", "no-receipt"};
    fh_buf_printf(out, "%s %u %u: %u > %u", fh_finding_sort_name(hit->sort), hit->a, hit->b,
                  hit->from, hit->to);
    const char *part = ", ";
    for (unsigned i = 0; i < COUNT(way); i++) {
        if (!(hit->ways >> i & 1)) continue;
        fh_buf_printf(out, "%s%s", part, way[i]);
        part = " ";
    }
    for (unsigned i = 0; i < FH_N_FACT_TYPES; i++) {
        if (!(hit->facts >> i & 1)) continue;
        fh_buf_printf(out, "%s%s", part, fh_fact_type_name((fh_fact_type)i));
        part = " ";
    }
    fh_buf_char(out, '\n');
}

fh_str finds_of(finds *f, fh_finding_sort sort, const fh_find_story *story)
{
    size_t n;
    const fh_hit *hit = finds_hits(f, sort, story, &n);
    fh_buf_clear(&f->out);
    for (size_t i = 0; i < n; i++) print(&f->out, &hit[i]);
    assert_status(f->out.status, FH_OK);
    return fh_buf_view(&f->out);
}

fh_str finds_in(finds *f, fh_finding_sort sort, const line *lines, size_t n)
{
    const fh_find_story story = finds_story(f, lines, n);
    return finds_of(f, sort, &story);
}

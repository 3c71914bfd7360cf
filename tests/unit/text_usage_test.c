/* text_usage_test.c - how often words are used, and which messages are nearly the same. */
#include "test.h"
#include "texts.h"

#include "text/text_parts.h"
#include "text/usage.h"
#include "text/wire.h"

#include <math.h>

enum { MOST = 64 };

/* A text of shingles (made a set) and one sentence of the same numbers as anchors. */
typedef struct made {
    uint32_t shingle[MOST], anchor[MOST], room[MOST];
    fh_sentence sentence;
    fh_text text;
} made;

static const fh_text *text_of(made *m, const uint32_t *v, uint32_t n)
{
    memcpy(m->shingle, v, n * sizeof *v);
    n = fh_set_make(m->shingle, n, m->room);
    memcpy(m->anchor, m->shingle, n * sizeof *v);
    m->sentence = (fh_sentence){.n_anchors = n, .anchor = m->anchor};
    m->text = (fh_text){
        .n_sentences = 1, .sentence = &m->sentence, .n_shingles = n, .shingle = m->shingle};
    return &m->text;
}

static const fh_text *random_text(made *m, uint32_t of)
{
    uint32_t v[MOST];
    const uint32_t n = test_rand(MOST);
    for (uint32_t i = 0; i < n; i++) v[i] = test_rand(of) * 0x9e3779b1u;
    return text_of(m, v, n);
}

static fh_usage *usage_new(void)
{
    fh_usage *usage;
    assert_status(fh_usage_new(NULL, &usage, NULL), FH_OK);
    return usage;
}

static fh_templates *templates_new(void)
{
    fh_templates *templates;
    assert_status(fh_templates_new(NULL, &templates, NULL), FH_OK);
    return templates;
}

static void sets_are_sorted_and_hold_each_number_once(void **state)
{
    (void)state;
    test_seed(3);
    for (uint32_t round = 0; round < 300; round++) {
        uint32_t v[500], room[500], was[500];
        const uint32_t n = test_rand(COUNT(v)), of = 1 + test_rand(1000000);
        for (uint32_t i = 0; i < n; i++) was[i] = v[i] = test_rand(of) * 2654435761u;
        const uint32_t kept = fh_set_make(v, n, room);
        for (uint32_t i = 1; i < kept; i++) assert_true(v[i - 1] < v[i]);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t found = 0;
            for (uint32_t k = 0; k < kept; k++) found += v[k] == was[i];
            assert_int_equal(found, 1);
        }
    }
}

static void sorted_numbers_rise_and_are_as_often_as_before(void **state)
{
    (void)state;
    test_seed(4);
    for (uint32_t round = 0; round < 300; round++) {
        uint32_t v[60], room[60], was[60];
        const uint32_t n = test_rand(COUNT(v)), of = 1 + test_rand(40);
        for (uint32_t i = 0; i < n; i++) was[i] = v[i] = UINT32_MAX - test_rand(of);
        fh_sort_u32(v, n, room);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t before = 0, now = 0;
            for (uint32_t k = 0; k < n; k++) {
                before += was[k] == was[i];
                now += v[k] == was[i];
            }
            assert_int_equal(now, before);
            assert_true(i == 0 || v[i - 1] <= v[i]);
        }
    }
}

/* ---- Counters ----------------------------------------------------------------------- */

static void words_weigh_the_more_the_rarer_they_are(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    made m;
    for (uint32_t i = 0; i < 99; i++)
        fh_usage_add(usage, text_of(&m, (uint32_t[]){1, 1000 + i}, i % 3 == 0 ? 2 : 1));
    assert_int_equal(fh_usage_messages(usage), 99);
    assert_true(fabs(fh_usage_weight(usage, 1) - log(100.0 / 100)) < 1e-12);
    assert_true(fabs(fh_usage_weight(usage, 1003) - log(100.0 / 2)) < 1e-12);
    assert_true(fabs(fh_usage_weight(usage, 77777) - log(100.0 / 1)) < 1e-12);
    fh_usage_free(usage);
    fh_usage_free(NULL);
}

static void what_stands_in_a_tenth_of_many_messages_is_boilerplate(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    made m;
    for (uint32_t i = 0; i < 59; i++) fh_usage_add(usage, text_of(&m, (uint32_t[]){5}, 1));
    assert_false(fh_usage_common(usage, 5)); /* in all, but too few to tell */
    fh_usage_add(usage, text_of(&m, (uint32_t[]){5, 6}, 2));
    assert_true(fh_usage_common(usage, 5));
    assert_false(fh_usage_common(usage, 6));
    for (uint32_t i = 0; i < 540; i++) fh_usage_add(usage, text_of(&m, (uint32_t[]){7}, 1));
    assert_false(fh_usage_common(usage, 5));                        /* in 60 of 600 */
    for (uint32_t i = 0; i < 12; i++) fh_usage_merge(usage, usage); /* 2.4 M messages */
    assert_true(fh_usage_common(usage, 7)); /* a counter at its maximum still says so */
    fh_usage_free(usage);
}

static void counters_merged_in_any_order_are_the_same(void **state)
{
    (void)state;
    fh_usage *all = usage_new(), *a = usage_new(), *b = usage_new();
    made m;
    test_seed(11);
    for (uint32_t i = 0; i < 500; i++) {
        const fh_text *t = random_text(&m, 90);
        fh_usage_add(all, t);
        fh_usage_add(test_rand(2) ? a : b, t);
    }
    fh_buf want, got;
    fh_buf_init(&want, NULL, 1 << 24);
    fh_buf_init(&got, NULL, 1 << 24);
    fh_usage *ba = usage_new();
    fh_usage_merge(ba, b);
    fh_usage_merge(ba, a);
    fh_usage_merge(a, b);
    assert_status(fh_usage_encode(all, &want, NULL), FH_OK);
    assert_status(fh_usage_encode(a, &got, NULL), FH_OK);
    assert_true(fh_str_eq(fh_buf_view(&want), fh_buf_view(&got)));
    fh_buf_clear(&got);
    assert_status(fh_usage_encode(ba, &got, NULL), FH_OK);
    assert_true(fh_str_eq(fh_buf_view(&want), fh_buf_view(&got)));
    assert_true(want.len < 4096); /* what was not counted takes no room */

    assert_status(fh_usage_decode(b, fh_buf_view(&want), NULL), FH_OK);
    fh_buf_clear(&got);
    assert_status(fh_usage_encode(b, &got, NULL), FH_OK);
    assert_true(fh_str_eq(fh_buf_view(&want), fh_buf_view(&got)));
    fh_buf_free(&want);
    fh_buf_free(&got);
    fh_usage_free(all);
    fh_usage_free(a);
    fh_usage_free(b);
    fh_usage_free(ba);
}

/* ---- How alike -------------------------------------------------------------------------- */

static bool has(const fh_text *t, uint32_t x)
{
    for (uint32_t i = 0; i < t->n_shingles; i++)
        if (t->shingle[i] == x) return true;
    return false;
}

/* By the definition, shingle by shingle; `usage` makes some boilerplate, but not most of a text. */
static fh_alike naive(const fh_text *a, const fh_text *b, const fh_usage *usage)
{
    double both = 0, only_a = 0, only_b = 0, n = 0, n_a = 0, n_b = 0;
    for (uint32_t i = 0; i < a->n_shingles; i++) {
        const double w = fh_shingle_weight(usage, a->shingle[i]);
        const bool shared = has(b, a->shingle[i]);
        *(shared ? &both : &only_a) += w;
        *(shared ? &n : &n_a) += w > 0;
    }
    for (uint32_t i = 0; i < b->n_shingles; i++) {
        const double w = fh_shingle_weight(usage, b->shingle[i]);
        if (has(a, b->shingle[i])) continue;
        only_b += w;
        n_b += w > 0;
    }
    if (n < 1) return (fh_alike){0};
    const double rare = both / (both + only_a + only_b), many = pow(n / (n + n_a + n_b), 3);
    const double rare_in = both / (both + fmin(only_a, only_b)),
                 many_in = pow(n / (n + fmin(n_a, n_b)), 3);
    return (fh_alike){fmax(rare, many), fmax(rare_in, many_in), (uint32_t)n};
}

static void likeness_is_what_its_definition_says(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    made m, k;
    test_seed(5);
    for (uint32_t i = 0; i < 400; i++) fh_usage_add(usage, random_text(&m, 400));
    for (uint32_t round = 0; round < 2000; round++) {
        const fh_text *a = random_text(&m, 60), *b = random_text(&k, 60);
        const fh_usage *by = round % 2 ? usage : NULL;
        const fh_alike got = fh_texts_alike(a, b, by), want = naive(a, b, by);
        const fh_alike back = fh_texts_alike(b, a, by);
        assert_int_equal(got.shared, want.shared);
        assert_true(fabs(got.jaccard - want.jaccard) < 1e-9);
        if (got.containment != got.jaccard) /* few shingles: containment is not believed */
            assert_true(fabs(got.containment - want.containment) < 1e-9);
        assert_true(fabs(got.jaccard - back.jaccard) < 1e-12 && got.shared == back.shared);
        assert_true(got.jaccard >= 0 && got.jaccard <= got.containment && got.containment <= 1);
        if (a->n_shingles) assert_true(fh_texts_alike(a, a, by).jaccard == 1);
    }
    fh_usage_free(usage);
}

/* 300 messages: a footer of 30 shingles that all have, and 10 of their own. */
static const fh_text *with_footer(made *m, uint32_t i)
{
    uint32_t v[40];
    for (uint32_t k = 0; k < 30; k++) v[k] = 900000 + k;
    for (uint32_t k = 0; k < 10; k++) v[30 + k] = i * 100 + k;
    return text_of(m, v, 40);
}

static void a_footer_makes_no_two_messages_alike(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    made m, k;
    for (uint32_t i = 0; i < 300; i++) fh_usage_add(usage, with_footer(&m, i));
    const fh_alike other = fh_texts_alike(with_footer(&m, 1), with_footer(&k, 2), usage);
    assert_true(other.jaccard == 0 && other.shared == 0);
    const fh_alike same = fh_texts_alike(with_footer(&m, 1), with_footer(&k, 1), usage);
    assert_true(same.jaccard == 1 && same.shared == 10);
    assert_true(fh_texts_alike(with_footer(&m, 1), with_footer(&k, 2), NULL).jaccard > .5);
    fh_usage_free(usage);
}

static void a_mass_mail_is_like_itself_though_all_of_it_is_common(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    made m, k;
    for (uint32_t i = 0; i < 300; i++) fh_usage_add(usage, with_footer(&m, i % 2));
    assert_true(fh_texts_alike(with_footer(&m, 1), with_footer(&k, 1), usage).jaccard == 1);
    assert_true(fh_texts_alike(with_footer(&m, 1), with_footer(&k, 0), usage).jaccard < .5);
    fh_usage_free(usage);
}

/* ---- Templates ---------------------------------------------------------------------------- */

static uint32_t add(fh_templates *t, const fh_text *text, const fh_usage *usage)
{
    uint32_t number = 77;
    assert_status(fh_templates_add(t, text, usage, &number, NULL), FH_OK);
    return number;
}

static void messages_get_the_number_of_what_they_are_alike_to(void **state)
{
    fh_templates *t = templates_new();
    texts *x = *state;
    static const char *const mail[] = {
        "Dear Ann, your parcel with the red lamp leaves our warehouse in Berlin on 3 March 2025 "
        "and reaches you two working days later by courier.",
        "Dear Bob, your parcel with the red lamp leaves our warehouse in Berlin on 19 April 2025 "
        "and reaches you two working days later by courier.",
        "Dear Eve, the yearly meeting of all members takes place in the town hall, where the "
        "chairwoman presents the accounts and the plans.",
        "",
        "Thanks!",
        "Thanks a lot!",
        "Lamp. Lamp!"};
    uint32_t number[COUNT(mail)];
    for (uint32_t i = 0; i < COUNT(mail); i++)
        number[i] = add(t, texts_read(x, fh_str_of(mail[i])), NULL);
    assert_int_equal(number[0], 1);
    assert_int_equal(number[1], 1);
    assert_int_equal(number[2], 2);
    assert_int_equal(number[3], 0); /* nothing that could be like anything */
    assert_true(number[6] > 2);
    assert_int_equal(add(t, texts_read(x, fh_str_of(mail[2])), NULL), 2);
    fh_templates_free(t);
    fh_templates_free(NULL);
}

/* Copies of texts of any length in which one word in 50 is another: more than the sieve holds,
 * and among others that share a part. */
static void near_copies_get_one_number_however_long_they_are(void **state)
{
    static uint32_t shingle[2][6000];
    (void)state;
    fh_usage *usage = usage_new();
    fh_templates *t = templates_new();
    for (uint32_t i = 0; i < 300; i++) fh_usage_add(usage, with_footer(&(made){0}, i));
    for (uint32_t i = 0; i < 24; i++) {
        const uint32_t n = i % 8 == 7 ? 6000 : 40 + i * 37, step = UINT32_MAX / n;
        for (uint32_t k = 0; k < n; k++) {
            shingle[0][k] = k * step + (k % 3 ? i * 1000 : 1); /* a third is in all of one length */
            shingle[1][k] = shingle[0][k] + (k % 50 == 7);
        }
        const fh_text one = {.n_shingles = n, .shingle = shingle[0]};
        const fh_text other = {.n_shingles = n, .shingle = shingle[1]};
        const uint32_t number = add(t, &one, i % 2 ? usage : NULL);
        assert_int_equal(number, fh_templates_count(t));
        assert_int_equal(add(t, &other, i % 2 ? usage : NULL), number);
        assert_int_equal(add(t, &other, i % 2 ? NULL : usage), number);
    }
    fh_templates_free(t);
    fh_usage_free(usage);
}

/* 100 articles, one a line. */
static void the_planted_articles_are_found_and_no_others(void **state)
{
    static const char *const pair[][2] = {{"t1088", "t5015"},
                                          {"t1297", "t4638"},
                                          {"t1768", "t5248"},
                                          {"t1952", "t3495"},
                                          {"t980", "t2023"}};
    static char line[1 << 16];
    char path[200], id[128][16];
    uint32_t number[128], n = 0, right = 0, same = 0;
    texts *x = *state;
    if (!test_shared("data/messages/neardup-mccormick/articles_100.train", path, sizeof path))
        skip();
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fh_templates *t = templates_new();
    while (n < 128 && fgets(line, sizeof line, f)) {
        const char *space = strchr(line, ' ');
        assert_non_null(space);
        (void)snprintf(id[n], sizeof id[n], "%.*s", (int)(space - line), line);
        number[n++] = add(t, texts_read(x, fh_str_of(space)), NULL);
    }
    (void)fclose(f);
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = 0; b < n; b++) {
            if (a < b) same += number[a] == number[b];
            for (size_t p = 0; p < COUNT(pair); p++)
                right += strcmp(id[a], pair[p][0]) == 0 && strcmp(id[b], pair[p][1]) == 0 &&
                         number[a] == number[b];
        }
    }
    assert_int_equal(n, 100);
    assert_int_equal(right, COUNT(pair));
    assert_int_equal(same, COUNT(pair));
    fh_templates_free(t);
}

static void footers_make_no_template(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    fh_templates *t = templates_new();
    made m;
    for (uint32_t i = 0; i < 2000; i++) fh_usage_add(usage, with_footer(&m, i));
    for (uint32_t i = 0; i < 2000; i++) assert_int_equal(add(t, with_footer(&m, i), usage), i + 1);
    for (uint32_t i = 0; i < 2000; i++) assert_int_equal(add(t, with_footer(&m, i), usage), i + 1);
    fh_templates_free(t);
    fh_usage_free(usage);
}

static void template_numbers_stay_when_what_was_rare_becomes_common(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    fh_templates *t = templates_new();
    made m;
    for (uint32_t i = 0; i < 40; i++) assert_int_equal(add(t, with_footer(&m, i * 7), NULL) > 0, 1);
    const uint32_t first = add(t, with_footer(&m, 0), NULL), n = fh_templates_count(t);
    for (uint32_t i = 0; i < 300; i++) fh_usage_add(usage, with_footer(&m, 0));
    assert_int_equal(add(t, with_footer(&m, 0), usage), first);
    assert_int_equal(fh_templates_count(t), n);
    fh_templates_free(t);
    fh_usage_free(usage);
}

/* Templates as they are kept. */
enum { PIECES = 8 };
typedef struct kept {
    fh_buf bands[PIECES], shingles[PIECES];
    uint32_t n;
} kept;

static void kept_begin(kept *k)
{
    *k = (kept){.n = 0};
    for (uint32_t i = 0; i < PIECES; i++) {
        fh_buf_init(&k->bands[i], NULL, 1 << 24);
        fh_buf_init(&k->shingles[i], NULL, 1 << 24);
    }
}

static void kept_end(kept *k)
{
    for (uint32_t i = 0; i < PIECES; i++) {
        fh_buf_free(&k->bands[i]);
        fh_buf_free(&k->shingles[i]);
    }
}

static void keep_new(kept *k, fh_templates *t)
{
    const uint32_t n = fh_templates_pieces(t);
    assert_true(n <= PIECES);
    for (uint32_t i = fh_templates_first_new(t); i < n; i++) {
        fh_buf_clear(&k->bands[i]);
        fh_buf_clear(&k->shingles[i]);
        assert_status(fh_templates_piece(t, i, &k->bands[i], &k->shingles[i], NULL), FH_OK);
    }
    k->n = n;
    fh_templates_kept(t);
    assert_int_equal(fh_templates_first_new(t), n);
}

static fh_status take_kept(const kept *k, uint32_t piece, fh_templates *t, bool *taken)
{
    fh_piece_taken done;
    const fh_str bands = fh_buf_view(&k->bands[piece]), shingles = fh_buf_view(&k->shingles[piece]);
    const fh_status status = fh_templates_known(t, bands, shingles, &done, NULL);
    *taken = done.taken;
    if (*taken) assert_int_equal(done.whole, fh_templates_piece_is_whole(bands, shingles));
    return status;
}

static void run_backwards(uint32_t n, void (*work)(void *ctx, uint32_t i), void *ctx)
{
    while (n--) work(ctx, n);
}

/* As several threads do: stretches of pieces, joined; and places and messages shared out. */
static fh_templates *open_kept_by(kept *k, uint32_t each)
{
    fh_templates *t = templates_new();
    bool taken = true;
    for (uint32_t i = 0; i < k->n && taken;) {
        fh_templates *some = templates_new();
        for (uint32_t n = 0; n < each && i < k->n && taken; n++)
            assert_status(take_kept(k, i++, some, &taken), FH_OK);
        assert_status(fh_templates_join(t, some, &taken, NULL), FH_OK);
        assert_int_equal(fh_templates_count(some), 0);
        fh_templates_free(some);
    }
    assert_status(fh_templates_share(t, 3, run_backwards, NULL), FH_OK);
    assert_int_equal(fh_templates_first_new(t), fh_templates_pieces(t));
    return t;
}

static fh_templates *open_kept(kept *k)
{
    fh_templates *t = templates_new();
    bool taken = true;
    for (uint32_t i = 0; i < k->n && taken; i++) assert_status(take_kept(k, i, t, &taken), FH_OK);
    assert_int_equal(fh_templates_first_new(t), fh_templates_pieces(t));
    return t;
}

/* New ones, ones that came before, ones in which a few words are others, crowds in one footer. */
static const fh_text *some_text(made *m, uint32_t at)
{
    if (at % 5 == 0) return with_footer(m, at / 7);
    uint32_t v[MOST];
    const uint32_t n = 6 + at % 50, seed = at % 3 ? at : at / 4;
    for (uint32_t i = 0; i < n; i++)
        v[i] = (seed * 64 + i + (i == at % 11 ? 7 : 0)) * UINT32_C(0x9e3779b1);
    return text_of(m, v, n);
}

/* Opened anew again and again, with batches of any size. */
static void templates_kept_in_pieces_number_as_if_they_had_stayed(void **state)
{
    enum { TEXTS = 5200, BATCH = 130, ROUND = 1300, SINGLE = 40 };
    static made m[BATCH];
    const fh_text *text[BATCH];
    uint32_t number[BATCH];
    (void)state;
    fh_usage *usage = usage_new();
    fh_templates *stayed = templates_new(), *t = templates_new();
    kept k;
    kept_begin(&k);
    for (uint32_t i = 0; i < 300; i++) fh_usage_add(usage, with_footer(&m[0], i));
    for (uint32_t at = 0, n; at < TEXTS; at += n) {
        if (at % ROUND == 0 && at) {
            keep_new(&k, t);
            fh_templates_free(t);
            t = at / ROUND == 1 ? open_kept(&k) : open_kept_by(&k, at / ROUND - 1);
            assert_int_equal(fh_templates_count(t), fh_templates_count(stayed));
        }
        n = at % ROUND < SINGLE ? 1 : BATCH - (at % ROUND == SINGLE ? SINGLE : 0);
        for (uint32_t i = 0; i < n; i++) text[i] = some_text(&m[i], at + i);
        assert_status(fh_templates_add_all(t, text, n, usage, number, NULL), FH_OK);
        for (uint32_t i = 0; i < n; i++)
            if (number[i] != add(stayed, text[i], usage)) fail_msg("text %u", at + i);
    }
    assert_true(fh_templates_count(t) > 2 * FH_TEMPLATES_PIECE);
    keep_new(&k, t);
    fh_templates_free(t);
    fh_templates_free(stayed);
    fh_usage_free(usage);
    kept_end(&k);
}

static const fh_text *nth(made *m, uint32_t at)
{
    uint32_t v[12];
    for (uint32_t i = 0; i < COUNT(v); i++) v[i] = (at * 16 + i) * UINT32_C(0x9e3779b1);
    return text_of(m, v, COUNT(v));
}

/* A whole piece and three more. */
static void keep_some(kept *k)
{
    made m;
    fh_templates *t = templates_new();
    kept_begin(k);
    for (uint32_t i = 0; i < FH_TEMPLATES_PIECE + 3; i++)
        assert_int_equal(add(t, nth(&m, i), NULL), i + 1);
    keep_new(k, t);
    assert_int_equal(k->n, 2);
    fh_templates_free(t);
}

static void of_a_damaged_piece_no_message_is_a_template_and_no_number_is_given_again(void **state)
{
    (void)state;
    kept k;
    keep_some(&k);
    for (uint32_t what = 0; what < 4; what++) {
        made m;
        fh_buf *of = what % 2 ? &k.bands[what / 2] : &k.shingles[what / 2];
        const uint32_t whole = what / 2 ? 2 : 1; /* pieces: a part counts as a whole one then */
        of->ptr[of->len / 2] ^= 4;
        fh_templates *t = open_kept(&k);
        const uint32_t n = whole * FH_TEMPLATES_PIECE + (what / 2 ? 0 : 3);
        assert_int_equal(fh_templates_count(t), n);
        assert_int_equal(add(t, nth(&m, 7), NULL), what / 2 ? 8 : n + 1);
        assert_int_equal(add(t, nth(&m, FH_TEMPLATES_PIECE + 1), NULL),
                         what / 2 ? n + 1 : FH_TEMPLATES_PIECE + 2);
        assert_int_equal(add(t, nth(&m, 7), NULL), what / 2 ? 8 : n + 1);
        fh_templates_free(t);
        of->ptr[of->len / 2] ^= 4;
    }
    kept_end(&k);
}

static void every_damaged_byte_of_a_piece_is_noticed(void **state)
{
    (void)state;
    kept k;
    made m;
    fh_templates *t = templates_new();
    kept_begin(&k);
    for (uint32_t i = 0; i < 3; i++) (void)add(t, nth(&m, i), NULL);
    keep_new(&k, t);
    fh_templates_free(t);
    for (uint32_t what = 0; what < 2; what++) {
        fh_buf *of = what ? &k.bands[0] : &k.shingles[0];
        const size_t len = of->len;
        for (size_t i = 0; i < 2 * len; i++) {
            if (i < len)
                of->ptr[i] = (char)(of->ptr[i] ^ 1 << i % 8);
            else
                of->len = i - len;
            t = open_kept(&k);
            assert_int_equal(fh_templates_count(t), FH_TEMPLATES_PIECE);
            fh_templates_free(t);
            if (i < len) of->ptr[i] = (char)(of->ptr[i] ^ 1 << i % 8);
            of->len = len;
        }
    }
    kept_end(&k);
}

/* A part is gone on with in memory: what is said to come after it is not taken. */
static void nothing_comes_after_a_part(void **state)
{
    (void)state;
    bool taken = true;
    kept k;
    keep_some(&k);
    fh_templates *t = open_kept(&k);
    assert_status(take_kept(&k, 0, t, &taken), FH_OK);
    assert_false(taken);
    fh_templates *more = open_kept(&k);
    assert_status(fh_templates_join(t, more, &taken, NULL), FH_OK);
    assert_false(taken);
    fh_templates_free(more);
    assert_int_equal(fh_templates_count(t), FH_TEMPLATES_PIECE + 3);
    fh_templates_free(t);
    kept_end(&k);
}

/* n templates of nth() in the form that files of before have; half of each is rare. */
static void put_old_form(fh_buf *out, uint32_t n)
{
    made m;
    const size_t head = fh_wire_begin(out);
    for (uint32_t i = 0; i < n; i++) {
        const fh_text *text = nth(&m, i);
        uint32_t last = 0;
        fh_wire_number(out, (uint64_t)text->n_shingles << 1 | (i % 2));
        for (uint32_t k = 0; k < text->n_shingles; k++) {
            fh_wire_number(out, text->shingle[k] - last);
            last = text->shingle[k];
        }
        if (i % 2) fh_wire_number(out, 0x3f);
    }
    fh_wire_end(out, head, "FHTEMPL\1", n);
    assert_status(fh_wire_done(out, NULL), FH_OK);
}

static void templates_of_files_of_before_are_taken_over(void **state)
{
    (void)state;
    made m;
    kept k;
    kept_begin(&k);
    fh_buf old;
    fh_buf_init(&old, NULL, 1 << 24);
    put_old_form(&old, 1500);
    fh_templates *t = templates_new();
    assert_status(fh_templates_decode(t, fh_buf_view(&old), NULL), FH_OK);
    assert_int_equal(fh_templates_count(t), 1500);
    assert_int_equal(fh_templates_first_new(t), 0);
    keep_new(&k, t);
    fh_templates_free(t);
    t = open_kept(&k);
    for (uint32_t i = 0; i < 1500; i += 13) assert_int_equal(add(t, nth(&m, i), NULL), i + 1);
    fh_templates_free(t);
    fh_buf_free(&old);
    kept_end(&k);
}

static void damaged_bytes_are_refused_and_change_nothing(void **state)
{
    (void)state;
    fh_usage *usage = usage_new();
    fh_templates *t = templates_new();
    made m;
    for (uint32_t i = 0; i < 20; i++) {
        fh_usage_add(usage, with_footer(&m, i));
        (void)add(t, with_footer(&m, i * 5), usage);
    }
    for (uint32_t which = 0; which < 2; which++) {
        fh_buf bytes;
        fh_buf_init(&bytes, NULL, 1 << 24);
        if (which)
            put_old_form(&bytes, 20);
        else
            assert_status(fh_usage_encode(usage, &bytes, NULL), FH_OK);
        for (size_t i = 0; i < bytes.len; i++) {
            fh_error err;
            bytes.ptr[i] = (char)(bytes.ptr[i] ^ 1 << i % 8);
            const fh_str view = fh_buf_view(&bytes), cut = {view.ptr, i};
            assert_status(which ? fh_templates_decode(t, view, &err)
                                : fh_usage_decode(usage, view, &err),
                          FH_CORRUPT);
            assert_true(err.hint[0] != '\0');
            assert_status(which ? fh_templates_decode(t, cut, NULL)
                                : fh_usage_decode(usage, cut, NULL),
                          FH_CORRUPT);
            bytes.ptr[i] = (char)(bytes.ptr[i] ^ 1 << i % 8);
        }
        fh_buf_free(&bytes);
    }
    assert_int_equal(fh_usage_messages(usage), 20);
    assert_true(fh_templates_count(t) > 0);
    fh_templates_free(t);
    fh_usage_free(usage);
}

static fh_status keep(void *ctx)
{
    fh_templates *t = NULL, *some = NULL;
    fh_buf bands, shingles;
    made m;
    kept *k = ctx;
    bool taken = true;
    uint32_t number = 0;
    fh_buf_init(&bands, test_allocator(), 1 << 24);
    fh_buf_init(&shingles, test_allocator(), 1 << 24);
    fh_status status = fh_templates_new(test_allocator(), &t, NULL);
    if (status == FH_OK) status = fh_templates_new(test_allocator(), &some, NULL);
    for (uint32_t i = 0; i < k->n && status == FH_OK; i++)
        status = take_kept(k, i, i ? some : t, &taken);
    if (status == FH_OK) status = fh_templates_join(t, some, &taken, NULL);
    fh_templates_free(some);
    if (status == FH_OK) status = fh_templates_share(t, 2, run_backwards, NULL);
    for (uint32_t i = 0; status == FH_OK && i < 150; i++) {
        const uint32_t before = fh_templates_count(t);
        status = fh_templates_add(t, with_footer(&m, i * 11), NULL, &number, NULL);
        if (status != FH_OK) assert_int_equal(fh_templates_count(t), before);
    }
    if (status == FH_OK) status = fh_templates_add(t, nth(&m, 5), NULL, &number, NULL);
    if (status == FH_OK) assert_int_equal(number, 6);
    if (status == FH_OK) status = fh_templates_piece(t, 1, &bands, &shingles, NULL);
    fh_buf_free(&bands);
    fh_buf_free(&shingles);
    fh_templates_free(t);
    return status;
}

static fh_status take_over(void *ctx)
{
    fh_templates *t = NULL;
    fh_status status = fh_templates_new(test_allocator(), &t, NULL);
    if (status == FH_OK) status = fh_templates_decode(t, *(const fh_str *)ctx, NULL);
    fh_templates_free(t);
    return status;
}

static fh_status count(void *ctx)
{
    (void)ctx;
    fh_usage *usage = NULL;
    const fh_status status = fh_usage_new(test_allocator(), &usage, NULL);
    fh_usage_free(usage);
    return status;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    kept k;
    fh_buf old;
    fh_buf_init(&old, NULL, 1 << 24);
    put_old_form(&old, 150);
    fh_str bytes = fh_buf_view(&old);
    keep_some(&k);
    test_oom(keep, &k);
    test_oom(take_over, &bytes);
    test_oom(count, NULL);
    kept_end(&k);
    fh_buf_free(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_are_sorted_and_hold_each_number_once),
        cmocka_unit_test(sorted_numbers_rise_and_are_as_often_as_before),
        cmocka_unit_test(words_weigh_the_more_the_rarer_they_are),
        cmocka_unit_test(what_stands_in_a_tenth_of_many_messages_is_boilerplate),
        cmocka_unit_test(counters_merged_in_any_order_are_the_same),
        cmocka_unit_test(likeness_is_what_its_definition_says),
        cmocka_unit_test(a_footer_makes_no_two_messages_alike),
        cmocka_unit_test(a_mass_mail_is_like_itself_though_all_of_it_is_common),
        cmocka_unit_test(messages_get_the_number_of_what_they_are_alike_to),
        cmocka_unit_test(near_copies_get_one_number_however_long_they_are),
        cmocka_unit_test(the_planted_articles_are_found_and_no_others),
        cmocka_unit_test(footers_make_no_template),
        cmocka_unit_test(template_numbers_stay_when_what_was_rare_becomes_common),
        cmocka_unit_test(templates_kept_in_pieces_number_as_if_they_had_stayed),
        cmocka_unit_test(of_a_damaged_piece_no_message_is_a_template_and_no_number_is_given_again),
        cmocka_unit_test(every_damaged_byte_of_a_piece_is_noticed),
        cmocka_unit_test(nothing_comes_after_a_part),
        cmocka_unit_test(templates_of_files_of_before_are_taken_over),
        cmocka_unit_test(damaged_bytes_are_refused_and_change_nothing),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}

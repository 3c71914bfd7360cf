/* templates_bench.c - how fast and how well messages with nearly the same text are found.
 *
 *     templates_bench [MESSAGES [SEED]]
 *     templates_bench --pairs FILE    each line: id, tab, text; writes "id id jaccard containment"
 *                                     of every pair with one template number
 *     templates_bench --texts FILE    messages as they are, each with a byte 0 behind it: how
 *                                     fast, and a sum over all that was read and numbered
 *
 * Planted: unique messages of invented words, a sixth of their sentences from a stock all share;
 * mass mails with merge fields and optional paragraphs, some sent in an edited version by a
 * second department; over all a legal paragraph, over each of 40 departments an intro and a
 * footer. A tenth of the unique ones come again by another department, changed as the class
 * says, or look alike without being it ("half", "frame", "reply"). Prints messages a CPU second,
 * recall by class, and what was wrongly taken for the same.
 */
#include "firsthand/text.h"

#include "os/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    WORDS = 6000,
    STOCK = 400,
    DEPARTMENTS = 40,
    MASS = 150,
    MOST_SENTENCES = 12,
    MOST_WORDS = 40
};

typedef enum variant {
    REWRAPPED, /* line ends elsewhere, other names and dates */
    EDIT3,     /* per cent of the words left out, added or changed */
    EDIT10,
    EDIT20,
    REORDERED,
    CONTAINED, /* in a message twice as long */
    HALF,      /* control: half of its sentences, and others */
    FRAME,     /* control: the same first and last sentence */
    REPLY,     /* control: quotes the other whole and says something else */
    N_VARIANTS
} variant;
static const char *const variant_name[N_VARIANTS] = {
    "rewrapped", "edited 3 %", "edited 10 %", "edited 20 %",        "reordered",
    "contained", "half *",     "frame *",     "quoted in a reply *"};

typedef struct message {
    fh_str text;
    uint32_t group; /* the same: the same text */
    uint32_t mass;  /* 0: unique */
    uint32_t n;
    const uint32_t *shingle;
    uint32_t number;
} message;

typedef struct pair {
    uint32_t a, b;
    variant variant;
} pair;

typedef struct bench {
    uint64_t seed;
    fh_arena *arena;
    char word[WORDS][16];
    fh_str stock[STOCK], intro[DEPARTMENTS], footer[DEPARTMENTS], legal;
    fh_str mass[MASS + 1][MOST_SENTENCES];
    uint32_t mass_n[MASS + 1];
    message *m;
    uint32_t n, most, groups;
    pair *pairs;
    uint32_t n_pairs;
    uint32_t *shingle; /* [n_shingles] of all messages */
    size_t n_shingles;
} bench;

static double cpu_s(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void must(bool holds, const char *what)
{
    if (holds) return;
    (void)fprintf(stderr, "templates_bench: %s\n", what);
    exit(1);
}

static uint32_t below(bench *b, uint32_t n)
{
    b->seed = b->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(b->seed >> 33) % n;
}

/* ---- Making ---- */

static void make_words(bench *b)
{
    static const char consonant[] = "bcdfghklmnprstvz", vowel[] = "aeiou";
    for (uint32_t i = 0; i < WORDS; i++) {
        const uint32_t syllables = 2 + below(b, 3);
        size_t at = 0;
        for (uint32_t s = 0; s < syllables; s++) {
            b->word[i][at++] = consonant[below(b, 16)];
            b->word[i][at++] = vowel[below(b, 5)];
            if (below(b, 3) == 0) b->word[i][at++] = consonant[below(b, 16)];
        }
    }
}

/* Common words often, most rarely. */
static const char *a_word(bench *b)
{
    static const char *const small[] = {"the", "of", "your", "is", "to",  "and",  "we",
                                        "for", "in", "on",   "it", "you", "with", "a"};
    if (below(b, 3) == 0) return small[below(b, sizeof small / sizeof *small)];
    const double u = below(b, 1u << 30) / (double)(1u << 30);
    return b->word[(uint32_t)(WORDS * u * u * u)];
}

static fh_str kept(bench *b, const char *text, size_t len)
{
    fh_str s;
    must(fh_arena_str(b->arena, (fh_str){text, len}, &s), "out of memory");
    return s;
}

static fh_str a_sentence(bench *b, bool fields)
{
    char text[600];
    size_t len = 0;
    const uint32_t n = 7 + below(b, 16), field = fields ? below(b, n) : n;
    for (uint32_t i = 0; i < n; i++) {
        const char *w = i == field ? "{}" : a_word(b);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "", w);
    }
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = (char)(text[0] - 32);
    text[len++] = '.';
    return kept(b, text, len);
}

static void make_stock(bench *b)
{
    char text[4000];
    size_t len = 0;
    for (uint32_t i = 0; i < STOCK; i++) b->stock[i] = a_sentence(b, false);
    for (uint32_t i = 0; i < DEPARTMENTS; i++) {
        b->intro[i] = a_sentence(b, false);
        len = 0;
        for (uint32_t k = 0; k < 3; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ",
                                    FH_STR_ARG(a_sentence(b, false)));
        b->footer[i] = kept(b, text, len - 1);
    }
    len = 0;
    for (uint32_t k = 0; k < 5; k++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ",
                                FH_STR_ARG(a_sentence(b, false)));
    b->legal = kept(b, text, len - 1);
    for (uint32_t i = 1; i <= MASS; i++) {
        b->mass_n[i] = 4 + below(b, 6);
        for (uint32_t k = 0; k < b->mass_n[i]; k++) b->mass[i][k] = a_sentence(b, below(b, 2));
    }
}

static const char *a_field(bench *b, char out[32])
{
    static const char *const month[] = {"January", "March", "May", "August", "October"};
    switch (below(b, 4)) {
    case 0: (void)snprintf(out, 32, "%u %s 2025", 1 + below(b, 28), month[below(b, 5)]); break;
    case 1: (void)snprintf(out, 32, "EUR %u.%02u", below(b, 900), below(b, 100)); break;
    case 2: (void)snprintf(out, 32, "%u", 100000 + below(b, 900000)); break;
    default: (void)snprintf(out, 32, "%s", b->word[below(b, WORDS)]); break;
    }
    return out;
}

typedef struct draft {
    char text[16000];
    size_t len, line;
} draft;

/* A word, wrapped; merge fields are filled in, words changed in `edit` of 100 cases. */
static void put_word(bench *b, draft *d, fh_str w, uint32_t edit, size_t width)
{
    char field[32];
    const bool changed = edit && below(b, 100) < edit;
    const uint32_t how = changed ? below(b, 3) : 3;
    if (how == 0 || d->len + 200 > sizeof d->text) return;
    if (d->line + w.len > width) d->line = 0;
    if (d->len) d->text[d->len++] = d->line ? ' ' : '\n';
    if (fh_str_starts(w, FH_STR("{}")))
        d->len +=
            (size_t)snprintf(d->text + d->len, 64, "%s%s", a_field(b, field), w.len > 2 ? "." : "");
    else
        d->len += (size_t)snprintf(d->text + d->len, 100, "%.*s",
                                   how == 1 ? 0 : (int)(w.len < 90 ? w.len : 90), w.ptr);
    if (how < 3)
        d->len += (size_t)snprintf(d->text + d->len, 32, "%s%s", how == 1 ? "" : " ", a_word(b));
    d->line += w.len + 1;
}

static void put(bench *b, draft *d, fh_str s, uint32_t edit, size_t width)
{
    for (size_t i = 0, k; i < s.len; i = k + 1) {
        for (k = i; k < s.len && s.ptr[k] != ' ';) k++;
        if (k > i) put_word(b, d, (fh_str){s.ptr + i, k - i}, edit, width);
    }
}

static uint32_t finish(bench *b, draft *d, uint32_t department, uint32_t group, uint32_t mass)
{
    put(b, d, b->footer[department], 0, 72);
    put(b, d, b->legal, 0, 72);
    d->len += (size_t)snprintf(d->text + d->len, 200, "\n\nKind regards,\nTeam %s\n",
                               b->word[department]);
    must(b->n < b->most, "too many messages");
    b->m[b->n] = (message){.text = kept(b, d->text, d->len), .group = group, .mass = mass};
    return b->n++;
}

static void begin(bench *b, draft *d, uint32_t department)
{
    *d = (draft){.len = 0};
    d->len = (size_t)snprintf(d->text, 100, "Dear %s,\n", b->word[below(b, WORDS)]);
    put(b, d, b->intro[department], 0, 72);
}

static void mass_mail(bench *b)
{
    const uint32_t which = 1 + below(b, MASS), second = which % 5 == 0 && below(b, 2);
    draft d;
    begin(b, &d, (which + second) % DEPARTMENTS);
    const uint64_t after = b->seed;
    b->seed = second ? which : after; /* the second department's version is one text */
    for (uint32_t k = 0; k < b->mass_n[which]; k++)
        put(b, &d, b->mass[which][k], second ? 8 : 0, 72);
    b->seed = after + 1;
    if (below(b, 3) == 0) put(b, &d, b->stock[which % STOCK], 0, 72);
    (void)finish(b, &d, (which + second) % DEPARTMENTS, which, which);
}

static void body(bench *b, fh_str s[MOST_SENTENCES], uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        s[k] = below(b, 6) == 0 ? b->stock[below(b, STOCK)] : a_sentence(b, below(b, 4) == 0);
}

static void partner(bench *b, const fh_str *s, uint32_t n, uint32_t first, uint32_t group)
{
    static const uint32_t edits[N_VARIANTS] = {[EDIT3] = 3, [EDIT10] = 10, [EDIT20] = 20};
    variant v = (variant)below(b, N_VARIANTS);
    if (v == FRAME && n < 5) v = HALF; /* a frame of two in four is half of it */
    const uint32_t department = below(b, DEPARTMENTS);
    const bool control = v >= HALF;
    fh_str other[MOST_SENTENCES];
    draft d;
    body(b, other, n < 2 ? 2 : n);
    begin(b, &d, department);
    for (uint32_t k = 0; k < n && v != REPLY; k++) {
        const uint32_t at = v == REORDERED ? (k + n / 2) % n : k;
        const bool keeps = v == HALF ? k < n / 2 : v != FRAME || k == 0 || k + 1 == n;
        put(b, &d, keeps ? s[at] : other[k], edits[v], v == REWRAPPED ? 50 : 72);
    }
    if (v == CONTAINED || v == REPLY)
        for (uint32_t k = 0; k < n; k++) put(b, &d, other[k], 0, 72);
    if (v == REPLY) {
        const fh_str was = b->m[first].text;
        d.len += (size_t)snprintf(d.text + d.len, 100, "\n\nOn 3 March 2025, %s wrote:\n> ",
                                  b->word[department]);
        for (size_t i = 0; i < was.len && d.len + 6000 < sizeof d.text; i++) {
            d.text[d.len++] = was.ptr[i];
            if (was.ptr[i] == '\n') d.len += (size_t)snprintf(d.text + d.len, 3, "> ");
        }
        d.text[d.len++] = '\n';
    }
    const uint32_t second = finish(b, &d, department, control ? ++b->groups : group, 0);
    b->pairs[b->n_pairs++] = (pair){first, second, v};
}

static void make(bench *b)
{
    make_words(b);
    make_stock(b);
    b->groups = MASS;
    while (b->n + 2 < b->most) {
        if (below(b, 20) < 9) {
            mass_mail(b);
            continue;
        }
        const uint32_t n = 2 + below(b, 7), department = below(b, DEPARTMENTS), group = ++b->groups;
        fh_str s[MOST_SENTENCES];
        draft d;
        body(b, s, n);
        begin(b, &d, department);
        for (uint32_t k = 0; k < n; k++) put(b, &d, s[k], 0, 72);
        const uint32_t first = finish(b, &d, department, group, 0);
        if (below(b, 10) == 0) partner(b, s, n, first, group);
    }
}

/* ---- Finding ---- */

/* The same of the same results: whether another program reads and numbers as this one does. */
static uint64_t mixed(uint64_t sum, uint64_t x)
{
    sum = (sum ^ x) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 29;
}

static uint64_t sum_of(uint64_t sum, const fh_text *t)
{
    for (uint32_t i = 0; i < t->n_shingles; i++) sum = mixed(sum, t->shingle[i]);
    for (uint32_t i = 0; i < t->n_sentences; i++) {
        const fh_sentence *s = &t->sentence[i];
        sum = mixed(sum, s->at);
        sum = mixed(sum, s->len);
        sum = mixed(sum, (uint64_t)s->facts << 32 | s->n_facts);
        sum = mixed(sum, s->asks_for + (s->denies + 2u * s->asks + 4u * s->changes + 8u * s->again +
                                        16u * s->without + 32u * s->other) *
                                           UINT64_C(0x100000000));
        for (uint32_t k = 0; k < s->n_words; k++) sum = mixed(sum, s->word[k]);
        for (uint32_t k = 0; k < s->n_anchors; k++) sum = mixed(sum, s->anchor[k]);
    }
    for (uint32_t i = 0; i < t->n_facts; i++) {
        const fh_fact *f = &t->fact[i];
        const int64_t value[] = {f->type, f->at,   f->len,  f->sentence, f->either,
                                 f->low,  f->high, f->low2, f->high2};
        for (size_t k = 0; k < sizeof value / sizeof *value; k++)
            sum = mixed(sum, (uint64_t)value[k]);
        for (size_t k = 0; k < f->unit.len; k++) sum = mixed(sum, (unsigned char)f->unit.ptr[k]);
        for (size_t k = 0; k < f->role.len; k++) sum = mixed(sum, (unsigned char)f->role.ptr[k]);
    }
    return sum;
}

static void open_reader(fh_lexicon **lexicon, fh_text_reader **reader, fh_arena **arena)
{
    must(fh_lexicon_new(NULL, lexicon, NULL) == FH_OK &&
             fh_text_reader_new(*lexicon, NULL, reader, NULL) == FH_OK,
         "out of memory");
    *arena = fh_arena_new(NULL);
}

/* All of it once more, after the time was taken. */
static void print_sum(const bench *b)
{
    fh_lexicon *lexicon;
    fh_text_reader *reader;
    fh_arena *arena;
    open_reader(&lexicon, &reader, &arena);
    uint64_t sum = 1;
    for (uint32_t i = 0; i < b->n; i++) {
        /* Not all on one day: some facts are counted from it. */
        const fh_text_about about = {.sent_ms =
                                         INT64_C(1741003200000) + i % 97 * INT64_C(86400000)};
        fh_text t;
        must(fh_text_read_by(reader, b->m[i].text, &about, arena, &t, NULL) == FH_OK,
             "out of memory");
        sum = mixed(sum_of(sum, &t), b->m[i].number);
        fh_arena_reset(arena);
    }
    (void)printf("sum of all: %016llx\n", (unsigned long long)sum);
    fh_arena_free(arena);
    fh_text_reader_free(reader);
    fh_lexicon_free(lexicon);
}

/* Room for all shingles, touched before time is taken: a word takes two bytes at least. */
static void make_room(bench *b)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < b->n; i++) bytes += b->m[i].text.len;
    const size_t most = (bytes / 2 + b->n) * sizeof *b->shingle;
    b->shingle = malloc(most);
    must(b->shingle != NULL, "out of memory");
    memset(b->shingle, 1, most);
}

static void read_all(bench *b, fh_usage *usage)
{
    fh_lexicon *lexicon;
    fh_text_reader *reader;
    fh_arena *arena;
    open_reader(&lexicon, &reader, &arena);
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000)};
    make_room(b);
    const double began = cpu_s();
    size_t bytes = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        fh_text t;
        must(fh_text_read_by(reader, b->m[i].text, &about, arena, &t, NULL) == FH_OK,
             "out of memory");
        fh_usage_add(usage, &t);
        uint32_t *shingle = b->shingle + b->n_shingles;
        memcpy(shingle, t.shingle, t.n_shingles * sizeof *shingle);
        b->n_shingles += t.n_shingles;
        b->m[i].n = t.n_shingles;
        b->m[i].shingle = shingle;
        bytes += b->m[i].text.len;
        fh_arena_reset(arena);
    }
    const double took = cpu_s() - began;
    (void)fprintf(stderr, "%u messages, %.1f MB, read with facts: %.2f s, %.0f a second\n", b->n,
                  (double)bytes / 1e6, took, b->n / took);
    fh_arena_free(arena);
    fh_text_reader_free(reader);
    fh_lexicon_free(lexicon);
}

/* A batch together, as a look for findings does. */
static void number_all(bench *b, const fh_usage *usage, fh_templates *templates)
{
    enum { BATCH = 4096 };
    static fh_text text[BATCH];
    static const fh_text *at[BATCH];
    static uint32_t number[BATCH];
    const double began = cpu_s();
    for (uint32_t from = 0, n; from < b->n; from += n) {
        n = b->n - from < BATCH ? b->n - from : BATCH;
        for (uint32_t i = 0; i < n; i++) {
            text[i] = (fh_text){.n_shingles = b->m[from + i].n, .shingle = b->m[from + i].shingle};
            at[i] = &text[i];
        }
        must(fh_templates_add_all(templates, at, n, usage, number, NULL) == FH_OK, "out of memory");
        for (uint32_t i = 0; i < n; i++) b->m[from + i].number = number[i];
    }
    const double took = cpu_s() - began;
    (void)fprintf(stderr, "templates: %.2f s, %.0f a second; %u templates\n", took, b->n / took,
                  fh_templates_count(templates));
}

static int by_number(const void *a, const void *b)
{
    const message *x = *(const message *const *)a, *y = *(const message *const *)b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

static void sort_messages(const message **v, uint32_t n)
{
    if (n < 2) return;
    const message **room = malloc(n * sizeof *room);
    must(room != NULL, "out of memory");
    sort_messages(v, n / 2);
    sort_messages(v + n / 2, n - n / 2);
    for (uint32_t i = 0, a = 0, c = n / 2; i < n; i++)
        room[i] = c == n || (a < n / 2 && by_number(&v[a], &v[c]) <= 0) ? v[a++] : v[c++];
    memcpy(v, room, n * sizeof *room);
    free(room);
}

/* Pairs of one number with at least one unique message: right ones and wrong ones; and how many
 * mass mails have the number that most of their group have. */
static void judge(const bench *b)
{
    const message **v = malloc(b->n * sizeof *v);
    uint32_t *most = calloc(MASS + 1, sizeof *most), *all = calloc(MASS + 1, sizeof *all);
    uint64_t right = 0, wrong = 0, in_most = 0, mass = 0;
    must(v && most && all, "out of memory");
    for (uint32_t i = 0; i < b->n; i++) v[i] = &b->m[i];
    sort_messages(v, b->n);
    for (uint32_t i = 0, k; i < b->n; i = k) {
        for (k = i; k < b->n && v[k]->number == v[i]->number;) k++;
        if (v[i]->number == 0) continue;
        for (uint32_t x = i, y; x < k; x = y) { /* runs of one group */
            for (y = x; y < k && v[y]->group == v[x]->group;) y++;
            const uint64_t n = y - x;
            if (v[x]->mass) {
                all[v[x]->mass] += (uint32_t)n;
                if (n > most[v[x]->mass]) most[v[x]->mass] = (uint32_t)n;
            } else {
                right += n * (n - 1) / 2;
                wrong += n * (k - i - n);
            }
        }
    }
    for (uint32_t i = 1; i <= MASS; i++) {
        in_most += most[i];
        mass += all[i];
    }
    (void)printf("pairs with a unique message: right %llu, wrong %llu, precision %.4f\n",
                 (unsigned long long)right, (unsigned long long)wrong,
                 (double)right / (double)(right + wrong ? right + wrong : 1));
    (void)printf("mass mails: %llu, with their group's commonest number %.4f\n",
                 (unsigned long long)mass, (double)in_most / (double)(mass ? mass : 1));
    free(v);
    free(most);
    free(all);
}

static void judge_variants(const bench *b, const fh_usage *usage)
{
    uint32_t n[N_VARIANTS] = {0}, same[N_VARIANTS] = {0}, alike[N_VARIANTS] = {0};
    for (uint32_t i = 0; i < b->n_pairs; i++) {
        const pair *p = &b->pairs[i];
        const message *x = &b->m[p->a], *y = &b->m[p->b];
        const fh_text s = {.n_shingles = x->n, .shingle = x->shingle};
        const fh_text t = {.n_shingles = y->n, .shingle = y->shingle};
        const fh_alike a = fh_texts_alike(&s, &t, usage);
        n[p->variant]++;
        same[p->variant] += x->number == y->number && x->number;
        alike[p->variant] += a.jaccard >= .5 || a.containment >= .8;
    }
    (void)printf("%-20s %6s %9s %9s   (* not the same)\n", "", "pairs", "template", "alike");
    for (uint32_t v = 0; v < N_VARIANTS; v++)
        (void)printf("%-20s %6u %9.4f %9.4f\n", variant_name[v], n[v],
                     n[v] ? (double)same[v] / n[v] : 0, n[v] ? (double)alike[v] / n[v] : 0);
}

/* ---- Pairs of a file ---- */

static void read_file(bench *b, const char *path, fh_str **ids)
{
    FILE *f = fopen(path, "rb");
    must(f != NULL, "the file cannot be opened");
    static char line[1 << 20];
    *ids = malloc(b->most * sizeof **ids);
    must(*ids != NULL, "out of memory");
    while (b->n < b->most && fgets(line, sizeof line, f)) {
        const char *tab = strchr(line, '\t');
        if (!tab) continue;
        (*ids)[b->n] = kept(b, line, (size_t)(tab - line));
        b->m[b->n] = (message){.text = kept(b, tab + 1, strlen(tab + 1))};
        b->n++;
    }
    (void)fclose(f);
}

/* Texts with a byte 0 behind each. */
static void read_texts(bench *b, const char *path)
{
    FILE *f = fopen(path, "rb");
    must(f != NULL, "the file cannot be opened");
    static char text[1 << 20];
    size_t len = 0;
    for (int c; (c = getc(f)) != EOF;) {
        if (c || b->n == b->most) {
            if (len < sizeof text) text[len++] = (char)c;
            continue;
        }
        b->m[b->n++] = (message){.text = kept(b, text, len)};
        len = 0;
    }
    (void)fclose(f);
}

static void write_pairs(const bench *b, const fh_str *ids, const fh_usage *usage)
{
    for (uint32_t i = 0; i < b->n; i++) {
        for (uint32_t k = i + 1; k < b->n; k++) {
            if (b->m[i].number != b->m[k].number || !b->m[i].number) continue;
            const fh_text s = {.n_shingles = b->m[i].n, .shingle = b->m[i].shingle};
            const fh_text t = {.n_shingles = b->m[k].n, .shingle = b->m[k].shingle};
            const fh_alike a = fh_texts_alike(&s, &t, usage);
            (void)printf("%.*s %.*s %.4f %.4f\n", FH_STR_ARG(ids[i]), FH_STR_ARG(ids[k]), a.jaccard,
                         a.containment);
        }
    }
}

static uint64_t number_in(const char *text)
{
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (uint64_t)(*text - '0');
    return value;
}

int main(int argc, char **argv)
{
    static bench b;
    const bool texts = argc == 3 && strcmp(argv[1], "--texts") == 0;
    const bool file = texts || (argc == 3 && strcmp(argv[1], "--pairs") == 0);
    const uint64_t most = argc > 1 && !file ? number_in(argv[1]) : 60000;
    b.seed = argc > 2 && !file ? number_in(argv[2]) : 7;
    must(most > 2 && most < 100000000,
         "templates_bench [MESSAGES [SEED]] | --pairs FILE | --texts FILE");
    b.most = file ? 200000 : (uint32_t)most;
    b.arena = fh_arena_new(NULL);
    b.m = malloc(b.most * sizeof *b.m);
    b.pairs = malloc(b.most * sizeof *b.pairs);
    fh_usage *usage = NULL;
    fh_templates *templates = NULL;
    must(b.arena && b.m && b.pairs && fh_usage_new(fh_pages_allocator(), &usage, NULL) == FH_OK &&
             fh_templates_new(fh_pages_allocator(), &templates, NULL) == FH_OK,
         "out of memory");
    fh_str *ids = NULL;
    if (texts)
        read_texts(&b, argv[2]);
    else if (file)
        read_file(&b, argv[2], &ids);
    else
        make(&b);
    read_all(&b, usage);
    number_all(&b, usage, templates);
    if (ids)
        write_pairs(&b, ids, usage);
    else
        print_sum(&b);
    if (!file) {
        judge_variants(&b, usage);
        judge(&b);
    }
    fh_templates_free(templates);
    fh_usage_free(usage);
    fh_arena_free(b.arena);
    free(ids);
    free(b.shingle);
    free(b.m);
    free(b.pairs);
    return 0;
}

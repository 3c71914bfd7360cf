/* codec_numbers.c - columns of numbers that are not names.
 *
 *     VALUE, SCORE   presence bitmap, unless all are present (detail ALL)
 *                    bitmap of what is not 0, if that pays (detail SPARSE)
 *                    m numbers: svb, svb of zigzag, or raw 64 bits (codec)
 *     PROBLEM        svb of zigzag(problem - the one before)
 *     ID             raw 64 bits
 *     MEMBER         m places where it is not the customer: svb(step) svb(member)
 *     PAYLOAD        svb(length)
 */
#include "story/codecs.h"
#include "story/few.h"
#include "story/svb.h"

#include <string.h>

enum { PLAIN = 0, ZIGZAG = 1, RAW = 2 }; /* codec  */
enum { ALL = 1, SPARSE = 2 };            /* detail */
enum { BLOCK = 1024 };                   /* numbers read at a time, a multiple of 4 */

static size_t words_of(uint32_t n)
{
    return ((size_t)n + 63) / 64;
}

/* Of the first n. */
static uint32_t count_bits(const uint64_t *bits, uint32_t n)
{
    uint32_t count = 0;
    for (size_t w = 0; w < n / 64; w++) count += (uint32_t)__builtin_popcountll(bits[w]);
    const uint64_t rest = (UINT64_C(1) << n % 64) - 1;
    return n % 64 ? count + (uint32_t)__builtin_popcountll(bits[n / 64] & rest) : count;
}

/* Leaves bits from .. from + n - 1, which become the first. One word behind the last may be
 * read. */
static void keep_bits(uint64_t *bits, uint32_t from, uint32_t n)
{
    const uint32_t shift = from % 64;
    const uint64_t *at = bits + from / 64;
    for (size_t w = 0; w < words_of(n); w++)
        bits[w] = shift ? at[w] >> shift | at[w + 1] << (64 - shift) : at[w];
    if (n % 64) bits[n / 64] &= (UINT64_C(1) << n % 64) - 1;
}

/* ---- Values and scores --------------------------------------------------------- */

/* Either of the two columns, as 64-bit numbers. */
typedef struct numbers {
    const int64_t *value;
    const int32_t *score;
    const uint64_t *has;
} numbers;

static int64_t number_at(const numbers *c, uint32_t i)
{
    return c->value ? c->value[i] : c->score[i];
}

/* Presence without stray bits behind the last interaction. */
static uint64_t *own_bits(fh_arena *arena, const uint64_t *bits, uint32_t n)
{
    const size_t words = words_of(n);
    uint64_t *own = FH_NEW_ARRAY(arena, uint64_t, words + 1);
    if (!own) return NULL;
    memcpy(own, bits, words * sizeof *own);
    if (n % 64) own[words - 1] &= (UINT64_C(1) << n % 64) - 1;
    return own;
}

static uint32_t fit_codec(const numbers *c, const uint64_t *has, uint32_t n)
{
    uint32_t codec = PLAIN;
    for (uint32_t i = 0; i < n; i++) {
        if (!fh_bit(has, i)) continue;
        const int64_t v = number_at(c, i);
        if (v < INT32_MIN || v > INT32_MAX) return RAW;
        if (v < 0) codec = ZIGZAG;
    }
    return codec;
}

static fh_status put_numbers(fh_encoding *e, const numbers *c, fh_error *err)
{
    const uint32_t n = e->seg->n;
    uint64_t *has = own_bits(e->scratch, c->has, n), *bits = has;
    uint64_t *nonzero = FH_NEW_ARRAY(e->scratch, uint64_t, words_of(n));
    uint32_t *small = FH_NEW_ARRAY(e->scratch, uint32_t, n);
    if (!has || !nonzero || !small) return fh_no_memory(err);
    const uint32_t n_has = count_bits(has, n);
    e->empty = n_has == 0;
    if (e->empty) return FH_OK;
    for (uint32_t i = 0; i < n; i++)
        if (fh_bit(has, i) && number_at(c, i) != 0) nonzero[i / 64] |= UINT64_C(1) << i % 64;
    const uint32_t n_nonzero = count_bits(nonzero, n);
    e->head.codec = fit_codec(c, has, n);
    if (n_has == n)
        e->head.detail |= ALL;
    else
        fh_buf_put(e->out, has, words_of(n) * sizeof *has);
    if (n_has - n_nonzero > n / 8) { /* a zero takes 10 bits, the bitmap 1 an interaction */
        e->head.detail |= SPARSE;
        fh_buf_put(e->out, nonzero, words_of(n) * sizeof *nonzero);
        bits = nonzero;
    }
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!fh_bit(bits, i)) continue;
        const int64_t v = number_at(c, i);
        if (e->head.codec == RAW)
            fh_buf_put(e->out, &v, sizeof v);
        else
            small[m] = e->head.codec == PLAIN ? (uint32_t)v : fh_zigzag((int32_t)v);
        m++;
    }
    if (e->head.codec != RAW) fh_svb_encode(e->out, small, m);
    e->head.m = m;
    return FH_OK;
}

fh_status fh_encode_value(fh_encoding *e, fh_error *err)
{
    const numbers c = {.value = e->seg->value, .has = e->seg->has_value};
    e->empty = !c.value || !c.has || e->seg->n == 0;
    return e->empty ? FH_OK : put_numbers(e, &c, err);
}

fh_status fh_encode_score(fh_encoding *e, fh_error *err)
{
    const numbers c = {.score = e->seg->score, .has = e->seg->has_score};
    e->empty = !c.score || !c.has || e->seg->n == 0;
    return e->empty ? FH_OK : put_numbers(e, &c, err);
}

/* A decoded column before it is spread over the interactions. */
typedef struct dense {
    uint64_t *has;      /* [words] presence                   */
    uint64_t *bits;     /* [words] where the numbers belong   */
    uint32_t before, m; /* m numbers are wanted, of those stored the ones after `before` */
    const int64_t *number;
} dense;

/* Takes a bitmap from the body. NULL: cut short, or bits beyond the end. */
static uint64_t *read_bits(const fh_blob *blob, size_t *used, uint64_t *to)
{
    const size_t words = words_of(blob->n), bytes = words * sizeof *to;
    if (blob->len - *used < bytes) return NULL;
    memcpy(to, blob->body + *used, bytes);
    *used += bytes;
    const uint32_t tail = blob->n % 64;
    if (tail && to[words - 1] >> tail) return NULL;
    return to;
}

static bool read_presence(const fh_blob *blob, size_t *used, uint64_t *has, uint64_t *nonzero,
                          dense *out)
{
    const size_t words = words_of(blob->n);
    if (blob->detail & ALL) {
        memset(has, 0xff, words * sizeof *has);
        if (blob->n % 64) has[words - 1] = (UINT64_C(1) << blob->n % 64) - 1;
    } else if (!read_bits(blob, used, has)) {
        return false;
    }
    out->has = out->bits = has;
    if (blob->detail & SPARSE) {
        out->bits = read_bits(blob, used, nonzero);
        if (!out->bits) return false;
        for (size_t w = 0; w < words; w++)
            if (nonzero[w] & ~has[w]) return false;
    }
    return count_bits(out->bits, blob->n) == blob->m;
}

/* From the bits of all interactions to those of the ones wanted. */
static void narrow_bits(const fh_space *space, const fh_blob *blob, dense *d)
{
    const uint32_t n = space->seg.n;
    d->before = 0;
    d->m = blob->m;
    if (n == blob->n) return;
    d->before = count_bits(d->bits, space->skipped);
    keep_bits(d->bits, space->skipped, n);
    if (d->has != d->bits) keep_bits(d->has, space->skipped, n);
    d->m = count_bits(d->bits, n);
}

/* The numbers wanted of those after the bitmaps, as 64 bits, in scratch. */
static fh_status read_numbers(fh_space *space, const fh_blob *blob, size_t used, dense *out,
                              fh_error *err)
{
    const uint32_t m = out->m;
    const uint8_t *bytes = blob->body + used;
    const size_t len = blob->len - used;
    const fh_reach reach = fh_reach_of(out->before, m, blob->m, FH_SVB_GROUP);
    fh_svb s;
    const bool fits = blob->codec == RAW ? len == (size_t)blob->m * sizeof(int64_t)
                                         : fh_svb_open(&s, bytes, len, blob->m) && s.bytes == len;
    if (!fits) return fh_corrupt(err, blob->column, "its length contradicts its count");
    int64_t *number = fh_space_scratch(space, 0, m, sizeof *number);
    uint32_t *small = fh_space_scratch(space, 1, reach.n, sizeof *small);
    if (!number || !small) return fh_no_memory(err);
    if (blob->codec == RAW) {
        if (m) memcpy(number, bytes + out->before * sizeof *number, m * sizeof *number);
    } else {
        fh_svb_skip(&s, reach.at);
        (void)fh_svb_read(&s, small, reach.n);
        small += reach.ahead;
        if (blob->codec == PLAIN)
            for (uint32_t k = 0; k < m; k++) number[k] = small[k];
        else
            for (uint32_t k = 0; k < m; k++) number[k] = fh_unzigzag(small[k]);
    }
    out->number = number;
    return FH_OK;
}

static fh_status read_dense(fh_space *space, const fh_blob *blob, dense *out, fh_error *err)
{
    const size_t words = words_of(blob->n);
    if (blob->codec > RAW || blob->detail > (ALL | SPARSE))
        return fh_corrupt(err, blob->column, "its head contradicts itself");
    uint64_t *has =
        fh_space_part(space, (fh_column)blob->column, FH_PART_ASIDE, words, sizeof *has);
    uint64_t *nonzero = fh_space_scratch(space, 2, words, sizeof *nonzero);
    if (!has || !nonzero) return fh_no_memory(err);
    size_t used = 0;
    if (!read_presence(blob, &used, has, nonzero, out))
        return fh_corrupt(err, blob->column, "its presence bits contradict its counts");
    narrow_bits(space, blob, out);
    return read_numbers(space, blob, used, out, err);
}

fh_status fh_decode_value(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t n = space->seg.n;
    dense d;
    const fh_status status = read_dense(space, blob, &d, err);
    if (status != FH_OK) return status;
    int64_t *value = fh_space_part(space, FH_COL_VALUE, FH_PART_MAIN, n, sizeof *value);
    if (!value) return fh_no_memory(err);
    memset(value, 0, (size_t)n * sizeof *value);
    const int64_t *number = d.number;
    for (size_t w = 0; w < words_of(n); w++)
        for (uint64_t bits = d.bits[w]; bits; bits &= bits - 1)
            value[w * 64 + (size_t)__builtin_ctzll(bits)] = *number++;
    space->seg.value = value;
    space->seg.has_value = d.has;
    return FH_OK;
}

fh_status fh_decode_score(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t n = space->seg.n;
    dense d;
    const fh_status status = read_dense(space, blob, &d, err);
    if (status != FH_OK) return status;
    int32_t *score = fh_space_part(space, FH_COL_SCORE, FH_PART_MAIN, n, sizeof *score);
    if (!score) return fh_no_memory(err);
    for (uint32_t k = 0; k < d.m; k++)
        if (d.number[k] < INT32_MIN || d.number[k] > INT32_MAX)
            return fh_corrupt(err, blob->column, "a score is too large");
    memset(score, 0, (size_t)n * sizeof *score);
    const int64_t *number = d.number;
    for (size_t w = 0; w < words_of(n); w++)
        for (uint64_t bits = d.bits[w]; bits; bits &= bits - 1)
            score[w * 64 + (size_t)__builtin_ctzll(bits)] = (int32_t)*number++;
    space->seg.score = score;
    space->seg.has_score = d.has;
    return FH_OK;
}

/* ---- The others ------------------------------------------------------------------ */

fh_status fh_encode_problem(fh_encoding *e, fh_error *err)
{
    const uint32_t *problem = e->seg->problem;
    const uint32_t n = e->seg->n;
    uint32_t any = 0, before = 0;
    for (uint32_t i = 0; problem && i < n; i++) any |= problem[i];
    e->empty = any == 0;
    if (e->empty) return FH_OK;
    uint32_t *step = FH_NEW_ARRAY(e->scratch, uint32_t, n);
    if (!step) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        step[i] = fh_zigzag((int32_t)(problem[i] - before));
        before = problem[i];
    }
    fh_svb_encode(e->out, step, n);
    return FH_OK;
}

/* What n steps come to, a multiple of 4, read through `block`. */
static uint32_t sum_steps(fh_svb *s, uint32_t *block, size_t n)
{
    uint32_t sum = 0;
    while (n > 0) {
        const size_t step = n < BLOCK ? n : BLOCK;
        (void)fh_svb_read(s, block, step);
        for (size_t i = 0; i < step; i++) sum += (uint32_t)fh_unzigzag(block[i]);
        n -= step;
    }
    return sum;
}

fh_status fh_decode_problem(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const fh_reach reach = fh_reach_of(space->skipped, space->seg.n, blob->n, FH_SVB_GROUP);
    fh_svb s;
    if (!fh_svb_open(&s, blob->body, blob->len, blob->n) || s.bytes != blob->len)
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    uint32_t *problem =
        fh_space_part(space, FH_COL_PROBLEM, FH_PART_MAIN, reach.n, sizeof *problem);
    uint32_t *block = fh_space_scratch(space, 0, BLOCK, sizeof *block);
    if (!problem || !block) return fh_no_memory(err);
    uint32_t number = sum_steps(&s, block, reach.at);
    (void)fh_svb_read(&s, problem, reach.n);
    for (size_t i = 0; i < reach.n; i++) {
        number += (uint32_t)fh_unzigzag(problem[i]);
        problem[i] = number;
    }
    space->seg.problem = problem + reach.ahead;
    return FH_OK;
}

fh_status fh_encode_id(fh_encoding *e, fh_error *err)
{
    (void)err;
    uint64_t any = 0;
    for (uint32_t i = 0; e->seg->id && i < e->seg->n; i++) any |= e->seg->id[i];
    e->empty = any == 0;
    if (!e->empty) fh_buf_put(e->out, e->seg->id, (size_t)e->seg->n * sizeof *e->seg->id);
    return FH_OK;
}

fh_status fh_decode_id(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t n = space->seg.n;
    if (blob->len != (size_t)blob->n * sizeof(uint64_t))
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    uint64_t *id = fh_space_part(space, FH_COL_ID, FH_PART_MAIN, n, sizeof *id);
    if (!id) return fh_no_memory(err);
    if (n) memcpy(id, blob->body + space->skipped * sizeof *id, n * sizeof *id);
    space->seg.id = id;
    return FH_OK;
}

fh_status fh_encode_member(fh_encoding *e, fh_error *err)
{
    const fh_segment *seg = e->seg;
    e->empty = !seg->member;
    if (e->empty) return FH_OK;
    uint32_t *step = FH_NEW_ARRAY(e->scratch, uint32_t, seg->n);
    uint32_t *member = FH_NEW_ARRAY(e->scratch, uint32_t, seg->n);
    if (!step || !member) return fh_no_memory(err);
    uint32_t m = 0, before = 0;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            if (!seg->member[i] || seg->member[i] == seg->customer[s]) continue;
            step[m] = i - before;
            member[m++] = seg->member[i];
            before = i;
        }
    }
    e->empty = m == 0;
    if (e->empty) return FH_OK;
    e->head.m = m;
    fh_svb_encode(e->out, step, m);
    fh_svb_encode(e->out, member, m);
    return FH_OK;
}

fh_status fh_decode_member(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const fh_segment *seg = &space->seg;
    const uint32_t n = seg->n, m = blob->m;
    fh_svb steps, members;
    if (m > blob->n || !fh_svb_open(&steps, blob->body, blob->len, m) ||
        !fh_svb_open(&members, blob->body + steps.bytes, blob->len - steps.bytes, m) ||
        steps.bytes + members.bytes != blob->len)
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    uint32_t *all = fh_space_part(space, FH_COL_MEMBER, FH_PART_MAIN, n, sizeof *all);
    uint32_t *step = fh_space_scratch(space, 0, BLOCK, sizeof *step);
    uint32_t *member = fh_space_scratch(space, 1, BLOCK, sizeof *member);
    if (!all || !step || !member) return fh_no_memory(err);
    for (uint32_t s = 0; s < seg->n_stories; s++)
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) all[i] = seg->customer[s];
    uint64_t at = 0;
    for (uint32_t k = 0; k < m; k++) {
        const uint32_t i = k % BLOCK;
        if (i == 0) {
            (void)fh_svb_read(&steps, step, m - k < BLOCK ? m - k : BLOCK);
            (void)fh_svb_read(&members, member, m - k < BLOCK ? m - k : BLOCK);
        }
        at += step[i];
        if (at >= blob->n || member[i] == 0)
            return fh_corrupt(err, blob->column, "it names an impossible place or customer");
        if (at - space->skipped < n) all[at - space->skipped] = member[i];
    }
    space->seg.member = all;
    return FH_OK;
}

fh_status fh_encode_payload_len(fh_encoding *e, fh_error *err)
{
    (void)err;
    uint32_t any = 0;
    for (uint32_t i = 0; e->seg->payload_len && i < e->seg->n; i++) any |= e->seg->payload_len[i];
    e->empty = any == 0;
    if (!e->empty) fh_svb_encode(e->out, e->seg->payload_len, e->seg->n);
    return FH_OK;
}

fh_status fh_decode_payload_len(fh_space *space, const fh_blob *blob, fh_error *err)
{
    fh_status status = FH_OK;
    const uint32_t *len = fh_svb_column(space, blob, &status, err);
    if (status == FH_OK) space->seg.payload_len = len;
    return status;
}

/* ---- Of a few stories ------------------------------------------------------------ */

/* Numbers belong to bits; held->before counts those before every block of bits. */
enum { BITS_BLOCK = 512 };

static uint64_t word_at(const uint8_t *bits, size_t w)
{
    uint64_t word;
    memcpy(&word, bits + w * sizeof word, sizeof word);
    return word;
}

/* A bitmap of the body; NULL: cut short, or bits beyond the end. */
static const uint8_t *find_bits(const fh_blob *blob, size_t *used)
{
    const size_t bytes = words_of(blob->n) * sizeof(uint64_t);
    const uint8_t *bits = blob->body + *used;
    if (blob->len - *used < bytes) return NULL;
    *used += bytes;
    if (blob->n % 64 && word_at(bits, blob->n / 64) >> blob->n % 64) return NULL;
    return bits;
}

/* Finds the bitmaps, checks them as read_presence does, and counts blocks. */
static bool hold_bits(fh_held *held, size_t *used)
{
    const fh_blob *blob = &held->blob;
    if (!(blob->detail & ALL) && !(held->has = find_bits(blob, used))) return false;
    held->bits = held->has;
    if (blob->detail & SPARSE && !(held->bits = find_bits(blob, used))) return false;
    uint32_t n = 0;
    for (size_t w = 0; held->bits && w < words_of(blob->n); w++) {
        const uint64_t word = word_at(held->bits, w);
        if (held->has && word & ~word_at(held->has, w)) return false;
        if (w % (BITS_BLOCK / 64) == 0) held->before[w / (BITS_BLOCK / 64)] = n;
        n += (uint32_t)__builtin_popcountll(word);
    }
    return (held->bits ? n : blob->n) == blob->m;
}

fh_status fh_hold_numbers(fh_held *held, fh_error *err)
{
    const fh_blob *blob = &held->blob;
    size_t used = 0;
    if (blob->codec > RAW || blob->detail > (ALL | SPARSE))
        return fh_corrupt(err, blob->column, "its head contradicts itself");
    if (!fh_held_before(held, (size_t)blob->n / BITS_BLOCK + 1)) return fh_no_memory(err);
    if (!hold_bits(held, &used))
        return fh_corrupt(err, blob->column, "its presence bits contradict its counts");
    if (blob->codec != RAW) return fh_held_open(held, used, blob->m, err);
    held->numbers.data = blob->body + used;
    if (blob->len - used != (size_t)blob->m * sizeof(int64_t))
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    return FH_OK;
}

static bool bit_at(const uint8_t *bits, uint32_t i)
{
    return !bits || (bits[i / 8] >> i % 8 & 1);
}

/* How many numbers belong to interactions before `at`. */
static uint32_t numbers_before(const fh_held *held, uint32_t at)
{
    if (!held->bits) return at;
    uint32_t n = held->before[at / BITS_BLOCK];
    for (size_t w = at / BITS_BLOCK * (BITS_BLOCK / 64); w < at / 64; w++)
        n += (uint32_t)__builtin_popcountll(word_at(held->bits, w));
    if (at % 64 == 0) return n;
    const uint64_t rest = word_at(held->bits, at / 64) & ((UINT64_C(1) << at % 64) - 1);
    return n + (uint32_t)__builtin_popcountll(rest);
}

/* One stretch's numbers, of those that are there, as 64 bits. */
static void few_numbers(const fh_held *held, const fh_stretch *w, uint32_t *room, int64_t *number)
{
    const uint32_t before = numbers_before(held, w->at);
    uint32_t m = 0;
    for (uint32_t i = 0; i < w->n; i++) m += bit_at(held->bits, w->at + i);
    if (m == 0) return;
    if (held->blob.codec == RAW) {
        memcpy(number, held->numbers.data + before * sizeof *number, m * sizeof *number);
        return;
    }
    const uint32_t *small = fh_held_numbers(held, before, m, room);
    for (uint32_t k = 0; k < m; k++)
        number[k] = held->blob.codec == PLAIN ? (int64_t)small[k] : fh_unzigzag(small[k]);
}

typedef struct few {
    uint64_t *has;
    int64_t *all;    /* [seg.n] 0 where there is none */
    int64_t *number; /* of one stretch */
    uint32_t *room;
} few;

static fh_status few_dense(fh_space *space, const fh_held *held, const fh_picked *picked,
                           int64_t *all, uint64_t **has, fh_error *err)
{
    const uint32_t n = space->seg.n, column = held->blob.column;
    few f = {.all = all};
    f.has = fh_space_part(space, (fh_column)column, FH_PART_ASIDE, words_of(n), sizeof *f.has);
    f.number = fh_space_scratch(space, 0, fh_held_room(picked), sizeof *f.number);
    f.room = fh_space_scratch(space, 1, fh_held_room(picked), sizeof *f.room);
    if (!f.all || !f.has || !f.number || !f.room) return fh_no_memory(err);
    memset(f.has, 0, words_of(n) * sizeof *f.has);
    for (uint32_t k = 0, at = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        const int64_t *number = f.number;
        few_numbers(held, w, f.room, f.number);
        for (uint32_t i = w->at; i < w->at + w->n; i++, at++) {
            f.all[at] = bit_at(held->bits, i) ? *number++ : 0;
            f.has[at / 64] |= (uint64_t)bit_at(held->has, i) << at % 64;
        }
    }
    *has = f.has;
    return FH_OK;
}

fh_status fh_few_value(fh_space *space, const fh_held *held, const fh_picked *picked, fh_error *err)
{
    int64_t *value = fh_space_part(space, FH_COL_VALUE, FH_PART_MAIN, space->seg.n, sizeof *value);
    uint64_t *has = NULL;
    const fh_status status = few_dense(space, held, picked, value, &has, err);
    if (status != FH_OK) return status;
    space->seg.value = value;
    space->seg.has_value = has;
    return FH_OK;
}

fh_status fh_few_score(fh_space *space, const fh_held *held, const fh_picked *picked, fh_error *err)
{
    const uint32_t n = space->seg.n;
    int64_t *wide = fh_space_scratch(space, 2, n, sizeof *wide);
    int32_t *score = fh_space_part(space, FH_COL_SCORE, FH_PART_MAIN, n, sizeof *score);
    uint64_t *has = NULL;
    if (!score) return fh_no_memory(err);
    const fh_status status = few_dense(space, held, picked, wide, &has, err);
    if (status != FH_OK) return status;
    for (uint32_t i = 0; i < n; i++) {
        if (wide[i] < INT32_MIN || wide[i] > INT32_MAX)
            return fh_corrupt(err, FH_COL_SCORE, "a score is too large");
        score[i] = (int32_t)wide[i];
    }
    space->seg.score = score;
    space->seg.has_score = has;
    return FH_OK;
}

/* Each problem is told as a step from the one before: held->before is where each block of
 * numbers begins. */
fh_status fh_hold_problem(fh_held *held, fh_error *err)
{
    const uint32_t n = held->blob.n;
    uint32_t block[FH_SVB_BLOCK + 8];
    fh_status status = fh_held_open(held, 0, n, err);
    if (status != FH_OK) return status;
    if (!fh_held_before(held, fh_svb_places(n))) return fh_no_memory(err);
    fh_svb s = held->numbers;
    uint32_t number = 0;
    for (size_t b = 0; b < fh_svb_places(n); b++) {
        held->before[b] = number;
        number += sum_steps(&s, block, s.left < FH_SVB_BLOCK ? s.left : FH_SVB_BLOCK);
    }
    return FH_OK;
}

fh_status fh_few_problem(fh_space *space, const fh_held *held, const fh_picked *picked,
                         fh_error *err)
{
    const uint32_t n = space->seg.n;
    uint32_t *problem = fh_space_part(space, FH_COL_PROBLEM, FH_PART_MAIN, n, sizeof *problem);
    uint32_t *room = fh_space_scratch(space, 0, fh_held_room(picked), sizeof *room);
    if (!problem || !room) return fh_no_memory(err);
    for (uint32_t k = 0, at = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        const uint32_t ahead = w->at % FH_SVB_BLOCK;
        const uint32_t *step = fh_held_numbers(held, w->at - ahead, ahead + w->n, room);
        uint32_t number = held->before[w->at / FH_SVB_BLOCK];
        for (uint32_t i = 0; i < ahead; i++) number += (uint32_t)fh_unzigzag(step[i]);
        for (uint32_t i = ahead; i < ahead + w->n; i++)
            problem[at++] = number += (uint32_t)fh_unzigzag(step[i]);
    }
    space->seg.problem = problem;
    return FH_OK;
}

/* usage.c - how often words and shingles are used: counters by hash, of a fixed size.
 *
 * Two tables: sentences an anchor stands in (2^19 counters of 32 bits), messages a shingle is
 * in (2^22 of 16). Two hashes that fall on one counter are counted together, which makes rare
 * ones seem a little less rare; at ten million different shingles a counter carries two or
 * three, far from the least a boilerplate needs. Counters stay at their maximum.
 *
 * Adding is commutative, so parts counted apart may be merged in any order.
 */
#include "text/usage.h"

#include "text/wire.h"

#include <math.h>
#include <string.h>

enum {
    ANCHOR_BITS = 19,
    SHINGLE_BITS = 22,
    BOILERPLATE_LEAST = 60, /* messages */
    BOILERPLATE_PART = 10,  /* of all messages a tenth */
    RARE_MOST = 30,
    RARE_PART = 200
};

struct fh_usage {
    fh_allocator from;
    uint64_t messages, sentences;
    uint32_t *anchor;  /* [1 << ANCHOR_BITS]  */
    uint16_t *shingle; /* [1 << SHINGLE_BITS] */
};

static const char magic[8] = {'F', 'H', 'U', 'S', 'A', 'G', 'E', 1};
static const size_t anchor_bytes = sizeof(uint32_t) << ANCHOR_BITS;
static const size_t shingle_bytes = sizeof(uint16_t) << SHINGLE_BITS;

static uint32_t slot(uint32_t hash, uint32_t bits)
{
    return hash * 0x9e3779b1u >> (32 - bits);
}

static uint32_t add_u32(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static uint16_t add_u16(uint16_t a, uint16_t b)
{
    const uint32_t sum = (uint32_t)a + b;
    return sum > UINT16_MAX ? UINT16_MAX : (uint16_t)sum;
}

static uint64_t add_u64(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

fh_status fh_usage_new(const fh_allocator *from, fh_usage **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    fh_usage *usage = from->alloc(from->ctx, sizeof *usage);
    if (!usage) return fh_no_memory(err);
    *usage = (fh_usage){.from = *from};
    usage->anchor = from->alloc(from->ctx, anchor_bytes);
    usage->shingle = usage->anchor ? from->alloc(from->ctx, shingle_bytes) : NULL;
    if (!usage->shingle) {
        fh_usage_free(usage);
        return fh_no_memory(err);
    }
    memset(usage->anchor, 0, anchor_bytes);
    memset(usage->shingle, 0, shingle_bytes);
    *out = usage;
    return FH_OK;
}

void fh_usage_free(fh_usage *usage)
{
    if (!usage) return;
    const fh_allocator from = usage->from;
    if (usage->anchor) from.free(from.ctx, usage->anchor, anchor_bytes);
    if (usage->shingle) from.free(from.ctx, usage->shingle, shingle_bytes);
    from.free(from.ctx, usage, sizeof *usage);
}

void fh_usage_add(fh_usage *usage, const fh_text *text)
{
    usage->messages = add_u64(usage->messages, 1);
    usage->sentences = add_u64(usage->sentences, text->n_sentences);
    for (uint32_t i = 0; i < text->n_sentences; i++) {
        const fh_sentence *s = &text->sentence[i];
        for (uint32_t k = 0; k < s->n_anchors; k++) {
            uint32_t *c = &usage->anchor[slot(s->anchor[k], ANCHOR_BITS)];
            *c = add_u32(*c, 1);
        }
    }
    for (uint32_t i = 0; i < text->n_shingles; i++) {
        uint16_t *c = &usage->shingle[slot(text->shingle[i], SHINGLE_BITS)];
        *c = add_u16(*c, 1);
    }
}

void fh_usage_merge(fh_usage *into, const fh_usage *from)
{
    into->messages = add_u64(into->messages, from->messages);
    into->sentences = add_u64(into->sentences, from->sentences);
    for (size_t i = 0; i < (size_t)1 << ANCHOR_BITS; i++)
        into->anchor[i] = add_u32(into->anchor[i], from->anchor[i]);
    for (size_t i = 0; i < (size_t)1 << SHINGLE_BITS; i++)
        into->shingle[i] = add_u16(into->shingle[i], from->shingle[i]);
}

uint64_t fh_usage_messages(const fh_usage *usage)
{
    return usage->messages;
}

double fh_usage_weight(const fh_usage *usage, uint32_t anchor)
{
    const double df = usage->anchor[slot(anchor, ANCHOR_BITS)], n = (double)usage->sentences;
    return df > n ? 0 : log((n + 1) / (df + 1));
}

uint32_t fh_usage_shingle(const fh_usage *usage, uint32_t shingle)
{
    const uint32_t df = usage->shingle[slot(shingle, SHINGLE_BITS)];
    return df ? df : 1;
}

static bool is_boilerplate(const fh_usage *usage, uint32_t df)
{
    const uint64_t part = usage->messages / BOILERPLATE_PART;
    const uint64_t most = part >= UINT16_MAX ? UINT16_MAX - 1 : part;
    return df >= BOILERPLATE_LEAST && df > most;
}

bool fh_usage_common(const fh_usage *usage, uint32_t shingle)
{
    return is_boilerplate(usage, fh_usage_shingle(usage, shingle));
}

static double weight_of(const fh_usage *usage, uint32_t df)
{
    if (is_boilerplate(usage, df)) return 0;
    const double rarity = log(1 + (double)(usage->messages ? usage->messages : 1) / df);
    return rarity * rarity * rarity;
}

double fh_shingle_weight(const fh_usage *usage, uint32_t shingle)
{
    return usage ? weight_of(usage, fh_usage_shingle(usage, shingle)) : 1;
}

void fh_weights_begin(fh_weights *kept, const fh_usage *usage)
{
    if (!usage || (kept->some && kept->messages == usage->messages)) return;
    kept->some = true;
    kept->messages = usage->messages;
    for (uint32_t i = 0; i < FH_WEIGHTS_KEPT; i++) kept->of[i] = -1;
}

double fh_weight_kept(fh_weights *kept, const fh_usage *usage, uint32_t used_in)
{
    if (used_in >= FH_WEIGHTS_KEPT) return weight_of(usage, used_in);
    if (kept->of[used_in] < 0) kept->of[used_in] = weight_of(usage, used_in);
    return kept->of[used_in];
}

double fh_weights_of(fh_weights *kept, const fh_usage *usage, uint32_t shingle)
{
    return usage ? fh_weight_kept(kept, usage, fh_usage_shingle(usage, shingle)) : 1;
}

void fh_usage_shingles(const fh_usage *usage, fh_shingles s, uint32_t *used_in)
{
    for (uint32_t i = 0; i < s.n; i++) used_in[i] = fh_usage_shingle(usage, s.at[i]);
}

uint32_t fh_usage_rare_most(const fh_usage *usage)
{
    const uint64_t part = usage->messages / RARE_PART;
    return part < RARE_MOST ? RARE_MOST : part < UINT16_MAX ? (uint32_t)part : UINT16_MAX;
}

/* ---- Bytes ---- */

/* Entries are (gap since the last counter that is not 0, count), the anchors' first. */
fh_status fh_usage_encode(const fh_usage *usage, fh_buf *out, fh_error *err)
{
    unsigned char some[4096];
    const size_t head = fh_wire_begin(out);
    uint64_t count = 0;
    uint32_t last = 0;
    size_t at = 0;
    fh_wire_number(out, usage->messages);
    fh_wire_number(out, usage->sentences);
    for (uint32_t i = 0; i < (1u << ANCHOR_BITS) + (1u << SHINGLE_BITS); i++) {
        const uint32_t n =
            i < 1u << ANCHOR_BITS ? usage->anchor[i] : usage->shingle[i - (1u << ANCHOR_BITS)];
        if (!n) continue;
        at += fh_wire_bytes(i - last, some + at);
        at += fh_wire_bytes(n, some + at);
        if (at > sizeof some - 2 * FH_WIRE_NUMBER_MOST) {
            fh_buf_put(out, some, at);
            at = 0;
        }
        last = i;
        count++;
    }
    fh_buf_put(out, some, at);
    fh_wire_end(out, head, magic, count);
    return fh_wire_done(out, err);
}

/* Reads all entries; with `to` NULL only to see whether they can be. */
static bool entries_read(fh_wire w, uint64_t count, fh_usage *to)
{
    const uint32_t anchors = 1u << ANCHOR_BITS, all = anchors + (1u << SHINGLE_BITS);
    const uint64_t messages = fh_wire_take(&w, UINT64_MAX);
    const uint64_t sentences = fh_wire_take(&w, UINT64_MAX);
    uint64_t at = 0;
    for (uint64_t i = 0; i < count && !w.bad; i++) {
        const uint64_t gap = fh_wire_take(&w, all);
        if (i && gap == 0) return false;
        at += gap;
        if (at >= all) return false;
        const uint64_t n = fh_wire_take(&w, at < anchors ? UINT32_MAX : UINT16_MAX);
        if (n == 0 || w.bad) return false;
        if (!to) continue;
        if (at < anchors)
            to->anchor[at] = (uint32_t)n;
        else
            to->shingle[at - anchors] = (uint16_t)n;
    }
    if (to) {
        to->messages = messages;
        to->sentences = sentences;
    }
    return !w.bad && w.at == w.end;
}

fh_status fh_usage_decode(fh_usage *usage, fh_str bytes, fh_error *err)
{
    fh_wire w;
    uint64_t count;
    if (!fh_wire_open(&w, bytes, magic, &count) || !entries_read(w, count, NULL))
        return fh_wire_corrupt(err, "the counters of words");
    memset(usage->anchor, 0, anchor_bytes);
    memset(usage->shingle, 0, shingle_bytes);
    (void)entries_read(w, count, usage);
    return FH_OK;
}

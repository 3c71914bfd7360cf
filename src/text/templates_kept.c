/* templates_kept.c - templates as bytes: pieces of 1024, each in two parts.
 *
 *     bands     head  a bit for each template: has two signatures  its 32 or 64 bands, 4 bytes each
 *     shingles  head  where each template's end, 4 bytes each  { how many, the gaps between them }
 *
 * Both are read when work begins and lie in memory as they are kept. What is new is in memory as a
 * whole, and only pieces with something new are written. The last piece may be a part: it is read
 * into memory, so that it can be gone on with.
 *
 * Bytes are checked by their checksums, and not believed beyond that: of a damaged piece no
 * message is a template, and its numbers are given to nobody else. Whoever looks empties it and
 * looks at all messages again, so that they become templates anew, of other numbers.
 *
 * The form before had all templates in one, without bands (fh_templates_decode).
 */
#include "text/templates.h"
#include "text/wire.h"

#include "base/checked.h"

#include <string.h>

static const char magic[8] = {'F', 'H', 'T', 'E', 'M', 'P', 'L', 1};
static const char magic_bands[8] = {'F', 'H', 'B', 'A', 'N', 'D', 'S', 1};
static const char magic_shingles[8] = {'F', 'H', 'S', 'H', 'I', 'N', 'G', 1};
static const char what[] = "the templates of messages";
static const size_t key_bytes = sizeof(uint32_t) * FH_BANDS;
/* Of a signature of a piece in memory: its bands, and whose it is. */
#define SIGNATURE_BYTES (key_bytes + sizeof(uint16_t))

/* ---- Pieces ---- */

enum { SLAB_LEAST = 2 << 20, SLAB_MOST = 16 << 20, ALIGN = 8 };

static fh_slab *slab_new(fh_templates *t, size_t least)
{
    size_t size = t->slab ? 2 * t->slab->size : 0;
    if (size && size < SLAB_LEAST) size = SLAB_LEAST;
    if (size > SLAB_MOST) size = SLAB_MOST;
    if (size < least || t->from.block_size) size = least;
    fh_slab *slab = t->from.alloc(t->from.ctx, size);
    if (!slab) return NULL;
    *slab = (fh_slab){.before = t->slab, .size = size, .used = sizeof *slab};
    t->slab = slab;
    return slab;
}

/* Room until all is freed; not emptied. NULL: out of memory. */
static void *piece_room(fh_templates *t, size_t bytes)
{
    fh_slab *slab = t->slab;
    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!slab || slab->size - slab->used < bytes) slab = slab_new(t, bytes + sizeof *slab);
    if (!slab) return NULL;
    slab->used += bytes;
    return (char *)slab + slab->used - bytes;
}

void fh_templates_drop_pieces(fh_templates *t)
{
    const fh_allocator *from = &t->from;
    while (t->slab) {
        fh_slab *before = t->slab->before;
        from->free(from->ctx, t->slab, t->slab->size);
        t->slab = before;
    }
    if (t->piece) from->free(from->ctx, t->piece, t->cap_pieces * sizeof *t->piece);
    if (t->other) from->free(from->ctx, t->other, t->cap_other * sizeof *t->other);
}

/* The bytes of a piece's bands: n templates, n_signatures of FH_BANDS bands each. */
typedef struct kept_bands {
    uint32_t n, n_signatures;
    uint32_t two[FH_TEMPLATES_PIECE / 32]; /* bits: has two signatures */
    const unsigned char *key;
} kept_bands;

static uint32_t signatures_of(const kept_bands *k, uint32_t i)
{
    return 1 + (k->two[i / 32] >> (i % 32) & 1);
}

/* n 0: there are none, or they are damaged. */
static void open_bands(fh_str bytes, fh_wire *w, kept_bands *out)
{
    uint64_t count;
    *out = (kept_bands){.n = 0};
    if (!fh_wire_open(w, bytes, magic_bands, &count)) return;
    const size_t left = (size_t)(w->end - w->at);
    if (count == 0 || count > FH_TEMPLATES_PIECE || left < sizeof out->two) return;
    memcpy(out->two, w->at, sizeof out->two);
    for (uint32_t i = 0; i < count; i++) out->n_signatures += signatures_of(out, i);
    if (left - sizeof out->two != out->n_signatures * key_bytes) return;
    out->key = w->at + sizeof out->two;
    out->n = (uint32_t)count;
}

/* Bands as they are kept, signature by signature, by place: a few signatures at a time, so that
 * what is read and what is written are whole lines of the cache. */
static void put_by_place(const kept_bands *k, uint32_t *to)
{
    enum { FEW = 16 };
    uint32_t key[FEW][FH_BANDS];
    for (uint32_t s = 0; s < k->n_signatures; s += FEW) {
        const uint32_t left = k->n_signatures - s, n = left < FEW ? left : FEW;
        memcpy(key, k->key + s * key_bytes, n * key_bytes);
        for (uint32_t b = 0; b < FH_BANDS; b++)
            for (uint32_t i = 0; i < n; i++) to[(size_t)b * k->n_signatures + s + i] = key[i][b];
    }
}

static fh_status read_bands(fh_templates *t, const kept_bands *k, fh_piece *p, fh_error *err)
{
    p->key = piece_room(t, k->n_signatures * SIGNATURE_BYTES);
    if (!p->key) return fh_no_memory(err);
    p->n = k->n;
    p->n_signatures = k->n_signatures;
    p->owner = (uint16_t *)(p->key + (size_t)k->n_signatures * FH_BANDS);
    put_by_place(k, p->key);
    for (uint32_t i = 0, s = 0; i < k->n; i++)
        for (uint32_t end = s + signatures_of(k, i); s < end; s++) p->owner[s] = (uint16_t)i;
    return FH_OK;
}

/* Are these the shingles of a piece of n templates? Where each begins is all that is looked at. */
static bool are_shingles(fh_str bytes, uint32_t n)
{
    fh_wire w;
    uint64_t count;
    uint32_t end, before = 0;
    if (!fh_wire_open(&w, bytes, magic_shingles, &count) || count != n) return false;
    const size_t left = (size_t)(w.end - w.at), ends = n * sizeof end;
    if (left < ends) return false;
    for (uint32_t i = 0; i < n; i++) {
        memcpy(&end, w.at + i * sizeof end, sizeof end);
        if (end <= before || end > left - ends) return false;
        before = end;
    }
    return before == left - ends;
}

static bool is_empty(fh_str bytes, const char wanted[8])
{
    fh_wire w;
    uint64_t count;
    return fh_wire_open(&w, bytes, wanted, &count) && count == 0 && w.at == w.end;
}

static bool are_both_empty(fh_str bands, fh_str shingles)
{
    return is_empty(bands, magic_bands) && is_empty(shingles, magic_shingles);
}

bool fh_templates_piece_is_whole(fh_str bands, fh_str shingles)
{
    fh_wire w;
    kept_bands k;
    open_bands(bands, &w, &k);
    return k.n ? are_shingles(shingles, k.n) : are_both_empty(bands, shingles);
}

fh_status fh_templates_piece_emptied(fh_buf *bands, fh_buf *shingles, fh_error *err)
{
    const size_t bands_at = fh_wire_begin(bands), shingles_at = fh_wire_begin(shingles);
    fh_wire_end(bands, bands_at, magic_bands, 0);
    fh_wire_end(shingles, shingles_at, magic_shingles, 0);
    const fh_status status = fh_wire_done(bands, err);
    return status == FH_OK ? fh_wire_done(shingles, err) : status;
}

/* Damaged ones are left out. */
static fh_status read_shingles(fh_templates *t, fh_str bytes, uint32_t n, fh_piece *p,
                               fh_error *err)
{
    if (!are_shingles(bytes, n)) return FH_OK;
    p->bytes = piece_room(t, bytes.len);
    if (!p->bytes) return fh_no_memory(err);
    memcpy(p->bytes, bytes.ptr, bytes.len);
    return FH_OK;
}

static bool room_for_other(fh_templates *t, size_t n)
{
    size_t bytes;
    if (n <= t->cap_other) return true;
    if (!fh_mul_size(n + 256, sizeof *t->other, &bytes)) return false;
    uint32_t *fresh = t->from.alloc(t->from.ctx, bytes);
    if (!fresh) return false;
    if (t->other) t->from.free(t->from.ctx, t->other, t->cap_other * sizeof *t->other);
    t->other = fresh;
    t->cap_other = n + 256;
    return true;
}

static bool read_gaps(fh_wire *w, uint32_t n, uint32_t *shingle)
{
    uint64_t last = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint64_t gap = fh_wire_take(w, UINT32_MAX);
        if (w->bad || (k && gap == 0) || last + gap > UINT32_MAX) return false;
        last += gap;
        shingle[k] = (uint32_t)last;
    }
    return true;
}

/* The bytes of template i of a piece's shingles. */
static fh_wire one_of(const char *bytes, uint32_t n, uint32_t i)
{
    uint32_t from = 0, to;
    const char *ends = bytes + FH_WIRE_HEAD;
    if (i) memcpy(&from, ends + (i - 1) * sizeof from, sizeof from);
    memcpy(&to, ends + i * sizeof to, sizeof to);
    const unsigned char *p = (const unsigned char *)ends + n * sizeof to;
    return (fh_wire){p + from, p + to, false};
}

/* Into t->other; out->n 0 when they are damaged. */
static fh_status read_one(fh_templates *t, const char *bytes, uint32_t n, uint32_t i,
                          fh_shingles *out, fh_error *err)
{
    fh_wire w = one_of(bytes, n, i);
    const uint64_t many = fh_wire_take(&w, (uint64_t)(w.end - w.at));
    *out = (fh_shingles){NULL, 0};
    /* Each takes a byte, so nobody can ask for more room than there are bytes. */
    if (w.bad || many == 0 || many > (uint64_t)(w.end - w.at)) return FH_OK;
    if (!room_for_other(t, (size_t)many)) return fh_no_memory(err);
    if (read_gaps(&w, (uint32_t)many, t->other) && w.at == w.end)
        *out = (fh_shingles){t->other, (uint32_t)many};
    return FH_OK;
}

fh_status fh_templates_shingles(fh_templates *t, uint32_t number, fh_shingles *out, fh_error *err)
{
    *out = (fh_shingles){NULL, 0};
    if (number > t->n_known) {
        const fh_template *one = &t->one[number - t->n_known - 1];
        *out = (fh_shingles){t->pool + one->at, one->n};
        return FH_OK;
    }
    const uint32_t at = (number - 1) / FH_TEMPLATES_PIECE;
    if (!t->piece[at].bytes) return FH_OK;
    return read_one(t, t->piece[at].bytes, t->piece[at].n, (number - 1) % FH_TEMPLATES_PIECE, out,
                    err);
}

/* ---- Reading ---- */

/* Room for n more pieces. */
static fh_status room_for_pieces(fh_templates *t, uint32_t n, fh_error *err)
{
    if (n <= t->cap_pieces - t->n_pieces) return FH_OK;
    const size_t cap = (t->cap_pieces ? 2 * t->cap_pieces : 16) + n;
    fh_piece *wider = t->from.alloc(t->from.ctx, cap * sizeof *wider);
    if (!wider) return fh_no_memory(err);
    if (t->n_pieces) memcpy(wider, t->piece, t->n_pieces * sizeof *wider);
    if (t->piece) t->from.free(t->from.ctx, t->piece, t->cap_pieces * sizeof *t->piece);
    t->piece = wider;
    t->cap_pieces = cap;
    return FH_OK;
}

static fh_status append(fh_templates *t, const fh_piece *p, fh_error *err)
{
    const fh_status status = room_for_pieces(t, 1, err);
    if (status != FH_OK) return status;
    t->piece[t->n_pieces++] = *p;
    t->n_known += FH_TEMPLATES_PIECE;
    t->n = t->n_known;
    return FH_OK;
}

/* A part of a piece becomes templates in memory; *whole: all of them could be read. */
static fh_status take_part(fh_templates *t, const kept_bands *k, const fh_piece *p, bool *whole,
                           fh_error *err)
{
    const unsigned char *from = k->key;
    fh_status status = FH_OK;
    *whole = p->bytes != NULL;
    for (uint32_t i = 0; i < k->n && *whole && status == FH_OK; i++) {
        fh_shingles s;
        uint32_t key[FH_KEYS_MOST];
        const uint32_t n_signatures = signatures_of(k, i);
        status = read_one(t, p->bytes, k->n, i, &s, err);
        *whole = status == FH_OK && s.n > 0;
        if (!*whole) break;
        if (!fh_templates_room(t, s.n)) return fh_no_memory(err);
        memcpy(t->pool + t->n_pool, s.at, s.n * sizeof *s.at);
        memcpy(key, from, n_signatures * key_bytes);
        status = fh_templates_commit(t, s.n, key, n_signatures * FH_BANDS, err);
        from += n_signatures * key_bytes;
    }
    return status;
}

/* The numbers of a piece that cannot be read stay nobody's. */
static fh_status reserve(fh_templates *t, fh_error *err)
{
    const fh_piece none = {0};
    return append(t, &none, err);
}

static fh_status known_part(fh_templates *t, const kept_bands *k, const fh_piece *p, fh_error *err)
{
    bool whole = false;
    const fh_status status = take_part(t, k, p, &whole, err);
    if (status != FH_OK || whole) return status;
    t->n_made = t->n_pool = t->n_key = 0;
    t->n = t->n_known;
    if (t->bands.slot) memset(t->bands.slot, 0, t->bands.n_slots * sizeof *t->bands.slot);
    t->bands.used = 0;
    return reserve(t, err);
}

fh_status fh_templates_known(fh_templates *t, fh_str bands, fh_str shingles, fh_piece_taken *taken,
                             fh_error *err)
{
    fh_wire w;
    kept_bands k;
    fh_piece p = {.n = 0};
    fh_status status = FH_OK;
    *taken = (fh_piece_taken){0};
    if (t->n_made || t->n_known > UINT32_MAX - 2 * FH_TEMPLATES_PIECE) return FH_OK;
    open_bands(bands, &w, &k);
    const bool part = k.n < FH_TEMPLATES_PIECE;
    if (k.n) status = read_shingles(t, shingles, k.n, &p, err);
    taken->whole = k.n ? p.bytes != NULL : are_both_empty(bands, shingles);
    if (status == FH_OK && !part) status = read_bands(t, &k, &p, err);
    if (status == FH_OK && k.n == 0)
        status = reserve(t, err);
    else if (status == FH_OK)
        status = part ? known_part(t, &k, &p, err) : append(t, &p, err);
    taken->taken = status == FH_OK;
    t->n_kept = t->n;
    return status;
}

/* ---- Joining ---- */

static void join_slabs(fh_templates *t, fh_templates *from)
{
    fh_slab *oldest = from->slab;
    while (oldest && oldest->before) oldest = oldest->before;
    if (!oldest) return;
    oldest->before = t->slab;
    t->slab = from->slab;
    from->slab = NULL;
}

/* What lies in memory of a part. */
static void take_made(fh_templates *to, const fh_templates *of)
{
    to->one = of->one;
    to->n_made = of->n_made;
    to->cap = of->cap;
    to->pool = of->pool;
    to->n_pool = of->n_pool;
    to->cap_pool = of->cap_pool;
    to->key = of->key;
    to->n_key = of->n_key;
    to->cap_key = of->cap_key;
    to->bands = of->bands;
}

/* A part, of which `t` has none: its numbers rise. */
static void join_part(fh_templates *t, fh_templates *from)
{
    const fh_templates mine = *t;
    for (uint64_t i = 0; i < from->bands.n_slots; i++)
        if (from->bands.slot[i]) from->bands.slot[i] += t->n_known;
    take_made(t, from);
    take_made(from, &mine);
}

fh_status fh_templates_join(fh_templates *t, fh_templates *from, bool *taken, fh_error *err)
{
    const uint32_t n = from->n_pieces;
    *taken = false;
    if (t->n_made || (uint64_t)t->n_known + from->n > UINT32_MAX - 2 * FH_TEMPLATES_PIECE)
        return FH_OK;
    const fh_status status = room_for_pieces(t, n, err);
    if (status != FH_OK) return status;
    if (n) memcpy(t->piece + t->n_pieces, from->piece, n * sizeof *t->piece);
    join_slabs(t, from);
    if (from->n_made) join_part(t, from);
    t->n_pieces += n;
    t->n_known += from->n_known;
    t->n = t->n_kept = t->n_known + (uint32_t)t->n_made;
    from->n = from->n_known = from->n_kept = from->n_pieces = 0;
    *taken = true;
    return FH_OK;
}

/* ---- Writing ---- */

uint32_t fh_templates_pieces(const fh_templates *t)
{
    return (uint32_t)(((uint64_t)t->n + FH_TEMPLATES_PIECE - 1) / FH_TEMPLATES_PIECE);
}

uint32_t fh_templates_first_new(const fh_templates *t)
{
    return t->n_kept == t->n ? fh_templates_pieces(t) : t->n_kept / FH_TEMPLATES_PIECE;
}

void fh_templates_kept(fh_templates *t)
{
    t->n_kept = t->n;
}

static void put_shingles(fh_buf *out, const uint32_t *shingle, uint32_t n)
{
    uint32_t last = 0;
    fh_wire_number(out, n);
    for (uint32_t k = 0; k < n; k++) {
        fh_wire_number(out, shingle[k] - last);
        last = shingle[k];
    }
}

fh_status fh_templates_piece(const fh_templates *t, uint32_t piece, fh_buf *bands, fh_buf *shingles,
                             fh_error *err)
{
    const uint32_t first = piece * FH_TEMPLATES_PIECE - t->n_known;
    const uint32_t left = (uint32_t)t->n_made - first;
    const uint32_t n = left < FH_TEMPLATES_PIECE ? left : FH_TEMPLATES_PIECE;
    uint32_t two[FH_TEMPLATES_PIECE / 32] = {0}, end[FH_TEMPLATES_PIECE] = {0};
    const size_t bands_at = fh_wire_begin(bands), shingles_at = fh_wire_begin(shingles);
    const size_t ends_at = shingles->len;
    for (uint32_t i = 0; i < n; i++)
        two[i / 32] |= (uint32_t)(t->one[first + i].n_keys == FH_KEYS_MOST) << (i % 32);
    fh_buf_put(bands, two, sizeof two);
    fh_buf_put(shingles, end, n * sizeof *end);
    for (uint32_t i = 0; i < n; i++) {
        const fh_template *one = &t->one[first + i];
        fh_buf_put(bands, t->key + one->key, one->n_keys * sizeof *t->key);
        put_shingles(shingles, t->pool + one->at, one->n);
        end[i] = (uint32_t)(shingles->len - ends_at - n * sizeof *end);
    }
    if (shingles->status == FH_OK) memcpy(shingles->ptr + ends_at, end, n * sizeof *end);
    fh_wire_end(bands, bands_at, magic_bands, n);
    fh_wire_end(shingles, shingles_at, magic_shingles, n);
    const fh_status status = fh_wire_done(bands, err);
    return status == FH_OK ? fh_wire_done(shingles, err) : status;
}

/* ---- The form before ---- */

/* Of each template: how many shingles and whether some were not rare, the gaps between them,
 * and then a bit for each. Reads one to the pool's end and its bits to the room's own; returns how
 * many were rare, UINT32_MAX when the bytes are damaged. */
static uint32_t shingles_read(fh_wire *w, fh_templates *t, uint32_t n, bool some)
{
    uint32_t n_own = 0;
    if (!read_gaps(w, n, t->pool + t->n_pool)) return UINT32_MAX;
    for (uint32_t k = 0; k < (n + 31) / 32; k++) {
        const uint32_t rest = n - k * 32;
        const uint32_t all = rest >= 32 ? UINT32_MAX : (1u << rest) - 1;
        t->room[0].own[k] = some ? (uint32_t)fh_wire_take(w, all) : all;
        if (t->room[0].own[k] & ~all) return UINT32_MAX;
        for (uint32_t bits = t->room[0].own[k]; bits; bits &= bits - 1) n_own++;
    }
    if (w->bad || (some && n_own == n)) return UINT32_MAX;
    return n_own;
}

static fh_status templates_read(fh_wire *w, uint64_t count, fh_templates *t, fh_error *err)
{
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t left = (uint64_t)(w->end - w->at);
        const uint64_t n_some = fh_wire_take(w, (uint64_t)UINT32_MAX << 1);
        const uint64_t n = n_some >> 1;
        if (w->bad || n == 0 || n > left) return fh_wire_corrupt(err, what);
        if (!fh_templates_room(t, (uint32_t)n) ||
            !fh_templates_room_for_message(t, &t->room[0], (uint32_t)n))
            return fh_no_memory(err);
        const uint32_t n_own = shingles_read(w, t, (uint32_t)n, n_some & 1);
        if (n_own == UINT32_MAX) return fh_wire_corrupt(err, what);
        uint32_t key[FH_KEYS_MOST];
        const uint32_t n_keys =
            fh_templates_keys(t, &t->room[0], t->pool + t->n_pool, (uint32_t)n, n_own, key);
        const fh_status status = fh_templates_commit(t, (uint32_t)n, key, n_keys, err);
        if (status != FH_OK) return status;
    }
    return w->at == w->end ? FH_OK : fh_wire_corrupt(err, what);
}

fh_status fh_templates_decode(fh_templates *templates, fh_str bytes, fh_error *err)
{
    fh_wire w;
    uint64_t count;
    fh_templates *fresh;
    if (!fh_wire_open(&w, bytes, magic, &count)) return fh_wire_corrupt(err, what);
    fh_status status = fh_templates_new(&templates->from, &fresh, err);
    if (status != FH_OK) return status;
    status = templates_read(&w, count, fresh, err);
    if (status == FH_OK) {
        const fh_templates old = *templates, read = *fresh;
        *templates = read;
        *fresh = old;
        templates->run = old.run; /* whoever shares the work goes on to */
        templates->room = old.room;
        templates->n_rooms = old.n_rooms;
        fresh->room = read.room;
        fresh->n_rooms = read.n_rooms;
    }
    fh_templates_free(fresh);
    return status;
}

/* letter.c - one mail as rows (see letter.h).
 *
 * Threads: the first mail of References (else of In-Reply-To) that is known leads to its
 * root, else the first of them is the root. Which mail belongs to which root is remembered
 * by hashes in a table of fixed size; newer mails take the place of older ones.
 */
#include "app/mailbox/letter.h"

#include "app/mailbox/structure.h"
#include "base/put.h"
#include "base/time.h"
#include "firsthand/parse.h"
#include "firsthand/story.h"
#include "firsthand/text.h"
#include "parse/mapping.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    THREADS = 1 << 18, /* mails remembered */
    REFERENCES = 200,  /* looked at of one mail */
    RECEIVED = 8,
    DECODED_MAX = 1 << 20, /* bytes of a text as it was sent */
    NAME_MAX_BYTES = 200,
    HOLD = 8 << 20,
};

typedef struct thread {
    uint64_t mail, root;
} thread;

struct fh_letters {
    fh_gmime *g;
    const fh_own *own;
    fh_arena *arena;         /* of one mail */
    thread *threads;         /* [THREADS] */
    fh_buf raw, utf8, plain; /* of one part */
    fh_buf text, attached, line;
};

typedef struct letter {
    fh_letters *l;
    fh_str head;
    fh_str message_id, subject, sender, language;
    char thread[17];
    int64_t at_ms;
    bool has_time, cut;
    const char *direction;
    fh_str own, department; /* the address of ours, and what is said of it */
    fh_str correspondent[FH_LETTER_CORRESPONDENTS];
    size_t n_correspondents, n_attachments;
    uint32_t answered; /* the alternative whose text was taken last */
    fh_error *err;
} letter;

void fh_letters_free(fh_letters *l)
{
    if (!l) return;
    fh_gmime_free(l->g);
    fh_arena_free(l->arena);
    free(l->threads);
    fh_buf *const bufs[] = {&l->raw, &l->utf8, &l->plain, &l->text, &l->attached, &l->line};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) fh_buf_free(bufs[i]);
    free(l);
}

fh_status fh_letters_new(const fh_own *own, fh_letters **out, fh_error *err)
{
    fh_letters *l = calloc(1, sizeof *l);
    if (!l) return fh_no_memory(err);
    fh_buf *const bufs[] = {&l->raw, &l->utf8, &l->plain, &l->text, &l->attached, &l->line};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) fh_buf_init(bufs[i], NULL, HOLD);
    l->own = own;
    l->arena = fh_arena_new(NULL);
    l->threads = calloc(THREADS, sizeof *l->threads);
    fh_status s = l->arena && l->threads ? fh_gmime_new(&l->g, err) : fh_no_memory(err);
    if (s)
        fh_letters_free(l);
    else
        *out = l;
    return s;
}

static fh_str cut_to(fh_str s, size_t most)
{
    if (s.len <= most) return s;
    s.len = most;
    while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

static fh_status header(const letter *m, const char *name, fh_str *out)
{
    return fh_mail_header(m->head, name, 0, m->l->arena, out) ? FH_OK : fh_no_memory(m->err);
}

static fh_status header_text(const letter *m, const char *name, fh_str *out)
{
    fh_str raw;
    const fh_status s = header(m, name, &raw);
    if (s) return s;
    return fh_gmime_text(m->l->g, raw, m->l->arena, out) ? FH_OK : fh_no_memory(m->err);
}

/* ---- When ----------------------------------------------------------------------------------- */

static bool is_time(letter *m, fh_str text)
{
    return text.len && fh_gmime_date(m->l->g, text, m->l->arena, &m->at_ms) &&
           m->at_ms >= FH_TIME_MIN_MS && m->at_ms <= FH_TIME_MAX_MS;
}

/* As the sender dated it, else as the last one who passed it on did. */
static fh_status find_time(letter *m)
{
    fh_str text;
    fh_status s = header(m, "Date", &text);
    if (!s && (m->has_time = is_time(m, text))) return FH_OK;
    for (size_t i = 0; i < RECEIVED && !s && !m->has_time; i++) {
        if (!fh_mail_header(m->head, "Received", i, m->l->arena, &text))
            return fh_no_memory(m->err);
        if (!text.len) break;
        size_t at = text.len;
        while (at && text.ptr[at - 1] != ';') at--;
        if (at) m->has_time = is_time(m, (fh_str){text.ptr + at, text.len - at});
    }
    return s;
}

/* ---- Which conversation --------------------------------------------------------------------- */

/* The next <id> of `text` from `*at`; empty: there is none. */
static fh_str next_id(fh_str text, size_t *at)
{
    while (*at < text.len) {
        const char *open = memchr(text.ptr + *at, '<', text.len - *at);
        if (!open) break;
        const size_t from = (size_t)(open + 1 - text.ptr);
        size_t to = from;
        while (to < text.len && text.ptr[to] != '>' && text.ptr[to] != '<') to++;
        *at = to;
        if (to < text.len && text.ptr[to] == '>' && to > from)
            return fh_str_trim((fh_str){text.ptr + from, to - from});
    }
    *at = text.len;
    return (fh_str){"", 0};
}

static uint64_t hash_of(fh_str id)
{
    const uint64_t h = XXH3_64bits(id.ptr, id.len);
    return h ? h : 1;
}

static thread *place_of(const fh_letters *l, uint64_t mail)
{
    return &l->threads[mail % THREADS];
}

/* The mails that this one names as those before it: seen[*n], the first of them first. */
static fh_status mails_before(letter *m, uint64_t seen[REFERENCES], size_t *n)
{
    size_t at = 0;
    fh_str text, id;
    fh_status s = header(m, "References", &text);
    while (!s && *n < REFERENCES && (id = next_id(text, &at)).len) seen[(*n)++] = hash_of(id);
    if (s || *n) return s;
    s = header(m, "In-Reply-To", &text);
    at = 0;
    if (!s && (id = next_id(text, &at)).len) seen[(*n)++] = hash_of(id);
    return s;
}

static fh_status find_thread(letter *m)
{
    uint64_t seen[REFERENCES], root = 0;
    size_t n = 0;
    const fh_status s = mails_before(m, seen, &n);
    if (s) return s;
    for (size_t i = 0; i < n && !root; i++)
        if (place_of(m->l, seen[i])->mail == seen[i]) root = place_of(m->l, seen[i])->root;
    if (!root && n) root = seen[0];
    const uint64_t own = m->message_id.len ? hash_of(m->message_id) : 0;
    if (!root) root = own;
    for (size_t i = 0; i < n; i++)
        if (place_of(m->l, seen[i])->mail != seen[i])
            *place_of(m->l, seen[i]) = (thread){seen[i], root};
    if (own) *place_of(m->l, own) = (thread){own, root};
    for (int i = 0; root && i < 16; i++)
        m->thread[i] = "0123456789abcdef"[root >> (60 - 4 * i) & 15];
    return FH_OK;
}

static fh_status find_message_id(letter *m)
{
    fh_str text;
    size_t at = 0;
    const fh_status s = header(m, "Message-ID", &text);
    if (s) return s;
    m->message_id = next_id(text, &at);
    if (!m->message_id.len) m->message_id = text;
    m->message_id = cut_to(m->message_id, NAME_MAX_BYTES);
    return FH_OK;
}

/* ---- Who ------------------------------------------------------------------------------------ */

static fh_status addresses(const letter *m, const char *name, fh_mail_address *out, size_t *n)
{
    fh_str text;
    *n = 0;
    const fh_status s = header(m, name, &text);
    if (s) return s;
    return fh_gmime_addresses(m->l->g, text, FH_LETTER_CORRESPONDENTS, m->l->arena, out, n)
               ? FH_OK
               : fh_no_memory(m->err);
}

static void add_correspondent(letter *m, fh_str address)
{
    if (m->n_correspondents == FH_LETTER_CORRESPONDENTS) return;
    for (size_t i = 0; i < m->n_correspondents; i++)
        if (fh_str_eq(m->correspondent[i], address)) return;
    m->correspondent[m->n_correspondents++] = address;
}

/* Is it ours? The first that is tells the department. */
static bool is_own(letter *m, fh_str address)
{
    fh_str department;
    if (!fh_own_has(m->l->own, address, &department)) return false;
    if (!m->own.len || (!m->department.len && department.len)) {
        m->own = address;
        m->department = department;
    }
    return true;
}

/* Who gets it: those who are not ours are correspondents when it is from us. */
static fh_status look_at_receivers(letter *m, bool from_us)
{
    static const char *const names[] = {"To", "Cc", "Bcc", "Delivered-To", "X-Original-To"};
    fh_mail_address list[FH_LETTER_CORRESPONDENTS];
    fh_str department;
    fh_status s = FH_OK;
    for (size_t h = 0; h < sizeof names / sizeof *names && !s; h++) {
        size_t n;
        s = addresses(m, names[h], list, &n);
        for (size_t i = 0; i < n; i++) {
            const bool ours = from_us ? fh_own_has(m->l->own, list[i].address, &department)
                                      : is_own(m, list[i].address);
            if (from_us && !ours) add_correspondent(m, list[i].address);
        }
    }
    return s;
}

/* Written into a form of ours: from us, to us, and who is to be answered is not ours. */
static fh_status look_at_reply_to(letter *m)
{
    fh_mail_address list[FH_LETTER_CORRESPONDENTS];
    fh_str department;
    size_t n;
    const fh_status s = addresses(m, "Reply-To", list, &n);
    for (size_t i = 0; i < n && !m->n_correspondents; i++)
        if (!fh_own_has(m->l->own, list[i].address, &department)) {
            add_correspondent(m, list[i].address);
            m->direction = "in";
        }
    return s;
}

static fh_status find_people(letter *m)
{
    static const char *const names[] = {"From", "Sender", "Return-Path"};
    fh_mail_address from[FH_LETTER_CORRESPONDENTS];
    size_t n = 0;
    fh_status s = header_text(m, "From", &m->sender);
    for (size_t i = 0; i < sizeof names / sizeof *names && !s && !n; i++)
        s = addresses(m, names[i], from, &n);
    m->direction = "";
    if (s) return s;
    const bool known = fh_own_any(m->l->own), from_us = n && is_own(m, from[0].address);
    if (n && !from_us) {
        add_correspondent(m, from[0].address);
        if (known) m->direction = "in";
        return look_at_receivers(m, false);
    }
    m->direction = from_us ? "out" : "";
    s = look_at_receivers(m, from_us);
    if (!s && from_us && !m->n_correspondents) {
        m->direction = "internal";
        s = look_at_reply_to(m);
    }
    return s;
}

/* ---- What it says --------------------------------------------------------------------------- */

static bool take_decoded(void *ctx, fh_str piece)
{
    fh_buf *to = ctx;
    const size_t room = DECODED_MAX - to->len;
    fh_buf_put(to, piece.ptr, piece.len < room ? piece.len : room);
    return to->len < DECODED_MAX && !to->status;
}

/* Lines end with \n alone, and nothing else controls anything. */
static void put_clean(fh_str text, fh_buf *out)
{
    text = fh_str_trim(text);
    if (!text.len) return;
    if (out->len) fh_buf_text(out, "\n\n");
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\r') {
            if (i + 1 == text.len || text.ptr[i + 1] != '\n') fh_buf_char(out, '\n');
        } else {
            fh_buf_char(out, c >= ' ' || c == '\n' || c == '\t' ? (char)c : ' ');
        }
    }
}

static bool is_text(const fh_mail_part *part)
{
    static const char *const types[] = {"text/plain", "text/html", "text/enriched", "text/richtext",
                                        "text/"};
    if (fh_str_eq(part->disposition.type, FH_STR("attachment"))) return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (fh_str_eq(part->content.type, fh_str_of(types[i]))) return true;
    return fh_str_starts(part->content.type, FH_STR("multipart/")) && !part->content.boundary.len;
}

static fh_status take_text(letter *m, const fh_mail_part *part)
{
    fh_letters *l = m->l;
    const size_t before = l->text.len;
    /* Of several forms the first that says something: plain text goes first. */
    if (part->alternative && part->alternative == m->answered) return FH_OK;
    if (l->text.len >= FH_LETTER_TEXT) {
        m->cut = true;
        return FH_OK;
    }
    fh_buf_clear(&l->raw);
    fh_buf_clear(&l->utf8);
    fh_buf_clear(&l->plain);
    fh_gmime_decode(l->g, part->encoding, part->body, take_decoded, &l->raw);
    m->cut |= l->raw.len >= DECODED_MAX;
    fh_gmime_utf8(l->g, part->content.charset, fh_buf_view(&l->raw), &l->utf8);
    fh_str text = fh_buf_view(&l->utf8);
    if (fh_str_eq(part->content.type, FH_STR("text/html")) ||
        fh_str_eq(part->content.type, FH_STR("text/enriched"))) {
        const fh_status s = fh_html_text(text, &l->plain, m->err);
        if (s) return s;
        text = fh_buf_view(&l->plain);
    }
    const fh_str kept = cut_to(fh_str_trim(text), FH_LETTER_TEXT - before);
    m->cut |= kept.len < fh_str_trim(text).len;
    put_clean(kept, &l->text);
    if (l->text.len > before && part->alternative) m->answered = part->alternative;
    return l->raw.status || l->utf8.status || l->plain.status || l->text.status
               ? fh_no_memory(m->err)
               : FH_OK;
}

typedef struct attached {
    crypto_hash_sha256_state hash;
    uint64_t size;
} attached;

static bool take_attached(void *ctx, fh_str piece)
{
    attached *a = ctx;
    a->size += piece.len;
    (void)crypto_hash_sha256_update(&a->hash, (const unsigned char *)piece.ptr, piece.len);
    return true;
}

static fh_status take_attachment(letter *m, const fh_mail_part *part)
{
    fh_letters *l = m->l;
    attached a = {.size = 0};
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    fh_str name;
    if (m->n_attachments == FH_LETTER_ATTACHMENTS) {
        m->cut = true;
        return FH_OK;
    }
    (void)crypto_hash_sha256_init(&a.hash);
    fh_gmime_decode(l->g, part->encoding, part->body, take_attached, &a);
    (void)crypto_hash_sha256_final(&a.hash, hash);
    (void)sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    const fh_str told = part->disposition.name.len ? part->disposition.name : part->content.name;
    if (!fh_gmime_text(l->g, told, l->arena, &name)) return fh_no_memory(m->err);
    fh_json j;
    fh_buf_char(&l->attached, m->n_attachments++ ? ',' : '[');
    fh_json_begin(&j, &l->attached, 0);
    fh_json_object(&j);
    fh_put_text(&j, "name", cut_to(name, NAME_MAX_BYTES));
    fh_put_text(&j, "type", cut_to(part->content.type, NAME_MAX_BYTES));
    fh_put_number(&j, "size", a.size);
    fh_put_text(&j, "sha256", fh_str_of(hex));
    fh_json_end_object(&j);
    return l->attached.status ? fh_no_memory(m->err) : FH_OK;
}

static fh_status take_part(void *ctx, const fh_mail_part *part, fh_error *err)
{
    letter *m = ctx;
    (void)err;
    return is_text(part) ? take_text(m, part) : take_attachment(m, part);
}

/* ---- Lines ---------------------------------------------------------------------------------- */

static fh_status put_line(const letter *m, fh_str correspondent, fh_letter_line *give, void *ctx)
{
    fh_letters *l = m->l;
    char time[FH_TIME_TEXT];
    fh_json j;
    fh_buf_clear(&l->line);
    fh_json_begin(&j, &l->line, 0);
    fh_json_object(&j);
    fh_put_text_if(&j, "correspondent", correspondent);
    if (m->has_time)
        fh_put_text_if(&j, "time", (fh_str){time, fh_time_format(m->at_ms, NULL, time)});
    fh_put_text_if(&j, "touchpoint", FH_STR("E-mail"));
    fh_put_text_if(&j, "channel", FH_STR("e-mail"));
    fh_put_text_if(&j, "direction", fh_str_of(m->direction));
    fh_put_text_if(&j, "department", m->department);
    fh_put_text_if(&j, "own", m->own);
    fh_put_text_if(&j, "message_id", m->message_id);
    fh_put_text_if(&j, "thread", fh_str_of(m->thread));
    fh_put_text_if(&j, "subject", m->subject);
    fh_put_text_if(&j, "text", fh_buf_view(&l->text));
    fh_put_text_if(&j, "sender", m->sender);
    fh_put_text_if(&j, "language", m->language);
    if (m->n_attachments) {
        fh_json_key(&j, FH_STR("attachments"));
        fh_json_raw_value(&j, fh_buf_view(&l->attached));
    }
    if (m->cut) {
        fh_put_bool(&j, "cut", true);
    }
    fh_json_end_object(&j);
    fh_buf_char(&l->line, '\n');
    if (l->line.status) return fh_no_memory(m->err);
    return give(ctx, fh_buf_view(&l->line), m->err);
}

fh_status fh_letter_read(fh_letters *l, fh_str mail, bool cut, fh_letter_line *give, void *ctx,
                         fh_error *err)
{
    letter m = {.l = l, .err = err};
    bool more_parts = false;
    fh_arena_reset(l->arena);
    fh_buf_clear(&l->text);
    fh_buf_clear(&l->attached);
    m.head = fh_mail_head(mail);
    fh_status s = find_message_id(&m);
    if (!s) s = find_time(&m);
    if (!s) s = find_thread(&m);
    if (!s) s = find_people(&m);
    if (!s) s = header_text(&m, "Subject", &m.subject);
    if (!s) s = header_text(&m, "Content-Language", &m.language);
    if (!s) s = fh_mail_walk(l->g, mail, l->arena, take_part, &m, &more_parts, err);
    m.cut |= cut || more_parts;
    if (m.n_attachments) fh_buf_char(&l->attached, ']');
    for (size_t i = 0; i < m.n_correspondents && !s; i++)
        s = put_line(&m, m.correspondent[i], give, ctx);
    if (!s && !m.n_correspondents) s = put_line(&m, (fh_str){0}, give, ctx);
    return s;
}

/* ---- What the lines mean ---- */

void fh_letter_rules(const fh_mapping *mapping, fh_buf *out)
{
    static const struct {
        fh_field field;
        const char *rule;
    } rules[] = {{FH_FIELD_CUSTOMER, "customer.email=correspondent"},
                 {FH_FIELD_TIME, "time=time:'iso'"},
                 {FH_FIELD_TOUCHPOINT, "touchpoint=touchpoint"},
                 {FH_FIELD_CHANNEL, "channel=channel"},
                 {FH_FIELD_DIRECTION, "direction=direction"},
                 {FH_FIELD_DEPARTMENT, "department=department"},
                 {FH_FIELD_ID, "id=message_id"},
                 {FH_FIELD_TEXT, "text=text"},
                 {FH_FIELD_SUBJECT, "subject=subject"},
                 {FH_FIELD_THREAD, "thread=thread"},
                 {FH_FIELD_SENDER, "sender=sender"},
                 {FH_FIELD_LANGUAGE, "language=language"}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!fh_mapping_find(mapping, rules[i].field)) fh_buf_printf(out, "%s\n", rules[i].rule);
}

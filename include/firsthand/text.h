/* firsthand/text.h - what a message says: read into sentences, words and facts; who writes
 * nearly the same; which facts of two messages differ; what is told again.
 *
 *     raw text --normalise--> said | quoted | signature         (text_said.c)
 *     said --> sentences --> words (stems, masked) and facts    (text_read.c, facts_*.c)
 *     messages --> templates: the same text to many customers   (templates.c)
 *     two messages --> how alike, which facts differ, what is told again
 *
 * No model, no network: word lists of each language (src/text/languages, data files, an
 * organisation may add its own) and exact comparison. What is promised: facts that differ
 * while both hold are found and shown side by side; nothing is "understood".
 *
 * All results lie in the arena given and point into the text they were read from. Offsets
 * are bytes in the *raw* text, so that a page can mark what is meant. Text is hostile: any
 * bytes may come, invalid UTF-8 is read as separators; time is linear in the text.
 */
#ifndef FIRSTHAND_TEXT_H
#define FIRSTHAND_TEXT_H

#include "firsthand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Languages -------------------------------------------------------------------- */

/* Word lists by language. A language file:
 *
 *     language en "English"
 *     # comment
 *     list months            # a list; entries follow, several to a line
 *       january=1 jan=1 february=2 "some phrase"=3
 *     list negations
 *       not no never n't without
 */
typedef struct fh_lexicon fh_lexicon;
enum { FH_LANGUAGE_UNKNOWN = 0, FH_MAX_LANGUAGES = 32 };

typedef struct fh_lexeme {
    fh_str word;   /* lower case; a phrase has single spaces */
    int64_t value; /* 0 when none was given */
} fh_lexeme;

/* With the built-in languages en, de, nl (numbers 1, 2, 3). `from` NULL: malloc. */
FH_API FH_MUST_CHECK fh_status fh_lexicon_new(const fh_allocator *from, fh_lexicon **out,
                                              fh_error *err);
FH_API void fh_lexicon_free(fh_lexicon *lexicon); /* NULL is allowed */
/* Adds a language or entries to one. FH_INVALID names line and remedy. */
FH_API FH_MUST_CHECK fh_status fh_lexicon_add(fh_lexicon *lexicon, fh_str file, fh_error *err);
FH_API uint32_t fh_lexicon_languages(const fh_lexicon *lexicon);             /* numbers 1 .. n */
FH_API fh_str fh_lexicon_code(const fh_lexicon *lexicon, uint32_t language); /* "en" */
/* The number of "en", "en-GB", "English"; 0: unknown. */
FH_API uint32_t fh_lexicon_language(const fh_lexicon *lexicon, fh_str name);
/* A list's entries, *n of them, longest first; NULL when the language has no such list. */
FH_API const fh_lexeme *fh_lexicon_list(const fh_lexicon *lexicon, uint32_t language, fh_str list,
                                        size_t *n);
/* Is `word` (lower case) in the list, and with which value? */
FH_API bool fh_lexicon_has(const fh_lexicon *lexicon, uint32_t language, fh_str list, fh_str word,
                           int64_t *value);
/* The language most of whose common words stand in the text; 0 when too few do. */
FH_API uint32_t fh_language_guess(const fh_lexicon *lexicon, fh_str text);

/* ---- Facts ------------------------------------------------------------------------ */

typedef enum fh_fact_type {
    FH_FACT_DATE,     /* low, high: days since 1970, local to the sender          */
    FH_FACT_TIME,     /* minutes of the day; opening hours: low opens, high closes */
    FH_FACT_MONEY,    /* minor units; unit: ISO 4217                              */
    FH_FACT_PERCENT,  /* hundredths of a percent                                  */
    FH_FACT_DURATION, /* minutes                                                  */
    FH_FACT_NUMBER,   /* with a counted thing: "14 sessions"; unit: the thing   */
    FH_FACT_PHONE,    /* last nine digits as a number                             */
    FH_FACT_EMAIL,    /* text in `unit`, lower case                               */
    FH_FACT_URL,      /* host and path in `unit`, lower case, no query            */
    FH_FACT_PERSON,   /* name in `unit`; role: what the sentence calls them       */
    FH_FACT_PRODUCT,  /* of the organisation's list, or a named thing in quotes   */
    FH_FACT_ID,       /* order, invoice, claim number: text in `unit`; role: which */
    FH_FACT_POLICY,   /* a sentence that says yes (1) or no (0)                   */
    FH_N_FACT_TYPES
} fh_fact_type;
FH_API const char *fh_fact_type_name(fh_fact_type type); /* "date" */

typedef struct fh_fact {
    fh_fact_type type;
    bool either;       /* two readings: [low, high] or [low2, high2] (02/03) */
    int64_t low, high; /* low = high: a point; "up to", "at least", ranges: an interval */
    int64_t low2, high2;
    fh_str unit, role; /* see the types; empty: none */
    uint32_t at, len;  /* bytes in the raw text */
    uint32_t sentence; /* index */
} fh_fact;

/* ---- A message, read ---------------------------------------------------------------- */

typedef struct fh_sentence {
    uint32_t at, len; /* bytes in the raw text */
    uint32_t n_words;
    const uint32_t *word; /* [n_words] hashes of stems, facts masked by their type, stop words
                             and negations left out; in order of the text */
    uint32_t n_anchors;
    const uint32_t *anchor;  /* [n_anchors] the distinct ones, rising, without masks */
    uint32_t facts, n_facts; /* of the message's facts */
    bool denies;             /* an odd number of negations */
    bool unsure;             /* more than one: nobody can tell what they turn together */
    bool without;            /* says "without", which may have counted as one or not */
    bool asks;               /* a question or a request for information */
    uint32_t asks_for;       /* bits 1u << fh_fact_type, FH_ASKS_STORY: "what happened?" */
    bool changes;            /* says that something changed: "moved to", "correction" */
    bool other;              /* of another thing than told before: "another", "my second" */
    bool again;              /* "as I already told", "for the third time" */
    bool corrects;           /* puts right what was told: "oops", "I mistyped", "my correct" */
} fh_sentence;
#define FH_ASKS_STORY (1u << 31)

typedef struct fh_text {
    fh_str raw;
    uint32_t language;
    fh_str said;      /* part of raw in which the writer speaks: from after the greeting
                         to before the signature, when that is one stretch; quotes inside
                         are left out of the sentences */
    fh_str signed_by; /* whom the signature or "on behalf of" names; empty: nobody */
    uint32_t n_sentences;
    const fh_sentence *sentence;
    uint32_t n_facts;
    const fh_fact *fact; /* in order of the text */
    uint32_t n_shingles;
    const uint32_t *shingle; /* [n] distinct, rising: hashes of two words next to each other */
} fh_text;

typedef struct fh_text_about {
    int64_t sent_ms;   /* relative dates are resolved by it */
    int32_t offset_s;  /* of the sender's clock from UTC */
    uint32_t language; /* 0: guess */
    fh_str *products;  /* names of the organisation's products, lower case */
    uint32_t n_products;
} fh_text_about;

/* Reads one message. FH_NOMEM only: every text can be read. */
FH_API FH_MUST_CHECK fh_status fh_text_read(const fh_lexicon *lexicon, fh_str raw,
                                            const fh_text_about *about, fh_arena *arena,
                                            fh_text *out, fh_error *err);

/* Reads many messages, each in a fraction of the time: keeps what words are to the lists (a
 * fixed number of words) and the room of what is needed while reading. What is read is the same,
 * byte for byte, whatever was read before. For one thread at a time; the lexicon must live
 * longer, and words may be added to it. `from` NULL: malloc. */
typedef struct fh_text_reader fh_text_reader;
FH_API FH_MUST_CHECK fh_status fh_text_reader_new(const fh_lexicon *lexicon,
                                                  const fh_allocator *from, fh_text_reader **out,
                                                  fh_error *err);
FH_API void fh_text_reader_free(fh_text_reader *reader); /* NULL is allowed */
/* As fh_text_read. */
FH_API FH_MUST_CHECK fh_status fh_text_read_by(fh_text_reader *reader, fh_str raw,
                                               const fh_text_about *about, fh_arena *arena,
                                               fh_text *out, fh_error *err);

/* HTML as a reader sees it: blocks become lines, links keep their words, scripts, styles and
 * hidden parts are left out, entities are decoded. Any bytes; linear. */
FH_API FH_MUST_CHECK fh_status fh_html_text(fh_str html, fh_buf *out, fh_error *err);

/* ---- How often words and shingles are used ------------------------------------------ */

/* Counters by hash, a fixed size, mergeable in any order; they saturate. */
typedef struct fh_usage fh_usage;
FH_API FH_MUST_CHECK fh_status fh_usage_new(const fh_allocator *from, fh_usage **out,
                                            fh_error *err);
FH_API void fh_usage_free(fh_usage *usage);
/* Each anchor once a sentence, each shingle once a message. */
FH_API void fh_usage_add(fh_usage *usage, const fh_text *text);
FH_API void fh_usage_merge(fh_usage *into, const fh_usage *from);
FH_API uint64_t fh_usage_messages(const fh_usage *usage);
FH_API double fh_usage_weight(const fh_usage *usage, uint32_t anchor); /* ln((n + 1) / (df + 1)) */
/* Is a shingle boilerplate: in more than a share of all messages (and at least 60)? */
FH_API bool fh_usage_common(const fh_usage *usage, uint32_t shingle);
FH_API FH_MUST_CHECK fh_status fh_usage_encode(const fh_usage *usage, fh_buf *out, fh_error *err);
/* FH_CORRUPT when the bytes are not such counters. */
FH_API FH_MUST_CHECK fh_status fh_usage_decode(fh_usage *usage, fh_str bytes, fh_error *err);

/* ---- Nearly the same -------------------------------------------------------------------- */

typedef struct fh_alike {
    double jaccard;     /* of shingles that are not boilerplate: weighted by rarity, or by
                           number and cubed, whichever is more (src/text/alike.c) */
    double containment; /* of the shorter in the longer */
    uint32_t shared;    /* shingles both have that are not boilerplate */
} fh_alike;
/* Exact, of two messages. usage NULL: nothing is boilerplate. */
FH_API fh_alike fh_texts_alike(const fh_text *a, const fh_text *b, const fh_usage *usage);

/* Templates: messages with nearly the same text, whatever their merge fields are. 32 bands of
 * 4 MinHashes propose, jaccard >= .5 or containment >= .8 decides. Numbers are 1, 2, ... in
 * the order of their first message. */
typedef struct fh_templates fh_templates;
FH_API FH_MUST_CHECK fh_status fh_templates_new(const fh_allocator *from, fh_templates **out,
                                                fh_error *err);
FH_API void fh_templates_free(fh_templates *templates);
/* Shares what adding a batch takes among n threads (at first, one): run(n, work, ctx) calls
 * work(ctx, i) for each i below n, at once or one after the other, and returns when all have. The
 * allocator is asked by several threads then. Numbers are the same for any n. */
typedef void fh_run_many(uint32_t n, void (*work)(void *ctx, uint32_t i), void *ctx);
FH_API FH_MUST_CHECK fh_status fh_templates_share(fh_templates *templates, uint32_t n,
                                                  fh_run_many *run, fh_error *err);
/* The template of a message: one it is alike to, or a new one; 0 when it has no words. */
FH_API FH_MUST_CHECK fh_status fh_templates_add(fh_templates *templates, const fh_text *text,
                                                const fh_usage *usage, uint32_t *number,
                                                fh_error *err);
/* The same of each of a batch, in order: far less work than one by one where templates were
 * kept. */
FH_API FH_MUST_CHECK fh_status fh_templates_add_all(fh_templates *templates,
                                                    const fh_text *const *text, size_t n,
                                                    const fh_usage *usage, uint32_t *number,
                                                    fh_error *err);
/* The same in two steps, so that others go on with messages that have their number: all that many
 * threads can do for the batch, and then one message after the other, by one thread. Texts and
 * usage stay as they are until the last has its number. */
FH_API FH_MUST_CHECK fh_status fh_templates_batch(fh_templates *templates,
                                                  const fh_text *const *text, size_t n,
                                                  const fh_usage *usage, fh_error *err);
/* Of the next of the batch, of which there must be one. */
FH_API FH_MUST_CHECK fh_status fh_templates_number(fh_templates *templates, uint32_t *number,
                                                   fh_error *err);
FH_API uint32_t fh_templates_count(const fh_templates *templates);

/* Templates are kept in pieces of so many, so that only those with new ones are written: the
 * bands of each, which propose, and its shingles, which decide. */
enum { FH_TEMPLATES_PIECE = 1024 };
/* The next piece that was kept, before anything is added; its bytes are copied. Of one that is
 * damaged no message is a template, and its numbers are given to nobody. */
typedef struct fh_piece_taken {
    bool taken; /* false: none can come after a part */
    bool whole; /* of one that was taken: fh_templates_piece_is_whole */
} fh_piece_taken;
FH_API FH_MUST_CHECK fh_status fh_templates_known(fh_templates *templates, fh_str bands,
                                                  fh_str shingles, fh_piece_taken *taken,
                                                  fh_error *err);
/* What `from` was told of in this way goes behind what `templates` was, and `from` is empty then:
 * so several threads can read pieces, each a stretch of them. Both have the same allocator, and
 * nothing was added. *taken false: nothing does, since a part came before. */
FH_API FH_MUST_CHECK fh_status fh_templates_join(fh_templates *templates, fh_templates *from,
                                                 bool *taken, fh_error *err);
/* Pieces from the first with something new, below all there are, are to be kept. */
FH_API uint32_t fh_templates_first_new(const fh_templates *templates);
FH_API uint32_t fh_templates_pieces(const fh_templates *templates);
/* Bytes of such a piece. */
FH_API FH_MUST_CHECK fh_status fh_templates_piece(const fh_templates *templates, uint32_t piece,
                                                  fh_buf *bands, fh_buf *shingles, fh_error *err);
/* Can this piece be read: are both its parts undamaged and of as many templates? A piece that was
 * emptied is whole. */
FH_API bool fh_templates_piece_is_whole(fh_str bands, fh_str shingles);
/* Bytes of a piece without templates: its numbers stay nobody's. */
FH_API FH_MUST_CHECK fh_status fh_templates_piece_emptied(fh_buf *bands, fh_buf *shingles,
                                                          fh_error *err);
/* All have been kept. */
FH_API void fh_templates_kept(fh_templates *templates);
/* From the form before, all in one: nothing of it counts as kept. FH_CORRUPT. */
FH_API FH_MUST_CHECK fh_status fh_templates_decode(fh_templates *templates, fh_str bytes,
                                                   fh_error *err);

/* ---- Facts that differ -------------------------------------------------------------------- */

typedef struct fh_difference {
    fh_fact_type type;
    double sure;             /* 0 .. 1: how alike what surrounds the facts is */
    uint32_t fact_a, fact_b; /* indices; UINT32_MAX for a policy without a value */
    uint32_t sentence_a, sentence_b;
    uint64_t topic; /* hash of the anchors both share: the same for the same subject */
} fh_difference;

typedef struct fh_differ_options {
    double alike;        /* least likeness of the sentences' anchors; 0: the default */
    double alike_policy; /* the same for yes and no */
} fh_differ_options;
/* Facts of the same type and subject of which no reading agrees; surest first. Facts about
 * different ids (orders, invoices) are never compared, nor what a later message says has
 * changed. `b` is the later one. */
FH_API FH_MUST_CHECK fh_status fh_texts_differ(const fh_lexicon *lexicon, const fh_usage *usage,
                                               const fh_differ_options *options, const fh_text *a,
                                               const fh_text *b, fh_arena *arena,
                                               const fh_difference **out, size_t *n, fh_error *err);
/* Do two facts of one type say the same in any reading? */
FH_API bool fh_facts_agree(const fh_fact *a, const fh_fact *b);
/* Are two ids numbers of the same kind of thing: by their roles, or because they are written
 * alike (HM-0012345)? */
FH_API bool fh_ids_comparable(const fh_fact *a, const fh_fact *b);
/* The fact in words that people read: "€ 150.00", "3 March 2025", "9:00 to 17:00". */
FH_API FH_MUST_CHECK fh_status fh_fact_say(const fh_fact *fact, fh_buf *out, fh_error *err);

/* ---- Told again ------------------------------------------------------------------------------ */

typedef struct fh_retold {
    double content;   /* containment of what was told first in what was told later */
    uint32_t facts;   /* bits of the types given both times with the same value */
    uint32_t n_facts; /* how many facts */
    bool says_so;     /* "as I already told your colleague" */
    bool otherwise;   /* a sentence comes again with another value, yes for no, or of another */
    bool put_right;   /* the later one says that it puts right what was told */
    double topic;     /* weighted likeness of the words */
} fh_retold;
FH_API fh_retold fh_texts_retold(const fh_text *first, const fh_text *later, const fh_usage *usage);
/* Bits of the types `asks` asks for that `given` already had; FH_ASKS_STORY as well. */
FH_API uint32_t fh_text_asks_known(const fh_text *asks, const fh_text *given);

#ifdef __cplusplus
}
#endif
#endif

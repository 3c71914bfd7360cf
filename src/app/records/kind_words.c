/* kind_words.c - the names that declarations of kinds may use. */
#include "app/records/conditions.h"

const fh_known_word fh_known_conditions[] = {
#define X(function, word, means, missing) {word, means},
    FH_CONDITION_MAP(X)
#undef X
        {NULL, NULL},
};

const fh_known_word fh_known_computed[] = {
#define X(function, word, means) {word, means},
    FH_COMPUTED_MAP(X)
#undef X
        {NULL, NULL},
};

const fh_kind_words *fh_kind_words_known(void)
{
    static const char *const conditions[] = {
#define X(function, word, means, missing) word,
        FH_CONDITION_MAP(X)
#undef X
            NULL,
    };
    static const char *const computed[] = {
#define X(function, word, means) word,
        FH_COMPUTED_MAP(X)
#undef X
            NULL,
    };
    /* The twelve pages of the UI that have one question each, and the front page. */
    static const char *const pages[] = {
        "front",      "my-part", "stories",   "map",   "actual", "inside-out", "no-brainers",
        "first-hand", "designs", "decisions", "trust", "return", "data",       NULL};
    static const fh_kind_words words = {conditions, computed, pages};
    return &words;
}

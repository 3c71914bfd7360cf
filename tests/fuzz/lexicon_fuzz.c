/* lexicon_fuzz.c - any bytes as a language file: refused with a place and a remedy and
 * nothing added, or every word it added is found again, lists longest first. */
#include "text/lexicon.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lists(const fh_lexicon *x)
{
    static const char *const names[] = {"months", "stop", "negations", "antonyms", "up to"};
    for (uint32_t lang = 1; lang <= fh_lexicon_languages(x); lang++) {
        const fh_str code = fh_lexicon_code(x, lang);
        if (fh_lexicon_language(x, code) != lang) abort();
        for (size_t l = 0; l < sizeof names / sizeof names[0]; l++) {
            size_t n;
            int64_t value;
            const fh_lexeme *item = fh_lexicon_list(x, lang, fh_str_of(names[l]), &n);
            for (size_t i = 0; i < n; i++) {
                if (!fh_lexicon_has(x, lang, fh_str_of(names[l]), item[i].word, &value)) abort();
                if (value != item[i].value) abort();
                if (i > 0 && item[i - 1].word.len < item[i].word.len) abort();
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_lexicon *x;
    fh_error err;
    const fh_str file = {(const char *)data, size};
    if (fh_lexicon_new(NULL, &x, &err) != FH_OK) return 0;
    const uint32_t guess = fh_language_guess(x, file);
    if (guess > fh_lexicon_languages(x)) abort();
    const fh_status status = fh_lexicon_add(x, file, &err);
    if (status != FH_OK && (status != FH_INVALID || !err.message[0] || !err.hint[0])) abort();
    check_lists(x);
    fh_lexicon_free(x);
    return 0;
}

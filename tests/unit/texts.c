/* texts.c - reading messages, for tests (texts.h). */
#include "texts.h"

#include "test.h"

#include <stdlib.h>

int texts_begin(void **state)
{
    texts *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_status(fh_lexicon_new(NULL, &t->lexicon, NULL), FH_OK);
    t->arena = fh_arena_new(NULL);
    assert_non_null(t->arena);
    *state = t;
    return 0;
}

int texts_end(void **state)
{
    texts *t = *state;
    fh_lexicon_free(t->lexicon);
    fh_arena_free(t->arena);
    free(t);
    return 0;
}

const fh_text *texts_read(texts *t, fh_str raw)
{
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000)};
    fh_text *text = FH_NEW(t->arena, fh_text);
    assert_non_null(text);
    assert_status(fh_text_read(t->lexicon, raw, &about, t->arena, text, NULL), FH_OK);
    return text;
}

fh_str texts_sentence(const fh_text *text, uint32_t i)
{
    assert_true(i < text->n_sentences);
    return (fh_str){text->raw.ptr + text->sentence[i].at, text->sentence[i].len};
}

fh_str texts_sentences(texts *t, const char *raw)
{
    const fh_text *text = texts_read(t, fh_str_of(raw));
    fh_str all = {0};
    for (uint32_t i = 0; i < text->n_sentences; i++) {
        const fh_str s = texts_sentence(text, i);
        char *to = fh_arena_alloc(t->arena, all.len + s.len + 2, 1);
        assert_non_null(to);
        if (all.len) memcpy(to, all.ptr, all.len);
        for (size_t k = 0; k < s.len; k++)
            to[all.len + k] = s.ptr[k] < ' ' && s.ptr[k] > 0 ? ' ' : s.ptr[k];
        to[all.len + s.len] = '|';
        all = (fh_str){to, all.len + s.len + 1};
    }
    return all.len ? all : FH_STR("");
}

/* find_words_test.c - the catalogue of findings, sentence by sentence: every sort, with and
 * without departments, step, purpose, facts and everything it may be about. None blames anybody,
 * none names a person.
 */
#include "test.h"

#include "app/find/findings.h"

#include <ctype.h>

/* As words, or as how words begin ("negligen" of negligence and negligent). */
static const char *const blame[] = {
    "fault",     "blam",        "guilt",     "wrong",     "mistake", "error",   "careless",
    "negligen",  "incompet",    "lazy",      "sloppy",    "fail",    "bad",     "stupid",
    "ignor",     "refus",       "violat",    "breach",    "offend",  "culprit", "never both",
    "forgot to", "should have", "must have", "your ",     "you ",    "useless", "poor",
    "complain",  "excuse",      "sue ",      "disregard", NULL};

static const fh_str departments[] = {{"", 0}, {"Marketing", 9}, {"Operations", 10}};
static const fh_str touchpoints[] = {{"", 0}, {"Welcome letter", 14}};
static const fh_str channels[] = {{"", 0}, {"letter", 6}};
static fh_find_names names;

static void no_blame(const char *text, size_t len)
{
    char small[1000];
    size_t n = 0;
    assert_true(len < sizeof small - 2);
    small[n++] = ' ';
    for (size_t i = 0; i < len; i++) small[n++] = (char)tolower((unsigned char)text[i]);
    small[n] = '\0';
    for (size_t i = 0; blame[i]; i++) {
        const char *at = strstr(small, blame[i]);
        while (at && isalpha((unsigned char)at[-1])) at = strstr(at + 1, blame[i]);
        if (at) fail_msg("'%s' blames: %.*s", blame[i], (int)len, text);
    }
}

/* Whoever judged it, and why, is told beside a finding and not in its sentence. */
static size_t say(fh_arena *arena, fh_cause_row c)
{
    fh_str says;
    c.judged = true;
    c.person = 7;
    c.why = FH_STR("Greta Lindqvist says so.");
    assert_status(fh_cause_says(&c, &names, arena, &says, NULL), FH_OK);
    assert_true(says.len > 10 && says.ptr[says.len - 1] == '.');
    no_blame(says.ptr, says.len);
    for (size_t i = 0; i + 5 <= says.len; i++) assert_memory_not_equal(says.ptr + i, "Greta", 5);
    return 1;
}

/* Each member there or not: bit i of `with` is member[i]. */
static fh_str about(fh_arena *arena, unsigned with)
{
    static const char *const member[] = {
        "\"what\":\"Within two days\"",
        "\"step\":\"Claims calls back\"",
        "\"rule\":\"no invoice before the contract\"",
        "\"how\":\"is left out\"",
        "\"days\":\"12\"",
        "\"whom\":\"Claims\",\"because\":\"It does this, as the map has it.\"",
        "\"share\":\"40\",\"was\":\"10\"",
        "\"kept\":\"71\",\"missing\":\"owner and no walk\""};
    fh_buf text;
    fh_str out;
    fh_buf_init(&text, fh_arena_allocator(arena), 4000);
    for (unsigned i = 0; i < 8; i++) {
        if (!(with >> i & 1)) continue;
        fh_buf_char(&text, text.len ? ',' : '{');
        fh_buf_text(&text, member[i]);
    }
    if (text.len) fh_buf_char(&text, '}');
    assert_true(fh_arena_str(arena, fh_buf_view(&text), &out));
    fh_buf_free(&text);
    return out;
}

static void no_sentence_blames_or_names_a_person(void **state)
{
    (void)state;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    names = (fh_find_names){.touchpoint = {2, touchpoints, NULL},
                            .channel = {2, channels, NULL},
                            .department = {3, departments, NULL},
                            .calling = fh_calling_plain};
    for (uint32_t sort = 0; sort < FH_N_FINDING_SORTS; sort++) {
        no_blame(fh_find_sort_title(sort), strlen(fh_find_sort_title(sort)));
        for (unsigned i = 0; i < 4 * 2 * 2; i++) {
            const fh_cause_row c = {.sort = sort,
                                    .from = i & 1,
                                    .to = i & 2,
                                    .touchpoint = i >> 2 & 1,
                                    .purpose = i >> 3 & 1 ? FH_STR("Welcome") : (fh_str){"", 0}};
            for (unsigned with = 0; sort > FH_FIND_OVERLOAD && with < 256; with++) {
                fh_cause_row other = c;
                other.about = about(arena, with);
                n += say(arena, other);
            }
            for (unsigned way = 0; sort <= FH_FIND_OVERLOAD && way < 8; way++)
                for (uint32_t type = 0; type <= FH_N_FACT_TYPES; type++) {
                    fh_cause_row told = c;
                    told.ways = 1u << way;
                    told.fact_types = type < FH_N_FACT_TYPES ? 1u << type : 0;
                    n += say(arena, told);
                    told.about = FH_STR("{\"reference\":1}");
                    n += say(arena, told);
                }
            fh_arena_reset(arena);
        }
    }
    assert_true(n > 10000);
    fh_arena_free(arena);
}

static void a_word_of_blame_is_noticed(void **state)
{
    (void)state;
    static const char said[] = "It is Marketing's fault.",
                      fine[] = "Default letters are told again.";
    bool noticed = false;
    no_blame(fine, sizeof fine - 1);
    for (size_t i = 0; blame[i]; i++) noticed = noticed || strstr(said, blame[i]) != NULL;
    assert_true(noticed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sentence_blames_or_names_a_person),
        cmocka_unit_test(a_word_of_blame_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

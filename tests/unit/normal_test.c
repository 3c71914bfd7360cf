/* normal_test.c - one spelling of an identifier. */
#include "test.h"

#include "store/identities.h"
#include "store/normal.h"

static void check(const char *kind, const char *value, const char *want)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_str got = {0};
    assert_status(fh_identity_normal(arena, fh_str_of(kind), fh_str_of(value), &got, NULL), FH_OK);
    assert_str(got, want);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void white_space_around_is_dropped_and_nothing_else_changed(void **state)
{
    (void)state;
    check("customer", "  C-0017 \t", "C-0017");
    check("customer", "0017", "0017");
    check("account", "Anna Maria", "Anna Maria");
}

static void mail_addresses_are_lower_case(void **state)
{
    (void)state;
    check("email", "Ann.Lee@Example.ORG", "ann.lee@example.org");
    check("email", "ann@x.org", "ann@x.org");
    check("email", "J\xc3\x96RG@x.org", "j\xc3\xb6rg@x.org");
    check("customer", "Ann@X.org", "Ann@X.org");
}

static void phone_numbers_are_digits_and_plus(void **state)
{
    (void)state;
    check("phone", "+49 (30) 123-45", "+493012345");
    check("phone", "0049 30 123 45", "+493012345");
    check("phone", "030/123.45", "03012345");
    check("phone", "(+49) 30 12345", "+493012345");
    check("phone",
          "\xe2\x80\x8e+49\xc2\xa0"
          "30 12345",
          "+493012345");
    check("phone", "0049", "0049");
    check("phone", "unknown", "unknown");
}

static void composed_and_decomposed_letters_are_the_same(void **state)
{
    (void)state;
    check("customer", "Jo\xcc\x88rg", "J\xc3\xb6rg");
}

static void bytes_that_are_not_utf8_stay_as_they_are(void **state)
{
    (void)state;
    check("customer", "J\xf6rg", "J\xf6rg");
    check("email", "J\xf6rg@x", "J\xf6rg@x");
}

static void nothing_and_too_much_are_refused(void **state)
{
    (void)state;
    char text[FH_IDENTIFIER_MAX + 2];
    memset(text, 'a', sizeof text);
    fh_arena *arena = fh_arena_new(NULL);
    fh_str got = {0};
    fh_error err = {0};
    assert_status(fh_identity_normal(arena, FH_STR("customer"), FH_STR("  "), &got, &err),
                  FH_INVALID);
    assert_status(fh_identity_normal(arena, FH_STR("customer"),
                                     (fh_str){text, FH_IDENTIFIER_MAX + 1}, &got, &err),
                  FH_LIMIT);
    assert_true(err.hint[0]);
    assert_status(fh_identity_normal(arena, FH_STR("customer"), (fh_str){text, FH_IDENTIFIER_MAX},
                                     &got, &err),
                  FH_OK);
    fh_arena_free(arena);
}

static void a_normal_spelling_is_its_own_normal_spelling(void **state)
{
    (void)state;
    static const char *const kinds[] = {"customer", "email", "phone"};
    static const char *const pieces[] = {
        "A", "b", "+", "0", "1", " ", "-", "@", "\xc3\x96", "o\xcc\x88", "\xe1\xba\x9e", "\xff"};
    test_seed(7);
    for (int round = 0; round < 3000; round++) {
        char text[64] = "";
        const uint32_t n = 1 + test_rand(6);
        for (uint32_t i = 0; i < n; i++) {
            const char *piece = pieces[test_rand(COUNT(pieces))];
            (void)memcpy(text + strlen(text), piece, strlen(piece) + 1);
        }
        fh_arena *arena = fh_arena_new(NULL);
        const fh_str kind = fh_str_of(kinds[test_rand(COUNT(kinds))]);
        fh_str once = {0}, twice = {0};
        const fh_status status = fh_identity_normal(arena, kind, fh_str_of(text), &once, NULL);
        if (status == FH_OK) {
            assert_status(fh_identity_normal(arena, kind, once, &twice, NULL), FH_OK);
            assert_true(fh_str_eq(once, twice));
        } else {
            assert_status(status, FH_INVALID);
        }
        fh_arena_free(arena);
    }
}

static fh_status spell(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_str out = {0};
    fh_status status =
        arena ? fh_identity_normal(arena, FH_STR("email"), FH_STR("Ann@X.org"), &out, NULL)
              : FH_NOMEM;
    if (status == FH_OK)
        status = fh_identity_normal(arena, FH_STR("phone"), FH_STR("+1 2"), &out, NULL);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_told(void **state)
{
    (void)state;
    test_oom(spell, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_around_is_dropped_and_nothing_else_changed),
        cmocka_unit_test(mail_addresses_are_lower_case),
        cmocka_unit_test(phone_numbers_are_digits_and_plus),
        cmocka_unit_test(composed_and_decomposed_letters_are_the_same),
        cmocka_unit_test(bytes_that_are_not_utf8_stay_as_they_are),
        cmocka_unit_test(nothing_and_too_much_are_refused),
        cmocka_unit_test(a_normal_spelling_is_its_own_normal_spelling),
        cmocka_unit_test(running_out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

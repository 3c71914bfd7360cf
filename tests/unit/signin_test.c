/* signin_test.c - signing in: passwords, sessions, links, authenticator apps, tokens, and
 * what must not work. The clock is the test's; argon2 is made cheap. */
#include "test.h"

#include "app/people/audit.h"
#include "app/signin/limiter.h"
#include "app/signin/passwords.h"
#include "app/signin/secrets.h"
#include "app/signin/signin.h"
#include "app/signin/signin_parts.h"
#include "app/signin/tokens.h"
#include "faulty_os.h"
#include "orgs.h"
#include "store/accounts.h"
#include "store/segments.h"

#include <sqlite3.h>
#include <unistd.h>

typedef struct fixture {
    faulty_os os;
    fh_pool *pool;
    fh_org *org; /* of the test's own */
    fh_signin *signin;
    fh_arena *arena;
    fh_actor cli;
    fh_key key;
    fh_error err;
} fixture;

#define GOOD  FH_STR("violet teapot under gravel")
#define OTHER FH_STR("nineteen quiet walnut ferries")

static const fh_caller caller = {{"192.0.2.7", 9}, {"Browser/1", 9}};
static const fh_str none;

static void begin(fixture *f)
{
    *f = (fixture){.arena = fh_arena_new(NULL)};
    faulty_os_init(&f->os, FAULT_NONE, 0);
    f->cli = fh_actor_command_line();
    assert_status(fh_key_parse(FH_STR("000102030405060708090a0b0c0d0e0f"
                                      "101112131415161718191a1b1c1d1e1f"),
                               &f->key, NULL),
                  FH_OK);
    assert_status(fh_org_create(&f->os.os, test_org_path(0), FH_STR("Wombat Works"), NULL), FH_OK);
    assert_status(fh_pool_open(&f->os.os, test_org_name(0), &f->pool, &f->err), FH_OK);
    assert_status(fh_org_open(&f->os.os, test_org_name(0), FH_ORG_WRITE, &f->org, NULL), FH_OK);
    const fh_signin_options options = {.base_url = FH_STR("https://journeys.example.org/"),
                                       .key = &f->key,
                                       .password_ops = 1,
                                       .password_bytes = 8192};
    assert_status(fh_signin_new(&f->os.os, &options, &f->signin, &f->err), FH_OK);
}

static void print_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_message("%s\n", sentence);
}

static void end(fixture *f)
{
    uint64_t n = 0;
    assert_status(fh_store_check(f->org, print_fault, NULL, &n, NULL), FH_OK);
    fh_signin_free(f->signin);
    fh_pool_close(f->pool);
    fh_arena_free(f->arena);
    test_org_end(f->org);
}

static uint32_t person(fixture *f, const char *name, const char *email, fh_roles roles)
{
    const fh_person p = {.name = fh_str_of(name), .email = fh_str_of(email), .roles = roles};
    fh_person out = {0};
    if (fh_person_create(f->org, &f->cli, &p, f->arena, &out, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return out.person;
}

/* What stands behind the # of a link. */
static fh_str secret_of_url(fh_str url)
{
    size_t i = 0;
    while (i < url.len && url.ptr[i] != '#') i++;
    return (fh_str){url.ptr + i + 1, url.len - i - 1};
}

static fh_session_given with_password(fixture *f, uint32_t who, fh_str password)
{
    fh_str url;
    fh_session_given given = {0};
    assert_status(fh_person_link(f->org, &f->cli, who, FH_LINK_INVITE,
                                 FH_STR("https://journeys.example.org"), f->arena, &url, &f->err),
                  FH_OK);
    if (fh_link_finish(f->signin, f->pool, secret_of_url(url), password, &caller, &given,
                       &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return given;
}

static fh_status sign_in(fixture *f, const char *email, fh_str password, fh_str old,
                         fh_session_given *out)
{
    return fh_signin_password(f->signin, f->pool, fh_str_of(email), password, &caller, old, out,
                              &f->err);
}

static fh_session_now resume(fixture *f, const fh_session_given *given)
{
    fh_session_now now = {.touch_due = false};
    if (fh_session_resume(f->org, fh_str_of(given->secret), &caller, f->arena, &now, &f->err) !=
        FH_OK)
        fail_msg("%s", f->err.message);
    return now;
}

static bool is_signed_in(fixture *f, const fh_session_given *given)
{
    fh_session_now now;
    return fh_session_resume(f->org, fh_str_of(given->secret), &caller, f->arena, &now, NULL) ==
           FH_OK;
}

static bool may(fixture *f, const fh_session_given *given, fh_right right)
{
    const fh_session_now now = resume(f, given);
    return fh_may(&now.actor, right);
}

static size_t count(fixture *f, const char *action)
{
    const fh_audit_row *rows = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.action = fh_str_of(action)};
    assert_status(fh_audit_rows(f->org, &filter, 500, f->arena, &rows, &n, NULL), FH_OK);
    return n;
}

static const fh_roles owner = UINT32_C(1) << FH_ROLE_OWNER, admin = UINT32_C(1) << FH_ROLE_ADMIN,
                      front = UINT32_C(1) << FH_ROLE_FRONT_LINE;

/* ---- Passwords ------------------------------------------------------------------------------ */

static void passwords_that_are_tried_first_are_refused_and_others_pass(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        bool good;
    } cases[] = {
        {"short", false},
        {"elevenchars", false},
        {"Password-2024!", false},
        {"P@ssw0rd12345", false},
        {"passwordpassword", false},
        {"Sommer2025Sommer", false},
        {"qwertyuiopasdf", false},
        {"123456789012", false},
        {"abcdefghijklmnop", false},
        {"aaaaaaaaaaaaaaaa", false},
        {"xyzxyzxyzxyz", false},
        {"iloveyou-forever1", false},
        {"Administrator#1", false},
        {"AnnBerg-Wombat-17", false}, /* name, organisation */
        {"ann.berg@example.org", false},
        {"firsthand2026!!", false},
        {"letmein letmein", false},
        {"bad utf \xff\xfe 8 here", false},
        {"correct horse battery staple", true},
        {"violet teapot under gravel", true},
        {"kX9#vQ2$mZ7!pL4@", true},
        {"8f3a-91c0-44de-b7", true},
        {"Donaudampfschifffahrt", true},
        {"\xc3\xa4\xc3\xb6\xc3\xbc \xd0\xb6\xd0\xb7\xd0\xb8 \xe6\xbc\xa2\xe5\xad\x97 ok", true},
    };
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str context[] = {FH_STR("Ann Berg"), FH_STR("ann.berg@example.org"),
                              FH_STR("Wombat Works")};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fh_status got =
            fh_password_good(arena, fh_str_of(cases[i].password), context, COUNT(context), NULL);
        if (got != (cases[i].good ? FH_OK : FH_INVALID)) fail_msg("'%s'", cases[i].password);
    }
    char text[1100];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('a' + i * 7 % 26);
    assert_status(fh_password_good(arena, (fh_str){text, 256}, NULL, 0, NULL), FH_OK);
    assert_status(fh_password_good(arena, (fh_str){text, 257}, NULL, 0, NULL), FH_INVALID);
    assert_status(fh_password_good(arena, (fh_str){text, sizeof text}, NULL, 0, NULL), FH_INVALID);
    fh_arena_free(arena);
}

static void a_password_is_the_same_however_its_letters_were_typed(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_str a, b;
    assert_status(fh_password_normal(arena, FH_STR("caf\xc3\xa9 with gravel"), &a, NULL), FH_OK);
    assert_status(fh_password_normal(arena, FH_STR("cafe\xcc\x81 with gravel"), &b, NULL), FH_OK);
    assert_true(fh_str_eq(a, b));
    fh_arena_free(arena);
}

static void a_kept_password_verifies_and_damaged_ones_are_told(void **state)
{
    (void)state;
    char hash[FH_PASSWORD_HASH_TEXT + 1], bad[FH_PASSWORD_HASH_TEXT + 1];
    bool same = false;
    const fh_password_cost cost = {1, 8192}, dearer = {2, 8192};
    assert_status(fh_password_hash(fh_os_real(), &cost, GOOD, hash, NULL), FH_OK);
    assert_true(fh_str_starts(fh_str_of(hash), FH_STR("$argon2id$v=19$m=8,t=1,p=1$")));
    assert_status(fh_password_verify(fh_str_of(hash), GOOD, &same, NULL), FH_OK);
    assert_true(same);
    assert_status(fh_password_verify(fh_str_of(hash), OTHER, &same, NULL), FH_OK);
    assert_false(same);
    assert_false(fh_password_is_old(fh_str_of(hash), &cost));
    assert_true(fh_password_is_old(fh_str_of(hash), &dearer));
    for (size_t cut = 0; cut < strlen(hash); cut++) {
        const fh_str part = {hash, cut};
        assert_status(fh_password_verify(part, GOOD, &same, NULL), FH_CORRUPT);
    }
    static const char *const hostile[] = {
        "$argon2id$v=19$m=99999999,t=1,p=1$", "$argon2id$v=19$m=8,t=9999,p=1$",
        "$argon2id$v=19$m=8,t=1,p=2$", "$argon2i$v=19$m=8,t=1,p=1$",
        "$argon2id$v=19$m=99999999999999999999,t=1,p=1$"};
    for (size_t i = 0; i < COUNT(hostile); i++) {
        (void)snprintf(bad, sizeof bad, "%s%s", hostile[i], hash + 27);
        assert_status(fh_password_verify(fh_str_of(bad), GOOD, &same, NULL), FH_CORRUPT);
    }
}

/* ---- Setting up ----------------------------------------------------------------------------- */

static void the_first_owner_comes_in_by_a_set_up_link_that_works_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str url, first;
    fh_session_given given;
    fh_link link;
    const fh_str base = FH_STR("https://journeys.example.org/");
    assert_status(fh_setup_link(f.org, &f.cli, base, f.arena, &first, &f.err), FH_OK);
    assert_status(fh_setup_link(f.org, &f.cli, base, f.arena, &url, &f.err), FH_OK);
    assert_true(fh_str_starts(url, FH_STR("https://journeys.example.org/setup#")));
    assert_status(fh_link_look(f.org, secret_of_url(first), f.arena, &link, &f.err), FH_NOTFOUND);
    assert_status(fh_link_look(f.org, secret_of_url(url), f.arena, &link, &f.err), FH_OK);
    assert_int_equal(link.kind, FH_LINK_SETUP);
    /* A password that will not do does not use it up. */
    assert_status(fh_setup_finish(f.signin, f.pool, secret_of_url(url), FH_STR("Ann"),
                                  FH_STR("ann@x.org"), FH_STR("password1234"), &caller, &given,
                                  &f.err),
                  FH_INVALID);
    assert_status(fh_setup_finish(f.signin, f.pool, secret_of_url(url), FH_STR("Ann"),
                                  FH_STR("ann@x.org"), GOOD, &caller, &given, &f.err),
                  FH_OK);
    const fh_session_now now = resume(&f, &given);
    assert_int_equal(now.actor.roles, owner);
    assert_true(now.actor.rights == fh_rights_all());
    assert_status(fh_setup_finish(f.signin, f.pool, secret_of_url(url), FH_STR("Eve"),
                                  FH_STR("eve@x.org"), GOOD, &caller, &given, &f.err),
                  FH_NOTFOUND);
    assert_status(fh_setup_link(f.org, &f.cli, base, f.arena, &url, &f.err), FH_CONFLICT);
    assert_status(fh_setup_link(f.org, &now.actor, base, f.arena, &url, &f.err), FH_DENIED);
    end(&f);
}

static void a_link_expires_and_only_works_for_its_kind(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str url;
    fh_link link;
    fh_session_given given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    assert_status(
        fh_person_link(f.org, &f.cli, ann, FH_LINK_RESET, FH_STR("http://h"), f.arena, &url, NULL),
        FH_OK);
    assert_status(fh_setup_finish(f.signin, f.pool, secret_of_url(url), FH_STR("Eve"),
                                  FH_STR("eve@x.org"), GOOD, &caller, &given, &f.err),
                  FH_NOTFOUND);
    assert_status(fh_link_look(f.org, secret_of_url(url), f.arena, &link, NULL), FH_OK);
    assert_str(link.email, "ann@x.org");
    f.os.now_ms += 3600 * 1000;
    assert_status(fh_link_look(f.org, secret_of_url(url), f.arena, &link, NULL), FH_NOTFOUND);
    assert_status(
        fh_link_finish(f.signin, f.pool, secret_of_url(url), GOOD, &caller, &given, &f.err),
        FH_NOTFOUND);
    end(&f);
}

static void a_reset_ends_all_sessions_and_the_old_password(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str url;
    fh_session_given again, given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const fh_session_given first = with_password(&f, ann, GOOD);
    assert_status(
        fh_person_link(f.org, &f.cli, ann, FH_LINK_RESET, FH_STR("http://h"), f.arena, &url, NULL),
        FH_OK);
    assert_true(is_signed_in(&f, &first));
    assert_status(
        fh_link_finish(f.signin, f.pool, secret_of_url(url), OTHER, &caller, &again, &f.err),
        FH_OK);
    assert_false(is_signed_in(&f, &first));
    assert_true(is_signed_in(&f, &again));
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_DENIED);
    assert_status(sign_in(&f, "ann@x.org", OTHER, none, &given), FH_OK);
    end(&f);
}

static void only_who_may_as_much_makes_links_for_somebody(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str url;
    const uint32_t boss = person(&f, "Own", "own@x.org", owner);
    const uint32_t bob = person(&f, "Bob", "bob@x.org", admin);
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    fh_actor a;
    assert_status(fh_actor_of(f.org, bob, f.arena, &a, NULL), FH_OK);
    const fh_str base = FH_STR("http://h");
    assert_status(fh_person_link(f.org, &a, boss, FH_LINK_RESET, base, f.arena, &url, NULL),
                  FH_DENIED);
    assert_status(fh_person_link(f.org, &a, ann, FH_LINK_RESET, base, f.arena, &url, NULL), FH_OK);
    assert_status(fh_actor_of(f.org, ann, f.arena, &a, NULL), FH_OK);
    assert_status(fh_person_link(f.org, &a, ann, FH_LINK_RESET, base, f.arena, &url, NULL),
                  FH_DENIED);
    end(&f);
}

/* ---- With a password ------------------------------------------------------------------------ */

static void a_right_password_signs_in_and_whatever_is_wrong_sounds_alike(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    (void)person(&f, "No password", "none@x.org", front);
    assert_status(sign_in(&f, " ANN@x.org ", GOOD, none, &given), FH_OK);
    assert_false(given.needs_second_factor);
    const fh_session_now now = resume(&f, &given);
    assert_int_equal(now.actor.person, ann);
    assert_true(fh_may(&now.actor, FH_RIGHT_STORIES));
    assert_str(now.actor.ip, "192.0.2.7");
    static const char *const who[] = {"ann@x.org", "nobody@x.org", "none@x.org", "", "no address"};
    for (size_t i = 0; i < COUNT(who); i++) {
        assert_status(sign_in(&f, who[i], OTHER, none, &given), FH_DENIED);
        assert_string_equal(f.err.message, "the e-mail address or the password is not right");
    }
    assert_status(sign_in(&f, "ann@x.org", FH_STR("short"), none, &given), FH_DENIED);
    assert_int_equal(count(&f, "signin.failed"), 6);
    assert_int_equal(count(&f, "signin.ok"), 2);
    end(&f);
}

static void signing_in_always_makes_a_new_session_and_ends_the_one_brought(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given first, second, third;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &first), FH_OK);
    assert_status(sign_in(&f, "ann@x.org", GOOD, fh_str_of(first.secret), &second), FH_OK);
    assert_string_not_equal(first.secret, second.secret);
    assert_false(is_signed_in(&f, &first));
    assert_true(is_signed_in(&f, &second));
    /* A secret of the browser's own choice becomes nothing. */
    const fh_str planted = FH_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_status(sign_in(&f, "ann@x.org", GOOD, planted, &third), FH_OK);
    fh_session_now now;
    assert_status(fh_session_resume(f.org, planted, &caller, f.arena, &now, NULL), FH_NOTFOUND);
    assert_true(is_signed_in(&f, &second)); /* another browser's stays */
    end(&f);
}

static void guessing_is_slowed_down_by_account_and_by_address(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    f.os.now_ms += 60000;
    size_t tried = 0, held = 0;
    for (int i = 0; i < 200; i++) {
        f.os.now_ms += 1000;
        const fh_status status = sign_in(&f, "ann@x.org", OTHER, none, &given);
        tried += status == FH_DENIED;
        held += status == FH_LATER;
    }
    assert_int_equal(tried + held, 200);
    assert_true(tried <= 10); /* in 200 s: 5, then waits of 2, 4, 8 ... */
    /* Even the right password waits now. */
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_LATER);
    assert_non_null(strstr(f.err.hint, "Try again in"));
    f.os.now_ms += 900 * 1000;
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    /* Many accounts from one address. */
    tried = 0;
    for (int i = 0; i < 100; i++) {
        char email[32];
        (void)snprintf(email, sizeof email, "p%d@x.org", i);
        tried += sign_in(&f, email, OTHER, none, &given) == FH_DENIED;
    }
    assert_true(tried <= 20);
    assert_true(count(&f, "signin.held") > 0);
    end(&f);
}

static void what_was_typed_is_nowhere_in_the_file(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const fh_session_given here = with_password(&f, ann, GOOD);
    assert_status(
        sign_in(&f, "typed.by.mistake@x.org", FH_STR("my secret typed here"), none, &given),
        FH_DENIED);
    char text[FH_TOKEN_TEXT + 1];
    fh_session_now now = resume(&f, &here);
    assert_status(
        fh_token_make(f.org, &now.actor, FH_STR("t"), fh_right_bit(FH_RIGHT_ASK), 0, text, NULL),
        FH_OK);
    static const char *const files[] = {"", "-wal"};
    const fh_str secrets[] = {FH_STR("typed.by.mistake"),
                              FH_STR("my secret typed"),
                              GOOD,
                              fh_str_of(here.secret),
                              {text + 12, 43}};
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s%s", test_org_name(0), files[i]);
        fh_buf bytes;
        fh_buf_init(&bytes, NULL, 1 << 28);
        assert_status(fh_os_read_file(fh_os_real(), path, 1 << 28, &bytes, NULL), FH_OK);
        for (size_t k = 0; k < COUNT(secrets); k++)
            for (size_t at = 0; at + secrets[k].len <= bytes.len; at++)
                if (memcmp(bytes.ptr + at, secrets[k].ptr, secrets[k].len) == 0)
                    fail_msg("secret %zu stands in %s", k, path);
        fh_buf_free(&bytes);
    }
    end(&f);
}

static void a_password_kept_at_other_costs_is_hashed_again(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char hash[FH_PASSWORD_HASH_TEXT + 1];
    fh_session_given given;
    fh_str kept;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const fh_password_cost old = {3, 16384};
    assert_status(fh_password_hash(&f.os.os, &old, GOOD, hash, NULL), FH_OK);
    assert_status(fh_password_put(f.org, ann, fh_str_of(hash), NULL), FH_OK);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    assert_status(fh_password_row(f.org, ann, f.arena, &kept, NULL), FH_OK);
    assert_true(fh_str_starts(kept, FH_STR("$argon2id$v=19$m=8,t=1")));
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    end(&f);
}

static void a_changed_password_ends_the_other_sessions(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given here, there, renewed;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &here), FH_OK);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &there), FH_OK);
    const fh_session_now now = resume(&f, &here);
    assert_status(
        fh_password_change(f.signin, f.pool, &now.actor, OTHER, OTHER, &caller, &renewed, &f.err),
        FH_DENIED);
    assert_status(fh_password_change(f.signin, f.pool, &now.actor, GOOD, FH_STR("ann@x.org12"),
                                     &caller, &renewed, &f.err),
                  FH_INVALID);
    assert_status(
        fh_password_change(f.signin, f.pool, &now.actor, GOOD, OTHER, &caller, &renewed, &f.err),
        FH_OK);
    assert_false(is_signed_in(&f, &here)); /* its secret was renewed */
    assert_false(is_signed_in(&f, &there));
    assert_true(is_signed_in(&f, &renewed));
    end(&f);
}

/* ---- Sessions ------------------------------------------------------------------------------- */

static void a_session_ends_when_idle_and_in_any_case_after_thirty_days(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given given;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    assert_false(resume(&f, &given).touch_due);
    f.os.now_ms += 60000;
    assert_true(resume(&f, &given).touch_due);
    f.os.now_ms += FH_SESSION_IDLE_MS - 60000;
    assert_false(is_signed_in(&f, &given));
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    for (int i = 0; i < 60; i++) {
        assert_true(is_signed_in(&f, &given));
        assert_status(fh_session_touch(f.org, given.session, NULL), FH_OK);
        f.os.now_ms += FH_SESSION_IDLE_MS - 1;
    }
    f.os.now_ms += 60;
    assert_status(fh_session_touch(f.org, given.session, NULL), FH_OK);
    assert_false(is_signed_in(&f, &given));
    end(&f);
}

static void sessions_are_listed_and_revoked_by_whom_they_belong_to(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given a1, a2, b1;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const uint32_t bob = person(&f, "Bob", "bob@x.org", front);
    (void)with_password(&f, ann, GOOD);
    b1 = with_password(&f, bob, GOOD);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &a1), FH_OK);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &a2), FH_OK);
    const fh_actor one = resume(&f, &a1).actor, other = resume(&f, &b1).actor;
    const fh_session *list = NULL;
    size_t n = 0;
    assert_status(fh_sessions_list(f.org, &one, ann, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 3); /* with the invitation's */
    assert_str(list[0].agent, "Browser/1");
    assert_status(fh_sessions_list(f.org, &other, ann, f.arena, &list, &n, NULL), FH_DENIED);
    assert_status(fh_session_revoke(f.org, &other, a2.session, NULL), FH_NOTFOUND);
    assert_true(is_signed_in(&f, &a2));
    assert_status(fh_session_revoke(f.org, &one, a2.session, NULL), FH_OK);
    assert_false(is_signed_in(&f, &a2));
    assert_status(fh_sessions_revoke(f.org, &one, ann, NULL), FH_OK);
    assert_true(is_signed_in(&f, &a1));
    assert_status(fh_sessions_revoke(f.org, &f.cli, ann, NULL), FH_OK);
    assert_false(is_signed_in(&f, &a1));
    assert_status(fh_session_end(f.org, &other, NULL), FH_OK);
    assert_false(is_signed_in(&f, &b1));
    end(&f);
}

static void disabling_and_new_roles_end_sessions_at_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_session_given given;
    fh_person out;
    char text[FH_TOKEN_TEXT + 1];
    fh_actor program;
    bool touch = false;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    given = with_password(&f, ann, GOOD);
    const fh_actor a = resume(&f, &given).actor;
    assert_status(
        fh_token_make(f.org, &a, FH_STR("t"), fh_right_bit(FH_RIGHT_ASK), 0, text, &f.err), FH_OK);
    fh_person change = {.person = ann, .roles = front | admin};
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ROLES, f.arena, &out, NULL),
                  FH_OK);
    assert_false(is_signed_in(&f, &given));
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_OK);
    assert_true(may(&f, &given, FH_RIGHT_PEOPLE));
    change.active = false;
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ACTIVE, f.arena, &out, NULL),
                  FH_OK);
    assert_false(is_signed_in(&f, &given));
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_DENIED);
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_NOTFOUND);
    end(&f);
}

static void a_form_token_belongs_to_one_session(void **state)
{
    (void)state;
    char a[FH_SECRET_TEXT + 1], b[FH_SECRET_TEXT + 1];
    fh_session_form_token(FH_STR("one"), a);
    fh_session_form_token(FH_STR("two"), b);
    assert_string_not_equal(a, b);
    assert_true(fh_session_form_token_ok(FH_STR("one"), fh_str_of(a)));
    assert_false(fh_session_form_token_ok(FH_STR("one"), fh_str_of(b)));
    assert_false(fh_session_form_token_ok(FH_STR("one"), none));
}

/* ---- Authenticator apps --------------------------------------------------------------------- */

static void codes_are_those_of_rfc_6238(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        uint32_t code; /* the last six of the RFC's eight digits */
    } vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                   {1234567890, 5924}, {2000000000, 279037}, {INT64_C(20000000000), 353130}};
    for (size_t i = 0; i < COUNT(vectors); i++)
        assert_int_equal(fh_totp_code(FH_STR("12345678901234567890"), vectors[i].seconds / 30),
                         vectors[i].code);
}

static bool from_base32(fh_str text, char out[20])
{
    uint32_t held = 0, bits = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        held = held << 5 | (uint32_t)(c >= 'A' ? c - 'A' : c - '2' + 26);
        for (bits += 5; bits >= 8 && n < 20; bits -= 8) out[n++] = (char)(held >> (bits - 8) & 255);
    }
    return n == 20;
}

static fh_str code_at(const char secret[20], int64_t ms, char space[8])
{
    (void)snprintf(space, 8, "%06u", fh_totp_code((fh_str){secret, 20}, ms / 30000));
    return (fh_str){space, 6};
}

/* Ann with a password and an app; `here` is her session with both. */
static uint32_t ann_with_app(fixture *f, char secret[20], fh_recovery *codes,
                             fh_session_given *here)
{
    char space[8];
    fh_totp_new made;
    const uint32_t ann = person(f, "Ann", "ann@x.org", front);
    const fh_session_given first = with_password(f, ann, GOOD);
    const fh_actor a = resume(f, &first).actor;
    assert_status(fh_totp_begin(f->signin, f->org, &a, f->arena, &made, &f->err), FH_OK);
    assert_true(from_base32(made.secret, secret));
    assert_true(fh_str_starts(made.uri, FH_STR("otpauth://totp/Wombat%20Works:ann%40x.org?")));
    assert_status(
        fh_totp_finish(f->signin, f->org, &a, FH_STR("000 000"), &caller, codes, here, &f->err),
        FH_DENIED);
    assert_status(fh_totp_finish(f->signin, f->org, &a, code_at(secret, f->os.now_ms, space),
                                 &caller, codes, here, &f->err),
                  FH_OK);
    assert_true(resume(f, here).actor.second_factor);
    f->os.now_ms += 90000;
    return ann;
}

static void with_an_app_the_password_is_half_the_way(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char secret[20], space[8];
    fh_recovery codes;
    fh_session_given here, half, full;
    (void)ann_with_app(&f, secret, &codes, &here);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    assert_true(half.needs_second_factor);
    const fh_session_now now = resume(&f, &half);
    assert_true(now.needs_second_factor);
    assert_true(now.actor.rights == 0);
    /* Half a session changes nothing about how to sign in. */
    assert_status(fh_totp_remove(f.org, &now.actor, now.actor.person, &f.err), FH_DENIED);
    assert_status(
        fh_password_change(f.signin, f.pool, &now.actor, GOOD, OTHER, &caller, &full, &f.err),
        FH_DENIED);
    assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret),
                                 code_at(secret, f.os.now_ms, space), &caller, &full, &f.err),
                  FH_OK);
    assert_false(is_signed_in(&f, &half)); /* a new secret */
    assert_true(may(&f, &full, FH_RIGHT_STORIES));
    assert_true(resume(&f, &full).actor.second_factor);
    end(&f);
}

static void a_code_works_once_and_only_around_its_time(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char secret[20], space[8];
    fh_recovery codes;
    fh_session_given here, half, full;
    (void)ann_with_app(&f, secret, &codes, &here);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret),
                                 code_at(secret, f.os.now_ms - 60000, space), &caller, &full, NULL),
                  FH_DENIED);
    assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret),
                                 code_at(secret, f.os.now_ms - 30000, space), &caller, &full, NULL),
                  FH_OK);
    f.os.now_ms += 5000;
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    /* The same again, and one from before it: replayed. */
    assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret),
                                 code_at(secret, f.os.now_ms - 35000, space), &caller, &full, NULL),
                  FH_DENIED);
    end(&f);
}

static void the_fifth_wrong_code_ends_the_half_session(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char secret[20], space[8];
    fh_recovery codes;
    fh_session_given here, half, full;
    (void)ann_with_app(&f, secret, &codes, &here);
    f.os.now_ms += 600000;
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    for (int i = 0; i < 5; i++) {
        assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret), FH_STR("12345"),
                                     &caller, &full, &f.err),
                      FH_DENIED);
        f.os.now_ms += 40000;
    }
    assert_status(fh_signin_code(f.signin, f.org, fh_str_of(half.secret),
                                 code_at(secret, f.os.now_ms, space), &caller, &full, &f.err),
                  FH_NOTFOUND);
    assert_int_equal(count(&f, "signin.code-failed"), 5);
    /* And half a session does not last. */
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    f.os.now_ms += FH_SESSION_HALF_MS;
    assert_false(is_signed_in(&f, &half));
    end(&f);
}

static void a_recovery_code_works_once_and_for_its_owner_only(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char secret[20];
    fh_recovery codes;
    fh_session_given here, half, full;
    (void)ann_with_app(&f, secret, &codes, &here);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    assert_status(fh_signin_recovery(f.signin, f.org, fh_str_of(half.secret),
                                     FH_STR("aaaa-bbbb-cccc-dddd"), &caller, &full, NULL),
                  FH_DENIED);
    char typed[32];
    size_t n = 0;
    for (const char *c = codes.code[3]; *c; c++)
        if (*c != '-') typed[n++] = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
    assert_status(fh_signin_recovery(f.signin, f.org, fh_str_of(half.secret), (fh_str){typed, n},
                                     &caller, &full, NULL),
                  FH_OK);
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &half), FH_OK);
    assert_status(fh_signin_recovery(f.signin, f.org, fh_str_of(half.secret),
                                     fh_str_of(codes.code[3]), &caller, &full, NULL),
                  FH_DENIED);
    assert_int_equal(count(&f, "recovery.used"), 1);
    end(&f);
}

static void what_the_organisation_asks_for_withholds_rights(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const uint32_t bob = person(&f, "Bob", "bob@x.org", admin);
    const fh_session_given given = with_password(&f, bob, GOOD);
    assert_true(may(&f, &given, FH_RIGHT_PEOPLE));
    const fh_str key = FH_STR(FH_SETTING_SECOND_FACTOR);
    assert_status(fh_setting_put(f.org, key, FH_STR("guarded"), NULL), FH_OK);
    fh_session_now now = resume(&f, &given);
    assert_true(now.must_add_factor);
    assert_false(fh_may(&now.actor, FH_RIGHT_PEOPLE));
    assert_true(fh_may(&now.actor, FH_RIGHT_ASK));
    assert_status(fh_setting_put(f.org, key, FH_STR("everybody"), NULL), FH_OK);
    now = resume(&f, &given);
    assert_true(now.must_add_factor && now.actor.rights == 0);
    fh_totp_new made; /* adding one is possible */
    assert_status(fh_totp_begin(f.signin, f.org, &now.actor, f.arena, &made, &f.err), FH_OK);
    end(&f);
}

static void a_sealed_secret_opens_only_in_its_place(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str sealed, open;
    const fh_str place = FH_STR("totp/17/secret"), secret = FH_STR("hush");
    assert_status(fh_seal(&f.os.os, &f.key, place, secret, f.arena, &sealed, NULL), FH_OK);
    assert_status(fh_unseal(&f.key, place, sealed, f.arena, &open, NULL), FH_OK);
    assert_str(open, "hush");
    assert_status(fh_unseal(&f.key, FH_STR("totp/18/secret"), sealed, f.arena, &open, NULL),
                  FH_CORRUPT);
    for (size_t i = 0; i < sealed.len; i++) {
        char bytes[128];
        memcpy(bytes, sealed.ptr, sealed.len);
        bytes[i] ^= 1;
        const fh_str changed = {bytes, sealed.len}, cut = {sealed.ptr, i};
        const fh_status status = fh_unseal(&f.key, place, changed, f.arena, &open, NULL);
        assert_true(status == FH_CORRUPT || status == FH_NOTFOUND);
        assert_status(fh_unseal(&f.key, place, cut, f.arena, &open, NULL), FH_CORRUPT);
    }
    fh_key other = f.key;
    assert_status(fh_key_parse(FH_STR("ff0102030405060708090a0b0c0d0e0f"
                                      "101112131415161718191a1b1c1d1e1f\n"),
                               &other, NULL),
                  FH_OK);
    assert_status(fh_unseal(&other, place, sealed, f.arena, &open, &f.err), FH_NOTFOUND);
    assert_status(fh_key_parse(FH_STR("abc"), &other, NULL), FH_INVALID);
    char path[200];
    (void)snprintf(path, sizeof path, "%s.key", test_org_name(0));
    (void)unlink(path);
    fh_key made, read;
    assert_status(fh_key_make(fh_os_real(), path, &made, &f.err), FH_OK);
    assert_status(fh_key_read(fh_os_real(), path, &read, &f.err), FH_OK);
    assert_memory_equal(made.bytes, read.bytes, sizeof made.bytes);
    assert_status(fh_key_make(fh_os_real(), path, &made, &f.err), FH_CONFLICT);
    assert_int_equal(unlink(path), 0);
    end(&f);
}

/* ---- Tokens --------------------------------------------------------------------------------- */

static void a_token_may_what_its_scopes_and_its_owner_may(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char text[FH_TOKEN_TEXT + 1];
    fh_actor program;
    fh_person out;
    bool touch = false;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front | admin);
    const fh_session_given given = with_password(&f, ann, GOOD);
    const fh_actor a = resume(&f, &given).actor;
    const fh_rights scopes = fh_right_bit(FH_RIGHT_ASK) | fh_right_bit(FH_RIGHT_IMPORT);
    assert_status(fh_token_make(f.org, &a, FH_STR("nightly"), scopes, 0, text, &f.err), FH_OK);
    assert_int_equal(strlen(text), FH_TOKEN_TEXT);
    assert_status(fh_token_resume(f.org, fh_str_of(text), FH_STR("192.0.2.1"), f.arena, &program,
                                  &touch, NULL),
                  FH_OK);
    assert_true(program.rights == scopes);
    assert_true(touch);
    assert_int_equal(program.kind, FH_ACTOR_TOKEN);
    /* Beyond the own rights, by a token, for too long: no. */
    char more[FH_TOKEN_TEXT + 1];
    assert_status(
        fh_token_make(f.org, &a, FH_STR("x"), fh_right_bit(FH_RIGHT_ERASE), 0, more, &f.err),
        FH_DENIED);
    assert_status(fh_token_make(f.org, &program, FH_STR("x"), scopes, 0, more, &f.err), FH_DENIED);
    assert_status(
        fh_token_make(f.org, &a, FH_STR("x"), scopes, FH_TOKEN_LONGEST_MS + 1, more, &f.err),
        FH_INVALID);
    assert_status(fh_token_make(f.org, &a, FH_STR(" "), scopes, 0, more, &f.err), FH_INVALID);
    /* Owner may less now: so does the token, at once. */
    const fh_person change = {.person = ann, .roles = front};
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ROLES, f.arena, &out, NULL),
                  FH_OK);
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_OK);
    assert_true(program.rights == fh_right_bit(FH_RIGHT_ASK));
    end(&f);
}

static void a_token_that_is_changed_expired_or_revoked_does_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char text[FH_TOKEN_TEXT + 1];
    fh_actor program;
    bool touch = false;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const uint32_t bob = person(&f, "Bob", "bob@x.org", front);
    const fh_session_given given = with_password(&f, ann, GOOD);
    const fh_session_given his = with_password(&f, bob, GOOD);
    const fh_actor a = resume(&f, &given).actor, b = resume(&f, &his).actor;
    const fh_rights scopes = fh_right_bit(FH_RIGHT_ASK);
    assert_status(fh_token_make(f.org, &a, FH_STR("t"), scopes, 1000, text, &f.err), FH_OK);
    for (size_t i = 0; i < FH_TOKEN_TEXT; i++) {
        char bad[FH_TOKEN_TEXT + 1];
        memcpy(bad, text, sizeof bad);
        bad[i] = bad[i] == 'x' ? 'y' : 'x';
        assert_status(fh_token_resume(f.org, fh_str_of(bad), none, f.arena, &program, &touch, NULL),
                      FH_NOTFOUND);
    }
    f.os.now_ms += 999;
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_OK);
    assert_status(fh_token_touch(f.org, program.token, FH_STR("192.0.2.9"), NULL), FH_OK);
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_OK);
    assert_false(touch);
    f.os.now_ms += 1;
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_NOTFOUND);
    assert_status(fh_token_make(f.org, &a, FH_STR("t2"), scopes, 0, text, &f.err), FH_OK);
    const fh_str id = {text + 3, 8};
    const fh_token *list = NULL;
    size_t n = 0;
    assert_status(fh_token_revoke(f.org, &b, id, &f.err), FH_DENIED);
    assert_status(fh_tokens_list(f.org, &b, ann, f.arena, &list, &n, &f.err), FH_DENIED);
    assert_status(fh_token_revoke(f.org, &a, id, &f.err), FH_OK);
    assert_status(fh_token_resume(f.org, fh_str_of(text), none, f.arena, &program, &touch, NULL),
                  FH_NOTFOUND);
    assert_status(fh_tokens_list(f.org, &a, ann, f.arena, &list, &n, &f.err), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(count(&f, "token.made"), 2);
    assert_int_equal(count(&f, "token.revoked"), 1);
    end(&f);
}

/* ---- Turns ---------------------------------------------------------------------------------- */

enum { WAITING = 32 };
typedef struct waiter {
    fh_signin *signin;
    fh_thread *thread;
    fh_status status;
} waiter;

static void wait_for_turn(void *ctx)
{
    waiter *w = ctx;
    w->status = fh_signin_turn(w->signin, NULL);
    if (w->status == FH_OK) fh_signin_turn_done(w->signin);
}

static void two_compute_and_thirty_two_wait_and_the_next_is_sent_away(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    waiter w[WAITING];
    assert_status(fh_signin_turn(f.signin, &f.err), FH_OK);
    assert_status(fh_signin_turn(f.signin, &f.err), FH_OK);
    for (size_t i = 0; i < WAITING; i++) {
        w[i] = (waiter){.signin = f.signin, .status = FH_IO};
        assert_status(fh_thread_start(wait_for_turn, &w[i], &w[i].thread, &f.err), FH_OK);
    }
    for (bool all = false; !all;) { /* until they stand in line */
        fh_mutex_lock(f.signin->lock);
        all = f.signin->waiting == WAITING;
        fh_mutex_unlock(f.signin->lock);
    }
    assert_status(fh_signin_turn(f.signin, &f.err), FH_BUSY);
    fh_session_given given;
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_BUSY);
    fh_signin_turn_done(f.signin);
    fh_signin_turn_done(f.signin);
    for (size_t i = 0; i < WAITING; i++) {
        fh_thread_join(w[i].thread);
        assert_status(w[i].status, FH_OK);
    }
    assert_int_equal(f.signin->computing, 0);
    assert_status(fh_signin_turn(f.signin, &f.err), FH_OK);
    fh_signin_turn_done(f.signin);
    end(&f);
}

/* An unknown account is compared with somebody's hash all the same: as many turns, and a
 * hash of the same costs. */
static void an_unknown_account_costs_the_same_hash(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str kept;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    (void)with_password(&f, ann, GOOD);
    assert_status(fh_password_row(f.org, ann, f.arena, &kept, NULL), FH_OK);
    const size_t costs = sizeof "$argon2id$v=19$m=8,t=1,p=1$" - 1;
    assert_true(fh_str_starts(fh_str_of(f.signin->unknown), (fh_str){kept.ptr, costs}));
    assert_int_equal(strlen(f.signin->unknown), kept.len);
    end(&f);
}

/* ---- What fails on its own ------------------------------------------------------------------ */

static fh_status fail_random(void *ctx, void *to, size_t n, fh_error *err)
{
    (void)ctx, (void)to, (void)n;
    return fh_fail(err, FH_IO, "no randomness");
}

static void without_randomness_nobody_gets_a_session_or_token(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char text[FH_TOKEN_TEXT + 1], challenge[FH_CHALLENGE_TEXT + 1];
    fh_session_given given;
    fh_str url;
    fh_totp_new made;
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const fh_session_given here = with_password(&f, ann, GOOD);
    const fh_actor a = resume(&f, &here).actor;
    f.os.os.random = fail_random;
    assert_status(sign_in(&f, "ann@x.org", GOOD, none, &given), FH_IO);
    assert_status(fh_token_make(f.org, &a, FH_STR("t"), fh_right_bit(FH_RIGHT_ASK), 0, text, NULL),
                  FH_IO);
    assert_status(
        fh_person_link(f.org, &f.cli, ann, FH_LINK_RESET, FH_STR("http://h"), f.arena, &url, NULL),
        FH_IO);
    assert_status(fh_totp_begin(f.signin, f.org, &a, f.arena, &made, NULL), FH_IO);
    assert_status(fh_passkey_challenge(f.org, NULL, false, challenge, NULL), FH_IO);
    const fh_session *list = NULL;
    size_t n = 0;
    assert_status(fh_sessions_list(f.org, &a, ann, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    end(&f);
}

static fh_status resume_with(void *ctx)
{
    fixture *f = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_session_given *given = (const fh_session_given *)f->cli.name.ptr;
    fh_session_now now;
    const fh_status status =
        fh_session_resume(f->org, fh_str_of(given->secret), &caller, arena, &now, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_while_resuming_is_reported(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const uint32_t ann = person(&f, "Ann", "ann@x.org", front);
    const fh_session_given here = with_password(&f, ann, GOOD);
    fixture g = f;
    g.cli.name = (fh_str){(const char *)&here, sizeof here};
    test_oom(resume_with, &g);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_that_are_tried_first_are_refused_and_others_pass),
        cmocka_unit_test(a_password_is_the_same_however_its_letters_were_typed),
        cmocka_unit_test(a_kept_password_verifies_and_damaged_ones_are_told),
        cmocka_unit_test(the_first_owner_comes_in_by_a_set_up_link_that_works_once),
        cmocka_unit_test(a_link_expires_and_only_works_for_its_kind),
        cmocka_unit_test(a_reset_ends_all_sessions_and_the_old_password),
        cmocka_unit_test(only_who_may_as_much_makes_links_for_somebody),
        cmocka_unit_test(a_right_password_signs_in_and_whatever_is_wrong_sounds_alike),
        cmocka_unit_test(signing_in_always_makes_a_new_session_and_ends_the_one_brought),
        cmocka_unit_test(guessing_is_slowed_down_by_account_and_by_address),
        cmocka_unit_test(what_was_typed_is_nowhere_in_the_file),
        cmocka_unit_test(a_password_kept_at_other_costs_is_hashed_again),
        cmocka_unit_test(a_changed_password_ends_the_other_sessions),
        cmocka_unit_test(a_session_ends_when_idle_and_in_any_case_after_thirty_days),
        cmocka_unit_test(sessions_are_listed_and_revoked_by_whom_they_belong_to),
        cmocka_unit_test(disabling_and_new_roles_end_sessions_at_once),
        cmocka_unit_test(a_form_token_belongs_to_one_session),
        cmocka_unit_test(codes_are_those_of_rfc_6238),
        cmocka_unit_test(with_an_app_the_password_is_half_the_way),
        cmocka_unit_test(a_code_works_once_and_only_around_its_time),
        cmocka_unit_test(the_fifth_wrong_code_ends_the_half_session),
        cmocka_unit_test(a_recovery_code_works_once_and_for_its_owner_only),
        cmocka_unit_test(what_the_organisation_asks_for_withholds_rights),
        cmocka_unit_test(a_sealed_secret_opens_only_in_its_place),
        cmocka_unit_test(a_token_may_what_its_scopes_and_its_owner_may),
        cmocka_unit_test(a_token_that_is_changed_expired_or_revoked_does_nothing),
        cmocka_unit_test(two_compute_and_thirty_two_wait_and_the_next_is_sent_away),
        cmocka_unit_test(an_unknown_account_costs_the_same_hash),
        cmocka_unit_test(without_randomness_nobody_gets_a_session_or_token),
        cmocka_unit_test(memory_running_out_while_resuming_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

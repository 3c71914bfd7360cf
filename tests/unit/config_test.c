/* config_test.c - settings from a file, the environment and flags. */
#include "test.h"

#include "faulty_os.h"
#include "files.h"

#include "app/config.h"

#include <sys/stat.h>

typedef struct told {
    int n;
    char all[2048];
} told;

static void take(void *ctx, const fh_error *mistake)
{
    told *t = ctx;
    const size_t len = strlen(t->all);
    (void)snprintf(t->all + len, sizeof t->all - len, "%s | %s\n", mistake->message, mistake->hint);
    t->n++;
}

static fh_config *fresh(fh_arena **arena)
{
    fh_config *c = NULL;
    *arena = fh_arena_new(test_allocator());
    assert_non_null(*arena);
    assert_status(fh_config_new(*arena, &c, NULL), FH_OK);
    return c;
}

static void every_default_is_a_value_its_key_allows(void **state)
{
    (void)state;
    fh_arena *arena;
    const fh_config *c = fresh(&arena);
    assert_str(c->value[FH_C_LISTEN].text, "127.0.0.1:8080");
    assert_int_equal(fh_config_number(c, FH_C_BODY_BYTES), 1 << 20);
    assert_int_equal(fh_config_number(c, FH_C_JOB_KEEP), INT64_C(90) * 86400 * 1000);
    assert_true(fh_config_flag(c, FH_C_HOOKS));
    assert_false(fh_config_flag(c, FH_C_HOOK_LOOPBACK));
    assert_str(c->value[FH_C_LOG_LEVEL].text, "info");
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        const fh_str help = fh_str_of(fh_config_keys[i].help);
        assert_int_equal(help.ptr[help.len - 1], '.');
        assert_int_equal(c->value[i].from.len, 0);
    }
    fh_arena_free(arena);
}

static void a_file_sets_what_stands_in_it_and_says_where(void **state)
{
    (void)state;
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    fh_error err = {0};
    const fh_str text = FH_STR("log.level = warning\n"
                               "# the rest\r\n"
                               "[server]\r\n"
                               "listen = unix:/run/fh.sock , [::1]:80   # both\n"
                               "base-url = \"https://a.example/#x\"  # quoted\n"
                               "body-size=8m\n"
                               "\n"
                               "; old style\n"
                               "[ webhooks ]\n"
                               "enabled = Off\n"
                               "give-up = 2d");
    assert_status(fh_config_text(c, FH_STR("f.conf"), text, NULL, NULL, &err), FH_OK);
    assert_str(c->value[FH_C_LISTEN].text, "unix:/run/fh.sock , [::1]:80");
    assert_str(c->value[FH_C_LISTEN].from, "line 4 of f.conf");
    assert_str(c->value[FH_C_BASE_URL].text, "https://a.example/#x");
    assert_int_equal(fh_config_number(c, FH_C_BODY_BYTES), 8 << 20);
    assert_false(fh_config_flag(c, FH_C_HOOKS));
    assert_int_equal(fh_config_number(c, FH_C_HOOK_GIVE_UP), 2 * 86400000);
    assert_int_equal(fh_config_number(c, FH_C_LOG_LEVEL), 2);
    fh_arena_free(arena);
}

static void every_mistake_names_its_line_and_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"[server]\nlisten = a\nlisen = b\n", "c, line 3: there is no setting 'server.lisen'",
         "Did you mean 'server.listen'?"},
        {"[sever]\n", "c, line 1: there is no section [sever]", "Did you mean [server]?"},
        {"[server\n", "c, line 1: a section has no ] at its end",
         "Write it alone on its line, as [server]."},
        {"\nnonsense\n", "c, line 2: this is neither a section nor 'key = value'",
         "A comment begins with #."},
        {"[server]\nloops = many\n", "c, line 2: server.loops: 'many' is not a whole number",
         "Write digits only."},
        {"[server]\nloops = 65\n", "c, line 2: server.loops: '65' is out of range",
         "It may be 0 to 64."},
        {"[server]\nbody-size = 2G\n", "c, line 2: server.body-size: '2G' is out of range",
         "It may be 1K to 1G."},
        {"[server]\nheader-time = 0s", "c, line 2: server.header-time: '0s' is out of range",
         "It may be 1s to 2m."},
        {"[server]\nheader-time = 10",
         "c, line 2: server.header-time: '10' is not a length of time",
         "Write it as 500ms, 30s, 15m, 12h or 30d."},
        {"[log]\nlevel = loud\n", "c, line 2: log.level: 'loud' is not a known word",
         "Choose one of info|debug|warning|error."},
        {"[log]\nlevel = info\nlevel = error\n", "c, line 3: log.level was set on line 2 already",
         "Remove one of the two lines."},
        {"[webhooks]\nenabled = perhaps\n",
         "c, line 2: webhooks.enabled: 'perhaps' is not yes or no", "Write yes or no."},
        {"[server]\nbase-url = \"x\n", "c, line 2: a value has no \" at its end",
         "Close it on the same line."},
        {"[server]\nbase-url = \"x\" y\n", "c, line 2: something stands behind the quoted value",
         "A comment begins with #."},
        {"[server]\nbase-url = a\tb\n", "c, line 2: server.base-url: 'a\tb' is not plain text",
         "Control characters and \" cannot stand in it."},
        {"[server]\nbase-url = a\xff\n", "c, line 2: server.base-url: 'a\xff' is not plain text",
         "Control characters and \" cannot stand in it."},
        {"[server]\nupload-size = 99999999999999999999G\n",
         "c, line 2: server.upload-size: '99999999999999999999G' is not a size",
         "Write it as 512K, 8M or 2G."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_arena *arena;
        fh_config *c = fresh(&arena);
        fh_error err = {0};
        const fh_str text = fh_str_of(cases[i].text);
        assert_int_not_equal(fh_config_text(c, FH_STR("c"), text, NULL, NULL, &err), FH_OK);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(err.hint, cases[i].hint);
        fh_arena_free(arena);
    }
}

static void one_look_tells_all_mistakes_and_keeps_what_is_right(void **state)
{
    (void)state;
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    fh_error err = {0};
    told t = {0};
    const fh_str text = FH_STR("[server]\nloops = x\nlistn = y\nkeep-alive = 5s\n"
                               "[nowhere]\nkey = 1\nother = 2\n[log]\nlevel = debug\n");
    assert_status(fh_config_text(c, FH_STR("c"), text, take, &t, &err), FH_INVALID);
    assert_int_equal(t.n, 3);
    assert_non_null(strstr(t.all, "line 2: server.loops"));
    assert_non_null(strstr(t.all, "line 3: there is no setting 'server.listn'"));
    assert_non_null(strstr(t.all, "line 5: there is no section [nowhere]"));
    assert_non_null(strstr(err.message, "line 2"));
    assert_int_equal(fh_config_number(c, FH_C_KEEP_ALIVE), 5000);
    assert_int_equal(fh_config_number(c, FH_C_LOG_LEVEL), 1);
    assert_int_equal(fh_config_number(c, FH_C_LOOPS), 0);
    fh_arena_free(arena);
}

static void the_environment_wins_over_the_file_and_a_flag_over_both(void **state)
{
    (void)state;
    static const char *const variables[] = {"PATH=/bin",
                                            "FIRSTHAND_SERVER_LISTEN=0.0.0.0:1",
                                            "FIRSTHAND_JOBS_IMPORT_MEMORY=7M",
                                            "FIRSTHAND_TOKEN=secret",
                                            "FIRSTHAND_CONFIG=/etc/x",
                                            NULL};
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    const fh_str text = FH_STR("[server]\nlisten = a:1\n[jobs]\nimport-memory = 6M\n");
    assert_status(fh_config_text(c, FH_STR("c"), text, NULL, NULL, NULL), FH_OK);
    assert_status(fh_config_environment(c, variables, NULL, NULL, NULL), FH_OK);
    assert_str(c->value[FH_C_LISTEN].text, "0.0.0.0:1");
    assert_str(c->value[FH_C_LISTEN].from, "FIRSTHAND_SERVER_LISTEN");
    assert_int_equal(fh_config_number(c, FH_C_JOB_MEMORY), 7 << 20);
    assert_status(
        fh_config_set(c, FH_STR("server-listen"), FH_STR("b:2"), FH_STR("--server-listen"), NULL),
        FH_OK);
    assert_str(c->value[FH_C_LISTEN].text, "b:2");
    fh_arena_free(arena);
}

static void several_values_are_set_from_one_list(void **state)
{
    (void)state;
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    fh_error err = {0};
    const fh_str from = FH_STR("--set");
    assert_status(fh_config_flags(c,
                                  FH_STR("server.listen=[::1]:80,unix:/x,log.level=debug,"
                                         "server.base-url=https://x/?a=1,2"),
                                  from, &err),
                  FH_OK);
    assert_str(c->value[FH_C_LISTEN].text, "[::1]:80,unix:/x");
    assert_str(c->value[FH_C_BASE_URL].text, "https://x/?a=1,2");
    assert_int_equal(fh_config_number(c, FH_C_LOG_LEVEL), 1);
    assert_status(fh_config_flags(c, FH_STR("log.level"), from, &err), FH_INVALID);
    assert_string_equal(err.message, "--set 'log.level' has no '='");
    assert_status(fh_config_flags(c, FH_STR("log.leel=info"), from, &err), FH_NOTFOUND);
    assert_string_equal(err.hint, "Did you mean 'log.level'?");
    fh_arena_free(arena);
}

static void an_unknown_variable_is_an_error(void **state)
{
    (void)state;
    static const char *const variables[] = {"FIRSTHAND_SERVER_LISTN=x", "FIRSTHAND_LOG_LEVEL=loud",
                                            NULL};
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    fh_error err = {0};
    told t = {0};
    assert_status(fh_config_environment(c, variables, take, &t, &err), FH_NOTFOUND);
    assert_int_equal(t.n, 2);
    assert_non_null(strstr(err.message, "FIRSTHAND_SERVER_LISTN: there is no setting"));
    fh_arena_free(arena);
}

static void what_no_single_key_shows_is_checked(void **state)
{
    (void)state;
    fh_arena *arena;
    fh_config *c = fresh(&arena);
    fh_error err = {0};
    told t = {0};
    assert_status(fh_config_check(c, NULL, NULL, &err), FH_OK);
    const fh_str text = FH_STR("[server]\ntls-key = k\nbase-url = journeys.example.org\n");
    assert_status(fh_config_text(c, FH_STR("c"), text, NULL, NULL, NULL), FH_OK);
    assert_status(fh_config_check(c, take, &t, &err), FH_INVALID);
    assert_int_equal(t.n, 2);
    assert_non_null(strstr(err.message, "server.tls-key is set without server.tls-certificate"));
    fh_arena_free(arena);
}

static void a_certificate_and_a_sign_in_service_need_the_address_people_type(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } wrong[] = {
        {"[server]\ntls-certificate = c\ntls-key = k\n", "without an https base-url"},
        {"[server]\ntls-certificate = c\ntls-key = k\nbase-url = http://x\n", "an https base-url"},
        {"[sign-in]\nissuer = https://id.x\nclient-id = fh\n", "without server.base-url"},
        {"[server]\nbase-url = https://x\n[sign-in]\nissuer = https://id.x\n", "client-id"},
        {"[server]\nbase-url = https://x\n[sign-in]\nissuer = http://10.0.0.1\nclient-id = fh\n",
         "does not begin with https://"},
        {"[server]\nbase-url = https://x\n[sign-in]\nissuer = https://i\nclient-id = fh\n"
         "group-roles = Heads lead\n",
         "is no GROUP=ROLE"},
        {"[server]\nbase-url = https://x\n[sign-in]\nissuer = https://i\nclient-id = fh\n"
         "group-roles = Heads=lead; Top=owner\n",
         "'Top=owner' is no GROUP=ROLE"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        fh_arena *arena;
        fh_error err = {0};
        fh_config *c = fresh(&arena);
        assert_status(fh_config_text(c, FH_STR("c"), fh_str_of(wrong[i].text), NULL, NULL, NULL),
                      FH_OK);
        assert_status(fh_config_check(c, NULL, NULL, &err), FH_INVALID);
        if (!strstr(err.message, wrong[i].said)) fail_msg("%s", err.message);
        assert_true(err.hint[0] != '\0');
        fh_arena_free(arena);
    }
}

/* Also white space within the quotes, and a # that begins a comment only unquoted. */
static void a_value_keeps_what_its_quotes_held(void **state)
{
    (void)state;
    static const char *const values[] = {" x", "x ", "\xc2\xa0x", "#", "a #b", "a#b", "", " "};
    for (size_t i = 0; i < COUNT(values); i++) {
        fh_arena *arena, *other;
        fh_config *c = fresh(&arena), *again = fresh(&other);
        char file[64];
        fh_buf printed;
        fh_buf_init(&printed, NULL, 1 << 20);
        (void)snprintf(file, sizeof file, "[server]\nbase-url = \"%s\"\n", values[i]);
        assert_status(fh_config_text(c, FH_STR("c"), fh_str_of(file), NULL, NULL, NULL), FH_OK);
        fh_config_print(c, true, &printed);
        assert_status(fh_config_text(again, FH_STR("p"), fh_buf_view(&printed), NULL, NULL, NULL),
                      FH_OK);
        assert_str(again->value[FH_C_BASE_URL].text, values[i]);
        fh_buf_free(&printed);
        fh_arena_free(arena);
        fh_arena_free(other);
    }
}

static void what_is_printed_is_read_as_the_same(void **state)
{
    (void)state;
    fh_arena *arena, *other;
    fh_config *c = fresh(&arena), *again = fresh(&other);
    fh_buf one, two;
    fh_buf_init(&one, NULL, 1 << 20);
    fh_buf_init(&two, NULL, 1 << 20);
    const fh_str text = FH_STR("[server]\nbase-url = \"https://x/ #y\"\nbody-time = 90s\n"
                               "[jobs]\nimport-memory = 1536K\n");
    assert_status(fh_config_text(c, FH_STR("c"), text, NULL, NULL, NULL), FH_OK);
    fh_config_print(c, true, &one);
    assert_status(fh_config_text(again, FH_STR("printed"), fh_buf_view(&one), NULL, NULL, NULL),
                  FH_OK);
    for (size_t i = 0; i < FH_N_CONFIG; i++) {
        assert_true(fh_str_eq(c->value[i].text, again->value[i].text));
        assert_int_equal(c->value[i].number, again->value[i].number);
    }
    fh_config_print(c, false, &two);
    assert_str(fh_buf_view(&two),
               "[server]\n"
               "# The address people type, as https://journeys.example.org; empty: by where it "
               "listens.\n# set by line 2 of c\nbase-url = \"https://x/ #y\"\n"
               "# How long a body may pause below the least rate before it is given up.\n"
               "# set by line 3 of c\nbody-time = 90s\n\n"
               "[jobs]\n# Memory for one round of an import; a larger one holds up live ingest "
               "longer.\n# set by line 5 of c\nimport-memory = 1536K\n");
    fh_buf_free(&one);
    fh_buf_free(&two);
    fh_arena_free(arena);
    fh_arena_free(other);
}

static void a_secret_that_everybody_may_read_is_refused(void **state)
{
    (void)state;
    const fh_os *os = fh_os_real();
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_error err = {0};
    fh_str secret = {0};
    const char *path = test_file("secret", FH_STR("  swordfish\n"));
    assert_int_equal(chmod(path, 0644), 0);
    assert_status(fh_config_secret(os, path, arena, &secret, &err), FH_DENIED);
    assert_non_null(strstr(err.hint, "chmod 600"));
    assert_int_equal(chmod(path, 0640), 0);
    assert_status(fh_config_secret(os, path, arena, &secret, &err), FH_OK);
    assert_str(secret, "swordfish");
    const char *two = test_file("two", FH_STR("a\nb\n")), *none = test_file("none", FH_STR("\n"));
    assert_int_equal(chmod(two, 0600) | chmod(none, 0600), 0);
    assert_status(fh_config_secret(os, two, arena, &secret, &err), FH_FORMAT);
    assert_status(fh_config_secret(os, none, arena, &secret, &err), FH_FORMAT);
    assert_status(fh_config_secret(os, "/nowhere/at-all", arena, &secret, &err), FH_NOTFOUND);
    assert_str(secret, "swordfish");
    fh_arena_free(arena);
    test_files_end();
}

static fh_status read_from(const fh_os *os, void *ctx)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_config *c = NULL;
    fh_str secret;
    fh_status status = fh_config_new(arena, &c, NULL);
    if (status == FH_OK) status = fh_config_file(c, os, ctx, NULL, NULL, NULL);
    if (status == FH_OK) status = fh_config_secret(os, ctx, arena, &secret, NULL);
    fh_arena_free(arena);
    return status;
}

static void a_failing_disk_is_told(void **state)
{
    (void)state;
    const char *path = test_file("one-line.conf", FH_STR("log.level = debug"));
    char name[256];
    (void)snprintf(name, sizeof name, "%s", path);
    assert_int_equal(chmod(path, 0600), 0);
    test_faults(read_from, name, FH_IO);
    test_files_end();
}

static fh_status read_in_little_memory(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_config *c = NULL;
    if (!arena) return FH_NOMEM;
    told t = {0};
    fh_status status = fh_config_new(arena, &c, NULL);
    if (status == FH_OK)
        status = fh_config_text(c, FH_STR("c"), FH_STR("[server]\nlisten = a\nbase-url = b\n"),
                                take, &t, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_told(void **state)
{
    (void)state;
    test_oom(read_in_little_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_is_a_value_its_key_allows),
        cmocka_unit_test(a_file_sets_what_stands_in_it_and_says_where),
        cmocka_unit_test(every_mistake_names_its_line_and_what_was_meant),
        cmocka_unit_test(one_look_tells_all_mistakes_and_keeps_what_is_right),
        cmocka_unit_test(the_environment_wins_over_the_file_and_a_flag_over_both),
        cmocka_unit_test(several_values_are_set_from_one_list),
        cmocka_unit_test(an_unknown_variable_is_an_error),
        cmocka_unit_test(what_no_single_key_shows_is_checked),
        cmocka_unit_test(a_certificate_and_a_sign_in_service_need_the_address_people_type),
        cmocka_unit_test(a_value_keeps_what_its_quotes_held),
        cmocka_unit_test(what_is_printed_is_read_as_the_same),
        cmocka_unit_test(a_secret_that_everybody_may_read_is_refused),
        cmocka_unit_test(a_failing_disk_is_told),
        cmocka_unit_test(memory_running_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

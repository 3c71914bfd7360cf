/* simulate_messages_test.c - messages of which is known what is wrong: the same bytes for the
 * same seed, every pair of the truth names messages of its customer, planted contradictions
 * say what differs, and no sentence of one half of the wordings is in the other.
 */
#include "faulty_os.h"

#include "app/demo/simulate_messages_parts.h"
#include "base/intern.h"
#include "base/json.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[128];

static const char *in_folder(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/firsthand-messages-XXXXXX", test_folder());
    return mkdtemp(folder) ? 0 : -1;
}

static void empty_folder(const char *path)
{
    char name[600];
    DIR *dir = opendir(path);
    if (!dir) return;
    for (const struct dirent *e; (e = readdir(dir));) {
        (void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.' && unlink(name) != 0) empty_folder(name);
    }
    (void)closedir(dir);
    (void)rmdir(path);
}

static int remove_folder(void **state)
{
    (void)state;
    empty_folder(folder);
    return 0;
}

static fh_status simulate(const fh_os *os, uint64_t messages, uint64_t seed, bool held_out,
                          fh_messages_result *made, fh_error *err)
{
    const fh_messages_options o = {.messages = messages,
                                   .languages = FH_STR("en,de,nl"),
                                   .seed = seed,
                                   .held_out = held_out,
                                   .folder = folder};
    return fh_simulate_messages(os, &o, made, err);
}

static fh_str read_file(const char *name, fh_buf *buf)
{
    fh_error err;
    fh_buf_clear(buf);
    if (fh_os_read_file(fh_os_real(), in_folder(name), 1 << 28, buf, &err) != FH_OK)
        fail_msg("%s", err.message);
    return fh_buf_view(buf);
}

static uint64_t hash_of_all(void)
{
    static const char *const files[] = {"outbound.jsonl", "contacts.jsonl", "touches.jsonl",
                                        "truth/pairs.csv", "truth.json"};
    fh_buf buf;
    uint64_t hash = 0;
    fh_buf_init(&buf, NULL, 1 << 28);
    for (size_t i = 0; i < COUNT(files); i++)
        hash = hash * 31 + fh_intern_hash(read_file(files[i], &buf));
    fh_buf_free(&buf);
    return hash;
}

static void the_same_seed_gives_the_same_messages(void **state)
{
    (void)state;
    fh_messages_result one, two;
    assert_status(simulate(fh_os_real(), 400, 7, false, &one, NULL), FH_OK);
    const uint64_t first = hash_of_all();
    assert_status(simulate(fh_os_real(), 400, 7, false, &two, NULL), FH_OK);
    assert_true(hash_of_all() == first);
    assert_memory_equal(&one, &two, sizeof one);
    assert_true(one.messages >= 400 && one.messages < 450 && one.planted > 40 && one.clean > 200);
    assert_status(simulate(fh_os_real(), 400, 8, false, &two, NULL), FH_OK);
    assert_true(hash_of_all() != first);
    assert_status(simulate(fh_os_real(), 400, 7, true, &two, NULL), FH_OK);
    assert_true(hash_of_all() != first);
}

/* ---- The truth against the files ---- */

static fh_str take_line(fh_str *text)
{
    const char *end = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
    const fh_str line = {text->ptr, end ? (size_t)(end - text->ptr) : text->len};
    const size_t skip = line.len + (end != NULL);
    *text = (fh_str){text->ptr + skip, text->len - skip};
    return line;
}

static fh_str take_field(fh_str *line)
{
    const char *end = line->len ? memchr(line->ptr, ',', line->len) : NULL;
    const fh_str field = {line->ptr, end ? (size_t)(end - line->ptr) : line->len};
    const size_t skip = field.len + (end != NULL);
    *line = (fh_str){line->ptr + skip, line->len - skip};
    return field;
}

/* Whose message each id is: "M00000001 O-00000004". */
static void learn(fh_intern *ids, const char *file, fh_buf *buf)
{
    fh_json_reader *r = fh_json_reader_new(NULL, 1000);
    fh_arena *arena = fh_arena_new(NULL);
    fh_str rest = read_file(file, buf), id, who, key;
    while (rest.len) {
        fh_json_doc doc;
        assert_status(fh_json_read(r, take_line(&rest), &doc, NULL), FH_OK);
        assert_true(fh_json_text(&doc, fh_json_get(&doc, 0, FH_STR("id")), arena, &id));
        assert_true(fh_json_text(&doc, fh_json_get(&doc, 0, FH_STR("customer")), arena, &who));
        assert_true(fh_arena_format(arena, &key, "%.*s %.*s", FH_STR_ARG(who), FH_STR_ARG(id)));
        assert_true(fh_intern_add(ids, key, fh_intern_hash(key)) > 0);
    }
    fh_arena_free(arena);
    fh_json_reader_free(r);
}

static void every_pair_of_the_truth_is_of_one_customer(void **state)
{
    (void)state;
    fh_messages_result made;
    fh_buf buf;
    uint64_t planted = 0, clean = 0;
    char key[80];
    fh_buf_init(&buf, NULL, 1 << 28);
    fh_intern *ids = fh_intern_new(NULL);
    assert_status(simulate(fh_os_real(), 2000, 3, false, &made, NULL), FH_OK);
    learn(ids, "outbound.jsonl", &buf);
    learn(ids, "contacts.jsonl", &buf);
    const uint32_t known = fh_intern_count(ids);
    fh_str rest = read_file("truth/pairs.csv", &buf);
    assert_str(take_line(&rest), "sort,variant,customer_kind,customer,a_source_id,b_source_id,"
                                 "fact_type,planted,group");
    while (rest.len) {
        fh_str line = take_line(&rest), field[9];
        for (size_t i = 0; i < COUNT(field); i++) field[i] = take_field(&line);
        for (size_t i = 4; i < 6; i++) {
            const int n =
                snprintf(key, sizeof key, "%.*s %.*s", FH_STR_ARG(field[3]), FH_STR_ARG(field[i]));
            const fh_str s = {key, (size_t)n};
            assert_true(fh_intern_add(ids, s, fh_intern_hash(s)) > 0);
        }
        const bool is_planted = !fh_str_eq(field[7], FH_STR("0"));
        const bool differs = fh_str_eq(field[0], FH_STR("contradiction"));
        assert_true((field[6].len > 0) == (is_planted && differs));
        planted += is_planted;
        clean += !is_planted;
    }
    assert_int_equal(fh_intern_count(ids), known);
    assert_int_equal(planted, made.planted);
    assert_int_equal(clean, made.clean);
    fh_intern_free(ids);
    fh_buf_free(&buf);
}

/* ---- Word banks ---- */

static void check_halves(const msg_section *s)
{
    uint32_t n[3] = {0};
    for (uint32_t i = 0; i < s->n; i++) {
        n[1] += s->line[i].halves & 1;
        n[2] += s->line[i].halves >> 1;
        for (uint32_t k = 0; k < i; k++) assert_false(fh_str_eq(s->line[i].text, s->line[k].text));
    }
    if (s->n && (!n[1] || !n[2]))
        fail_msg("%.*s %.*s has no line in one half", FH_STR_ARG(s->word[0]),
                 FH_STR_ARG(s->word[1]));
}

static void every_language_says_everything_in_both_halves(void **state)
{
    (void)state;
    static const char *const codes[] = {"en", "de", "nl"};
    msg_bank bank[COUNT(codes)];
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < COUNT(codes); i++) {
        fh_error err;
        if (msg_bank_read(msg_bank_text(fh_str_of(codes[i])), arena, &bank[i], &err))
            fail_msg("%s: %s", codes[i], err.message);
        assert_str(bank[i].code, codes[i]);
        for (uint32_t k = 0; k < bank[i].n; k++) check_halves(&bank[i].section[k]);
        assert_int_equal(bank[i].n_families, bank[0].n_families);
        assert_true(bank[i].n_stories >= 4 && bank[i].purposes->n_items == 40);
        assert_true(bank[i].months->n_items == 12 && bank[i].weekdays->n_items == 7);
        for (uint32_t k = 0; k < bank[0].n_families; k++) {
            assert_true(
                fh_str_eq(bank[i].family[k].said->word[1], bank[0].family[k].said->word[1]));
            assert_int_equal(bank[i].family[k].type, bank[0].family[k].type);
        }
    }
    fh_arena_free(arena);
}

static void a_bank_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    msg_bank bank;
    assert_status(msg_bank_read(FH_STR("1 before any section\n"), arena, &bank, NULL), FH_INTERNAL);
    assert_status(msg_bank_read(FH_STR("@ fact\n3 no such half\n"), arena, &bank, NULL),
                  FH_INTERNAL);
    assert_status(msg_bank_read(FH_STR("@ fact x nothing\n* words\n"), arena, &bank, NULL),
                  FH_INTERNAL);
    assert_status(msg_bank_read(FH_STR("# nothing\n"), arena, &bank, NULL), FH_INTERNAL);
    assert_int_equal(msg_bank_text(FH_STR("fr")).len, 0);
    fh_arena_free(arena);
}

/* ---- What can go wrong ---- */

static fh_status make_few(const fh_os *os, void *ctx)
{
    (void)ctx;
    fh_messages_result made;
    fh_error err;
    return simulate(os, 3, 1, false, &made, &err);
}

static void each_failing_call_is_reported(void **state)
{
    (void)state;
    test_faults(make_few, NULL, FH_IO);
}

static bool stop(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx, (void)done, (void)of;
    return true;
}

static void wrong_wishes_are_refused_and_a_stop_is_obeyed(void **state)
{
    (void)state;
    fh_messages_result made;
    fh_error err;
    fh_messages_options o = {.messages = 0, .languages = FH_STR("en"), .folder = folder};
    assert_status(fh_simulate_messages(fh_os_real(), &o, &made, &err), FH_INVALID);
    o.messages = 5;
    o.languages = FH_STR("en,fr");
    assert_status(fh_simulate_messages(fh_os_real(), &o, &made, &err), FH_INVALID);
    assert_non_null(strstr(err.message, "'fr'"));
    o.languages = FH_STR("");
    assert_status(fh_simulate_messages(fh_os_real(), &o, &made, &err), FH_INVALID);
    o.languages = FH_STR("nl");
    assert_status(fh_simulate_messages(fh_os_real(), &o, &made, &err), FH_OK);
    o.progress = stop;
    assert_status(fh_simulate_messages(fh_os_real(), &o, &made, &err), FH_INTERRUPTED);
    o.folder = "/dev/null/x";
    assert_true(fh_simulate_messages(fh_os_real(), &o, &made, &err) != FH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_messages),
        cmocka_unit_test(every_pair_of_the_truth_is_of_one_customer),
        cmocka_unit_test(every_language_says_everything_in_both_halves),
        cmocka_unit_test(a_bank_that_cannot_be_read_is_refused),
        cmocka_unit_test(each_failing_call_is_reported),
        cmocka_unit_test(wrong_wishes_are_refused_and_a_stop_is_obeyed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

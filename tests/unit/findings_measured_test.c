/* findings_measured_test.c - what is found in a small corpus of known truth stays as good as it
 * was: messages made up, imported, looked at by a whole run, and measured. The floors lie below
 * what docs/measurements.md tells of large corpora, as far as so few messages let them.
 */
#include "test.h"

#include "app/data/import.h"
#include "app/demo/measure.h"
#include "app/demo/simulate_messages.h"
#include "app/find/findings.h"
#include "orgs.h"
#include "os/os.h"

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

static fh_str read_file(fh_arena *arena, const char *name)
{
    fh_error err;
    fh_buf buf;
    fh_str kept;
    fh_buf_init(&buf, NULL, 1 << 26);
    if (fh_os_read_file(fh_os_real(), in_folder(name), 1 << 26, &buf, &err))
        fail_msg("%s", err.message);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &kept));
    fh_buf_free(&buf);
    return kept;
}

static void take_in(fh_org *org, fh_arena *arena, const char *file, const char *map)
{
    fh_error err;
    fh_mapping *mapping;
    fh_import_result made;
    if (fh_mapping_parse(arena, read_file(arena, map), &mapping, &err))
        fail_msg("%s: %s", map, err.message);
    const fh_import_options o = {.mapping = mapping};
    if (fh_import_file(org, in_folder(file), &o, arena, &made, &err))
        fail_msg("%s: %s", file, err.message);
}

static void remove_all(void)
{
    static const char *const files[] = {
        "outbound.jsonl", "contacts.jsonl", "touches.jsonl", "outbound.map",    "contacts.map",
        "touches.map",    "import.sh",      "truth.json",    "truth/pairs.csv",
    };
    for (size_t i = 0; i < COUNT(files); i++) (void)unlink(in_folder(files[i]));
    (void)rmdir(in_folder("truth"));
    (void)rmdir(folder);
}

static const fh_measured_row *of_sort(const fh_measured *m, fh_finding_sort sort)
{
    for (size_t i = 0; i < m->n_sorts; i++)
        if (m->sort[i].sort == sort) return &m->sort[i];
    fail_msg("nothing of %s", fh_finding_sort_name(sort));
    return NULL;
}

static void check_floor(const fh_measured *m, fh_finding_sort sort, uint64_t precision,
                        uint64_t recall)
{
    const fh_measured_row *r = of_sort(m, sort);
    assert_true(r->planted >= 5 && r->clean >= 5);
    if (r->right * 100 < precision * r->claims || r->found * 100 < recall * r->planted)
        fail_msg("%s: %llu of %llu found, %llu of %llu claims right", fh_finding_sort_name(sort),
                 (unsigned long long)r->found, (unsigned long long)r->planted,
                 (unsigned long long)r->right, (unsigned long long)r->claims);
}

static void measured(bool held_out, uint64_t seed)
{
    fh_error err;
    fh_messages_result made;
    fh_find_result found;
    fh_truth truth;
    fh_measured m;
    const fh_claim *claim;
    size_t n;
    fh_arena *arena = fh_arena_new(NULL);
    (void)snprintf(folder, sizeof folder, "%s/firsthand-measured-XXXXXX", test_folder());
    assert_non_null(mkdtemp(folder));
    const fh_messages_options o = {.messages = 600,
                                   .languages = FH_STR("en,de,nl"),
                                   .seed = seed,
                                   .held_out = held_out,
                                   .folder = folder};
    if (fh_simulate_messages(fh_os_real(), &o, &made, &err)) fail_msg("%s", err.message);
    fh_org *org = test_org_new(0);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Harbour Mutual"), NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    take_in(org, arena, "outbound.jsonl", "outbound.map");
    take_in(org, arena, "contacts.jsonl", "contacts.map");
    const fh_find_options all = {.all = true, .threads = 1};
    if (fh_find_run(org, &all, &found, &err)) fail_msg("%s", err.message);
    assert_true(found.messages >= 600);
    assert_status(fh_truth_read(arena, read_file(arena, "truth/pairs.csv"), &truth, NULL), FH_OK);
    if (fh_measure_claims(org, &truth, arena, &claim, &n, &err)) fail_msg("%s", err.message);
    assert_status(fh_measure(&truth, claim, n, arena, &m, NULL), FH_OK);
    check_floor(&m, FH_FIND_DUPLICATE, 97, 95);
    check_floor(&m, FH_FIND_SIGNATORY, 95, 95);
    check_floor(&m, FH_FIND_CONTRADICTION, 93, held_out ? 80 : 90);
    check_floor(&m, FH_FIND_DAM, 93, 88);
    test_org_end(org);
    remove_all();
    fh_arena_free(arena);
}

static void wordings_that_were_looked_at_are_found(void **state)
{
    (void)state;
    measured(false, 5);
}

static void wordings_that_nobody_looked_at_are_found(void **state)
{
    (void)state;
    measured(true, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wordings_that_were_looked_at_are_found),
        cmocka_unit_test(wordings_that_nobody_looked_at_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* orgs.c - organisations for tests (see orgs.h). */
#include "orgs.h"

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_ORGS = 4, MAX_PATH = 128 };

static const char *path_of(unsigned nth)
{
    static char paths[MAX_ORGS][MAX_PATH];
    if (nth >= MAX_ORGS) abort();
    (void)snprintf(paths[nth], MAX_PATH, "%s/fh_test_%d_%u.fh", test_folder(), (int)getpid(), nth);
    return paths[nth];
}

static void remove_files(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".erased"};
    char name[MAX_PATH + 16];
    for (size_t i = 0; i < COUNT(tails); i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

const char *test_org_name(unsigned nth)
{
    return path_of(nth);
}

const char *test_org_path(unsigned nth)
{
    const char *path = path_of(nth);
    remove_files(path);
    return path;
}

fh_org *test_org_open(unsigned nth, fh_org_mode mode)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), path_of(nth), mode, &org, &err) != FH_OK)
        fail_msg("%s", err.message);
    return org;
}

fh_org *test_org_new(unsigned nth)
{
    fh_error err = {0};
    if (fh_org_create(fh_os_real(), test_org_path(nth), FH_STR("Test"), &err) != FH_OK)
        fail_msg("%s", err.message);
    return test_org_open(nth, FH_ORG_WRITE);
}

void test_org_end(fh_org *org)
{
    char path[MAX_PATH];
    (void)snprintf(path, sizeof path, "%s", fh_org_path(org));
    fh_org_close(org);
    remove_files(path);
}

void test_org_copy(unsigned from, unsigned to)
{
    char bytes[65536];
    size_t n;
    FILE *in = fopen(path_of(from), "rb"), *out = fopen(path_of(to), "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    (void)fclose(in);
    (void)fclose(out);
}

/* files.c - small files for tests (see files.h). */
#include "files.h"

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_FILES = 16, MAX_PATH = 160 };

static char paths[MAX_FILES][MAX_PATH];
static unsigned next;

const char *test_file_path(const char *name)
{
    char *path = paths[next++ % MAX_FILES];
    (void)snprintf(path, MAX_PATH, "%s/fh_file_%d_%s", test_folder(), (int)getpid(), name);
    return path;
}

const char *test_file(const char *name, fh_str bytes)
{
    const char *path = test_file_path(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    (void)fclose(f);
    return path;
}

char *test_file_read(const char *path, size_t *n)
{
    enum { MOST = 1 << 24 };
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    char *bytes = malloc(MOST);
    assert_non_null(bytes);
    *n = fread(bytes, 1, MOST - 1, f);
    bytes[*n] = '\0';
    (void)fclose(f);
    return bytes;
}

void test_files_end(void)
{
    static const char *const tails[] = {"",
                                        ".rejects.csv",
                                        ".rejects.csv.txt",
                                        ".rejects.jsonl",
                                        ".rejects.jsonl.txt",
                                        ".rejects.xes",
                                        ".rejects.xes.txt"};
    char name[MAX_FILES * MAX_PATH + 32];
    for (unsigned i = 0; i < MAX_FILES; i++) {
        for (size_t t = 0; paths[i][0] && t < COUNT(tails); t++) {
            (void)snprintf(name, sizeof name, "%s%s", paths[i], tails[t]);
            (void)unlink(name);
        }
        paths[i][0] = '\0';
    }
    next = 0;
}

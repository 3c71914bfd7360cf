/* replay.c - runs a fuzz target once per file named on the command line, so
 * that the corpus is part of the tests with any compiler. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    enum { MAX = 1 << 20 };
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        /* Exactly as large as the input, so that sanitizers see its end. */
        uint8_t *whole = malloc(MAX);
        if (!f || !whole) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        const size_t n = fread(whole, 1, MAX, f);
        (void)fclose(f);
        uint8_t *data = realloc(whole, n ? n : 1);
        if (!data) return EXIT_FAILURE;
        (void)LLVMFuzzerTestOneInput(data, n);
        free(data);
    }
    printf("%d passed, 0 failed\n", argc - 1);
    return EXIT_SUCCESS;
}

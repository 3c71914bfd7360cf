/* mail_fuzz.c - any bytes as an mbox or a mail: the same lines whole and in pieces, each a
 * JSON object of bounded size. */
#include "app/mailbox/mailbox.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static fh_status append(void *ctx, fh_str lines, bool last, fh_error *err)
{
    (void)last, (void)err;
    fh_buf_str(ctx, lines);
    return FH_OK;
}

/* False: libgmime is not here. */
static bool read_all(const fh_own *own, fh_str file, size_t piece, fh_buf *out)
{
    fh_mailbox *box = NULL;
    if (fh_mailbox_new(own, &box, NULL) != FH_OK) return false;
    for (size_t at = 0;; at += piece) {
        const size_t n = file.len - at < piece ? file.len - at : piece;
        const bool last = at + n == file.len;
        if (fh_mailbox_feed(box, (fh_str){file.ptr + at, n}, false, false, last, append, out,
                            NULL) != FH_OK)
            abort();
        if (last) break;
    }
    fh_mailbox_free(box);
    return true;
}

static void check_lines(fh_str lines)
{
    fh_json_reader *reader = fh_json_reader_new(NULL, 1 << 16);
    while (reader && lines.len) {
        fh_json_doc doc;
        const char *newline = memchr(lines.ptr, '\n', lines.len);
        if (!newline) abort();
        const size_t n = (size_t)(newline - lines.ptr);
        if (n > 1 << 20 || fh_json_read(reader, (fh_str){lines.ptr, n}, &doc, NULL) != FH_OK)
            abort();
        if (doc.token[0].type != FH_JSON_OBJECT) abort();
        lines = (fh_str){newline + 1, lines.len - n - 1};
    }
    fh_json_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fh_str file = {(const char *)data, size};
    const fh_own *own = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf whole, pieces;
    fh_buf_init(&whole, NULL, 1 << 28);
    fh_buf_init(&pieces, NULL, 1 << 28);
    if (arena && fh_own_new(arena, FH_STR("firm.example,a@x.org=A"), &own, NULL) == FH_OK &&
        read_all(own, file, size ? size : 1, &whole)) {
        check_lines(fh_buf_view(&whole));
        if (!read_all(own, file, size ? 1 + data[0] % 64 : 1, &pieces)) abort();
        if (!fh_str_eq(fh_buf_view(&whole), fh_buf_view(&pieces))) abort();
    }
    fh_buf_free(&whole);
    fh_buf_free(&pieces);
    fh_arena_free(arena);
    return 0;
}

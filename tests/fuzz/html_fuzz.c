/* html_fuzz.c - any bytes as HTML: the text is UTF-8 without controls, not much longer than
 * the HTML, and the same when asked again. */
#include "firsthand/text.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fh_str html = {(const char *)data, size};
    fh_buf out, again;
    fh_buf_init(&out, NULL, 16 * size + 64);
    fh_buf_init(&again, NULL, 16 * size + 64);
    const fh_status status = fh_html_text(html, &out, NULL);
    if (status != FH_OK && status != FH_NOMEM) abort();
    if (fh_html_text(html, &again, NULL) == FH_OK && status == FH_OK &&
        !fh_str_eq(fh_buf_view(&out), fh_buf_view(&again)))
        abort();
    for (size_t i = 0, step; i < out.len; i += step) {
        step = fh_utf8_step((const unsigned char *)out.ptr + i, out.len - i);
        if (!step || ((unsigned char)out.ptr[i] < ' ' && out.ptr[i] != '\n')) abort();
    }
    fh_buf_free(&out);
    fh_buf_free(&again);
    return 0;
}

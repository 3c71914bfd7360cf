/* qr.c - libqrencode's squares as one path of an SVG: a rectangle for each run in a row. */
#include "app/records/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4, LONGEST = 1000 }; /* the margin that readers need */

static void put_row(const unsigned char *row, int width, int y, fh_buf *out)
{
    for (int x = 0; x < width; x++) {
        int n = 0;
        while (x + n < width && row[x + n] & 1) n++;
        if (n) fh_buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        x += n;
    }
}

fh_status fh_qr_svg(fh_str text, const char *label, fh_buf *out, fh_error *err)
{
    if (!text.len || text.len > LONGEST)
        return fh_fail(err, FH_LIMIT, "a QR code holds 1 to %d bytes", LONGEST);
    QRcode *code =
        QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
    if (!code)
        return errno == ENOMEM ? fh_no_memory(err)
                               : fh_fail(err, FH_LIMIT, "this is too long for a QR code");
    const int side = code->width + 2 * QUIET;
    fh_buf_printf(out,
                  "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" "
                  "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" "
                  "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" "
                  "fill=\"#fff\"/><path fill=\"#000\" d=\"",
                  side, side, label, side, side);
    for (int y = 0; y < code->width; y++)
        put_row(code->data + (size_t)y * (size_t)code->width, code->width, y, out);
    fh_buf_text(out, "\"/></svg>\n");
    QRcode_free(code);
    return out->status == FH_NOMEM ? fh_no_memory(err) : FH_OK;
}

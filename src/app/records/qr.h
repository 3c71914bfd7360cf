/* qr.h - a QR code as SVG, to be read off the screen by a phone. */
#ifndef FH_APP_QR_H
#define FH_APP_QR_H

#include "firsthand/base.h"

/* Appends <svg class="qr" ...> for `text`, dark on light whatever the page's colours are;
 * `label` (plain, no markup) tells what it is. FH_LIMIT when the text is too long. */
FH_MUST_CHECK fh_status fh_qr_svg(fh_str text, const char *label, fh_buf *out, fh_error *err);

#endif

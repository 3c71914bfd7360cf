/* currency.h - which three letters are a currency, and how many decimals its minor
 * unit has (ISO 4217). */
#ifndef FH_BASE_CURRENCY_H
#define FH_BASE_CURRENCY_H

#include "firsthand/base.h"

/* Decimals of a currency's minor unit; 2 when it is not known. */
uint32_t fh_currency_decimals(fh_str code);
/* The code in capitals, a constant, when `s` is a current ISO 4217 code in any case. */
bool fh_currency_code(fh_str s, fh_str *out);

#endif

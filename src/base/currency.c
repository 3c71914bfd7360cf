/* currency.c - the currencies of ISO 4217 and the decimals of their minor units. */
#include "base/currency.h"

#include <string.h>

/* ISO 4217, with the decimals where they are not two. In order. */
static const char codes[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD3BIF0BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHE CHF CHW CLF4CLP0CNY COP COU CRC CUP CVE CZK DJF0DKK DOP DZD EGP ERN ETB "
    "EUR FJD FKP GBP GEL GHS GIP GMD GNF0GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD3IRR ISK0JMD JOD3"
    "JPY0KES KGS KHR KMF0KPW KRW0KWD3KYD KZT LAK LBP LKR LRD LSL LYD3MAD MDL MGA MKD MMK MNT MOP "
    "MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR3PAB PEN PGK PHP PKR PLN PYG0QAR "
    "RON RSD RUB RWF0SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND3"
    "TOP TRY TTD TWD TZS UAH UGX0USD USN UYI0UYU UYW4UZS VED VES VND0VUV0WST XAF0XCD XOF0XPF0YER "
    "ZAR ZMW ZWG ";

static const char *find_code(fh_str s)
{
    if (s.len != 3) return NULL;
    char up[3];
    for (size_t i = 0; i < 3; i++) {
        const char ch = s.ptr[i];
        up[i] = ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch;
    }
    size_t lo = 0, hi = (sizeof codes - 1) / 4;
    while (lo < hi) {
        const size_t mid = (lo + hi) / 2;
        const int order = memcmp(codes + 4 * mid, up, 3);
        if (order == 0) return codes + 4 * mid;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

uint32_t fh_currency_decimals(fh_str code)
{
    const char *found = find_code(code);
    return found && found[3] != ' ' ? (uint32_t)(found[3] - '0') : 2;
}

bool fh_currency_code(fh_str s, fh_str *out)
{
    const char *found = find_code(s);
    if (found) *out = (fh_str){found, 3};
    return found != NULL;
}

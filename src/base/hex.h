/* hex.h - the value of a hexadecimal digit. */
#ifndef FH_BASE_HEX_H
#define FH_BASE_HEX_H

/* 0 .. 15, or -1 when it is none. */
static inline int fh_hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

#endif

/* csv_fuzz.c - any bytes read as CSV: the same rows whole and in pieces. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_file(FH_CSV, "customer=#1,time=#2:'iso',touchpoint=#3,value=#4", data, size);
    check_file(FH_CSV, "", data, size);
    return 0;
}

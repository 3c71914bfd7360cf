/* csv_fuzz.c - any bytes read as CSV: the same rows whole and in pieces. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_file(FH_CSV, "customer=#1,time=#2:'iso',touchpoint=#3,value=#4", data, size);
    /* Recognising takes its time: not for every input. */
    if (size && data[0] % 8 == 0) check_file(FH_CSV, "", data, size);
    return 0;
}

/* xes_fuzz.c - any bytes read as an event log: the same rows whole and in pieces. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_file(FH_XES, "time=time:timestamp:'iso',channel=case:way", data, size);
    /* Recognising takes its time: not for every input. */
    if (size && data[0] % 8 == 0) check_file(FH_XES, "", data, size);
    return 0;
}

/* jsonl_fuzz.c - any bytes read as JSON Lines: the same rows whole and in pieces. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_file(FH_JSONL, "customer=c,time=t:'iso',touchpoint=a.b,text=x", data, size);
    /* Recognising takes its time: not for every input. */
    if (size && data[0] % 8 == 0) check_file(FH_JSONL, "", data, size);
    return 0;
}

/* fact_say.c - facts in words that people read. */
#include "firsthand/text.h"

static const char *const type_name[FH_N_FACT_TYPES] = {
    "date",  "time", "money",  "percent", "duration", "number", "phone",
    "email", "url",  "person", "product", "id",       "policy"};

const char *fh_fact_type_name(fh_fact_type type)
{
    return (unsigned)type < FH_N_FACT_TYPES ? type_name[type] : "?";
}

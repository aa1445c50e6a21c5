/* The check digit of a national provider identifier. */
#include "core/model/npi.h"

#include <string.h>

bool npi_is(const char *text)
{
    /* What the prefix 80840 adds to the sum: its place is the same before each number. */
    unsigned sum = 24;

    if (strlen(text) != NPI_DIGITS || strspn(text, "0123456789") != NPI_DIGITS ||
        (text[0] != '1' && text[0] != '2'))
        return false;
    for (unsigned i = 0; i < NPI_DIGITS; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (i % 2 == 0)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

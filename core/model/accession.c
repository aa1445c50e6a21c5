/* Making and checking accessions; the Damm table is from H. M. Damm's thesis (2004). */
#include "core/model/accession.h"

#include <stdio.h>
#include <string.h>

static unsigned damm(unsigned interim, const char *digits)
{
    static const unsigned char quasigroup[10][10] = {
        { 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 }, { 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 },
        { 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 }, { 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 },
        { 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 }, { 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
        { 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 }, { 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 },
        { 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 }, { 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
    };
    for (; *digits; digits++)
        interim = quasigroup[interim][*digits - '0'];
    return interim;
}

static bool all_digits(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

/* The table is totally anti-symmetric, so damm over digits and check digit is zero when right. */
static unsigned check_digit(const char *salt, const char *eleven)
{
    return damm(damm(0, salt), eleven);
}

enum error accession_make(struct accession *out, uint32_t day, uint32_t running, const char *salt)
{
    char digits[32];
    int len;

    if (day > 991231 || running >= ACCESSION_PER_DAY || !all_digits(salt))
        return ERROR_BAD_INPUT;
    len = snprintf(digits, sizeof digits, "%06u%05u", day, running);
    if (len != ACCESSION_DIGITS - 1)
        return ERROR_BUG;
    memcpy(out->digits, digits, ACCESSION_DIGITS - 1);
    out->digits[ACCESSION_DIGITS - 1] = (char)('0' + check_digit(salt, digits));
    out->digits[ACCESSION_DIGITS] = '\0';
    return ERROR_OK;
}

bool accession_valid(const char *text, const char *salt)
{
    char eleven[ACCESSION_DIGITS];

    if (strlen(text) != ACCESSION_DIGITS || !all_digits(text) || !all_digits(salt))
        return false;
    memcpy(eleven, text, ACCESSION_DIGITS - 1);
    eleven[ACCESSION_DIGITS - 1] = '\0';
    return text[ACCESSION_DIGITS - 1] == (char)('0' + check_digit(salt, eleven));
}

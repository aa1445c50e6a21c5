/*
 * A bar-code scanner that sends anything: what comes out as a scan is plain, not longer than the
 * maximum, and ended by the end that was sent; silence at any time leaves nothing behind.
 */
#include "instruments/scanner/scan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SILENCE = 0xff };

static void check(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > SCAN_MAX)
        abort();
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scan scan;
    char text[SCAN_MAX + 1];

    scan_init(&scan);
    for (size_t i = 0; i < size; i++) {
        enum scan_found found = SCAN_MORE;
        if (data[i] == SILENCE)
            (void)scan_drop(&scan);
        else
            found = scan_take(&scan, data[i], text);
        if (found == SCAN_WHOLE)
            check(text);
        if (found != SCAN_MORE && (scan.len != 0 || scan.spoiled))
            abort();
    }
    return 0;
}

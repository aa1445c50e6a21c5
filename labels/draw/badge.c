/* The badge's bars, by libzint. */
#include "labels/draw/badge.h"

#include <string.h>
#include <zint.h>

enum { BADGE_QUIET = 10, BADGE_HEIGHT = 36 }; /* modules; ISO/IEC 15417 wants ten at each side */

static enum error put_bars(const struct zint_symbol *zint, struct buffer *out)
{
    int width = zint->width + 2 * BADGE_QUIET;
    enum error e = buffer_put_format(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
        width, BADGE_HEIGHT, width, BADGE_HEIGHT);

    for (int i = 0; i < zint->width && e == ERROR_OK; i++)
        if (zint->encoded_data[0][i >> 3] >> (i & 7) & 1)
            e = buffer_put_format(out, "M%d 2h1v%dh-1z", i + BADGE_QUIET, BADGE_HEIGHT - 4);
    return e == ERROR_OK ? buffer_put_text(out, "\"/></svg>") : e;
}

enum error badge_draw(const char *text, struct buffer *out, struct complaint *why)
{
    size_t len = strlen(text);
    struct zint_symbol *zint;
    enum error e;

    if (len == 0 || len > BADGE_TEXT_MOST ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != len)
        return complain(why, ERROR_BAD_INPUT, "That is no badge.");
    zint = ZBarcode_Create();
    if (!zint)
        return ERROR_NO_MEMORY;
    zint->symbology = BARCODE_CODE128;
    if (ZBarcode_Encode(zint, (const unsigned char *)text, (int)len) != 0 || zint->rows != 1)
        e = complain(why, ERROR_BUG, "The bar code library objects (%s), so no badge is made.",
                     zint->errtxt);
    else
        e = put_bars(zint, out);
    ZBarcode_Delete(zint);
    return e;
}

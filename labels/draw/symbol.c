/* Asking libzint for modules. */
#include "labels/draw/symbol.h"

#include <string.h>
#include <zint.h>

static void copy_modules(const struct zint_symbol *from, struct symbol *out)
{
    out->rows = from->rows;
    out->columns = from->width;
    for (int row = 0; row < from->rows; row++)
        for (int column = 0; column < from->width; column++)
            out->dark[row][column] = from->encoded_data[row][column >> 3] >> (column & 7) & 1;
}

static enum error encode(int symbology, const char *accession, int rows, int columns,
                         struct symbol *out, struct complaint *why)
{
    struct zint_symbol *zint = ZBarcode_Create();
    enum error e = ERROR_OK;
    int rc;

    if (!zint)
        return complain(why, ERROR_NO_MEMORY, "There is no memory to make a bar code.");
    zint->symbology = symbology;
    if (symbology == BARCODE_DATAMATRIX)
        zint->option_3 = DM_SQUARE;
    rc = ZBarcode_Encode(zint, (const unsigned char *)accession, (int)strlen(accession));
    if (rc != 0)
        e = complain(why, ERROR_BUG, "The bar code library objects (%s), so no label is made.",
                     zint->errtxt);
    else if (zint->rows != rows || zint->width != columns)
        e = complain(why, ERROR_BUG, "The bar code has %d by %d modules instead of %d by %d.",
                     zint->width, zint->rows, columns, rows);
    else
        copy_modules(zint, out);
    ZBarcode_Delete(zint);
    return e;
}

enum error symbol_code128(const char *accession, struct symbol *out, struct complaint *why)
{
    return encode(BARCODE_CODE128, accession, 1, SYMBOL_CODE128_MODULES, out, why);
}

enum error symbol_matrix(const char *accession, struct symbol *out, struct complaint *why)
{
    return encode(BARCODE_DATAMATRIX, accession, SYMBOL_MATRIX_CELLS, SYMBOL_MATRIX_CELLS, out,
                  why);
}

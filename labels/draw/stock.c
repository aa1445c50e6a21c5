/* The table of stocks. */
#include "labels/draw/stock.h"

#include "core/base/text.h"

static const struct stock stocks[] = {
    [LABEL_STOCK_2X1] = {
        .id = "2x1",
        .width = 50.8, .height = 25.4, .left = 1.5, .right = 1.5,
        .bars_top = 8.75, .bars_height = 10, .cell = 0.62, .matrix_right = 3.2,
        .full = true,
        .name = { 0.9, 5.2, 3.5, 2.5 },
        .second = { 5.3, 8.5, 2.5, 1.9 },
        .third = { 19.0, 21.9, 2.5, 1.9 },
        .fourth = { 22.0, 24.6, 2.1, 1.7 },
    },
    [LABEL_STOCK_SMALL] = {
        .id = "1.5x0.5",
        .width = 38.1, .height = 12.7, .left = 1.0, .right = 1.0,
        .bars_top = 3.9, .bars_height = 5.4, .cell = 0.36, .matrix_right = 1.1,
        .full = false,
        .name = { 0.6, 3.5, 2.5, 1.9 },
        .second = { 9.7, 12.1, 2.0, 1.6 },
    },
    /* What a Brother QL can print on its die-cut label of 62 x 29 mm: 696 x 271 dots at 300 dpi. */
    [LABEL_STOCK_62X29] = {
        .id = "62x29",
        .width = 58.93, .height = 22.95, .left = 1.0, .right = 1.0,
        .bars_top = 7.3, .bars_height = 10, .cell = 0.62, .matrix_right = 3.2,
        .full = true,
        .name = { 0.7, 4.6, 3.2, 2.3 },
        .second = { 4.6, 7.2, 2.2, 1.8 },
        .third = { 17.4, 20.0, 2.2, 1.8 },
        .fourth = { 20.0, 22.4, 1.9, 1.6 },
    },
};

const struct stock *stock_of(enum label_stock stock)
{
    return &stocks[(unsigned)stock < LABEL_STOCK_COUNT ? stock : LABEL_STOCK_2X1];
}

void label_size(struct label_medium medium, int *width, int *height)
{
    const struct stock *stock = stock_of(medium.stock);
    *width = (int)(stock->width * medium.dpi / 25.4 + 1e-6);
    *height = (int)(stock->height * medium.dpi / 25.4 + 1e-6);
}

void label_stock_size(enum label_stock stock, double *width, double *height)
{
    *width = stock_of(stock)->width;
    *height = stock_of(stock)->height;
}

const char *label_stock_id(enum label_stock stock)
{
    return stock_of(stock)->id;
}

enum error label_stock_parse(const char *id, enum label_stock *out)
{
    for (unsigned i = 0; i < LABEL_STOCK_COUNT; i++)
        if (strcmp(id, stocks[i].id) == 0 || (i == 0 && text_empty(id))) {
            *out = (enum label_stock)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

/* gs1(text, year, part): a part of a product's GS1 code ("gtin", "lot", "expires"), or "". */
#include "core/model/gs1.h"
#include "core/store/read_side.h"

#include <string.h>

void read_gs1(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *part = (const char *)sqlite3_value_text(values[2]);
    struct gs1 code = { .gtin = "" };
    const struct {
        const char *name, *value;
    } parts[] = { { "gtin", code.gtin }, { "lot", code.lot }, { "expires", code.expires } };

    (void)count;
    if (text)
        (void)gs1_parse(text, (unsigned)sqlite3_value_int(values[1]), &code);
    for (size_t i = 0; part && i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(part, parts[i].name) == 0) {
            sqlite3_result_text(context, parts[i].value, -1, SQLITE_TRANSIENT);
            return;
        }
    sqlite3_result_text(context, "", 0, SQLITE_STATIC);
}

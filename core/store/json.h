/*
 * Two SQL functions that write JSON once, where SQLite's own would parse again what they nest:
 *   object('a', 1, '=b', '[2]')  is {"a":1,"b":[2]}: the value after a key that begins with `=` is
 *                                JSON already (NULL is null);
 *   list(text)                   an aggregate: JSON texts as one array, [] for none.
 */
#ifndef PHIAL_CORE_STORE_JSON_H
#define PHIAL_CORE_STORE_JSON_H

#include <sqlite3.h>

void json_put_object(sqlite3_context *context, int count, sqlite3_value **values);
void json_list_step(sqlite3_context *context, int count, sqlite3_value **values);
void json_list_final(sqlite3_context *context);

#endif

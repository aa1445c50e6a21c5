/* Reading tests out of a row; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_MENU_H
#define PHIAL_CORE_STORE_MENU_H

#include "core/store/sql.h"
#include "core/store/store.h"

/* What menu_test_take reads, of a table `test t`. */
#define MENU_TEST_COLUMNS "t.id, t.code, t.name, t.specimen_type, t.container, t.active"

/* Reads the next columns of the row; the analytes stay empty. */
void menu_test_take(struct sql_row *row, struct store_test *test);
/* Reads the test's analytes. */
enum error menu_analytes(struct store *s, struct arena *a, struct store_test *test);

#endif

/* cmocka, with what it needs included before it. */
#ifndef PHIAL_TESTS_UNIT_TEST_H
#define PHIAL_TESTS_UNIT_TEST_H

/* clang-format off: cmocka.h needs these first */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format on */

#endif

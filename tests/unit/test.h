/* cmocka, with what it needs included before it. */
#ifndef PHIAL_TESTS_UNIT_TEST_H
#define PHIAL_TESTS_UNIT_TEST_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif

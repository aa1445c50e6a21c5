/*
 * Holding the database against the books of the simulators: nothing on a wrong specimen, nothing
 * lost, nothing twice.
 */
#ifndef PHIAL_TESTS_CLINIC_AUDIT_H
#define PHIAL_TESTS_CLINIC_AUDIT_H

#include "tests/clinic/device.h"

/* Waits until nothing is left to decode. */
void audit_settle(const char *data);
/* True when all is right; else every thing that is not stands on standard error. */
bool audit_day(const char *data, const struct device *devices, size_t count);
/* Proportional memory of the program and its children, in MB. */
double audit_memory(pid_t core);

#endif

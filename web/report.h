/*
 * The laboratory's report of an order, /report/<order>.pdf, once core has allowed and recorded the
 * look (as a view of "export"). An address names an order and never a patient. Printing signs
 * nothing and marks nothing as reviewed: this process cannot write at all.
 */
#ifndef PHIAL_WEB_REPORT_H
#define PHIAL_WEB_REPORT_H

#include "web/server.h"

bool report_path_is_ours(const char *path);
/* Reads the address into what core is asked; NULL: it names no order, or memory is out. */
json_t *report_view(struct request *r, const char *path);
/* Fills the answer. */
void report_answer(struct request *r);

#endif

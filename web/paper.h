/*
 * A sheet of numbered labels with its form, /paper/<sheet>.pdf, once core has allowed the look. It
 * names no patient.
 */
#ifndef PHIAL_WEB_PAPER_H
#define PHIAL_WEB_PAPER_H

#include "web/server.h"

bool paper_path_is_ours(const char *path);
/* Reads the address into what core is asked; NULL: it names no sheet, or memory is out. */
json_t *paper_view(struct request *r, const char *path);
/* Fills the answer. */
void paper_answer(struct request *r);

#endif

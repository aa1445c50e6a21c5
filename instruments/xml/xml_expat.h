/* What both users of expat in this folder need. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_XML_EXPAT_H
#define PHIAL_INSTRUMENTS_XML_EXPAT_H

#include "core/base/span.h"

#include <expat.h>

/* The name without its namespace prefix. */
const char *xml_local_name(const char *name);

static inline bool xml_is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct span xml_without_blanks(struct span s);

/* The document's bytes are not in its encoding, or nobody knows that. */
bool xml_is_misnamed(enum XML_Error how, struct span document);

#endif

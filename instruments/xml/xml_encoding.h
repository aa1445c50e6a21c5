/* The one-byte encodings that expat does not know itself. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_XML_ENCODING_H
#define PHIAL_INSTRUMENTS_XML_ENCODING_H

#include <stdint.h>

enum { XML_ENCODINGS = 23, XML_UPPER_HALF = 128 };

struct xml_encoding {
    const char *name;
    uint16_t upper[XML_UPPER_HALF]; /* code points of 0x80 to 0xff; 0: none */
};

extern const struct xml_encoding xml_encodings[XML_ENCODINGS];

#endif

/*
 * Where an XML document ends in a stream of bytes: byte after byte, whatever pieces they come in.
 *
 * It knows just enough XML to find the end tag of the root element: quotes, comments, CDATA and
 * processing instructions hide what looks like a tag. Whether the document is well-formed is for
 * the decoder to say; what could not be well-formed any more is BAD at once, so that a broken
 * document does not swallow the ones behind it: `<` within a tag, a second XML declaration or a
 * POCT1-A root (`OBS.R01`) inside an element.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_XML_SPLIT_H
#define PHIAL_INSTRUMENTS_MESSAGE_XML_SPLIT_H

#include "core/base/span.h"

enum xml_verdict { XML_MORE, XML_WHOLE, XML_BAD };

enum xml_stage {
    XML_TEXT,
    XML_OPENED, /* behind `<` */
    XML_START_TAG,
    XML_QUOTED,    /* an attribute's value */
    XML_EMPTY_TAG, /* behind the `/` of `<a/>` */
    XML_END_TAG,
    XML_INSTRUCTION, /* <? ... ?> */
    XML_DECLARATION, /* behind `<!` */
    XML_DOCTYPE,     /* of which the decoder will say that it is not allowed */
    XML_COMMENT,
    XML_CDATA_WORD, /* behind `<![` */
    XML_CDATA,
};

enum { XML_NAME_SEEN = 8 };

struct xml_splitter {
    enum xml_stage stage;
    unsigned depth;
    char quote;
    unsigned run;             /* of characters that end a comment ...; open < of a DTD */
    char name[XML_NAME_SEEN]; /* the first bytes of the tag's name */
    size_t name_len;          /* all of its bytes */
    bool named;               /* the name is complete */
    const char *what;         /* after XML_BAD: what was wrong */
};

void xml_splitter_init(struct xml_splitter *s);
/* The next byte. Blanks and a byte order mark before the root are part of the document. After
 * WHOLE or BAD: init. */
enum xml_verdict xml_splitter_put(struct xml_splitter *s, uint8_t byte);

/* The first document of the bytes, with what stands before its root; `*len` bytes when WHOLE, up
 * to and with the offending byte when BAD. */
enum xml_verdict xml_split(struct span bytes, size_t *len);

/* Where the next POCT1-A document may begin, from `from` on: at `<?xml` or `<OBS.R01`; bytes.len
 * when nowhere. What stands at the very end and is too short to be told counts as a beginning. */
size_t xml_find_document(struct span bytes, size_t from);

#endif

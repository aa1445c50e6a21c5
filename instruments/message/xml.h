/*
 * XML as a message tree: POCT1-A documents and any other (message.h; devices.md 5.3).
 *
 * Both decoders read one document of a text, put a record of type "XML" in front, whose field
 * `root` is the root element's name, and then one record for each element that holds others, in
 * document order, with its depth below the root. Fields and components are named. Both are bounded,
 * know no DTD and no entities but XML's own, and read bytes that are not in the encoding that the
 * document names as text_from_device does.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_XML_H
#define PHIAL_INSTRUMENTS_MESSAGE_XML_H

#include "instruments/message/message.h"

#define XML_RECORD "XML"
#define XML_ROOT "root"
#define XML_TEXT_COMPONENT "text"   /* an element's own text */
#define XML_VALUE_COMPONENT "value" /* the only one of a field that is an attribute */

/* POCT1-A: records are the aggregates (HDR, DEV, SVC, PT, OBS ...), fields the elements with a dot,
 * without what stands before it: `PT.patient_id` is field `patient_id` of record PT. Components are
 * the element's attributes (V SN SV DN U NULL), elements within it (FAM, GIV of PT.name), and
 * `text`. A field's whole is V, or else the text, or else the inner elements joined by `^`. What
 * comes twice is two fields of one name. ERROR_BAD_INPUT when it is no such document. */
enum error poct1a_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                         struct complaint *why);
/* The reverse: decode(encode(m)) is m. A record that says no depth stands where POCT1-A has it. */
enum error poct1a_encode(const struct message *m, struct buffer *out);

/* Any other document: a record for each element that has elements or attributes. Its fields are
 * its attributes, the elements in it that have none themselves (whose components are their
 * attributes and `text`), and its own text as `text`. A field's whole is the text, or else its only
 * attribute. So `<Result code="Pb" value="5"/>` is a record and a field of its parent. Namespace
 * prefixes are cut off. */
enum error xml_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                      struct complaint *why);
/* The reverse, all records flat under the root. */
enum error xml_encode(const struct message *m, struct buffer *out);

/* Appends text with the characters replaced that XML needs for itself. */
enum error xml_put_text(struct buffer *out, const char *text);

#endif

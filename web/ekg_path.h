/*
 * What a picture's address asks for: pure.
 *
 *   /ekg/<tracing>.svg       the tracing as the page shows it
 *   /ekg/<tracing>.pdf       the page that is signed
 *   /ekg/<tracing>/signed    the same page as it was signed, and the signature
 *   /ekg/<tracing>/original  the cart's file, byte for byte
 *
 * The first two take layout=3x4|6x2|12x1, order=standard|cabrera, speed=25|50, gain=5|10|20 and
 * from=SECOND; all of them automatic=1, when the page asks by itself. An address names a tracing by
 * the number of its row and never a patient.
 */
#ifndef PHIAL_WEB_EKG_PATH_H
#define PHIAL_WEB_EKG_PATH_H

#include "core/base/error.h"
#include "labels/draw/tracing.h"

enum ekg_form { EKG_SVG, EKG_PDF, EKG_SIGNED, EKG_ORIGINAL };

struct ekg_wanted {
    int64_t tracing;
    enum ekg_form form;
    struct tracing_view view;
    bool automatic;
};

bool ekg_path_is_ours(const char *path);
/* The usual view, until options change it. ERROR_NOT_FOUND. */
enum error ekg_path_parse(const char *path, struct ekg_wanted *out);
/* One option of the address; `value` may be NULL. ERROR_BAD_INPUT with a sentence. */
enum error ekg_path_option(const char *name, const char *value, struct ekg_wanted *wanted,
                           struct complaint *why);

#endif

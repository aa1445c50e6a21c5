/* DICOM elements as bytes, for the writer of synthetic files. */
#ifndef PHIAL_TESTS_SUPPORT_ECG_DICOM_BYTES_H
#define PHIAL_TESTS_SUPPORT_ECG_DICOM_BYTES_H

#include "core/base/buffer.h"

/* The first error stays; everything behind it is left out. */
struct dicom_bytes {
    struct buffer *out;
    bool implicit, undefined, nul_padded;
    enum error error;
};

/* Where the lengths of an open sequence and of its open item stand. */
struct dicom_place {
    size_t at;
};

void dicom_put(struct dicom_bytes *d, uint32_t tag, const char *vr, struct span value);
void dicom_put_text(struct dicom_bytes *d, uint32_t tag, const char *vr, const char *text);
void dicom_put_number(struct dicom_bytes *d, uint32_t tag, const char *vr, uint32_t number);
void dicom_put_decimal(struct dicom_bytes *d, uint32_t tag, double number);
struct dicom_place dicom_open(struct dicom_bytes *d, uint32_t sequence);
void dicom_close(struct dicom_bytes *d, struct dicom_place place);
struct dicom_place dicom_open_item(struct dicom_bytes *d);
void dicom_close_item(struct dicom_bytes *d, struct dicom_place place);
/* A sequence of one coded item. */
void dicom_put_code(struct dicom_bytes *d, uint32_t sequence, const char *value, const char *scheme,
                    const char *meaning);

#endif

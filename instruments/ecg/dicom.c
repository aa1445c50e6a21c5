/* DICOM waveform files: the reader of ecg_reader.h; its parts are told in dicom.h. */
#include "instruments/ecg/dicom.h"

#include "instruments/ecg/ecg_reader.h"

static enum ecg_claim dicom_claim(struct span file)
{
    return file.len >= DICOM_PREAMBLE + 4 && memcmp(file.at + DICOM_PREAMBLE, "DICM", 4) == 0
               ? ECG_MINE
               : ECG_NOT_MINE;
}

static enum error say_letters(struct dicom_reading *r)
{
    const char *name = "";
    enum error e = ERROR_OK;

    if (!r->unread_letters)
        return ERROR_OK;
    e = dicom_text(r, r->set, DICOM_TAG(0x0008, 0x0005), &name);
    return e != ERROR_OK ? e
                         : ecg_note(r->arena, r->ecg,
                                    "Some letters are of a character set that is not read here "
                                    "(\"%s\"): they are shown as \xef\xbf\xbd.",
                                    name);
}

static enum error dicom_read(struct arena *a, struct span file, struct ecg *out,
                             struct complaint *why)
{
    struct dicom_reading r = { .arena = a, .ecg = out, .why = why };
    struct dicom_node *set = NULL;
    enum error e = dicom_file_read(a, file, &set, why);

    if (e != ERROR_OK)
        return e;
    r.set = set;
    r.letters = dicom_letters_of(set);
    e = dicom_header_read(&r);
    if (e == ERROR_OK)
        e = dicom_annotations_read(&r);
    if (e == ERROR_OK)
        e = dicom_leads_read(&r);
    if (e == ERROR_OK)
        e = say_letters(&r);
    return e;
}

const struct ecg_reader ecg_dicom = { ECG_FORMAT_DICOM, dicom_claim, dicom_read };

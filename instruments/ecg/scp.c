/* SCP-ECG files (EN 1064, ISO 11073-91064): the reader, part after part. */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/ecg_reader.h"

static enum error note_oddities(struct scp_reading *r)
{
    enum error e = ERROR_OK;

    if (r->file.behind)
        e = ecg_note(r->arena, r->ecg, "%zu bytes behind the record are not part of it.",
                     r->file.behind);
    if (!e && r->unread_letters)
        e = ecg_note(
            r->arena, r->ecg,
            "The file's letters are of a code that is not read here (%02X): those that are "
            "not plain English are shown as \xef\xbf\xbd.",
            r->language);
    return e;
}

static enum error read_all(struct scp_reading *r)
{
    const char *confirmed_by = "";
    enum error e = scp_header_read(r, &confirmed_by);

    if (!e)
        e = scp_measurements_read(r);
    if (!e)
        e = scp_statements_read(r, confirmed_by);
    if (!e)
        e = note_oddities(r);
    return e ? e : scp_rhythm_read(r);
}

static enum error scp_read(struct arena *a, struct span file, struct ecg *out,
                           struct complaint *why)
{
    struct ecg e = *out;
    struct scp_reading r = { .arena = a, .ecg = &e, .why = why };
    enum error failed = scp_sections_read(file, &r.file, why);

    if (!failed)
        failed = read_all(&r);
    if (failed == ERROR_NO_MEMORY)
        return complain(why, failed, "This SCP-ECG file is larger than the memory for it.");
    if (!failed)
        *out = e;
    return failed;
}

const struct ecg_reader ecg_scp = { ECG_FORMAT_SCP, scp_claim, scp_read };

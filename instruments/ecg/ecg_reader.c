/* Which reader a file has, and the way from bytes to a whole record. */
#include "instruments/ecg/ecg_reader.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_looks.h"

static const struct ecg_reader *const readers[] = {
    &ecg_pdf,     &ecg_scp,     &ecg_aecg,          &ecg_muse,        &ecg_dicom,
    &ecg_philips, &ecg_mortara, &ecg_contec_ecg90a, &ecg_contec_live,
};

enum error ecg_recognise(struct span file, const struct ecg_reader **out, struct complaint *why)
{
    if (file.len > LIMIT_ECG_FILE)
        return complain(why, ERROR_TOO_BIG, "The file has %zu bytes, more than an EKG's may have.",
                        file.len);
    for (size_t i = 0; !ecg_looks_like_pc80b(file) && i < sizeof readers / sizeof readers[0]; i++)
        if (readers[i]->claim(file) == ECG_MINE) {
            *out = readers[i];
            return ERROR_OK;
        }
    return ecg_looks_like(file, why);
}

static bool is_recorded(const struct ecg *e)
{
    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].recorded)
            return true;
    return false;
}

static enum error finish(struct arena *a, int64_t now, struct ecg *e, struct complaint *why)
{
    enum error error = ecg_complete(a, e, why);

    if (error == ERROR_OK && e->format != ECG_FORMAT_PDF && !is_recorded(e))
        error = ecg_note(a, e, "The file holds no sample of any lead.");
    if (error == ERROR_OK)
        error = ecg_check(a, e, now);
    return error;
}

enum error ecg_decode(struct arena *a, struct span file, int64_t now, struct ecg *out,
                      struct complaint *why)
{
    const struct ecg_reader *reader = NULL;
    struct complaint own = { "" };
    struct ecg ecg;
    enum error error = ecg_recognise(file, &reader, &own);

    ecg_init(&ecg);
    if (error == ERROR_OK && reader) {
        ecg.format = reader->format;
        error = reader->read(a, file, &ecg, &own);
    }
    if (error == ERROR_OK)
        error = finish(a, now, &ecg, &own);
    if (error == ERROR_OK)
        *out = ecg;
    else if (error == ERROR_NO_MEMORY)
        (void)complain(why, error, "The file needs more memory than an EKG's may need.");
    else
        (void)complain(why, error, "%s", *own.text ? own.text : error_text(error));
    return error;
}

/* Philips Sierra XML: which documents are read. */
#include "instruments/ecg/philips.h"

/* 1.04.02 has no public schema; public readers read it as 1.04.01, and so does this. */
static const char *const versions[] = { "1.03", "1.04", "1.04.01", "1.04.02" };
static const char *const types[] = { "SierraECG", "PhilipsECG" };

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

static enum error check_document(const struct xml_node *root, struct complaint *why)
{
    const char *type = xml_text(root, "documentinfo/documenttype");
    const char *version = xml_text(root, "documentinfo/documentversion");

    if (!is_one_of(type, types, sizeof types / sizeof *types))
        return complain(why, ERROR_UNSUPPORTED,
                        "The file calls itself a document of type \"%.40s\"; of Philips, the types "
                        "SierraECG and PhilipsECG are read.",
                        type);
    if (!is_one_of(version, versions, sizeof versions / sizeof *versions))
        return complain(why, ERROR_UNSUPPORTED,
                        "The file is of version \"%.40s\" of Philips Sierra XML; 1.03 and 1.04 are "
                        "read. Export it as PDF instead.",
                        version);
    return ERROR_OK;
}

static enum ecg_claim claim(struct span file)
{
    return ecg_xml_claim(file, "restingecgdata");
}

static enum error read(struct arena *a, struct span file, struct ecg *out, struct complaint *why)
{
    const struct xml_node *root = NULL;
    bool first_version;
    enum error e = ecg_xml_read(a, file, &root, why);

    if (e == ERROR_OK)
        e = check_document(root, why);
    if (e == ERROR_OK)
        e = ecg_xml_one_patient(root, "patient/generalpatientdata", why);
    if (e != ERROR_OK)
        return e;
    first_version = strcmp(xml_text(root, "documentinfo/documentversion"), versions[0]) == 0;
    e = philips_read_leads(a, root, first_version, out, why);
    if (e != ERROR_OK)
        return e;
    e = philips_read_facts(a, root, out);
    return e == ERROR_OK ? e : complain(why, e, "The file needs more memory than it may have.");
}

const struct ecg_reader ecg_philips = { ECG_FORMAT_PHILIPS, claim, read };

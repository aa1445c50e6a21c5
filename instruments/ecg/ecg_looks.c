/* Tables of what people put on a stick instead of an EKG's file, and what to do then. */
#include "instruments/ecg/ecg_looks.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_bytes.h"
#include "instruments/xml/xml_tree.h"

enum { TEXT_LOOK = 512 };

/* Bytes at a place in the file, and what it is then. */
static const struct magic {
    size_t at;
    const char *bytes;
    size_t len;
    const char *sentence;
} magics[] = {
    { 0, "\x89PNG", 4, "This is a picture (PNG), not an EKG: have the cart export a PDF." },
    { 0, "\xff\xd8\xff", 3, "This is a picture (JPEG), not an EKG: have the cart export a PDF." },
    { 0, "GIF8", 4, "This is a picture (GIF), not an EKG: have the cart export a PDF." },
    { 0, "BM", 2, "This is a picture (BMP), not an EKG: have the cart export a PDF." },
    { 0, "II*\0", 4, "This is a picture (TIFF), not an EKG: have the cart export a PDF." },
    { 0, "MM\0*", 4, "This is a picture (TIFF), not an EKG: have the cart export a PDF." },
    { 0, "PK\3\4", 4, "This is a ZIP archive: unpack it and send the files in it." },
    { 0, "\x1f\x8b", 2, "This is a gzip archive: unpack it and send the file in it." },
    { 0, "Rar!", 4, "This is a RAR archive: unpack it and send the files in it." },
    { 0, "7z\xbc\xaf", 4, "This is a 7-Zip archive: unpack it and send the files in it." },
    { 0, "%!PS", 4, "This is PostScript for a printer: have the cart export a PDF." },
    { 0, "\xd0\xcf\x11\xe0", 4, "This is an office document: have the cart export a PDF." },
    { 0, "{\\rtf", 5, "This is a text document (RTF): have the cart export a PDF." },
    { 0, "MZ", 2, "This is a Windows program, not an EKG." },
    { 0,
      "\x7f"
      "ELF",
      4, "This is a program, not an EKG." },
    { 0, "SQLite format 3", 15, "This is a database, not an EKG: have its program export a PDF." },
    { 0, "ISHNE1.0", 8, "This is a Holter recording (ISHNE), which is not read here." },
    { 0, "0       ", 8,
      "This is an EDF recording, which is not read here: have the cart export a "
      "PDF, DICOM or SCP-ECG." },
    { 4, "ftyp", 4, "This is a film or a photograph, not an EKG: have the cart export a PDF." },
};

/* Root elements of other makers' XML, and whose they are. */
static const struct root {
    const char *name, *whose;
} roots[] = {
    { "BeneHeartR12", "a Mindray BeneHeart" },
    { "eventdata", "Schiller" },
    { "MAC2000", "a GE MAC 2000" },
    { "CardiologyXML", "a GE CardioSoft" },
    { "sapphire", "GE Sapphire" },
    { "ClinicalDocument", "a clinical document (CDA)" },
    { "svg", "a drawing (SVG)" },
    { "html", "a web page" },
};

static uint32_t big(const uint8_t *at)
{
    return at[3] | (uint32_t)at[2] << 8 | (uint32_t)at[1] << 16 | (uint32_t)at[0] << 24;
}

/* Section 0 where SCP-ECG has it, in either byte order, in a file as small as these are. */
static bool has_section_0(struct span file)
{
    enum { SECTION_ID = 8, SECTION_LENGTH = 10, SMALLEST = 26, LARGEST = 1 << 16 };
    uint32_t length;

    if (file.len < SECTION_LENGTH + SMALLEST || file.len > LARGEST || file.at[SECTION_ID] != 0 ||
        file.at[SECTION_ID + 1] != 0)
        return false;
    length = ecg_little32(file.at + SECTION_LENGTH);
    if (length > file.len)
        length = big(file.at + SECTION_LENGTH);
    return length >= SMALLEST && length < file.len;
}

bool ecg_looks_like_pc80b(struct span file)
{
    enum { LENGTH = 2 };
    uint32_t length, wrong;

    if (!has_section_0(file))
        return false;
    length = ecg_little32(file.at + LENGTH);
    wrong = length ^ (uint32_t)file.len;
    if (wrong == 0 || (wrong & (wrong - 1)) == 0) /* SCP-ECG, perhaps with a flipped bit */
        return false;
    return length > LIMIT_ECG_FILE || (length & 0xffff) == 0;
}

/* The size that a file of this recorder always has (one author's reading of it). */
static bool looks_like_edan(struct span file)
{
    enum { HEADER = 1 + 2 * 1015, SAMPLES = 10000, LEADS = 8 };
    return file.len == (size_t)HEADER + (size_t)SAMPLES * LEADS * 2;
}

static bool looks_like_text(struct span file)
{
    size_t len = file.len < TEXT_LOOK ? file.len : TEXT_LOOK;

    for (size_t i = 0; i < len; i++)
        if (file.at[i] < ' ' && !strchr("\t\r\n\f", file.at[i]))
            return false;
    return !memchr(file.at, '\0', len);
}

static enum error refuse_xml(const char *name, struct complaint *why)
{
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (strcmp(name, roots[i].name) == 0)
            return complain(why, ERROR_UNSUPPORTED,
                            "This is the XML of %s (its root element is %s), which is not read "
                            "here: have the cart export a PDF.",
                            roots[i].whose, name);
    return complain(why, ERROR_NOT_FOUND,
                    "This is XML, but no EKG's that is read here: its root element is %s.", name);
}

static const char *sentence_of(struct span file)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *m = &magics[i];
        if (file.len >= m->at + m->len && memcmp(file.at + m->at, m->bytes, m->len) == 0)
            return m->sentence;
    }
    if (looks_like_edan(file))
        return "This looks like a .dat file of an Edan cart, which is not read here: have the cart "
               "export a PDF, SCP-ECG or DICOM.";
    return NULL;
}

enum error ecg_looks_like(struct span file, struct complaint *why)
{
    char root[XML_ROOT_NAME];
    const char *known;

    if (file.len == 0)
        return complain(why, ERROR_UNSUPPORTED, "The file is empty.");
    if (has_section_0(file))
        return complain(why, ERROR_UNSUPPORTED,
                        "This looks like a file of a PC-80B or another Heal Force recorder: it is "
                        "named .SCP but is not SCP-ECG, and is not read here.");
    if (xml_root_name(file, root))
        return refuse_xml(root, why);
    known = sentence_of(file);
    if (known)
        return complain(why, ERROR_UNSUPPORTED, "%s", known);
    if (looks_like_text(file))
        return complain(why, ERROR_NOT_FOUND, "This is a text, not an EKG's file.");
    return complain(why, ERROR_NOT_FOUND,
                    "This is no EKG's file that is read here: have the cart export a PDF.");
}

/* Both sides of the POCT1-A link under any bytes, any answers of the disk and any timing. */
#include "instruments/link/mllp_block.h"
#include "tests/fuzz/link_script.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool holds(struct span in, const char *text)
{
    return in.len && memmem(in.at, in.len, text, strlen(text)) != NULL;
}

static void check_frame(unsigned number, struct span frame)
{
    must(number > 0 && (frame.at[0] == BYTE_VT || frame.at[0] == '<' || frame.at[0] == 0xef));
}

static bool is_acknowledgement(const struct script *s, struct span out)
{
    (void)s;
    must(out.at[0] == '<' || out.at[0] == 0xef || (out.at[0] == BYTE_VT && mllp_ends(out)));
    return holds(out, "<ACK.R01>") && holds(out, "<ACK.type_cd V=\"AA\"/>");
}

/* Each frame is one document. */
static size_t allowed_for_frame(struct span frame)
{
    (void)frame;
    return 1;
}

/* A keep-alive is answered at once; whatever it was cut into, its K arrives. */
static size_t allowed_for_input(struct span in)
{
    size_t count = 0;
    for (size_t i = 0; i < in.len; i++)
        count += in.at[i] == 'K';
    return count;
}

/* A document with a right header, in a block or bare; some to be sent and not received. */
static void speak(struct script *s)
{
    static const char *const bodies[][2] = {
        { "HEL",
          "<DEV><DEV.vendor_id V=\"QUIDEL\"/><DCP><DCP.application_timeout V=\"9\"/></DCP><DSC>"
          "<DSC.directives_supported_cd V=\"SET_TIME\"/><DSC.directives_supported_cd "
          "V=\"START_CONTINUOUS\"/><DSC.max_message_sz V=\"600\"/></DSC></DEV>" },
        { "HEL", "<DEV><DSC><DSC.connection_profile_cd V=\"SA\"/></DSC></DEV>" },
        { "DST", "<DST><DST.new_observations_qty V=\"1\"/><DST.new_events_qty V=\"1\"/></DST>" },
        { "DST", "<DST><DST.new_observations_qty V=\"0\"/></DST>" },
        { "OBS", "<SVC><PT><OBS><OBS.value V=\"1\"/></OBS></PT></SVC>" },
        { "ACK", "<ACK><ACK.type_cd V=\"AA\"/></ACK>" },
        { "ACK", "<ACK><ACK.type_cd V=\"AE\"/></ACK>" },
        { "EOT", "<EOT><EOT.topic_cd V=\"OBS\"/></EOT>" },
        { "REQ", "<REQ><REQ.request_cd V=\"ROBS\"/></REQ>" },
        { "OPL", "<OPR><OPR.operator_id V=\"1\"/></OPR><OPR><OPR.operator_id V=\"2\"/></OPR>" },
        { "DTV", "<DTV><DTV.command_cd V=\"START_CONTINUOUS\"/></DTV>" },
        { "EVS", "<EVT/>" },
        { "END", "<TRM><TRM.reason_cd V=\"NRM\"/></TRM>" },
        { "ESC", "<ESC/>" },
        { "KPA", "" },
        { "OBS", "<SVC>" },
    };
    uint8_t what = script_byte(s), how = script_byte(s);
    const char *const *body = bodies[what % 16];
    struct buffer out;

    buffer_init(&out, LIMIT_FRAME);
    must(buffer_put_format(&out, "%s%s<%s.R01><HDR><HDR.control_id V=\"%u\"/></HDR>",
                           how & 1 ? "\x0b" : "", how & 2 ? "<?xml version=\"1.0\"?>" : "", body[0],
                           what >> 4U) == ERROR_OK);
    must(buffer_put_text(&out, body[1]) == ERROR_OK);
    must(buffer_put_format(&out, "</%s.R01>", body[0]) == ERROR_OK);
    if (how & 4 && strcmp(body[0], "ACK") != 0)
        (void)s->kind->link->send(s->state, buffer_span(&out));
    must(buffer_put_text(&out, how & 1 ? "\x1c\r" : "") == ERROR_OK);
    if ((how & 0xf0) == 0xf0)
        out.len -= out.len / 3;
    if (!(how & 4))
        script_feed(s, buffer_span(&out));
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct script_kind kind = { .link = &link_poct1a,
                                             .repeat = "repeated frame",
                                             .check_frame = check_frame,
                                             .is_acknowledgement = is_acknowledgement,
                                             .allowed_for_frame = allowed_for_frame,
                                             .allowed_for_input = allowed_for_input,
                                             .speak = speak };
    script_run(&kind, span_of(data, size));
    return 0;
}

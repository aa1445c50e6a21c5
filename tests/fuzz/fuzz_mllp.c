/* The MLLP link under any bytes, any answers of the disk and any timing. */
#include "instruments/link/mllp_block.h"
#include "instruments/link/mllp_reply.h"
#include "tests/fuzz/link_script.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(unsigned number, struct span frame)
{
    must(number > 0 && (number > 1 || frame.at[0] == BYTE_VT));
}

static bool is_acknowledgement(const struct script *s, struct span out)
{
    struct span code, id;
    (void)s;
    must(out.at[0] == BYTE_VT && mllp_ends(out));
    return mllp_reply_read(mllp_text(out), &code, &id) && code.len == 2 && code.at[1] == 'A';
}

/* One for each message of a batch, in enhanced mode two. */
static size_t allowed_for_frame(struct span frame)
{
    size_t messages = 0;
    for (size_t i = 0; i + 3 <= frame.len; i++)
        messages += memcmp(frame.at + i, "MSH", 3) == 0;
    return 2 * messages;
}

static size_t allowed_for_input(struct span in)
{
    (void)in;
    return 0;
}

static void speak(struct script *s)
{
    static const char *const types[] = { "ORU^R01",         "ORU^R30^ORU_R30", "OUL^R22^OUL_R22",
                                         "QBP^Q11^QBP_Q11", "ACK^R01",         "ORU" };
    static const char *const modes[] = { "", "AL", "NE", "ER", "SU" };
    uint8_t head = script_byte(s), end = script_byte(s);
    char header[160];
    struct buffer block;

    (void)snprintf(header, sizeof header, "\x0bMSH|^~\\&|M|W|||%u||%s|%u|P|2.%u|||%s|%s\r",
                   head >> 6, types[head % 6], head % 5, end % 8, modes[end % 5],
                   modes[end / 5 % 5]);
    buffer_init(&block, LIMIT_FRAME);
    must(buffer_put_text(&block, header + (end >> 7)) == ERROR_OK);
    must(buffer_put(&block, script_bytes(s, script_byte(s))) == ERROR_OK);
    must(buffer_put_text(&block, "\x1c\r") == ERROR_OK);
    script_feed(s, span_of(block.at, block.len - (head >> 5 & 1)));
    buffer_free(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct script_kind kind = { .link = &link_mllp,
                                             .outlives_lost = true,
                                             .repeat = "repeated message",
                                             .check_frame = check_frame,
                                             .is_acknowledgement = is_acknowledgement,
                                             .allowed_for_frame = allowed_for_frame,
                                             .allowed_for_input = allowed_for_input,
                                             .speak = speak };
    script_run(&kind, span_of(data, size));
    return 0;
}

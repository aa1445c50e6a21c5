/* `phial order`, `specimen`, `label`, `result`, `qc`, `lot`, `downtime`: the bench by hand, as
 * tables of words. */
#include "core/daemon/cli.h"
#include "core/daemon/commands.h"
#include "core/store/read.h"

#define ACT(word, type)                                                                            \
    {                                                                                              \
        word, NULL, NULL, WIRE_##type, 0                                                           \
    }
#define LOOK(word, what, query, key)                                                               \
    {                                                                                              \
        word, what, key, WIRE_VIEW, READ_##query                                                   \
    }
#define RUN(words) cli_run(argc, argv, words, sizeof(words) / sizeof((words)[0]))

int command_order(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("enter", ORDER_ENTER),
                                             ACT("identify", IDENTIFY),
                                             ACT("cancel", ORDER_CANCEL),
                                             ACT("authorise", ORAL_AUTHORISE),
                                             LOOK("show", "order", ORDER, "order"),
                                             LOOK("list", "order_list", ORDER_LIST, NULL) };
    return RUN(words);
}

int command_specimen(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("collect", COLLECT),
                                             ACT("receive", RECEIVE),
                                             ACT("store", STORE),
                                             ACT("move", MOVE),
                                             ACT("aliquot", ALIQUOT),
                                             ACT("add", ADD_ON),
                                             ACT("reject", REJECT),
                                             ACT("dispose", DISPOSE),
                                             LOOK("show", "specimen", SPECIMEN, "accession") };
    return RUN(words);
}

int command_label(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("print", LABEL_PRINT),
                                             ACT("verify", LABEL_VERIFY) };
    return RUN(words);
}

int command_result(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("sign", SIGN),
                                             ACT("return", RETURN),
                                             ACT("told", CRITICAL_TOLD),
                                             ACT("resolve", RESOLVE),
                                             ACT("approve", APPROVE),
                                             LOOK("inbox", "inbox", INBOX, NULL),
                                             LOOK("unmatched", "unmatched", UNMATCHED, NULL),
                                             LOOK("message", "message", MESSAGE, "message") };
    return RUN(words);
}

int command_qc(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("enter", QC_ENTER),
                                             ACT("place", QC_PLACE),
                                             ACT("action", QC_ACTION),
                                             ACT("review", QC_REVIEW),
                                             ACT("void", QC_VOID),
                                             ACT("look", QC_LOOK),
                                             ACT("maintenance", MAINTENANCE),
                                             ACT("control", QC_LEVEL),
                                             ACT("rule", QC_TRIGGER),
                                             LOOK("list", "qc", QC, NULL),
                                             LOOK("runs", "qc_level", QC_LEVEL, "qc"),
                                             LOOK("reach", "qc_look_back", QC_LOOK_BACK, "qc") };
    return RUN(words);
}

int command_lot(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("receive", LOT_RECEIVE),
                                             ACT("open", LOT_OPEN),
                                             ACT("mark", LOT_MARK),
                                             ACT("item", ITEM_SET),
                                             LOOK("list", "lots", LOTS, NULL),
                                             LOOK("show", "lot", LOT, "lot_id") };
    return RUN(words);
}

int command_downtime(int argc, char **argv)
{
    static const struct cli_word words[] = { ACT("reserve", PAPER_RESERVE),
                                             ACT("enter", PAPER_ENTER), ACT("void", PAPER_VOID),
                                             LOOK("sheet", "paper_sheet", PAPER_SHEET, "sheet"),
                                             LOOK("list", "paper", PAPER, NULL) };
    return RUN(words);
}

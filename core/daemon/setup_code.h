/*
 * The one-time code of the first start: with it "setup" signs in and adds the first administrator.
 *
 * It exists only while Phial runs and nobody is administrator; it is drawn anew at each start. It
 * is printed, and stands in the data folder's file `setup-code` (for its owner and root alone), so
 * that who installs Phial can be told.
 */
#ifndef PHIAL_CORE_DAEMON_SETUP_CODE_H
#define PHIAL_CORE_DAEMON_SETUP_CODE_H

#include "core/daemon/core.h"

/* Draws and writes it when nobody is administrator. */
enum error setup_code_make(struct core *core, struct complaint *why);
/* There is an administrator, or core ends. */
void setup_code_forget(struct core *core);
/* Prints how to sign in first, with the code of the Phial that serves `data`. ERROR_NOT_FOUND when
 * there is none. */
enum error setup_code_tell(const char *data, struct complaint *why);

#endif

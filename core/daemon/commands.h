/*
 * The subcommands of this folder, and what all of them share.
 *
 * Each gets its own name as argv[0] and returns the program's exit status (DESIGN 6).
 */
#ifndef PHIAL_CORE_DAEMON_COMMANDS_H
#define PHIAL_CORE_DAEMON_COMMANDS_H

enum command_exit { COMMAND_DONE = 0, COMMAND_NO = 1, COMMAND_USAGE = 2, COMMAND_ENVIRONMENT = 3 };

int command_serve(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_order(int argc, char **argv);
int command_patient(int argc, char **argv);
int command_specimen(int argc, char **argv);
int command_label(int argc, char **argv);
int command_result(int argc, char **argv);
int command_qc(int argc, char **argv);
int command_lot(int argc, char **argv);
int command_downtime(int argc, char **argv);
int command_import(int argc, char **argv);
int command_user(int argc, char **argv);
int command_check(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_tls(int argc, char **argv);
int command_pack(int argc, char **argv);
int command_practice(int argc, char **argv);
int command_child_pack(int argc, char **argv);

#endif

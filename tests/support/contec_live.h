/*
 * A Contec cart's side of a live recording, synthetic: what it answers to each command, and its
 * stream. For whoever plays the cart: arrays, an emulated USB device, a pseudo-terminal.
 */
#ifndef PHIAL_TESTS_SUPPORT_CONTEC_LIVE_H
#define PHIAL_TESTS_SUPPORT_CONTEC_LIVE_H

#include "core/base/buffer.h"

enum { CONTEC_CHANNELS = 8, CONTEC_REPORT = 64, CONTEC_FRAMES = 5, CONTEC_RECORD = 15 };

/* The sample of a channel at a time, 0 to 4095: a different one for each, so that nothing can be
 * exchanged unseen. */
unsigned contec_sample(unsigned channel, uint64_t at);

/* The ECG90A's answer to 82, and its report of the five frames from `at` on. */
void contec_ecg90a_answer(uint8_t report[CONTEC_REPORT]);
void contec_ecg90a_report(uint8_t report[CONTEC_REPORT], uint64_t at);
/* The 8000G's record of the frame `at`. */
void contec_8000g_record(uint8_t record[CONTEC_RECORD], uint64_t at);

/* A whole recording of so many frames (a multiple of five for the ECG90A), as it is kept. The
 * 8000G's has a record of its state among every hundred. */
enum error contec_ecg90a_write(struct buffer *out, uint64_t frames);
enum error contec_8000g_write(struct buffer *out, uint64_t frames);

#endif

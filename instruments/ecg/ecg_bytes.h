/* Numbers out of the bytes of a file; the caller knows that the bytes are there. */
#ifndef PHIAL_INSTRUMENTS_ECG_BYTES_H
#define PHIAL_INSTRUMENTS_ECG_BYTES_H

#include <stdint.h>

static inline uint16_t ecg_little16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t ecg_little32(const uint8_t *at)
{
    return ecg_little16(at) | (uint32_t)ecg_little16(at + 2) << 16;
}

#endif

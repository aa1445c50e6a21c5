/* The Contour link under any reports, any answers of the disk and any timing. */
#include "tests/fuzz/lis01_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lis01_run(&link_contour_hid, true, span_of(data, size));
    return 0;
}

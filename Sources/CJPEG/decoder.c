#include <stdlib.h>
#include <time.h>

#include "failure.h"

#include <jerror.h>

#include "cjpeg.h"

struct cjpeg_decoder {
    struct jpeg_decompress_struct info;
    cjpeg_failure failure;
    struct jpeg_progress_mgr progress;
    cjpeg_limits limits;
    double spent;    // processor seconds used by finished calls
    double entered;  // thread processor time at which the present call began
    int32_t warnings;
    int32_t data_warnings;
    int ended;       // the bytes ran out before the picture did
};

// Processor time of this thread, in seconds: waiting for a core does not count against a photo.
static double thread_seconds(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) { return 0; }
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void enter(cjpeg_decoder *decoder) { decoder->entered = thread_seconds(); }

static int leave(cjpeg_decoder *decoder, int status) {
    decoder->spent += thread_seconds() - decoder->entered;
    return status;
}

// libjpeg calls this once per row of blocks, in every pass.
static void check_progress(j_common_ptr info) {
    cjpeg_decoder *decoder = info->client_data;
    if (decoder->info.input_scan_number > decoder->limits.max_scans) {
        cjpeg_fail(&decoder->failure, CJPEG_TOO_MANY_SCANS, "too many scans");
    }
    double spent = decoder->spent + thread_seconds() - decoder->entered;
    if (spent > decoder->limits.cpu_seconds) {
        cjpeg_fail(&decoder->failure, CJPEG_DEADLINE, "out of processor time");
    }
}

// Warnings that leave the pixels as they were meant.
static int is_harmless(int code) {
    return code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
}

static void count_warning(j_common_ptr info, int level) {
    cjpeg_decoder *decoder = info->client_data;
    if (level >= 0) { return; }  // a trace, not a warning
    int code = info->err->msg_code;
    if (!is_harmless(code)) { decoder->data_warnings++; }
    // A photo cut off in transfer complains once per remaining restart interval: that is one fault,
    // not hundreds, and the deadline bounds its cost.
    if (code == JWRN_JPEG_EOF) { decoder->ended = 1; }
    if (!decoder->ended && ++decoder->warnings > decoder->limits.max_warnings) {
        cjpeg_fail(&decoder->failure, CJPEG_TOO_MANY_WARNINGS, "too many corrupt places");
    }
}

int cjpeg_decoder_open(cjpeg_decoder **out, const uint8_t *bytes, size_t count,
                       const cjpeg_limits *limits, cjpeg_header *header) {
    cjpeg_decoder *decoder = calloc(1, sizeof *decoder);
    *out = decoder;
    if (decoder == NULL) { return CJPEG_NO_MEMORY; }
    decoder->limits = *limits;
    decoder->info.err = cjpeg_failure_install(&decoder->failure);
    decoder->failure.manager.emit_message = count_warning;
    decoder->info.client_data = decoder;
    enter(decoder);
    if (setjmp(decoder->failure.landing)) { return leave(decoder, decoder->failure.status); }

    jpeg_create_decompress(&decoder->info);
    decoder->info.mem->max_memory_to_use = (long)limits->max_memory;
    decoder->progress.progress_monitor = check_progress;
    decoder->info.progress = &decoder->progress;
    jpeg_mem_src(&decoder->info, bytes, count);
    jpeg_read_header(&decoder->info, TRUE);

    header->width = decoder->info.image_width;
    header->height = decoder->info.image_height;
    header->components = decoder->info.num_components;
    header->progressive = decoder->info.progressive_mode ? 1 : 0;
    return leave(decoder, CJPEG_OK);
}

int cjpeg_decoder_start(cjpeg_decoder *decoder, int32_t scale_eighths, uint32_t *width, uint32_t *height) {
    enter(decoder);
    if (setjmp(decoder->failure.landing)) { return leave(decoder, decoder->failure.status); }

    decoder->info.out_color_space = decoder->info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    decoder->info.scale_num = (unsigned int)scale_eighths;
    decoder->info.scale_denom = 8;
    jpeg_start_decompress(&decoder->info);
    *width = decoder->info.output_width;
    *height = decoder->info.output_height;
    return leave(decoder, CJPEG_OK);
}

int cjpeg_decoder_read_row(cjpeg_decoder *decoder, uint8_t *row, size_t capacity) {
    enter(decoder);
    if (setjmp(decoder->failure.landing)) { return leave(decoder, decoder->failure.status); }

    size_t needed = (size_t)decoder->info.output_width * (size_t)decoder->info.output_components;
    if (capacity < needed) { cjpeg_fail(&decoder->failure, CJPEG_MALFORMED, "row buffer too small"); }
    JSAMPROW rows[1] = {row};
    if (jpeg_read_scanlines(&decoder->info, rows, 1) != 1) {
        cjpeg_fail(&decoder->failure, CJPEG_MALFORMED, "no further row");
    }
    return leave(decoder, CJPEG_OK);
}

int32_t cjpeg_decoder_data_warnings(const cjpeg_decoder *decoder) { return decoder->data_warnings; }

const char *cjpeg_decoder_message(const cjpeg_decoder *decoder) { return decoder->failure.message; }

void cjpeg_decoder_close(cjpeg_decoder *decoder) {
    if (decoder == NULL) { return; }
    jpeg_destroy_decompress(&decoder->info);
    free(decoder);
}

#include <stdlib.h>

#include "failure.h"

#include "cjpeg.h"

enum { FIRST_CAPACITY = 64 * 1024 };

struct cjpeg_encoder {
    struct jpeg_compress_struct info;
    cjpeg_failure failure;
    struct jpeg_destination_mgr destination;
    uint8_t *bytes;
    size_t capacity;
};

// libjpeg's own memory destination leaves the caller a freed pointer when memory runs out half-way;
// this one keeps `bytes` valid at every moment.
static void grow(cjpeg_encoder *encoder, size_t capacity) {
    uint8_t *bytes = realloc(encoder->bytes, capacity);
    if (bytes == NULL) { cjpeg_fail(&encoder->failure, CJPEG_NO_MEMORY, "no memory for the encoded picture"); }
    size_t used = encoder->capacity;
    encoder->bytes = bytes;
    encoder->capacity = capacity;
    encoder->destination.next_output_byte = bytes + used;
    encoder->destination.free_in_buffer = capacity - used;
}

static void begin_output(j_compress_ptr info) { grow(info->client_data, FIRST_CAPACITY); }

// Called when the buffer is full to the last byte.
static boolean continue_output(j_compress_ptr info) {
    cjpeg_encoder *encoder = info->client_data;
    grow(encoder, encoder->capacity * 2);
    return TRUE;
}

static void end_output(j_compress_ptr info) { (void)info; }

int cjpeg_encoder_open(cjpeg_encoder **out, const cjpeg_picture *picture) {
    cjpeg_encoder *encoder = calloc(1, sizeof *encoder);
    *out = encoder;
    if (encoder == NULL) { return CJPEG_NO_MEMORY; }
    encoder->info.err = cjpeg_failure_install(&encoder->failure);
    if (setjmp(encoder->failure.landing)) { return encoder->failure.status; }

    struct jpeg_compress_struct *info = &encoder->info;
    info->client_data = encoder;
    jpeg_create_compress(info);
    encoder->destination.init_destination = begin_output;
    encoder->destination.empty_output_buffer = continue_output;
    encoder->destination.term_destination = end_output;
    info->dest = &encoder->destination;
    info->image_width = picture->width;
    info->image_height = picture->height;
    info->input_components = picture->components;
    info->in_color_space = picture->components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(info);  // YCbCr 4:2:0 for colour
    jpeg_set_quality(info, picture->quality, TRUE);
    info->optimize_coding = TRUE;
    info->restart_in_rows = picture->restart_rows;
    if (picture->progressive) { jpeg_simple_progression(info); }
    jpeg_start_compress(info, TRUE);
    return CJPEG_OK;
}

int cjpeg_encoder_write_row(cjpeg_encoder *encoder, const uint8_t *row, size_t count) {
    if (setjmp(encoder->failure.landing)) { return encoder->failure.status; }

    size_t needed = (size_t)encoder->info.image_width * (size_t)encoder->info.input_components;
    if (count < needed) { cjpeg_fail(&encoder->failure, CJPEG_MALFORMED, "row too short"); }
    JSAMPROW rows[1] = {(JSAMPROW)row};  // libjpeg reads only, but its type says otherwise
    jpeg_write_scanlines(&encoder->info, rows, 1);
    return CJPEG_OK;
}

int cjpeg_encoder_finish(cjpeg_encoder *encoder, const uint8_t **bytes, size_t *count) {
    if (setjmp(encoder->failure.landing)) { return encoder->failure.status; }

    jpeg_finish_compress(&encoder->info);
    *bytes = encoder->bytes;
    *count = encoder->capacity - encoder->destination.free_in_buffer;
    return CJPEG_OK;
}

const char *cjpeg_encoder_message(const cjpeg_encoder *encoder) { return encoder->failure.message; }

void cjpeg_encoder_close(cjpeg_encoder *encoder) {
    if (encoder == NULL) { return; }
    jpeg_destroy_compress(&encoder->info);
    free(encoder->bytes);
    free(encoder);
}

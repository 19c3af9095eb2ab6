// A flat face for libjpeg: every call returns a status, and no longjmp ever leaves this library.
//
// libjpeg reports errors by longjmp. Jumping over Swift frames is undefined, so each function here
// sets its own landing place and turns the jump into a status and a sentence (cjpeg_*_message).
// A decoder or encoder belongs to one thread at a time. After any status but CJPEG_OK the only
// permitted calls are *_message, *_data_warnings and *_close.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

enum {
    CJPEG_OK = 0,
    CJPEG_MALFORMED = 1,          // libjpeg cannot make sense of the file
    CJPEG_TOO_MANY_WARNINGS = 2,  // more corrupt places than cjpeg_limits.max_warnings
    CJPEG_TOO_MANY_SCANS = 3,     // more passes than cjpeg_limits.max_scans
    CJPEG_DEADLINE = 4,           // more processor time than cjpeg_limits.cpu_seconds
    CJPEG_NO_MEMORY = 5,          // more memory than cjpeg_limits.max_memory, or none left
};

typedef struct {
    double cpu_seconds;     // processor time of the calling thread, spent inside this library
    int32_t max_warnings;   // corrupt places to forgive
    int32_t max_scans;      // progressive passes to read
    int64_t max_memory;     // bytes libjpeg may hold for whole-picture buffers
} cjpeg_limits;

typedef struct {
    uint32_t width;         // pixels, as stored (before scaling)
    uint32_t height;
    int32_t components;     // 1 grey, 3 colour
    int32_t progressive;    // 1 if the file is progressive
} cjpeg_header;

typedef struct cjpeg_decoder cjpeg_decoder;

// Reads the header of the JPEG at bytes[0..<count], which must stay in place until close.
// *decoder is set even on failure (so that its message can be read), except to NULL when out of memory.
int cjpeg_decoder_open(cjpeg_decoder **decoder, const uint8_t *bytes, size_t count,
                       const cjpeg_limits *limits, cjpeg_header *header);

// Begins decoding at scale_eighths/8 (1...8) of the stored size; reports the resulting size.
int cjpeg_decoder_start(cjpeg_decoder *decoder, int32_t scale_eighths, uint32_t *width, uint32_t *height);

// Decodes the next row into row[0..<capacity]: width x components samples, RGB or grey.
// capacity must be at least that; anything less is refused as CJPEG_MALFORMED.
int cjpeg_decoder_read_row(cjpeg_decoder *decoder, uint8_t *row, size_t capacity);

// How often libjpeg had to guess picture content so far; 0 for a sound file.
int32_t cjpeg_decoder_data_warnings(const cjpeg_decoder *decoder);

// Why the last call failed, in libjpeg's English. Valid until close.
const char *cjpeg_decoder_message(const cjpeg_decoder *decoder);

// Frees the decoder. NULL is allowed.
void cjpeg_decoder_close(cjpeg_decoder *decoder);

typedef struct {
    uint32_t width;         // pixels, 1...65500
    uint32_t height;
    int32_t components;     // 1 grey, 3 RGB in, YCbCr 4:2:0 stored
    int32_t quality;        // 1...100, libjpeg's scale
    int32_t progressive;    // 1 for a progressive file
    int32_t restart_rows;   // a restart marker after so many MCU rows; 0 for none
} cjpeg_picture;

typedef struct cjpeg_encoder cjpeg_encoder;

// Begins a JPEG in memory with optimised Huffman tables and no metadata but the JFIF header.
// *encoder is set as by cjpeg_decoder_open.
int cjpeg_encoder_open(cjpeg_encoder **encoder, const cjpeg_picture *picture);

// Adds the next row, width x components samples, from row[0..<count].
int cjpeg_encoder_write_row(cjpeg_encoder *encoder, const uint8_t *row, size_t count);

// Completes the file after the last row. The bytes belong to the encoder and live until close.
int cjpeg_encoder_finish(cjpeg_encoder *encoder, const uint8_t **bytes, size_t *count);

// Why the last call failed, in libjpeg's English. Valid until close.
const char *cjpeg_encoder_message(const cjpeg_encoder *encoder);

// Frees the encoder and its bytes. NULL is allowed.
void cjpeg_encoder_close(cjpeg_encoder *encoder);

#endif

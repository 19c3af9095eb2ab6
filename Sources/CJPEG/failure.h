// How both halves of the shim turn a libjpeg error into a status.
#ifndef CJPEG_FAILURE_H
#define CJPEG_FAILURE_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

// libjpeg hands back its own error manager; it is our first member, so the two addresses are one.
typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf landing;
    int status;
    char message[JMSG_LENGTH_MAX];
} cjpeg_failure;

// Prepares the manager. Nothing is ever printed.
struct jpeg_error_mgr *cjpeg_failure_install(cjpeg_failure *failure);

// Leaves libjpeg with a status and a sentence of ours.
_Noreturn void cjpeg_fail(cjpeg_failure *failure, int status, const char *message);

#endif

#include "failure.h"

#include <string.h>

#include <jerror.h>

#include "cjpeg.h"

static _Noreturn void error_exit(j_common_ptr info) {
    cjpeg_failure *failure = (cjpeg_failure *)info->err;
    int code = failure->manager.msg_code;
    int memory = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE;
    failure->status = memory ? CJPEG_NO_MEMORY : CJPEG_MALFORMED;
    failure->manager.format_message(info, failure->message);
    longjmp(failure->landing, 1);
}

// Warnings are forgiven here; the decoder puts its own counting version in place.
static void stay_silent(j_common_ptr info, int level) {
    (void)info;
    (void)level;
}

static void print_nothing(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *cjpeg_failure_install(cjpeg_failure *failure) {
    struct jpeg_error_mgr *manager = jpeg_std_error(&failure->manager);
    manager->error_exit = error_exit;
    manager->emit_message = stay_silent;
    manager->output_message = print_nothing;
    return manager;
}

_Noreturn void cjpeg_fail(cjpeg_failure *failure, int status, const char *message) {
    failure->status = status;
    strncpy(failure->message, message, sizeof failure->message - 1);
    longjmp(failure->landing, 1);
}

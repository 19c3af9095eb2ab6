/* A handheld's clocks for one process: wall clock and uptime shifted, and the name of the start exchanged.
   SHIM_WALL and SHIM_UPTIME are milliseconds to add; SHIM_BOOT is a file to be read in boot_id's stead. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static long long shift(const char *name) {
    const char *text = getenv(name);
    return text ? atoll(text) : 0;
}

static void add(struct timespec *time, long long milliseconds) {
    long long nanoseconds = time->tv_nsec + milliseconds % 1000 * 1000000;
    time->tv_sec += milliseconds / 1000;
    if (nanoseconds < 0) {
        nanoseconds += 1000000000;
        time->tv_sec -= 1;
    }
    time->tv_sec += nanoseconds / 1000000000;
    time->tv_nsec = nanoseconds % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *result) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, result);
    if (status) return status;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) add(result, shift("SHIM_WALL"));
    if (clock == CLOCK_BOOTTIME) add(result, shift("SHIM_UPTIME"));
    return 0;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    result->tv_sec = time.tv_sec;
    result->tv_usec = time.tv_nsec / 1000;
    (void)zone;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

static const char *renamed(const char *path) {
    const char *boot = getenv("SHIM_BOOT");
    return boot && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0 ? boot : path;
}

#define OPENING(name)                                                        \
    int name(const char *path, int flags, ...) {                             \
        static int (*real)(const char *, int, ...);                          \
        if (!real) real = dlsym(RTLD_NEXT, #name);                           \
        va_list rest;                                                        \
        va_start(rest, flags);                                               \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; \
        va_end(rest);                                                        \
        return real(renamed(path), flags, mode);                             \
    }

OPENING(open)
OPENING(open64)

/* Makes the program it is preloaded into skip one kind of sync, as a careless version of it would:
 *
 *   MUTANT=wal        SQLite's write-ahead log: commits as with synchronous=NORMAL (which would still sync it before
 *                     a checkpoint)
 *   MUTANT=file       regular files below MUTANT_FOLDER
 *   MUTANT=directory  directories, wherever they are
 *
 * So the product needs no switch for its own mutilation, and what is tested is the binary that is shipped. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static int is_skipped(int descriptor) {
    const char *mutant = getenv("MUTANT"), *folder = getenv("MUTANT_FOLDER");
    char link[64], path[PATH_MAX];
    struct stat status;
    if (!mutant || fstat(descriptor, &status) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    if (strcmp(mutant, "wal") == 0) return ends_with(path, "-wal");
    if (strcmp(mutant, "file") == 0) return S_ISREG(status.st_mode) && folder && starts_with(path, folder);
    if (strcmp(mutant, "directory") == 0) return S_ISDIR(status.st_mode);
    return 0;
}

static int really(const char *name, int descriptor) {
    int (*function)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return function(descriptor);
}

int fsync(int descriptor) { return is_skipped(descriptor) ? 0 : really("fsync", descriptor); }

int fdatasync(int descriptor) { return is_skipped(descriptor) ? 0 : really("fdatasync", descriptor); }

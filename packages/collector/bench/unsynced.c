/* Loaded into a collector by bench/crash.mjs: notes how long each file was when it was last made durable. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The length is taken before: what is written meanwhile may not be durable. */
static int synced(const char *name, int fd) {
  struct stat before;
  int is_known = fstat(fd, &before) == 0;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(fd);
  static int log = -1;
  if (log < 0) {
    const char *path = getenv("USERSPAN_SYNC_LOG");
    if (path != NULL) log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  if (result == 0 && is_known && log >= 0 && S_ISREG(before.st_mode)) {
    char line[64];
    int length = snprintf(line, sizeof line, "%llu %lld\n", (unsigned long long)before.st_ino, (long long)before.st_size);
    if (write(log, line, length) != length) abort();
  }
  return result;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

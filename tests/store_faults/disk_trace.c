/* Writes down what a process does to the files below one folder, and fails the n-th call of a kind when asked.
 *
 * Loaded with LD_PRELOAD. TRACE_ROOT names the folder (absolute, without a slash at its end), TRACE_LOG the file that
 * takes the log; without them nothing is logged. Every entry of the log is
 *
 *   kind (1 byte), inode (u64), offset (u64), length of the first part (u32), of the second (u32), both parts.
 *
 *   C created: name              W written: -, bytes          T cut to `offset` bytes       S synced
 *   D names of a folder synced: name         R renamed: old, new         U removed: name
 *   M folder made: name          F sync failed                N note of the program: -, bytes
 *   X a call of the kind in the place of the inode was made to fail
 *
 * The file that the engine maps (-shm) is shared memory and holds nothing worth keeping: it is not logged.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define NAMES 1024

enum { WRITE, SYNC, CUT, RENAME, REMOVE, CREATE };

static char root[NAMES];
static size_t root_length;
static int log_file = -1;
static unsigned char watched[FILES]; /* 1: a file, 2: a folder, 3: a file that is only counted */
static char folder_of[FILES][256];

static int fail_kinds, fail_sticky, fail_error, fail_short, fail_beside, begun;
static long together, together_at;

#define REAL(type, name, ...) \
  static type (*real_##name)(__VA_ARGS__); \
  if (!real_##name) real_##name = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("TRACE_ROOT"), *to = getenv("TRACE_LOG");
  if (!at) return;
  snprintf(root, sizeof root, "%s", at);
  root_length = strlen(root);
  if (!to) return;
  REAL(int, open64, const char *, int, ...);
  int taken = real_open64(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_file = fcntl(taken, F_DUPFD_CLOEXEC, 900); /* out of the way of programs that count on small numbers */
  close(taken);
}

static int below(const char *path) {
  return root_length && path && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int shared_memory(const char *path) {
  size_t length = strlen(path);
  return length > 4 && !strcmp(path + length - 4, "-shm");
}

static const char *name_of(const char *path) { return path[root_length] ? path + root_length + 1 : ""; }

static void entry(char kind, uint64_t inode, uint64_t offset, const void *one, uint32_t one_length, const void *two,
                  uint32_t two_length) {
  if (log_file < 0) return;
  char head[25];
  head[0] = kind;
  memcpy(head + 1, &inode, 8);
  memcpy(head + 9, &offset, 8);
  memcpy(head + 17, &one_length, 4);
  memcpy(head + 21, &two_length, 4);
  struct iovec parts[3] = {{head, sizeof head}, {(void *)one, one_length}, {(void *)two, two_length}};
  size_t whole = sizeof head + one_length + two_length;
  REAL(ssize_t, writev, int, const struct iovec *, int);
  if (real_writev(log_file, parts, 3) != (ssize_t)whole) abort(); /* a log with a hole proves nothing */
}

static uint64_t inode_of(int file) {
  struct stat found;
  return fstat(file, &found) ? 0 : found.st_ino;
}

static int is_watched(int file) { return file >= 0 && file < FILES ? watched[file] : 0; }

/* Says whether this call is to fail; sets errno then.
 *
 * Only calls of the program's first thread count, or only those of all others: the two work at once, and the n-th call of
 * both together would be now one and now the other. A disk that fails from then on fails for every thread.
 */
static int fails(int kind) {
  if (!(fail_kinds & (1 << kind)) || !together_at) return 0;
  if ((gettid() != getpid()) == fail_beside && ++together == together_at) begun = 1;
  else if (!begun || !fail_sticky) return 0;
  entry('X', kind, 0, 0, 0, 0, 0);
  errno = fail_error;
  return 1;
}

/* For the program under test. Fails the n-th call (from 1, 0 for never) of the kinds in a mask of bits, counted on the
 * first thread or beside it. */
void disk_fail(int kinds, long n, int sticky, int error, int half, int beside) {
  fail_kinds = kinds, together_at = n, fail_sticky = sticky, fail_error = error, fail_short = half, fail_beside = beside;
  together = begun = 0;
}
void disk_note(const void *bytes, uint32_t length) { entry('N', 0, 0, 0, 0, bytes, length); }

/* Begins another log; an empty name ends logging. For processes that were forked. */
int disk_log(const char *to, const char *at) {
  if (log_file >= 0) close(log_file);
  log_file = -1;
  snprintf(root, sizeof root, "%s", at);
  root_length = strlen(root);
  memset(watched, 0, sizeof watched);
  if (!*to) return 0;
  REAL(int, open64, const char *, int, ...);
  int taken = real_open64(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_file = fcntl(taken, F_DUPFD_CLOEXEC, 900);
  close(taken);
  return log_file < 0;
}

static void opened(int file, const char *path, int flags, int was_there) {
  if (file < 0 || file >= FILES) return;
  struct stat found;
  if (fstat(file, &found)) return;
  if (S_ISDIR(found.st_mode)) {
    watched[file] = 2;
    snprintf(folder_of[file], sizeof folder_of[file], "%s", name_of(path));
    return;
  }
  watched[file] = shared_memory(path) ? 3 : 1;
  if (watched[file] == 3) return;
  if (!was_there) entry('C', found.st_ino, 0, name_of(path), strlen(name_of(path)), 0, 0);
  else if (flags & O_TRUNC) entry('T', found.st_ino, 0, 0, 0, 0, 0);
}

static int open_any(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  if (!below(path)) return real(path, flags, mode);
  int was_there = !access(path, F_OK);
  if ((flags & O_CREAT) && !was_there && fails(CREATE)) return -1;
  int file = real(path, flags, mode);
  opened(file, path, flags, was_there);
  return file;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, open, const char *, int, ...);
  return open_any(real_open, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, open64, const char *, int, ...);
  return open_any(real_open64, path, flags, mode);
}
/* Returns the whole name of what stands below an open folder; the name itself where it is whole already. */
static const char *whole_name(int at, const char *path, char *into) {
  if (path[0] == '/' || at < 0 || is_watched(at) != 2) return path;
  snprintf(into, 2 * NAMES, "%s%s%s/%s", root, *folder_of[at] ? "/" : "", folder_of[at], path);
  return into;
}

int openat(int at, const char *path, int flags, ...) {
  MODE(flags)
  char into[2 * NAMES];
  const char *whole = whole_name(at, path, into);
  REAL(int, openat, int, const char *, int, ...);
  if (whole[0] == '/' && below(whole)) return open(whole, flags, mode);
  return real_openat(at, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
  MODE(flags)
  char into[2 * NAMES];
  const char *whole = whole_name(at, path, into);
  REAL(int, openat64, int, const char *, int, ...);
  if (whole[0] == '/' && below(whole)) return open64(whole, flags, mode);
  return real_openat64(at, path, flags, mode);
}

int close(int file) {
  REAL(int, close, int);
  if (file >= 0 && file < FILES) watched[file] = 0;
  return real_close(file);
}

static ssize_t write_at(int file, const void *bytes, size_t length, off64_t offset, int moves) {
  REAL(ssize_t, write, int, const void *, size_t);
  REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  int kind = is_watched(file);
  if (kind != 1 && kind != 3) return moves ? real_write(file, bytes, length) : real_pwrite64(file, bytes, length, offset);
  if (fails(WRITE)) {
    int error = errno;
    if (!fail_short || length < 2) return -1;
    /* A full disk takes what still fits and refuses the rest at the next call. */
    length /= 2;
    fail_short = 0;
    if (!fail_sticky) together_at++;
    errno = error;
  }
  if (moves) {
    struct stat found;
    int flags = fcntl(file, F_GETFL);
    offset = (flags & O_APPEND) && !fstat(file, &found) ? found.st_size : lseek64(file, 0, SEEK_CUR);
  }
  ssize_t done = moves ? real_write(file, bytes, length) : real_pwrite64(file, bytes, length, offset);
  if (done > 0 && kind == 1) entry('W', inode_of(file), offset, 0, 0, bytes, done);
  return done;
}
ssize_t write(int file, const void *bytes, size_t length) { return write_at(file, bytes, length, 0, 1); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return write_at(file, bytes, length, at, 0); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) { return write_at(file, bytes, length, at, 0); }

/* Copies inside the kernel are refused for watched files, so that programs fall back to reading and writing. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
  if (is_watched(to)) return errno = EINVAL, -1;
  return real_sendfile64(to, from, offset, count);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t count, unsigned flags) {
  REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
  if (is_watched(to)) return errno = EXDEV, -1;
  return real_copy_file_range(from, at, to, there, count, flags);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  if (is_watched(file)) abort(); /* not seen so far; a write that is not logged must not go by */
  return real_writev(file, parts, count);
}

static int sync_any(int (*real)(int), int file) {
  int kind = is_watched(file);
  if (!kind) return real(file);
  if (fails(SYNC)) {
    int error = errno;
    if (kind == 1) entry('F', inode_of(file), 0, 0, 0, 0, 0);
    errno = error;
    return -1;
  }
  /* Memory below the folder has nothing to wait for; the log is what counts. */
  if (kind == 1) entry('S', inode_of(file), 0, 0, 0, 0, 0);
  if (kind == 2) entry('D', 0, 0, folder_of[file], strlen(folder_of[file]), 0, 0);
  return 0;
}
int fsync(int file) {
  REAL(int, fsync, int);
  return sync_any(real_fsync, file);
}
int fdatasync(int file) {
  REAL(int, fdatasync, int);
  return sync_any(real_fdatasync, file);
}

int ftruncate64(int file, off64_t length) {
  REAL(int, ftruncate64, int, off64_t);
  int kind = is_watched(file);
  if (kind && fails(CUT)) return -1;
  int done = real_ftruncate64(file, length);
  if (!done && kind == 1) entry('T', inode_of(file), length, 0, 0, 0, 0);
  return done;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int rename_any(const char *from, const char *to, int flags) {
  REAL(int, renameat2, int, const char *, int, const char *, unsigned);
  int ours = below(from) && below(to);
  if (ours && fails(RENAME)) return -1;
  int done = real_renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
  if (!done && ours) entry('R', 0, 0, name_of(from), strlen(name_of(from)), name_of(to), strlen(name_of(to)));
  return done;
}
int rename(const char *from, const char *to) { return rename_any(from, to, 0); }
int renameat(int one, const char *from, int other, const char *to) {
  REAL(int, renameat, int, const char *, int, const char *);
  if (from[0] == '/' && to[0] == '/' && below(from)) return rename_any(from, to, 0);
  return real_renameat(one, from, other, to);
}

int unlink(const char *path) {
  REAL(int, unlink, const char *);
  int ours = below(path);
  if (ours && !access(path, F_OK) && fails(REMOVE)) return -1;
  int done = real_unlink(path);
  if (!done && ours && !shared_memory(path)) entry('U', 0, 0, name_of(path), strlen(name_of(path)), 0, 0);
  return done;
}
int unlinkat(int at, const char *path, int flags) {
  REAL(int, unlinkat, int, const char *, int);
  char into[2 * NAMES];
  const char *whole = whole_name(at, path, into);
  if (whole[0] == '/' && below(whole) && !(flags & AT_REMOVEDIR)) return unlink(whole);
  return real_unlinkat(at, path, flags);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  int done = real_mkdir(path, mode);
  if (!done && below(path)) entry('M', 0, 0, name_of(path), strlen(name_of(path)), 0, 0);
  return done;
}

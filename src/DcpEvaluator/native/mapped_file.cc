#include "mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dcp {
namespace {

bool WriteAll(int fd, const void *data, size_t size) {
  const char *p = static_cast<const char *>(data);
  while (size > 0) {
    ssize_t n = write(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

MappedFile::~MappedFile() {
  if (size_ > 0) munmap(const_cast<uint8_t *>(data_), size_);
}

int MappedFile::Open(const char *path) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno;
  struct stat info;
  int error = fstat(fd, &info) < 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : S_ISREG(info.st_mode) ? 0 : EINVAL;
  if (error == 0 && info.st_size > 0) {
    void *address = mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED) {
      error = errno;
    } else {
      data_ = static_cast<const uint8_t *>(address);
      size_ = static_cast<size_t>(info.st_size);
    }
  }
  close(fd);
  return error;
}

int WriteWholeFile(const std::string &path, const void *head, size_t head_size, const void *body, size_t body_size) {
  std::string temporary = path + ".new";
  int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return errno;
  errno = 0;
  bool written = WriteAll(fd, head, head_size) && WriteAll(fd, body, body_size) && fsync(fd) == 0;
  int error = written ? 0 : errno ? errno : EIO;
  close(fd);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) < 0) error = errno;
  if (error != 0) unlink(temporary.c_str());
  return error;
}

}  // namespace dcp

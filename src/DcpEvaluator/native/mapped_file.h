// A read-only file in memory, shared by every process that maps it.
#ifndef DCP_MAPPED_FILE_H
#define DCP_MAPPED_FILE_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace dcp {

class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  // 0, or errno. Only regular files.
  int Open(const char *path);

  const uint8_t *data() const { return data_; }
  size_t size() const { return size_; }

 private:
  const uint8_t *data_ = nullptr;
  size_t size_ = 0;
};

// Writes the file whole or not at all. 0, or errno.
int WriteWholeFile(const std::string &path, const void *head, size_t head_size, const void *body, size_t body_size);

}  // namespace dcp
#endif

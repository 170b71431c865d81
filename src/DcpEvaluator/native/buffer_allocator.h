// Memory of ArrayBuffers, which does not count against the JavaScript heap.
#ifndef DCP_BUFFER_ALLOCATOR_H
#define DCP_BUFFER_ALLOCATOR_H

#include <atomic>
#include <cstddef>

#include "v8.h"

namespace dcp {

// Refuses what would go over the limit; JavaScript then gets a RangeError.
class BufferAllocator : public v8::ArrayBuffer::Allocator {
 public:
  explicit BufferAllocator(size_t limit) : limit_(limit) {}

  void *Allocate(size_t length) override;
  void *AllocateUninitialized(size_t length) override;
  void Free(void *data, size_t length) override;

 private:
  bool Reserve(size_t length);

  const size_t limit_;
  std::atomic<size_t> used_{0};
};

}  // namespace dcp
#endif

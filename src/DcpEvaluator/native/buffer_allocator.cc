#include "buffer_allocator.h"

#include <algorithm>
#include <cstdlib>

namespace dcp {

// Collector threads free buffers, and other threads may allocate shared ones.
bool BufferAllocator::Reserve(size_t length) {
  size_t used = used_.load(std::memory_order_relaxed);
  do {
    if (length > limit_ - used) return false;
  } while (!used_.compare_exchange_weak(used, used + length, std::memory_order_relaxed));
  return true;
}

void *BufferAllocator::Allocate(size_t length) {
  if (!Reserve(length)) return nullptr;
  void *data = calloc(std::max<size_t>(length, 1), 1);
  if (!data) used_ -= length;
  return data;
}

void *BufferAllocator::AllocateUninitialized(size_t length) {
  if (!Reserve(length)) return nullptr;
  void *data = malloc(std::max<size_t>(length, 1));
  if (!data) used_ -= length;
  return data;
}

void BufferAllocator::Free(void *data, size_t length) {
  free(data);
  used_ -= length;
}

}  // namespace dcp

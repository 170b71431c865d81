// A sandbox that never returns must not outlive the peer it works for.
#ifndef DCP_HANG_UP_H
#define DCP_HANG_UP_H

#include <atomic>
#include <cstdint>

namespace dcp {

// Lives as long as one call into JavaScript, for the watcher to see.
class JavaScriptCall {
 public:
  JavaScriptCall() { Count().fetch_add(1, std::memory_order_relaxed); }
  ~JavaScriptCall() { Count().fetch_add(1, std::memory_order_relaxed); }
  JavaScriptCall(const JavaScriptCall &) = delete;

  // Odd while a call runs; calls do not nest.
  static std::atomic<uint64_t> &Count();
};

}  // namespace dcp
#endif

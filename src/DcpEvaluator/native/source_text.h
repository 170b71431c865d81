// The text of a set-up file.
#ifndef DCP_SOURCE_TEXT_H
#define DCP_SOURCE_TEXT_H

#include <memory>

#include "code_cache.h"
#include "mapped_file.h"
#include "v8.h"

namespace dcp {

// ASCII text is given to V8 where it is mapped: no copy, and one set of pages for all evaluators.
class SourceText {
 public:
  // 0, or errno.
  int Open(const char *path);
  uint64_t fingerprint() const { return scan_.fingerprint; }
  // Empty when the text is longer than any V8 string. Call it once.
  v8::MaybeLocal<v8::String> ToString(v8::Isolate *isolate);

 private:
  std::unique_ptr<MappedFile> file_;
  SourceScan scan_{};
};

}  // namespace dcp
#endif

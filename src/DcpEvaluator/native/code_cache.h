// V8's compiled form of a set-up file, kept on disk between starts.
#ifndef DCP_CODE_CACHE_H
#define DCP_CODE_CACHE_H

#include "mapped_file.h"
#include "v8.h"

namespace dcp {

// A source text with its fingerprint. V8 itself compares only the length of a source with its cache.
struct SourceScan {
  bool ascii;
  uint64_t fingerprint;
};
SourceScan ScanSource(const uint8_t *text, size_t length);

class CodeCache {
 public:
  // Null when there is none for this source. Points into this object.
  v8::ScriptCompiler::CachedData *Load(const char *path, uint64_t fingerprint);
  // 0, or errno.
  static int Save(const char *path, uint64_t fingerprint, v8::Local<v8::UnboundScript> script);

 private:
  MappedFile file_;
};

}  // namespace dcp
#endif

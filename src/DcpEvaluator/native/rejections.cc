#include "rejections.h"

#include <utility>

namespace dcp {

void Rejections::Add(v8::Isolate *isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason) {
  list_.push_back({v8::Global<v8::Promise>(isolate, promise), v8::Global<v8::Value>(isolate, reason)});
  by_hash_.emplace(promise->GetIdentityHash(), std::prev(list_.end()));
}

void Rejections::Remove(v8::Local<v8::Promise> promise) {
  auto [it, end] = by_hash_.equal_range(promise->GetIdentityHash());
  for (; it != end; ++it)
    if (it->second->promise == promise) {
      list_.erase(it->second);
      by_hash_.erase(it);
      return;
    }
}

Rejections::List Rejections::Take() {
  by_hash_.clear();
  return std::exchange(list_, {});
}

}  // namespace dcp

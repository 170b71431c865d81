// Promises that were rejected while nobody had asked for their outcome.
#ifndef DCP_REJECTIONS_H
#define DCP_REJECTIONS_H

#include <list>
#include <unordered_map>

#include "v8.h"

namespace dcp {

// Most of them are handled a moment later, all of a list at once: finding one must not take longer when there are many.
class Rejections {
 public:
  struct Rejection {
    v8::Global<v8::Promise> promise;
    v8::Global<v8::Value> reason;
  };
  using List = std::list<Rejection>;

  void Add(v8::Isolate *isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason);
  void Remove(v8::Local<v8::Promise> promise);
  // All of them, in the order in which they happened; none is left.
  List Take();

 private:
  List list_;
  std::unordered_multimap<int, List::iterator> by_hash_;
};

}  // namespace dcp
#endif

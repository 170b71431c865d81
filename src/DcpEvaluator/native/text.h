// UTF-8 on the wire, V8 strings inside.
#ifndef DCP_TEXT_H
#define DCP_TEXT_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "v8.h"

namespace dcp {

bool IsAscii(const uint8_t *text, size_t length);

// Both directions have a path of their own for text of which every character is below U+0100: that is how
// KVIN writes the bytes of a typed array, and V8's general UTF-8 code is several times slower.
class TextCodec {
 public:
  explicit TextCodec(v8::Isolate *isolate) : isolate_(isolate) {}

  // Invalid UTF-8 becomes U+FFFD. Empty when the text is longer than any V8 string.
  v8::MaybeLocal<v8::String> Decode(const char *text, size_t length);

  struct Line {
    const char *text;
    size_t length;
  };
  // The string and a LF. Lone surrogates become U+FFFD. Valid until the next call.
  Line EncodeLine(v8::Local<v8::String> string);

  // A string for people, cut to a length that fits a log.
  std::string Excerpt(v8::Local<v8::Value> value);

 private:
  v8::MaybeLocal<v8::String> NewOneByte(const uint8_t *text, size_t length);
  void Release();

  v8::Isolate *isolate_;
  std::vector<uint8_t> one_byte_;
  std::vector<uint8_t> utf8_;
};

}  // namespace dcp
#endif

#include "text.h"

#include <algorithm>
#include <cstring>

namespace dcp {
namespace {

// Room that is kept between lines; more is given back, so that one huge line does not stay in memory.
constexpr size_t kKeptRoom = 8u << 20;
constexpr int kExcerpt = 4096;

void Grow(std::vector<uint8_t> &room, size_t length) {
  if (room.size() < length) room.resize(std::max(length, std::min(room.size() * 2, kKeptRoom)));
}

// Length of the Latin-1 text, or SIZE_MAX when a character is above U+00FF or the text is not valid.
size_t Utf8ToLatin1(const uint8_t *text, size_t length, uint8_t *out) {
  size_t written = 0;
  for (size_t i = 0; i < length;) {
    uint8_t c = text[i++];
    if (c < 0x80) {
      out[written++] = c;
    } else {
      if ((c != 0xC2 && c != 0xC3) || i == length || (text[i] & 0xC0) != 0x80) return SIZE_MAX;
      out[written++] = static_cast<uint8_t>((c << 6) | (text[i++] & 0x3F));
    }
  }
  return written;
}

size_t Latin1ToUtf8(const uint8_t *text, size_t length, uint8_t *out) {
  uint8_t *p = out;
  for (size_t i = 0; i < length; i++) {
    uint8_t c = text[i];
    if (c < 0x80) {
      *p++ = c;
    } else {
      *p++ = static_cast<uint8_t>(0xC0 | (c >> 6));
      *p++ = static_cast<uint8_t>(0x80 | (c & 0x3F));
    }
  }
  return static_cast<size_t>(p - out);
}

}  // namespace

bool IsAscii(const uint8_t *text, size_t length) {
  uint64_t seen = 0;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, text + i, 8);
    seen |= word;
  }
  for (; i < length; i++) seen |= text[i];
  return (seen & 0x8080808080808080u) == 0;
}

v8::MaybeLocal<v8::String> TextCodec::NewOneByte(const uint8_t *text, size_t length) {
  return v8::String::NewFromOneByte(isolate_, text, v8::NewStringType::kNormal, static_cast<int>(length));
}

v8::MaybeLocal<v8::String> TextCodec::Decode(const char *text, size_t length) {
  // A character takes at most four bytes here and at least one of V8's units, so nothing longer can fit.
  if (length > static_cast<size_t>(v8::String::kMaxLength) * 4 || length > INT32_MAX) return {};
  const uint8_t *bytes = reinterpret_cast<const uint8_t *>(text);
  if (IsAscii(bytes, length)) {
    if (length > static_cast<size_t>(v8::String::kMaxLength)) return {};
    return NewOneByte(bytes, length);
  }
  Grow(one_byte_, length);
  size_t latin1 = Utf8ToLatin1(bytes, length, one_byte_.data());
  v8::MaybeLocal<v8::String> string;
  if (latin1 == SIZE_MAX)
    string = v8::String::NewFromUtf8(isolate_, text, v8::NewStringType::kNormal, static_cast<int>(length));
  else if (latin1 <= static_cast<size_t>(v8::String::kMaxLength))
    string = NewOneByte(one_byte_.data(), latin1);
  Release();
  return string;
}

TextCodec::Line TextCodec::EncodeLine(v8::Local<v8::String> string) {
  using S = v8::String;
  Release();
  size_t length = static_cast<size_t>(string->Length());
  size_t used;
  if (string->IsOneByte()) {
    Grow(one_byte_, length + 1);
    string->WriteOneByte(isolate_, one_byte_.data(), 0, static_cast<int>(length), S::NO_NULL_TERMINATION);
    if (IsAscii(one_byte_.data(), length)) {
      one_byte_[length] = '\n';
      return {reinterpret_cast<const char *>(one_byte_.data()), length + 1};
    }
    Grow(utf8_, length * 2 + 1);
    used = Latin1ToUtf8(one_byte_.data(), length, utf8_.data());
  } else {
    size_t room = static_cast<size_t>(string->Utf8Length(isolate_));
    Grow(utf8_, room + 1);
    used = static_cast<size_t>(string->WriteUtf8(isolate_, reinterpret_cast<char *>(utf8_.data()), static_cast<int>(room),
                                                 nullptr, S::NO_NULL_TERMINATION | S::REPLACE_INVALID_UTF8));
  }
  utf8_[used] = '\n';
  return {reinterpret_cast<const char *>(utf8_.data()), used + 1};
}

std::string TextCodec::Excerpt(v8::Local<v8::Value> value) {
  v8::TryCatch ignored(isolate_);  // a toString() that throws: say so instead
  v8::Local<v8::String> string;
  if (!value->ToString(isolate_->GetCurrentContext()).ToLocal(&string)) return "<a value that cannot be shown>";
  char text[kExcerpt];
  int used = string->WriteUtf8(isolate_, text, kExcerpt, nullptr,
                               v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8);
  return std::string(text, static_cast<size_t>(used));
}

void TextCodec::Release() {
  if (one_byte_.size() > kKeptRoom) std::vector<uint8_t>().swap(one_byte_);
  if (utf8_.size() > kKeptRoom) std::vector<uint8_t>().swap(utf8_);
}

}  // namespace dcp

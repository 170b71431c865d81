#include "source_text.h"

namespace dcp {
namespace {

// Owned by V8, which deletes it when the last string that uses the text is gone.
class MappedText : public v8::String::ExternalOneByteStringResource {
 public:
  explicit MappedText(std::unique_ptr<MappedFile> file) : file_(std::move(file)) {}
  const char *data() const override { return reinterpret_cast<const char *>(file_->data()); }
  size_t length() const override { return file_->size(); }

 private:
  std::unique_ptr<MappedFile> file_;
};

}  // namespace

int SourceText::Open(const char *path) {
  file_ = std::make_unique<MappedFile>();
  int error = file_->Open(path);
  if (error == 0) scan_ = ScanSource(file_->data(), file_->size());
  return error;
}

v8::MaybeLocal<v8::String> SourceText::ToString(v8::Isolate *isolate) {
  if (file_->size() == 0) return v8::String::Empty(isolate);
  if (file_->size() > static_cast<size_t>(v8::String::kMaxLength)) return {};
  if (scan_.ascii) return v8::String::NewExternalOneByte(isolate, new MappedText(std::move(file_)));
  return v8::String::NewFromUtf8(isolate, reinterpret_cast<const char *>(file_->data()), v8::NewStringType::kNormal,
                                 static_cast<int>(file_->size()));
}

}  // namespace dcp

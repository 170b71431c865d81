// One isolate, one context, and the way in and out of it.
#ifndef DCP_ENGINE_INTERNAL_H
#define DCP_ENGINE_INTERNAL_H

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "buffer_allocator.h"
#include "code_cache.h"
#include "dcp_engine.h"
#include "platform.h"
#include "rejections.h"
#include "text.h"
#include "v8.h"

struct dcp_engine {
 public:
  dcp_engine(const dcp_options &options, const dcp_host &host);

  static dcp_engine *From(v8::Isolate *isolate) { return static_cast<dcp_engine *>(isolate->GetData(0)); }

  int32_t RunFile(const char *path, const char *name, const char *cache);
  int32_t SaveCodeCache(const char *name, const char *cache);
  int32_t Line(const char *text, size_t length);
  int32_t Timer();
  int32_t RunTasks();
  // Makes V8, ICU and the C library read from disk what they read at first use.
  void WarmUp();

  dcp::ForegroundTasks &tasks() { return platform_->foreground(); }
  const dcp_host &host() const { return host_; }
  const dcp_exit_codes &exit_codes() const { return exit_codes_; }
  dcp::TextCodec &text() { return *text_; }
  v8::Global<v8::Function> &line_handler() { return line_handler_; }
  v8::Global<v8::Function> &timer_handler() { return timer_handler_; }
  void Warn(const std::string &text) { Report(DCP_REPORT_WARNING, text); }

 private:
  struct LoadedFile {
    uint64_t fingerprint;
    v8::Global<v8::UnboundScript> script;
  };

  static void OnPromiseReject(v8::PromiseRejectMessage message);
  // What no handler of ours caught: V8 calls finalizers itself.
  static void OnMessage(v8::Local<v8::Message> message, v8::Local<v8::Value> exception);

  // Runs `call` in the context and then the micro-tasks, and reports whatever it leaves uncaught.
  template <class Call>
  int32_t Enter(Call call);
  int32_t Call(const v8::Global<v8::Function> &function, int argc, v8::Local<v8::Value> *argv);
  int32_t ReportRejections(v8::Local<v8::Context> context);
  void Report(int32_t kind, const std::string &text);
  std::string Describe(v8::Local<v8::Context> context, v8::Local<v8::Value> exception, v8::Local<v8::Message> message);

  const dcp_host host_;
  const dcp_exit_codes exit_codes_;
  dcp::Platform *platform_;
  std::unique_ptr<dcp::BufferAllocator> buffers_;
  v8::Isolate *isolate_ = nullptr;
  std::unique_ptr<dcp::TextCodec> text_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Function> line_handler_, timer_handler_;
  dcp::Rejections rejections_;
  std::map<std::string, LoadedFile> files_;
};

#endif

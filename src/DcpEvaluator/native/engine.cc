#include "engine.h"

#include <string.h>

#include "five_functions.h"
#include "hang_up.h"
#include "memory_faults.h"
#include "source_text.h"
#include "wasm_traps.h"

namespace {

// V8 can be set up once a process, and before the first isolate.
dcp::Platform *StartV8(const char *flags) {
  if (flags && *flags) v8::V8::SetFlagsFromString(flags);
  auto *platform = new dcp::Platform();  // V8's threads use it until the process ends
  v8::V8::InitializePlatform(platform);
  dcp::InstallWasmTrapHandler();
  v8::V8::Initialize();
  return platform;
}

}  // namespace

dcp_engine::dcp_engine(const dcp_options &options, const dcp_host &host)
    : host_(host),
      exit_codes_(options.exit_codes),
      platform_(StartV8(options.v8_flags)),
      buffers_(std::make_unique<dcp::BufferAllocator>(static_cast<size_t>(options.buffer_limit_bytes))) {
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = buffers_.get();
  params.constraints.set_max_old_generation_size_in_bytes(static_cast<size_t>(options.heap_limit_bytes));
  isolate_ = v8::Isolate::New(params);
  isolate_->SetData(0, this);
  isolate_->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate_->SetPromiseRejectCallback(OnPromiseReject);
  isolate_->AddMessageListener(OnMessage);  // errors; what V8 merely warns of is dropped
  dcp::InstallMemoryFaults(isolate_, exit_codes_, options.heap_limit_bytes);
  text_ = std::make_unique<dcp::TextCodec>(isolate_);

  v8::Isolate::Scope in_isolate(isolate_);
  v8::HandleScope handles(isolate_);
  v8::Local<v8::Context> context = v8::Context::New(isolate_, nullptr, dcp::FiveFunctions(isolate_));
  // V8 puts a console into every context, which leads nowhere without an inspector; the contract has five functions.
  context->Global()->Delete(context, v8::String::NewFromUtf8Literal(isolate_, "console")).Check();
  context_.Reset(isolate_, context);
}

template <class F>
int32_t dcp_engine::Enter(F call) {
  v8::Isolate::Scope in_isolate(isolate_);
  v8::HandleScope handles(isolate_);
  v8::Local<v8::Context> context = context_.Get(isolate_);
  v8::Context::Scope in_context(context);
  int32_t outcome = DCP_OK;
  {
    v8::TryCatch caught(isolate_);
    outcome = call(context);
    if (caught.HasCaught()) {
      Report(DCP_REPORT_EXCEPTION, Describe(context, caught.Exception(), caught.Message()));
      outcome = DCP_THREW;
    }
  }
  isolate_->PerformMicrotaskCheckpoint();
  int32_t rejections = ReportRejections(context);
  return outcome != DCP_OK ? outcome : rejections;
}

int32_t dcp_engine::Call(const v8::Global<v8::Function> &function, int argc, v8::Local<v8::Value> *argv) {
  v8::Local<v8::Value> ignored;
  bool returned = function.Get(isolate_)
                      ->Call(isolate_->GetCurrentContext(), v8::Undefined(isolate_), argc, argv)
                      .ToLocal(&ignored);
  return returned ? DCP_OK : DCP_THREW;
}

int32_t dcp_engine::Line(const char *text, size_t length) {
  dcp::BeginWork();
  if (line_handler_.IsEmpty()) {
    Warn("a line was dropped: no set-up file has called onreadln()");
    return DCP_OK;
  }
  return Enter([&](v8::Local<v8::Context>) -> int32_t {
    v8::Local<v8::String> line;
    if (!text_->Decode(text, length).ToLocal(&line)) return DCP_TOO_LONG;
    v8::Local<v8::Value> argument = line;
    return Call(line_handler_, 1, &argument);
  });
}

int32_t dcp_engine::Timer() {
  if (timer_handler_.IsEmpty()) return DCP_OK;
  return Enter([&](v8::Local<v8::Context>) { return Call(timer_handler_, 0, nullptr); });
}

int32_t dcp_engine::RunTasks() {
  tasks().Acknowledge();
  int32_t outcome = DCP_OK;
  // A task may post the next one, without end; lines and the timer have to get their turn.
  for (auto &task : tasks().TakeDue()) {
    int32_t one = Enter([&](v8::Local<v8::Context>) {
      task->Run();
      task.reset();
      return DCP_OK;
    });
    if (one != DCP_OK) outcome = one;
  }
  return outcome;
}

int32_t dcp_engine::RunFile(const char *path, const char *name, const char *cache_path) {
  dcp::BeginWork();
  dcp::SourceText source;
  int error = source.Open(path);
  if (error != 0) {
    Report(DCP_REPORT_EXCEPTION, std::string("cannot read ") + path + ": " + strerror(error));
    return DCP_UNREADABLE;
  }
  dcp::CodeCache cache;
  auto *cached = cache_path ? cache.Load(cache_path, source.fingerprint()) : nullptr;
  auto option = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  return Enter([&](v8::Local<v8::Context> context) -> int32_t {
    v8::Local<v8::String> code, script_name;
    v8::ScriptCompiler::CachedData *owned = cached;
    if (!source.ToString(isolate_).ToLocal(&code)) {
      delete owned;
      return DCP_TOO_LONG;
    }
    if (!text_->Decode(name, strlen(name)).ToLocal(&script_name)) return DCP_TOO_LONG;
    v8::ScriptOrigin origin(isolate_, script_name);
    v8::ScriptCompiler::Source unit(code, origin, owned);  // takes `owned`
    v8::Local<v8::UnboundScript> script;
    if (!v8::ScriptCompiler::CompileUnboundScript(isolate_, &unit, option).ToLocal(&script)) return DCP_THREW;
    files_[name] = LoadedFile{source.fingerprint(), v8::Global<v8::UnboundScript>(isolate_, script)};
    v8::Local<v8::Value> ignored;
    return script->BindToCurrentContext()->Run(context).ToLocal(&ignored) ? DCP_OK : DCP_THREW;
  });
}

int32_t dcp_engine::SaveCodeCache(const char *name, const char *cache_path) {
  auto file = files_.find(name);
  if (file == files_.end()) return -ENOENT;
  int32_t error = 0;
  Enter([&](v8::Local<v8::Context>) {
    error = dcp::CodeCache::Save(cache_path, file->second.fingerprint, file->second.script.Get(isolate_));
    return DCP_OK;
  });
  return -error;
}

void dcp_engine::WarmUp() {
  Enter([&](v8::Local<v8::Context>) {
    // A context of its own: the sandbox must not see traces of this, nor change what it calls.
    v8::Local<v8::Context> scratch = v8::Context::New(isolate_);
    v8::Context::Scope in_scratch(scratch);
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> ignored;
    constexpr char kCode[] = "new Date().getTimezoneOffset(); String(new Date())";
    v8::Local<v8::String> code = v8::String::NewFromUtf8Literal(isolate_, kCode);
    if (v8::Script::Compile(scratch, code).ToLocal(&script) && script->Run(scratch).ToLocal(&ignored)) return DCP_OK;
    return DCP_THREW;
  });
}

void dcp_engine::OnPromiseReject(v8::PromiseRejectMessage message) {
  v8::Isolate *isolate = v8::Isolate::GetCurrent();
  dcp_engine *self = From(isolate);
  if (message.GetEvent() == v8::kPromiseRejectWithNoHandler)
    self->rejections_.Add(isolate, message.GetPromise(), message.GetValue());
  else if (message.GetEvent() == v8::kPromiseHandlerAddedAfterReject)
    self->rejections_.Remove(message.GetPromise());
}

void dcp_engine::OnMessage(v8::Local<v8::Message> message, v8::Local<v8::Value> exception) {
  v8::Isolate *isolate = v8::Isolate::GetCurrent();
  dcp_engine *self = From(isolate);
  self->Report(DCP_REPORT_EXCEPTION, self->Describe(isolate->GetCurrentContext(), exception, message));
}

int32_t dcp_engine::ReportRejections(v8::Local<v8::Context> context) {
  dcp::Rejections::List list = rejections_.Take();
  if (list.empty()) return DCP_OK;
  for (auto &rejection : list) {
    v8::Local<v8::Value> reason = rejection.reason.Get(isolate_);
    Report(DCP_REPORT_REJECTION, Describe(context, reason, v8::Exception::CreateMessage(isolate_, reason)));
  }
  return DCP_REJECTED;
}

void dcp_engine::Report(int32_t kind, const std::string &text) {
  host_.report(kind, text.data(), static_cast<int64_t>(text.size()));
}

std::string dcp_engine::Describe(v8::Local<v8::Context> context, v8::Local<v8::Value> exception,
                                 v8::Local<v8::Message> message) {
  std::string where;
  if (!message.IsEmpty()) {
    where = text_->Excerpt(message->GetScriptResourceName()) + ":" +
            std::to_string(message->GetLineNumber(context).FromMaybe(0)) + ": ";
  }
  v8::TryCatch ignored(isolate_);  // a `stack` getter that throws: the value itself will do
  v8::Local<v8::Value> stack;
  bool has_stack = exception->IsObject() && v8::TryCatch::StackTrace(context, exception).ToLocal(&stack) && stack->IsString();
  return where + text_->Excerpt(has_stack ? stack : exception);
}

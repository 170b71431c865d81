#include "five_functions.h"

#include "engine.h"

namespace dcp {
namespace {

using Arguments = const v8::FunctionCallbackInfo<v8::Value> &;

void WriteLine(Arguments arguments) {
  v8::Isolate *isolate = arguments.GetIsolate();
  v8::Local<v8::String> text;
  if (!arguments[0]->ToString(isolate->GetCurrentContext()).ToLocal(&text)) return;
  dcp_engine *engine = dcp_engine::From(isolate);
  TextCodec::Line line = engine->text().EncodeLine(text);
  engine->host().write_line(line.text, static_cast<int64_t>(line.length));
}

void SetHandler(Arguments arguments, v8::Global<v8::Function> &handler) {
  v8::Isolate *isolate = arguments.GetIsolate();
  if (arguments[0]->IsFunction())
    handler.Reset(isolate, arguments[0].As<v8::Function>());
  else if (arguments[0]->IsNullOrUndefined())
    handler.Reset();
  else
    isolate->ThrowException(v8::Exception::TypeError(v8::String::NewFromUtf8Literal(isolate, "handler is not a function")));
}

void OnReadLine(Arguments arguments) { SetHandler(arguments, dcp_engine::From(arguments.GetIsolate())->line_handler()); }

void OnTimer(Arguments arguments) { SetHandler(arguments, dcp_engine::From(arguments.GetIsolate())->timer_handler()); }

void NextTimer(Arguments arguments) {
  // Any time in the past means as soon as possible; the 2019 environment calls it without an argument for that.
  constexpr double kAsSoonAsPossible = 1;
  double when = kAsSoonAsPossible;
  if (arguments.Length() > 0 && !arguments[0]->NumberValue(arguments.GetIsolate()->GetCurrentContext()).To(&when)) return;
  if (!(when >= 0)) when = kAsSoonAsPossible;  // NaN too
  dcp_engine::From(arguments.GetIsolate())->host().next_timer(when);
}

void Die(Arguments arguments) {
  int32_t code = 0;
  if (arguments[0]->IsNumber()) code = arguments[0]->Int32Value(arguments.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  dcp_engine::From(arguments.GetIsolate())->host().die(code);
}

}  // namespace

v8::Local<v8::ObjectTemplate> FiveFunctions(v8::Isolate *isolate) {
  struct {
    const char *name;
    v8::FunctionCallback callback;
    int length;
  } const functions[] = {
      {"writeln", WriteLine, 1}, {"onreadln", OnReadLine, 1}, {"ontimer", OnTimer, 1}, {"nextTimer", NextTimer, 1}, {"die", Die, 0},
  };
  v8::Local<v8::ObjectTemplate> global = v8::ObjectTemplate::New(isolate);
  for (const auto &function : functions)
    global->Set(isolate, function.name,
                v8::FunctionTemplate::New(isolate, function.callback, {}, {}, function.length, v8::ConstructorBehavior::kThrow));
  return global;
}

}  // namespace dcp

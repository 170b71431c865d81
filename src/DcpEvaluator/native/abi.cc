// The C functions, each a step into the class that does the work.
#include "engine.h"

const char *dcp_v8_version(void) { return v8::V8::GetVersion(); }

dcp_engine *dcp_engine_create(const dcp_options *options, const dcp_host *host) { return new dcp_engine(*options, *host); }

int32_t dcp_engine_run_file(dcp_engine *engine, const char *path, const char *name, const char *cache) {
  return engine->RunFile(path, name, cache);
}

int32_t dcp_engine_save_code_cache(dcp_engine *engine, const char *name, const char *cache) {
  return engine->SaveCodeCache(name, cache);
}

int32_t dcp_engine_line(dcp_engine *engine, const char *text, int64_t length) {
  return engine->Line(text, static_cast<size_t>(length));
}

int32_t dcp_engine_timer(dcp_engine *engine) { return engine->Timer(); }

int32_t dcp_engine_wake_fd(dcp_engine *engine) { return engine->tasks().fd(); }

double dcp_engine_task_delay(dcp_engine *engine) { return engine->tasks().Delay(); }

int32_t dcp_engine_run_tasks(dcp_engine *engine) { return engine->RunTasks(); }

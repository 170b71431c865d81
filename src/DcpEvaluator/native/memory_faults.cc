#include "memory_faults.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <new>

namespace dcp {
namespace {

dcp_exit_codes g_exit_codes;  // these handlers get no argument to carry it
int64_t g_heap_limit;

size_t OnNearHeapLimit(void *, size_t, size_t) {
  char detail[64];
  snprintf(detail, sizeof detail, "%lld MB of JavaScript heap are used up", static_cast<long long>(g_heap_limit >> 20));
  EndProcess(g_exit_codes.out_of_memory, "out of memory: ", detail);
}

void OnFatalError(const char *where, const char *message) {
  char detail[512];
  snprintf(detail, sizeof detail, "%s: %s", where ? where : "V8", message ? message : "unknown");
  EndProcess(g_exit_codes.internal_fault, "fault in the JavaScript engine: ", detail);
}

#if V8_MAJOR_VERSION >= 11
void OnOutOfMemory(const char *where, const v8::OOMDetails &) {
#else
void OnOutOfMemory(const char *where, bool) {
#endif
  EndProcess(g_exit_codes.out_of_memory, "out of memory: ", where ? where : "V8");
}

void OnNewFailed() { EndProcess(g_exit_codes.out_of_memory, "out of memory: ", "native allocation"); }

}  // namespace

void EndProcess(int32_t exit_code, const char *why, const char *detail) {
  char line[640];
  int length = snprintf(line, sizeof line, "dcp-evaluator: %s%s\n", why, detail);
  if (length > static_cast<int>(sizeof line) - 1) length = sizeof line - 1;
  ssize_t ignored = write(STDERR_FILENO, line, static_cast<size_t>(length));
  (void)ignored;
  _exit(exit_code);
}

void InstallMemoryFaults(v8::Isolate *isolate, const dcp_exit_codes &exit_codes, int64_t heap_limit_bytes) {
  g_exit_codes = exit_codes;
  g_heap_limit = heap_limit_bytes;
  isolate->SetFatalErrorHandler(OnFatalError);
  isolate->SetOOMErrorHandler(OnOutOfMemory);
  isolate->AddNearHeapLimitCallback(OnNearHeapLimit, nullptr);
  std::set_new_handler(OnNewFailed);
}

}  // namespace dcp

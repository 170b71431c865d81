// What happens when memory runs out, or V8 finds itself broken: one line on stderr and an exit code.
#ifndef DCP_MEMORY_FAULTS_H
#define DCP_MEMORY_FAULTS_H

#include "dcp_engine.h"
#include "v8.h"

namespace dcp {

void InstallMemoryFaults(v8::Isolate *isolate, const dcp_exit_codes &exit_codes, int64_t heap_limit_bytes);

// Safe on any thread and in any state.
[[noreturn]] void EndProcess(int32_t exit_code, const char *why, const char *detail = "");

}  // namespace dcp
#endif

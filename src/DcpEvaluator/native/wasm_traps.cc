#include "wasm_traps.h"

#include <signal.h>
#include <string.h>

#include "v8.h"

namespace v8 {
// Exported by every libnode; its header is not in every -dev package.
V8_EXPORT bool TryHandleWebAssemblyTrapPosix(int signal_number, siginfo_t *info, void *context);
}  // namespace v8

namespace dcp {
namespace {

struct sigaction g_previous;

void OnFault(int signal_number, siginfo_t *info, void *context) {
  if (v8::TryHandleWebAssemblyTrapPosix(signal_number, info, context)) return;
  if (g_previous.sa_flags & SA_SIGINFO) {
    g_previous.sa_sigaction(signal_number, info, context);
  } else if (g_previous.sa_handler != SIG_DFL && g_previous.sa_handler != SIG_IGN) {
    g_previous.sa_handler(signal_number);
  } else {
    signal(signal_number, SIG_DFL);  // the instruction faults again, and that ends the process
  }
}

}  // namespace

void InstallWasmTrapHandler() {
  if (!v8::V8::EnableWebAssemblyTrapHandler(false)) return;  // V8 then compiles explicit checks
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &g_previous);
}

}  // namespace dcp

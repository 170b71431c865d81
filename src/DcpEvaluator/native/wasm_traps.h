// WebAssembly bounds checks by memory protection.
#ifndef DCP_WASM_TRAPS_H
#define DCP_WASM_TRAPS_H

namespace dcp {

// Must come before V8::Initialize. Chained before the handler of the .NET runtime, which turns
// faults in managed code into exceptions.
void InstallWasmTrapHandler();

}  // namespace dcp
#endif

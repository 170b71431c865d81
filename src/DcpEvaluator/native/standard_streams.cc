// Descriptors 0, 1 and 2: what they are, and who writes to them.
#include <stdio.h>

#include <iostream>

// V8 prints to C's stdout: traces, warnings, and each exception that reaches neither a handler nor a listener, with a
// text that a sandbox chooses. Descriptor 1 is the wire, and belongs to the host alone: for C and C++, stdout is stderr.
__attribute__((constructor)) static void KeepOffTheWire() {
  stdout = stderr;
  std::cout.rdbuf(std::cerr.rdbuf());
}

// Descriptors 0, 1 and 2: what they are, and who writes to them.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <iostream>

#include "dcp_engine.h"

// V8 prints to C's stdout: traces, warnings, and each exception that reaches neither a handler nor a listener, with a
// text that a sandbox chooses. Descriptor 1 is the wire, and belongs to the host alone: for C and C++, stdout is stderr.
__attribute__((constructor)) static void KeepOffTheWire() {
  stdout = stderr;
  std::cout.rdbuf(std::cerr.rdbuf());
}

int32_t dcp_open_standard_streams(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // open() gives the lowest number that is free, and below this one none is. To write where nobody reads is an error.
    if (open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0) return -errno;
  }
  return 0;
}

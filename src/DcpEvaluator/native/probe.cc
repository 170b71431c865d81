// Forbidden things, each tried for real: how a test, or an administrator, finds out that lock-down holds.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dcp_engine.h"

namespace {

void Open() { syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY); }
void Socket() { syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }
void Execute() { syscall(SYS_execve, "/bin/true", nullptr, nullptr); }
void Fork() {
  if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0) _exit(0);
}
void Kill() { syscall(SYS_kill, getppid(), 0); }
void SignalOther() { syscall(SYS_tgkill, 1, 1, 0); }
void RaiseLimit() {
  rlimit limit{3, 3};
  syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, nullptr);
}
void OtherLimit() {
  rlimit limit;
  syscall(SYS_prlimit64, 1, RLIMIT_NOFILE, nullptr, &limit);
}
void MapFile() { syscall(SYS_mmap, nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 0); }
void MemoryFile() { syscall(SYS_memfd_create, "x", 0); }
void Trace() { syscall(SYS_ptrace, 0, 0, 0, 0); }
void ReadOther() { syscall(SYS_process_vm_readv, getpid(), nullptr, 0, nullptr, 0, 0); }
void Send() { syscall(SYS_sendto, 1, "x", 1, 0, nullptr, 0); }
void Control() { syscall(SYS_ioctl, 0, 0x5412, "x"); }  // TIOCSTI

// Not forbidden: writes the numbers of all descriptors that are still open, as a line.
void ListDescriptors() {
  char line[256] = "";
  size_t length = 0;
  for (int fd = 0; fd < 4096 && length < sizeof line - 8; fd++) {
    pollfd one{fd, 0, 0};
    if (poll(&one, 1, 0) >= 0 && !(one.revents & POLLNVAL))
      length += static_cast<size_t>(snprintf(line + length, sizeof line - length, "%d ", fd));
  }
  line[length++] = '\n';
  ssize_t ignored = write(STDOUT_FILENO, line, length);
  (void)ignored;
}

struct {
  const char *name;
  void (*attempt)();
} const kForbidden[] = {
    {"open", Open},        {"socket", Socket},      {"exec", Execute},         {"fork", Fork},
    {"kill", Kill},        {"tgkill", SignalOther}, {"set-limit", RaiseLimit}, {"other-limit", OtherLimit},
    {"map-file", MapFile}, {"memfd", MemoryFile},   {"ptrace", Trace},         {"read-process", ReadOther},
    {"send", Send},        {"ioctl", Control},
};

}  // namespace

int32_t dcp_probe(const char *what) {
  if (strcmp(what, "descriptors") == 0) {
    ListDescriptors();
    return 0;
  }
  for (const auto &probe : kForbidden)
    if (strcmp(probe.name, what) == 0) {
      probe.attempt();
      return 1;
    }
  return -EINVAL;
}

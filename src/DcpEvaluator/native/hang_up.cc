#include "hang_up.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "dcp_engine.h"
#include "memory_faults.h"

namespace dcp {
namespace {

struct Watch {
  int fd;
  int32_t grace_ms;
  dcp_exit_codes exit_codes;
};

void *RunWatch(void *argument) {
  const Watch *watch = static_cast<Watch *>(argument);
  // No POLLIN: a busy sandbox has unread lines for as long as it is busy.
  pollfd peer{watch->fd, POLLRDHUP, 0};
  while (poll(&peer, 1, -1) < 0 && errno == EINTR) {
  }
  // The event loop sees the end of input by itself and leaves, unless one call keeps it from doing so. Calls are
  // told apart, so that lines which had arrived before the hang-up may still be worked off.
  for (;;) {
    uint64_t before = JavaScriptCall::Count().load(std::memory_order_relaxed);
    timespec grace{watch->grace_ms / 1000, (watch->grace_ms % 1000) * 1000000L};
    while (nanosleep(&grace, &grace) < 0 && errno == EINTR) {
    }
    uint64_t after = JavaScriptCall::Count().load(std::memory_order_relaxed);
    if (before == after && (after & 1) != 0)
      EndProcess(watch->exit_codes.peer_gone, "the peer has gone; ended in the middle of a call that did not return");
  }
}

}  // namespace

std::atomic<uint64_t> &JavaScriptCall::Count() {
  static std::atomic<uint64_t> count{0};
  return count;
}

}  // namespace dcp

int32_t dcp_watch_hang_up(int32_t fd, int32_t grace_ms, const dcp_exit_codes *exit_codes) {
  auto *watch = new dcp::Watch{fd, grace_ms, *exit_codes};  // the thread's, until the process ends
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  int error = pthread_create(&thread, nullptr, dcp::RunWatch, watch);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  if (error == 0) pthread_detach(thread);
  return -error;
}

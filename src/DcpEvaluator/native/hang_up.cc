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

// How often the watcher looks; the grace is a multiple of it.
constexpr int32_t kStepMs = 100;

struct Watch {
  int fd;
  dcp_exit_codes exit_codes;
};

std::atomic<int32_t> &GraceMs() {
  static std::atomic<int32_t> grace{0};
  return grace;
}

void *RunWatch(void *argument) {
  const Watch *watch = static_cast<Watch *>(argument);
  // No POLLIN: a busy sandbox has unread lines for as long as it is busy.
  pollfd peer{watch->fd, POLLRDHUP, 0};
  while (poll(&peer, 1, -1) < 0 && errno == EINTR) {
  }
  // The event loop sees the end of input by itself and leaves, unless one call keeps it from doing so. Calls are
  // told apart, so that lines which had arrived before the hang-up may still be worked off.
  uint64_t call = 0;
  for (int32_t waited = 0;;) {
    timespec step{0, kStepMs * 1000000L};
    while (nanosleep(&step, &step) < 0 && errno == EINTR) {
    }
    uint64_t now = JavaScriptCall::Count().load(std::memory_order_relaxed);
    waited = now == call && (now & 1) != 0 ? waited + kStepMs : 0;
    call = now;
    if (waited >= GraceMs().load(std::memory_order_relaxed) && waited > 0)
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
  dcp::GraceMs() = grace_ms;
  auto *watch = new dcp::Watch{fd, *exit_codes};  // the thread's, until the process ends
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  int error = pthread_create(&thread, nullptr, dcp::RunWatch, watch);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  if (error == 0) pthread_detach(thread);
  return -error;
}

void dcp_set_hang_up_grace(int32_t grace_ms) { dcp::GraceMs() = grace_ms; }

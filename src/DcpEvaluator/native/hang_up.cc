#include "hang_up.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <atomic>

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

std::atomic<int32_t> g_grace_ms{0};
std::atomic<uint64_t> g_begun{0};  // lines and files

void *RunWatch(void *argument) {
  const Watch *watch = static_cast<Watch *>(argument);
  // No POLLIN: a busy sandbox has unread lines for as long as it is busy.
  pollfd peer{watch->fd, POLLRDHUP, 0};
  while (poll(&peer, 1, -1) < 0 && errno == EINTR) {
  }
  // The event loop sees the end of input by itself and leaves, unless something keeps it from doing so. Lines are told
  // apart, so that those which had arrived before the hang-up may still be worked off. Steps are counted, not the clock
  // asked: a process that was stopped meanwhile has lost nothing.
  uint64_t begun = g_begun;
  for (int32_t waited = 0;;) {
    timespec step{0, kStepMs * 1000000L};
    while (nanosleep(&step, &step) < 0 && errno == EINTR) {
    }
    int32_t grace = g_grace_ms;  // first: whoever sets it begins work before
    uint64_t now = g_begun;
    waited = now == begun ? waited + kStepMs : 0;
    begun = now;
    if (waited > grace) EndProcess(watch->exit_codes.peer_gone, "the peer has gone; ended what went on without it");
  }
}

}  // namespace

void BeginWork() { g_begun++; }

}  // namespace dcp

int32_t dcp_watch_hang_up(int32_t fd, int32_t grace_ms, const dcp_exit_codes *exit_codes) {
  dcp::g_grace_ms = grace_ms;
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

void dcp_set_hang_up_grace(int32_t grace_ms) {
  dcp::BeginWork();
  dcp::g_grace_ms = grace_ms;
}

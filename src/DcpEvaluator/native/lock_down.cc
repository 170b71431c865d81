// Gives up, for good, what the evaluator no longer needs.
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "engine.h"
#include "syscall_filter.h"

namespace {

// Whoever started this process may have set a tighter limit, which only root could raise.
int SetLimit(__rlimit_resource which, rlim_t value) {
  rlimit limit;
  if (getrlimit(which, &limit) < 0) return errno;
  limit.rlim_cur = limit.rlim_max = std::min(value, limit.rlim_max);
  return setrlimit(which, &limit) < 0 ? errno : 0;
}

bool IsRegularFile(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

void CloseRange(unsigned first, unsigned last) {
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  rlimit limit;
  unsigned end = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<unsigned>(limit.rlim_cur) : 1024;
  for (unsigned fd = first; fd <= last && fd < end; fd++) close(static_cast<int>(fd));
}

// All but stdin, stdout, stderr and V8's wake-up descriptor.
void CloseDescriptors(int wake_fd) {
  unsigned wake = static_cast<unsigned>(wake_fd);
  CloseRange(3, wake - 1);
  CloseRange(wake + 1, ~0u);
}

int ApplyLimits() {
  if (int error = SetLimit(RLIMIT_CORE, 0)) return error;
  // Only where output is not itself a file.
  if (!IsRegularFile(STDOUT_FILENO) && !IsRegularFile(STDERR_FILENO)) {
    signal(SIGXFSZ, SIG_IGN);
    if (int error = SetLimit(RLIMIT_FSIZE, 0)) return error;
  }
  // No new descriptors. Not 0: poll() takes no more entries than this.
  return SetLimit(RLIMIT_NOFILE, 3);
}

int InstallFilter() {
  std::vector<sock_filter> code = dcp::SyscallFilter();
  sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errno;
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  // A positive result is the thread that could not be brought under the filter.
  return result == 0 ? 0 : result > 0 ? ESRCH : errno;
}

}  // namespace

int32_t dcp_lock_down(dcp_engine *engine) {
  engine->WarmUp();
  CloseDescriptors(engine->tasks().fd());
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -errno;
  if (int error = ApplyLimits()) return -error;
  return -InstallFilter();
}

int32_t dcp_limit_memory(int64_t bytes) { return -SetLimit(RLIMIT_DATA, static_cast<rlim_t>(bytes)); }

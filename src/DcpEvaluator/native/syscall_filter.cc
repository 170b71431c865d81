#include "syscall_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace dcp {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the lock-down knows x86-64 and arm64"
#endif

// What V8, the C library and the .NET runtime use once start-up is over. Nothing here names a file, a host or
// another process. The first few are the most frequent ones: the filter is a list that is walked.
constexpr uint32_t kAllowed[] = {
    SYS_read, SYS_write, SYS_futex, SYS_ppoll, SYS_madvise, SYS_munmap, SYS_mprotect, SYS_getrusage,
#ifdef SYS_poll
    SYS_poll,
#endif
    SYS_writev, SYS_close, SYS_fstat, SYS_lseek, SYS_brk, SYS_mremap, SYS_membarrier, SYS_set_robust_list,
#ifdef SYS_pkey_mprotect
    SYS_pkey_mprotect,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
    SYS_sched_yield, SYS_sched_getaffinity, SYS_getcpu, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_gettid, SYS_getpid, SYS_restart_syscall, SYS_clock_gettime, SYS_clock_getres,
    SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom, SYS_exit, SYS_exit_group, SYS_sysinfo,
#ifdef SYS_time
    SYS_time,
#endif
};

// Refused, not killed for: the C library and V8 ask for these and do well without.
constexpr uint32_t kRefused[] = {
    SYS_prctl,       // naming threads and memory
    SYS_newfstatat,  // stdio, before it writes a last message
    SYS_sched_getscheduler, SYS_sched_getparam, SYS_sched_setscheduler, SYS_sched_setaffinity, SYS_setpriority,
};

class Program {
 public:
  void Load(size_t offset) { Add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset))); }
  void LoadArgument(int index, bool high_half = false) {
    Load(offsetof(seccomp_data, args) + static_cast<size_t>(index) * 8 + (high_half ? 4 : 0));
  }
  void Return(uint32_t action) { Add(BPF_STMT(BPF_RET | BPF_K, action)); }
  // If…: skips that many instructions when it is not so. SkipIf…: skips them when it is so.
  void IfEqual(uint32_t value, uint8_t otherwise_skip) { Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, otherwise_skip)); }
  void SkipIfEqual(uint32_t value, uint8_t skip) { Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)); }
  void IfAnyBit(uint32_t bits, uint8_t otherwise_skip) { Add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, otherwise_skip)); }
  void SkipIfBelow(uint32_t value, uint8_t skip) { Add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, skip)); }

  std::vector<sock_filter> Take() { return std::move(code_); }

 private:
  void Add(sock_filter instruction) { code_.push_back(instruction); }
  std::vector<sock_filter> code_;
};

constexpr uint32_t kKill = SECCOMP_RET_KILL_PROCESS;
constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t Fail(uint32_t error) { return SECCOMP_RET_ERRNO | error; }

}  // namespace

std::vector<sock_filter> SyscallFilter() {
  const uint32_t own_pid = static_cast<uint32_t>(getpid());
  Program p;

  p.Load(offsetof(seccomp_data, arch));
  p.SkipIfEqual(kArchitecture, 1);
  p.Return(kKill);
  p.Load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
  p.SkipIfBelow(0x40000000, 1);  // the x32 numbers
  p.Return(kKill);
#endif

  for (uint32_t number : kAllowed) {
    p.IfEqual(number, 1);
    p.Return(kAllow);
  }
  for (uint32_t number : kRefused) {
    p.IfEqual(number, 1);
    p.Return(Fail(EPERM));
  }

  // Memory, but no files.
  p.IfEqual(SYS_mmap, 4);
  p.LoadArgument(3);
  p.IfAnyBit(MAP_ANONYMOUS, 1);
  p.Return(kAllow);
  p.Return(kKill);

  // Threads, but no processes. The filter cannot see clone3's flags; the C library falls back to clone.
  p.IfEqual(SYS_clone3, 1);
  p.Return(Fail(ENOSYS));
  p.IfEqual(SYS_clone, 4);
  p.LoadArgument(0);
  p.IfAnyBit(CLONE_THREAD, 1);
  p.Return(kAllow);
  p.Return(kKill);

  // Signals to threads of this process only: abort(), and the .NET collector.
  p.IfEqual(SYS_tgkill, 4);
  p.LoadArgument(0);
  p.IfEqual(own_pid, 1);
  p.Return(kAllow);
  p.Return(kKill);

  // Own limits may be read, and not set.
  p.IfEqual(SYS_prlimit64, 9);
  p.LoadArgument(0);
  p.SkipIfEqual(0, 1);
  p.IfEqual(own_pid, 5);
  p.LoadArgument(2);
  p.IfEqual(0, 3);
  p.LoadArgument(2, true);
  p.IfEqual(0, 1);
  p.Return(kAllow);
  p.Return(kKill);

  p.Return(kKill);
  return p.Take();
}

}  // namespace dcp

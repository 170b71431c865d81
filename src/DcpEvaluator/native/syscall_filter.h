// The system calls that an evaluator may make once its set-up files have run.
#ifndef DCP_SYSCALL_FILTER_H
#define DCP_SYSCALL_FILTER_H

#include <linux/filter.h>

#include <vector>

namespace dcp {

// Everything that is not allowed kills the whole process.
std::vector<sock_filter> SyscallFilter();

}  // namespace dcp
#endif

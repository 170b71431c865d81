// The evaluator as a child, and as the parent of one child a connection.
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "dcp_engine.h"

extern char **environ;

int32_t dcp_die_with_parent(int32_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -errno;
  return getppid() == parent ? 0 : -ESRCH;  // it may have died before the line above
}

int32_t dcp_spawn_self(const char *const *argv, int32_t stdio_fd) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGCHLD);

  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, stdio_fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, stdio_fd, STDOUT_FILENO);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);

  pid_t pid;
  int error = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, const_cast<char *const *>(argv), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error == 0 ? pid : -error;
}

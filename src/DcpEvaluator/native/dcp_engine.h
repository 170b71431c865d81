// The C ABI between the evaluator's host and V8. Text is UTF-8 with a length, never NUL-terminated,
// unless it is declared as a plain path. No call throws; every call belongs to the thread that made the engine.
#ifndef DCP_ENGINE_H
#define DCP_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DCP_API __attribute__((visibility("default")))

typedef struct dcp_engine dcp_engine;

// What the program ends with when native code has to end it: see ExitCode.cs, the one list of exit codes.
typedef struct {
  int32_t internal_fault;
  int32_t out_of_memory;
  int32_t peer_gone;
} dcp_exit_codes;

typedef struct {
  const char *v8_flags;          // as on V8's command line, or NULL
  int64_t heap_limit_bytes;      // JavaScript heap
  int64_t buffer_limit_bytes;    // all ArrayBuffers together
  dcp_exit_codes exit_codes;
} dcp_options;

// Kinds of report.
enum { DCP_REPORT_EXCEPTION = 1, DCP_REPORT_REJECTION = 2, DCP_REPORT_WARNING = 3 };

// Called on the engine's thread, from inside JavaScript; must not let an exception out.
typedef struct {
  void (*write_line)(const char *text, int64_t length);  // text ends with LF
  void (*next_timer)(double when);                       // ms since the epoch, 0 = none
  void (*die)(int32_t exit_code);                        // must not return
  void (*report)(int32_t kind, const char *text, int64_t length);
} dcp_host;

// Outcome of whatever runs JavaScript. The reason has been reported when it is not DCP_OK.
enum { DCP_OK = 0, DCP_THREW = 1, DCP_REJECTED = 2, DCP_UNREADABLE = 3, DCP_TOO_LONG = 4 };

DCP_API const char *dcp_v8_version(void);

// Opens /dev/null for each standard stream that whoever started this process has closed: otherwise the next descriptor
// that is made would be taken for it. Writing to such an output fails. To be called first of all. 0, or -errno.
DCP_API int32_t dcp_open_standard_streams(void);

// One engine a process. exit_codes and host are copied.
DCP_API dcp_engine *dcp_engine_create(const dcp_options *options, const dcp_host *host);

// Runs a classic script in the global scope. cache is the path of its code cache, or NULL.
DCP_API int32_t dcp_engine_run_file(dcp_engine *engine, const char *path, const char *name, const char *cache);
// Writes the code cache of a file that has run. 0, or -errno.
DCP_API int32_t dcp_engine_save_code_cache(dcp_engine *engine, const char *name, const char *cache);

DCP_API int32_t dcp_engine_line(dcp_engine *engine, const char *text, int64_t length);
DCP_API int32_t dcp_engine_timer(dcp_engine *engine);

// V8's own tasks for this thread: a descriptor that is readable when there are some, the time until the
// next delayed one (ms, -1 = none), and the call that runs those that are due, but not those that they post.
DCP_API int32_t dcp_engine_wake_fd(dcp_engine *engine);
DCP_API double dcp_engine_task_delay(dcp_engine *engine);
DCP_API int32_t dcp_engine_run_tasks(dcp_engine *engine);

// Ends the process when the peer at the other end of fd has gone and this process has then gone on for grace_ms
// without beginning another line or file. 0, or -errno.
DCP_API int32_t dcp_watch_hang_up(int32_t fd, int32_t grace_ms, const dcp_exit_codes *exit_codes);
// Another grace from now on, for the watch that is running.
DCP_API void dcp_set_hang_up_grace(int32_t grace_ms);

// Bounds all private memory of this process; a bound that is tighter already stays. 0, or -errno.
DCP_API int32_t dcp_limit_memory(int64_t bytes);

// Gives up everything the evaluator does not need, for good. 0, or -errno.
DCP_API int32_t dcp_lock_down(dcp_engine *engine);
// Tries something that lock-down forbids: 1 if it was not killed for it. "descriptors" writes the numbers of the
// descriptors that are still open, and gives 0. -EINVAL: unknown name.
DCP_API int32_t dcp_probe(const char *what);

// Dies with the process `parent`, which must be the one that started this one. 0, or -errno.
DCP_API int32_t dcp_die_with_parent(int32_t parent);
// Starts this same program in a process group of its own, with stdin and stdout on stdio_fd. Its pid, or -errno.
DCP_API int32_t dcp_spawn_self(const char *const *argv, int32_t stdio_fd);

#ifdef __cplusplus
}
#endif
#endif

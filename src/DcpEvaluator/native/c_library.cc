// The C library must not want a file once everything is locked down.
#include <malloc.h>

// When the arena of a thread shrinks, glibc looks into /proc/sys/vm/overcommit_memory, at a moment of its own choice.
// The main arena never does. Run before the first thread is started, so that none gets an arena of its own.
__attribute__((constructor)) static void UseTheMainArenaOnly() { mallopt(M_ARENA_MAX, 1); }

// A sandbox that never returns must not outlive the peer it works for.
#ifndef DCP_HANG_UP_H
#define DCP_HANG_UP_H

namespace dcp {

// A line or a set-up file begins: a watcher that has seen the peer go allows it the whole grace. There is an end to
// those, since nobody sends any more. To timers and tasks there is none: a sandbox makes them by itself, and all of
// them together get no more time than one call would.
void BeginWork();

}  // namespace dcp
#endif

// writeln, onreadln, ontimer, nextTimer, die: all that a sandbox gets beside the language itself.
#ifndef DCP_FIVE_FUNCTIONS_H
#define DCP_FIVE_FUNCTIONS_H

#include "v8.h"

namespace dcp {

v8::Local<v8::ObjectTemplate> FiveFunctions(v8::Isolate *isolate);

}  // namespace dcp
#endif

// A Configuration as an engine uses it: what its user left open is filled in, and what cannot be is refused.
#pragma once

#include "shared/configuration.h"

namespace forerun {

// Throws BadInput.
Configuration completed(Configuration configuration);

}  // namespace forerun

// docs/figures.md, from the tables that name the figures: a test holds the page against them.
#pragma once

#include <string>

namespace forerun {

std::string figures_page();

}  // namespace forerun

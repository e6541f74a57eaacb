#pragma once
#include "run.hpp"

namespace bench {

Options parseOptions(int argc, char** argv);

}  // namespace bench

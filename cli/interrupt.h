// Commands that go on until somebody ends them: Ctrl-C is how, and no failure.
#pragma once

namespace gatepost::cli {

/// From here on SIGINT and SIGTERM end the program at once with 0. For commands that hold nothing
/// that would have to be put in order.
void end_well_when_interrupted();

}  // namespace gatepost::cli

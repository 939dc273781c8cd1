// Events for people to read, a line each, or as JSON.
#pragma once

#include "cli/event_parser.h"
#include "cli/output.h"

namespace gatepost::cli {

/// As JSON: what the API says, with `event` and `id` before it.
void print_event(Output output, const ServerEvent& event);

}  // namespace gatepost::cli

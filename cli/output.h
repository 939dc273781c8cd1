// Where commands print, and whether a person or a program reads it.
#pragma once

#include <iosfwd>

#include <boost/json/value.hpp>

namespace gatepost::cli {

struct Output {
    std::ostream& out;
    bool json = false;
};

/// On one line, as the API says it; but what could steer a terminal (DEL, C1) is written as \uXXXX,
/// which is the same JSON.
void print_json(Output output, const boost::json::value& value);

}  // namespace gatepost::cli

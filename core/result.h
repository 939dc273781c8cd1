// Result<T>: a value or a Problem. How every fallible operation of the project answers.
#pragma once

#include <utility>

#include <boost/system/result.hpp>

#include "core/problem.h"

namespace gatepost {

template <class T>
using Result = boost::system::result<T, Problem>;

/// A problem of the kind, to be returned as any Result<T>.
inline Problem problem(ProblemKind kind, std::string detail) {
    return Problem{kind, std::move(detail)};
}

}  // namespace gatepost

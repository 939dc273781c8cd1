// Why a command was refused or failed: a problem in the API's own form (RFC 9457), whether the
// daemon told it or the command line found it, and the one line on stderr that it becomes.
#pragma once

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include "core/problem.h"

namespace gatepost::cli {

struct Failure {
    boost::json::object problem;
    bool shown = false;  ///< stdout has the whole answer already, so the problem is not for it

    Failure() = default;
    /// As the daemon would tell it, but without a status.
    explicit Failure(const Problem& found);
    /// The daemon itself cannot be reached, which scripts must tell from a mail server that cannot.
    static Failure without_daemon(const Problem& found);
    /// @param members as the daemon told them. No constructor, so that an Outcome<object> knows its
    /// values from its failures.
    static Failure told(boost::json::object members);
    /// What the daemon answered other than success: its problem, if that is what it is.
    static Failure answered(unsigned status, boost::json::value body);

    /// The daemon is not there, is stopping, or has no room: it may well answer soon.
    [[nodiscard]] bool may_pass() const;
};

/// What a command answers: T, or why there is none.
template <class T>
using Outcome = boost::system::result<T, Failure>;

/// One printable line: what happened and what to do, in the command line's own words where the
/// API's speak of JSON fields.
std::string reason_of(const Failure& failure);

}  // namespace gatepost::cli

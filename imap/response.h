// A response taken apart as far as its first words go (RFC 3501 7): enough to know whom it answers,
// and what became of the command, without handing a hostile server's bytes to a larger parser.
// Pure, and views only: a Response lives as long as the bytes that it was read from.
#pragma once

#include <optional>
#include <string_view>

#include "core/result.h"

namespace gatepost::imap {

enum class Status { ok, no, bad, bye, preauth };

struct Response {
    enum class Kind {
        continuation,  ///< "+ text"
        status,        ///< "* OK [CODE arguments] text", "A1 NO text"
        data,          ///< "* KEYWORD ...", "* 5 KEYWORD ..."
    };
    Kind kind = Kind::data;
    std::string_view tag;        ///< of a status: "*" or a command's
    Status status = Status::ok;  ///< of a status
    std::string_view code;       ///< of a status: as sent, without brackets and arguments
    std::string_view arguments;  ///< the code's
    std::string_view number;     ///< of data: "5" of "* 5 EXISTS"; empty where there is none
    std::string_view keyword;    ///< of data: "LIST", "EXISTS"
    std::string_view text;       ///< what is left, without CRLF

    [[nodiscard]] bool untagged() const { return kind == Kind::data || tag == "*"; }
};

/// @param framed one whole response with its CRLF, as Framer yields it
/// Fails with protocol_violation for what is no response at all.
Result<Response> take_apart(std::string_view framed);

/// The status that the word names, in any case.
std::optional<Status> status_of(std::string_view word);

/// ASCII, as all of IMAP's keywords are.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace gatepost::imap

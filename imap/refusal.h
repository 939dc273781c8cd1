// What a provider means when it does not let somebody in: one Problem out of the response's code
// (RFC 5530) and the words that providers are known to use. It decides whether the credentials are
// ever tried again, so doubt counts against trying: a wrong password that is repeated locks its
// owner out, while a sign-in that was refused wrongly is one press of a button away. Pure.
#pragma once

#include "core/problem.h"
#include "core/settings.h"
#include "imap/response.h"

namespace gatepost::imap {

/// @param response a tagged NO or BAD to LOGIN or AUTHENTICATE
Problem sign_in_problem(const Response& response, AuthMethod method);

/// BYE, whenever it comes: the provider does not want this connection, and judges no credentials.
Problem bye_problem(const Response& response);

/// With fact provider_text: the provider's own words, bounded, valid UTF-8; none where it has none.
Problem with_words_of(const Response& response, Problem problem);

}  // namespace gatepost::imap

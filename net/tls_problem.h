// What OpenSSL says about a failure, as a problem that says what to do. Private to net/.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

struct ssl_st;

namespace gatepost::net {

/// The problem of a certificate, by X509_V_ERR_…
Problem certificate_problem(long verify_result, const std::string& host);

/// Why SSL_do_handshake failed. To be called right after it, on the same thread, with the answer of
/// SSL_get_error.
Problem handshake_problem(ssl_st* ssl, int ssl_error);

/// Why reading or writing failed after the handshake: cannot_connect where the connection ended,
/// else tls_failed. Called as handshake_problem is.
Problem transfer_problem(ssl_st* ssl, int ssl_error);

/// The connection ended where it should not have.
Problem closed_problem(std::string_view host);

}  // namespace gatepost::net

#include "net/tls_problem.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <utility>

namespace gatepost::net {
namespace {

Problem tls_failed(const std::string& host, std::string reason, std::string detail) {
    return problem(ProblemKind::tls_failed, std::move(detail))
        .with("reason", std::move(reason))
        .with("host", host);
}

// The host that the connection was made for.
std::string host_of(SSL* ssl) {
    const char* host = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
    return host != nullptr ? host : "the server";
}

// OpenSSL 3 tells an end of the stream without close_notify apart as an error of its own.
bool is_end(int ssl_error) {
    return ssl_error == SSL_ERROR_SYSCALL || ssl_error == SSL_ERROR_ZERO_RETURN ||
           ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

bool is_about_version(int reason) {
    return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION ||
           reason == SSL_R_VERSION_TOO_LOW || reason == SSL_R_VERSION_TOO_HIGH ||
           reason == SSL_R_WRONG_SSL_VERSION;
}

// What is no TLS record at all, such as a greeting in the clear.
bool is_not_tls(int reason) {
    return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
           reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_RECORD_LENGTH_MISMATCH;
}

std::string words_of(unsigned long error) {
    const char* words = ERR_reason_error_string(error);
    return words != nullptr ? words : "no reason given";
}

}  // namespace

Problem certificate_problem(long verify_result, const std::string& host) {
    const std::string subject = "The certificate of " + host;
    switch (verify_result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return tls_failed(host, "expired",
                              subject + " has expired. Whoever runs the server has to renew it.");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return tls_failed(host, "not_yet_valid",
                              subject + " is not valid yet. Check this machine's clock.");
        case X509_V_ERR_HOSTNAME_MISMATCH:
            return tls_failed(host, "hostname",
                              subject +
                                  " is for other names. Use the name that the provider "
                                  "gives its server.");
        case X509_V_ERR_CERT_REVOKED:
            return tls_failed(host, "revoked",
                              subject + " was revoked. Whoever runs the server has to replace it.");
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return tls_failed(host, "untrusted",
                              subject +
                                  " is not signed by a CA that is trusted here. If the "
                                  "server is your own, add its CA to tls.ca_file.");
        default:
            return tls_failed(host, "untrusted",
                              subject + " cannot be trusted: " +
                                  X509_verify_cert_error_string(verify_result) + ".");
    }
}

Problem handshake_problem(SSL* ssl, int ssl_error) {
    const std::string host = host_of(ssl);
    const unsigned long error = ERR_peek_error();
    const int reason = ERR_GET_REASON(error);
    if (is_end(ssl_error)) {
        return tls_failed(host, "closed",
                          host + " closed the connection in the middle of the TLS handshake.");
    }
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        return certificate_problem(SSL_get_verify_result(ssl), host);
    }
    if (is_about_version(reason)) {
        return tls_failed(host, "version",
                          host +
                              " speaks no TLS of version 1.2 or later, and older versions are "
                              "not secure.");
    }
    if (is_not_tls(reason)) {
        return tls_failed(host, "handshake",
                          host +
                              " does not speak TLS on this port. Check the port, and whether "
                              "security should be tls or starttls.");
    }
    return tls_failed(host, "handshake",
                      "The TLS handshake with " + host + " failed: " + words_of(error) + ".");
}

Problem transfer_problem(SSL* ssl, int ssl_error) {
    const std::string host = host_of(ssl);
    if (is_end(ssl_error)) return closed_problem(host);
    return tls_failed(host, "handshake",
                      host + " broke the TLS connection: " + words_of(ERR_peek_error()) + ".");
}

Problem closed_problem(std::string_view host) {
    return problem(ProblemKind::cannot_connect,
                   std::string(host) + " closed the connection unexpectedly.")
        .with("reason", "closed");
}

}  // namespace gatepost::net

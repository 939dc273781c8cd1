#include "net/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/session_cache.h"

namespace gatepost::net {
namespace {

// A ticket keeps its server's certificates, some 10 KiB. A reconnecting pool of one provider wants
// one ticket for each connection; most hosts have few.
constexpr SessionCache::Bounds cached_sessions{.hosts = 1000, .per_host = 64};

// 112 bits: RSA from 2048, no SHA-1 signatures; whatever the system's openssl.cnf says.
constexpr int security_level = 2;

// The index that OpenSSL leaves to applications (SSL_CTX_set_app_data).
constexpr int app_data = 0;

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;

// As the socket BIO's, but a peer that has gone must not raise SIGPIPE.
int write_without_signal(BIO* bio, const char* bytes, int size) {
    const ssize_t written = ::send(static_cast<int>(BIO_get_fd(bio, nullptr)), bytes,
                                   static_cast<std::size_t>(size), MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        BIO_set_retry_write(bio);
    }
    return static_cast<int>(written);
}

BIO_METHOD* make_socket_method() {
    const BIO_METHOD* socket = BIO_s_socket();
    BIO_METHOD* method = BIO_meth_new(
        BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket, no SIGPIPE");
    BIO_meth_set_write(method, write_without_signal);
    BIO_meth_set_read(method, BIO_meth_get_read(socket));
    BIO_meth_set_ctrl(method, BIO_meth_get_ctrl(socket));
    BIO_meth_set_create(method, BIO_meth_get_create(socket));
    BIO_meth_set_destroy(method, BIO_meth_get_destroy(socket));
    return method;
}

BIO* make_bio(int descriptor) {
    static const BIO_METHOD* const method = make_socket_method();
    BIO* bio = BIO_new(method);
    if (bio != nullptr) BIO_set_fd(bio, descriptor, BIO_NOCLOSE);
    return bio;
}

// Called for every ticket of TLS 1.3, inside SSL_read, and for each new session of TLS 1.2; only
// after the peer was verified. The session is ours when it answers 1.
int on_new_session(SSL* ssl, SSL_SESSION* session) {
    auto* cache = static_cast<SessionCache*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), app_data));
    const char* host = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
    if (host == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return 0;
    cache->put(host, Session(session));
    return 1;
}

Context make_context() {
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context) return nullptr;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_security_level(context.get(), security_level);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.get(), on_new_session);
    return context;
}

std::string openssl_reason() {
    const unsigned long error = ERR_peek_last_error();
    if (ERR_SYSTEM_ERROR(error)) return std::strerror(ERR_GET_REASON(error));
    const char* reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "unknown reason";
}

Result<void> trust(SSL_CTX* context, const std::string& ca_file) {
    ERR_clear_error();
    if (ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
        return problem(ProblemKind::configuration, "The system's CA certificates cannot be read (" +
                                                       openssl_reason() +
                                                       "). Install ca-certificates, or name a "
                                                       "file of CAs in tls.ca_file.");
    }
    if (SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1) return {};
    return problem(ProblemKind::configuration, "tls.ca_file: \"" + ca_file +
                                                   "\" cannot be read as certificates in PEM (" +
                                                   openssl_reason() + ").");
}

// SSL_set_tlsext_host_name, whose macro casts const away.
long set_server_name(SSL* ssl, std::string host) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
}

Problem no_memory() {
    return problem(ProblemKind::internal, "OpenSSL cannot make a connection: no memory.");
}

}  // namespace

struct TlsContext::Impl {
    SessionCache sessions{cached_sessions};
    Context context;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::make(const std::string& ca_file) {
    auto impl = std::make_unique<Impl>();
    impl->context = make_context();
    if (!impl->context) return no_memory();
    SSL_CTX_set_ex_data(impl->context.get(), app_data, &impl->sessions);
    if (auto trusted = trust(impl->context.get(), ca_file); !trusted) {
        return std::move(trusted).error();
    }
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(impl)));
}

void TlsContext::SslDeleter::operator()(ssl_st* ssl) const {
    // OpenSSL makes the sessions of a connection that was not shut down unfit for resumption.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}

Result<TlsContext::Ssl> TlsContext::connection(int descriptor, const std::string& host) {
    Ssl ssl(SSL_new(impl_->context.get()));
    if (!ssl) return no_memory();
    BIO* bio = make_bio(descriptor);
    if (bio == nullptr) return no_memory();
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_hostflags(ssl.get(),
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    // Without a host to check, OpenSSL would take a certificate for any name.
    if (host.empty() || SSL_set1_host(ssl.get(), host.c_str()) != 1 ||
        set_server_name(ssl.get(), host) != 1) {
        return problem(ProblemKind::internal, "\"" + host + "\" is no host name for TLS.");
    }
    if (const Session session = impl_->sessions.take(host)) {
        SSL_set_session(ssl.get(), session.get());
    }
    SSL_set_connect_state(ssl.get());
    return ssl;
}

}  // namespace gatepost::net

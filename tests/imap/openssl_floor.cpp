#include "openssl_floor.h"

#include <openssl/ssl.h>

#include <array>
#include <string_view>

namespace gatepost::imap {
namespace {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct TicketDeleter {
    void operator()(SSL_SESSION* ticket) const { SSL_SESSION_free(ticket); }
};

bool send_line(SSL* ssl, const std::string& line) {
    return SSL_write(ssl, line.data(), static_cast<int>(line.size())) > 0;
}

/// Reads up to a line that begins so, by whole reads: nobody says more unasked here.
bool receive_until(SSL* ssl, std::string_view beginning) {
    std::string received = "\r\n";
    const std::string wanted = "\r\n" + std::string(beginning);
    std::array<char, 4096> buffer;  // NOLINT(*-member-init): SSL_read fills it
    while (received.find(wanted) == std::string::npos) {
        const int size = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
        if (size <= 0) return false;
        received.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return true;
}

}  // namespace

struct OpensslFloor::Impl {
    std::unique_ptr<SSL_CTX, ContextDeleter> context{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SSL_SESSION, TicketDeleter> ticket;
};

OpensslFloor::OpensslFloor(const std::string& ca_file) : impl_(std::make_unique<Impl>()) {
    SSL_CTX* context = impl_->context.get();
    SSL_CTX_load_verify_file(context, ca_file.c_str());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_set_ex_data(context, 0, impl_.get());
    SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* ticket) {
        auto* impl = static_cast<Impl*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0));
        impl->ticket.reset(ticket);
        return 1;  // it is ours now
    });
}

OpensslFloor::~OpensslFloor() = default;

void OpensslFloor::SslDeleter::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

OpensslFloor::Session OpensslFloor::sign_in(int descriptor, std::string host,
                                            const std::string& username,
                                            const std::string& password, bool resumes) {
    Session session(SSL_new(impl_->context.get()));
    SSL* ssl = session.get();
    SSL_set_fd(ssl, descriptor);
    // SSL_set_tlsext_host_name, whose macro casts in the old style.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
    SSL_set1_host(ssl, host.c_str());
    if (resumes && impl_->ticket) SSL_set_session(ssl, impl_->ticket.get());
    if (SSL_connect(ssl) != 1 || !receive_until(ssl, "* OK")) return nullptr;
    const bool has_signed_in = send_line(ssl, "a LOGIN " + username + " " + password + "\r\n") &&
                               receive_until(ssl, "a OK");
    return has_signed_in ? std::move(session) : nullptr;
}

}  // namespace gatepost::imap

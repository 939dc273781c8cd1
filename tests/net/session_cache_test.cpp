#include "net/session_cache.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <thread>

#include "certificates.h"

namespace gatepost::net {
namespace {

struct SslDeleter {
    void operator()(SSL* ssl) const {
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(ssl);
    }
};
struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Ssl = std::unique_ptr<SSL, SslDeleter>;
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;

Context server_context(const Certificate& certificate) {
    Context context(SSL_CTX_new(TLS_server_method()));
    BIO* certificate_pem = BIO_new_mem_buf(certificate.certificate.data(), -1);
    X509* x509 = PEM_read_bio_X509(certificate_pem, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context.get(), x509);
    X509_free(x509);
    BIO_free(certificate_pem);
    BIO* key_pem = BIO_new_mem_buf(certificate.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_pem, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context.get(), key);
    EVP_PKEY_free(key);
    BIO_free(key_pem);
    return context;
}

// A session as it comes of a handshake in memory, which does not verify the certificate.
Session session_with(const Certificate& certificate, int version) {
    const Context server_side = server_context(certificate);
    const Context client_side(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(client_side.get(), version);
    const Ssl server(SSL_new(server_side.get()));
    const Ssl client(SSL_new(client_side.get()));
    BIO* server_end = nullptr;
    BIO* client_end = nullptr;
    BIO_new_bio_pair(&server_end, 0, &client_end, 0);
    SSL_set_bio(server.get(), server_end, server_end);
    SSL_set_bio(client.get(), client_end, client_end);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    for (int flights = 0; flights < 4; ++flights) {
        SSL_do_handshake(client.get());
        SSL_do_handshake(server.get());
    }
    char byte = 0;
    SSL_read(client.get(), &byte, 1);  // the tickets
    return Session(SSL_get1_session(client.get()));
}

class Cache : public testing::Test {
  protected:
    Session session(const std::string& host, int version = TLS1_3_VERSION) {
        return session_with(authority.issue(host), version);
    }

    CertificateAuthority authority{"Cache"};
    SessionCache cache{{.hosts = 2, .per_host = 2}};
};

TEST_F(Cache, NewestSessionOfTheHostComesFirst) {
    Session older = session("a.example");
    Session newer = session("a.example");
    const SSL_SESSION* expected = newer.get();
    cache.put("a.example", std::move(older));
    cache.put("a.example", std::move(newer));
    EXPECT_EQ(cache.take("a.example").get(), expected);
    EXPECT_TRUE(cache.take("a.example"));
    EXPECT_FALSE(cache.take("a.example"));
    EXPECT_FALSE(cache.take("b.example"));
}

TEST_F(Cache, SessionOfTls12StaysWhereOneOfTls13IsGivenOutOnce) {
    cache.put("a.example", session("a.example", TLS1_2_VERSION));
    cache.put("b.example", session("b.example", TLS1_3_VERSION));
    EXPECT_TRUE(cache.take("a.example"));
    EXPECT_TRUE(cache.take("a.example"));
    EXPECT_TRUE(cache.take("b.example"));
    EXPECT_FALSE(cache.take("b.example"));
}

TEST_F(Cache, SessionIsNotResumedOnceItsCertificateHasExpired) {
    cache.put("a.example", session_with(authority.issue("a.example", {-10, -1}), TLS1_3_VERSION));
    EXPECT_FALSE(cache.take("a.example"));
}

TEST_F(Cache, SessionIsNotResumedForAHostThatItsCertificateDoesNotName) {
    cache.put("a.example", session("b.example"));
    EXPECT_FALSE(cache.take("a.example"));
}

TEST_F(Cache, SessionIsNotResumedBeyondItsTime) {
    Session old = session("a.example");
    SSL_SESSION_set_time(old.get(),
                         SSL_SESSION_get_time(old.get()) - SSL_SESSION_get_timeout(old.get()) - 1);
    cache.put("a.example", std::move(old));
    EXPECT_FALSE(cache.take("a.example"));
}

TEST_F(Cache, OldestSessionOfAHostGoesFirst) {
    std::vector<const SSL_SESSION*> put;
    for (int i = 0; i < 3; ++i) {
        Session one = session("a.example");
        put.push_back(one.get());
        cache.put("a.example", std::move(one));
    }
    EXPECT_EQ(cache.take("a.example").get(), put[2]);
    EXPECT_EQ(cache.take("a.example").get(), put[1]);
    EXPECT_FALSE(cache.take("a.example"));
}

TEST_F(Cache, HostThatWasUsedLongestAgoGoesFirst) {
    cache.put("a.example", session("a.example", TLS1_2_VERSION));
    cache.put("b.example", session("b.example", TLS1_2_VERSION));
    EXPECT_TRUE(cache.take("a.example"));
    cache.put("c.example", session("c.example", TLS1_2_VERSION));
    EXPECT_TRUE(cache.take("a.example"));
    EXPECT_FALSE(cache.take("b.example"));
    EXPECT_TRUE(cache.take("c.example"));
}

TEST_F(Cache, IsUsedFromEveryThread) {
    const auto use = [this](const std::string& host) {
        for (int i = 0; i < 50; ++i) {
            cache.put(host, session(host, TLS1_2_VERSION));
            cache.take("a.example");
        }
    };
    std::thread one(use, "a.example");
    std::thread two(use, "b.example");
    one.join();
    two.join();
    EXPECT_TRUE(cache.take("a.example"));
    EXPECT_TRUE(cache.take("b.example"));
}

}  // namespace
}  // namespace gatepost::net

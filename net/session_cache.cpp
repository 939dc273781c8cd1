#include "net/session_cache.h"

#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

namespace gatepost::net {
namespace {

bool is_fresh(const SSL_SESSION* session) {
    const auto age = static_cast<long>(std::time(nullptr)) - SSL_SESSION_get_time(session);
    return age >= 0 && age < SSL_SESSION_get_timeout(session);
}

// A resumed handshake shows no certificate, and OpenSSL does not look at the old one again. So that
// resuming for ever does not outlive what was verified, the certificate must still be good.
bool has_good_certificate(SSL_SESSION* session, const std::string& host) {
    X509* certificate = SSL_SESSION_get0_peer(session);
    return certificate != nullptr && X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0 &&
           X509_check_host(
               certificate, host.data(), host.size(),
               X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
               nullptr) == 1;
}

bool may_be_resumed(SSL_SESSION* session, const std::string& host) {
    return SSL_SESSION_is_resumable(session) == 1 && is_fresh(session) &&
           has_good_certificate(session, host);
}

}  // namespace

void SessionCache::put(const std::string& host, Session session) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(host);
    if (found == by_name_.end()) {
        hosts_.push_front({host, {}});
        by_name_.emplace(hosts_.front().name, hosts_.begin());
    } else {
        hosts_.splice(hosts_.begin(), hosts_, found->second);
    }
    auto& sessions = hosts_.front().sessions;
    if (sessions.size() == bounds_.per_host) sessions.erase(sessions.begin());
    sessions.push_back(std::move(session));
    if (hosts_.size() > bounds_.hosts) {
        by_name_.erase(hosts_.back().name);
        hosts_.pop_back();
    }
}

Session SessionCache::take(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(host);
    if (found == by_name_.end()) return nullptr;
    hosts_.splice(hosts_.begin(), hosts_, found->second);
    auto& sessions = hosts_.front().sessions;
    while (!sessions.empty()) {
        Session newest = std::move(sessions.back());
        sessions.pop_back();
        if (!may_be_resumed(newest.get(), host)) continue;
        if (SSL_SESSION_get_protocol_version(newest.get()) < TLS1_3_VERSION) {
            SSL_SESSION_up_ref(newest.get());
            sessions.emplace_back(newest.get());
        }
        return newest;
    }
    return nullptr;
}

}  // namespace gatepost::net

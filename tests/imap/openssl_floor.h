// The floor of what a session can cost: OpenSSL on a blocking descriptor, and the least of IMAP
// written by hand. For benches only.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace gatepost::imap {

class OpensslFloor {
  public:
    /// @param ca_file PEM
    explicit OpensslFloor(const std::string& ca_file);
    ~OpensslFloor();
    OpensslFloor(const OpensslFloor&) = delete;
    OpensslFloor& operator=(const OpensslFloor&) = delete;

    struct SslDeleter {
        void operator()(ssl_st* ssl) const;
    };
    using Session = std::unique_ptr<ssl_st, SslDeleter>;

    /// Signs in on a connected descriptor, which stays the caller's; null where that fails.
    /// @param resumes offers the ticket of the sign-in before
    Session sign_in(int descriptor, std::string host, const std::string& username,
                    const std::string& password, bool resumes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::imap

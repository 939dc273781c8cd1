// A private certificate authority within the test, and certificates that are wrong in one way.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace gatepost::net {

struct Certificate {
    std::string certificate;  ///< PEM
    std::string key;          ///< PEM
};

/// Days from now; negative ones are in the past.
struct Validity {
    int from_days = -1;
    int to_days = 30;
};

class CertificateAuthority {
  public:
    explicit CertificateAuthority(const std::string& name);

    [[nodiscard]] Certificate issue(const std::string& host, Validity validity = {},
                                    const std::string& purpose = "serverAuth") const;
    /// A certificate for the name that nobody vouches for.
    static Certificate self_signed(const std::string& host);

    /// The CA's own certificate as a file, which goes with the object.
    [[nodiscard]] const std::string& file() const { return file_; }

    ~CertificateAuthority();
    CertificateAuthority(const CertificateAuthority&) = delete;
    CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  private:
    struct KeyDeleter {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    struct CertificateDeleter {
        void operator()(X509* certificate) const { X509_free(certificate); }
    };
    using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
    using X509Certificate = std::unique_ptr<X509, CertificateDeleter>;

    static X509Certificate unsigned_certificate(EVP_PKEY* key, const std::string& name,
                                                Validity validity);
    static void extend(X509* certificate, int nid, const std::string& value);
    static Certificate as_pem(X509* certificate, EVP_PKEY* key);

    Key key_;
    X509Certificate certificate_;
    std::string file_;
};

}  // namespace gatepost::net

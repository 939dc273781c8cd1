#include "certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fstream>

namespace gatepost::net {
namespace {

constexpr int x509_version_3 = 2;

EVP_PKEY* new_key() {
    return EVP_EC_gen("P-256");
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::string& name) : key_(new_key()) {
    certificate_ = unsigned_certificate(key_.get(), name, {});
    extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    std::string path = std::filesystem::temp_directory_path() / "gatepost-ca-XXXXXX";
    ::close(::mkstemp(path.data()));
    file_ = path;
    std::ofstream(file_) << as_pem(certificate_.get(), key_.get()).certificate;
}

CertificateAuthority::~CertificateAuthority() {
    std::filesystem::remove(file_);
}

Certificate CertificateAuthority::issue(const std::string& host, Validity validity,
                                        const std::string& purpose) const {
    const Key key(new_key());
    const X509Certificate certificate = unsigned_certificate(key.get(), host, validity);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    extend(certificate.get(), NID_subject_alt_name, "DNS:" + host);
    extend(certificate.get(), NID_ext_key_usage, purpose);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return as_pem(certificate.get(), key.get());
}

Certificate CertificateAuthority::self_signed(const std::string& host) {
    const Key key(new_key());
    const X509Certificate certificate = unsigned_certificate(key.get(), host, {});
    extend(certificate.get(), NID_subject_alt_name, "DNS:" + host);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    return as_pem(certificate.get(), key.get());
}

CertificateAuthority::X509Certificate CertificateAuthority::unsigned_certificate(
    EVP_PKEY* key, const std::string& name, Validity validity) {
    X509Certificate certificate(X509_new());
    X509_set_version(certificate.get(), x509_version_3);
    std::int64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate.get()), serial & INT64_MAX);
    X509_time_adj_ex(X509_getm_notBefore(certificate.get()), validity.from_days, 0, nullptr);
    X509_time_adj_ex(X509_getm_notAfter(certificate.get()), validity.to_days, 0, nullptr);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

void CertificateAuthority::extend(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate CertificateAuthority::as_pem(X509* certificate, EVP_PKEY* key) {
    BIO* certificate_pem = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(certificate_pem, certificate);
    BIO* key_pem = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(key_pem, key, nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(certificate_pem), text_of(key_pem)};
}

}  // namespace gatepost::net

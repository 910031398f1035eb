#include "test_certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <unistd.h>

namespace gatehouse::fixtures {

namespace {

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* object) const { release(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509, X509_free>>;

void add(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (!extension) throw std::runtime_error{"certificate extension"};
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, X509* issuer, EVP_PKEY* issuer_key, const std::string& host)
{
    Certificate certificate{X509_new()};
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), host.empty() ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    auto* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    auto* by = issuer ? issuer : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
    if (host.empty())
        add(certificate.get(), by, NID_basic_constraints, "critical,CA:TRUE");
    else
        add(certificate.get(), by, NID_subject_alt_name, "DNS:" + host);
    if (X509_sign(certificate.get(), issuer_key, EVP_sha256()) == 0) throw std::runtime_error{"certificate signature"};
    return certificate;
}

template <class Write>
void write_pem(const std::string& file, Write write)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream{std::fopen(file.c_str(), "w"), std::fclose};
    if (!stream || write(stream.get()) != 1) throw std::runtime_error{"cannot write " + file};
}

std::string base64(const unsigned char* bytes, int count)
{
    std::string text(static_cast<std::size_t>(4 * ((count + 2) / 3)), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, count);
    return text;
}

} // namespace

Folder::Folder()
{
    auto name = (std::filesystem::temp_directory_path() / "gatehouse-mqtt-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error{"no temporary folder"};
    path_ = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TestCertificates::TestCertificates(const std::string& host)
{
    const Key ca_key{EVP_EC_gen("P-256")};
    const Key key{EVP_EC_gen("P-256")};
    const auto ca = make_certificate(ca_key.get(), "Test authority", nullptr, ca_key.get(), "");
    const auto certificate = make_certificate(key.get(), host, ca.get(), ca_key.get(), host);
    write_pem(ca_file(), [&ca](std::FILE* file) { return PEM_write_X509(file, ca.get()); });
    write_pem(certificate_file(), [&certificate](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
    write_pem(key_file(), [&key](std::FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string TestCertificates::ca_pem() const
{
    std::ifstream file{ca_file()};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string mosquitto_user(const std::string& name, const std::string& password)
{
    const std::array<unsigned char, 12> salt{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    constexpr int rounds = 101;
    std::array<unsigned char, 64> hash{};
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(), static_cast<int>(salt.size()), rounds, EVP_sha512(),
                      static_cast<int>(hash.size()), hash.data());
    return name + ":$7$" + std::to_string(rounds) + "$" + base64(salt.data(), 12) + "$" + base64(hash.data(), 64) + "\n";
}

} // namespace gatehouse::fixtures

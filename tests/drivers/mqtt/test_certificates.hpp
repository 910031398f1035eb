#pragma once

#include <filesystem>
#include <string>

namespace gatehouse::fixtures {

/// A temporary folder, gone with the object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// An authority made for this test, and a server certificate for `host` that it signed.
class TestCertificates {
public:
    explicit TestCertificates(const std::string& host);

    std::string ca_pem() const;
    std::string ca_file() const { return (folder_.path() / "ca.pem").string(); }
    std::string certificate_file() const { return (folder_.path() / "server.pem").string(); }
    std::string key_file() const { return (folder_.path() / "server.key").string(); }

private:
    Folder folder_;
};

/// One line of a mosquitto password file (PBKDF2 with SHA-512).
std::string mosquitto_user(const std::string& name, const std::string& password);

} // namespace gatehouse::fixtures

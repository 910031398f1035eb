#pragma once

#include "devices/channel.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <functional>

namespace gatehouse::devices {

/// Reads the secret a reference names. The text never goes anywhere but to the driver.
using SecretReader = std::function<base::Result<std::string>(std::string_view reference)>;

/// The program of a driver, fit to be started: a plain file in an absolute folder, owned by root or by this process's user, not writable by
/// others.
/// Errors: not_found, refused (ownership, links).
base::Result<std::filesystem::path> driver_program(const std::filesystem::path& drivers, const std::string& driver);

/// What the file beside the program says of it (docs/driver-protocol.md, section 9); a driver without one is not used.
/// Errors: not_found, refused (ownership, links), invalid (naming the field).
base::Result<Manifest> driver_manifest(const std::filesystem::path& drivers, const std::string& driver);

/// Starts driver programs from one folder: plain files owned by root or by this process's user, not writable by others.
class ProcessLauncher final : public Launcher {
public:
    ProcessLauncher(boost::asio::any_io_executor core, std::filesystem::path drivers, std::filesystem::path profiles, SecretReader secrets);
    /// Errors: not_found, refused (ownership, links), invalid (the manifest, naming the field).
    base::Result<Manifest> manifest(const std::string& driver) override;
    /// Errors: as manifest; internal when the system starts no process.
    base::Result<std::unique_ptr<Channel>> launch(const std::string& driver, ChannelEvents events) override;
    std::string profiles() const override { return profiles_.string(); }
    base::Result<std::string> secret(std::string_view reference) override { return secrets_(reference); }

private:
    boost::asio::any_io_executor core_;
    std::filesystem::path drivers_, profiles_;
    SecretReader secrets_;
};

} // namespace gatehouse::devices

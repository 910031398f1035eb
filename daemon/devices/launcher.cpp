#include "devices/process.hpp"
#include "devices/process_channel.hpp"
#include "devices/wire.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace gatehouse::devices {

namespace fs = std::filesystem;
using base::Fault;

namespace {

constexpr std::size_t manifest_at_most = 64 * 1024;

/// A plain file, ours or root's, that nobody else may write.
base::Result<void> check_file(const fs::path& path)
{
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return base::fail(Fault::not_found, path.string() + " does not exist");
    if (!S_ISREG(info.st_mode)) return base::fail(Fault::refused, path.string() + " is not a plain file");
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) return base::fail(Fault::refused, path.string() + " belongs to another user");
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return base::fail(Fault::refused, path.string() + " may be written by others");
    return {};
}

base::Result<void> check_folder(const fs::path& path)
{
    struct stat info {};
    if (!path.is_absolute()) return base::fail(Fault::refused, "the drivers folder is not an absolute path");
    if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return base::fail(Fault::not_found, path.string() + " is not a folder");
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) return base::fail(Fault::refused, path.string() + " belongs to another user");
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return base::fail(Fault::refused, path.string() + " may be written by others");
    return {};
}

} // namespace

ProcessLauncher::ProcessLauncher(boost::asio::any_io_executor core, fs::path drivers, fs::path profiles, SecretReader secrets)
    : core_{std::move(core)}, drivers_{std::move(drivers)}, profiles_{std::move(profiles)}, secrets_{std::move(secrets)}
{
}

base::Result<Manifest> driver_manifest(const fs::path& drivers, const std::string& driver)
{
    const auto path = drivers / ("gatehouse-driver-" + driver + ".json");
    if (auto checked = check_folder(drivers); !checked) return checked.error();
    if (auto checked = check_file(path); !checked) return checked.error();
    std::ifstream file{path};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    boost::system::error_code error;
    const auto value = text.size() > manifest_at_most ? boost::json::value{} : boost::json::parse(text, error);
    const auto wrong = [&path](std::string_view field) {
        return base::fail(Fault::invalid, path.string() + ": " + std::string{field} + " is missing or wrong");
    };
    if (error || !value.is_object()) return wrong("the object");
    const auto& object = value.get_object();
    const auto protocol = number_of(object, "protocol");
    const auto lines = number_of(object, "lines_per_process");
    if (text_of(object, "name", 63) != driver) return wrong("name");
    if (!protocol || *protocol < 1) return wrong("protocol");
    if (!lines || *lines < 1 || *lines > 256) return wrong("lines_per_process");
    return Manifest{static_cast<int>(*protocol), static_cast<int>(*lines), text_of(object, "maturity", 32)};
}

base::Result<Manifest> ProcessLauncher::manifest(const std::string& driver)
{
    return driver_manifest(drivers_, driver);
}

base::Result<std::unique_ptr<Channel>> ProcessLauncher::launch(const std::string& driver, ChannelEvents events)
{
    const auto program = driver_program(drivers_, driver);
    if (!program) return program.error();
    if (const auto known = driver_manifest(drivers_, driver); !known) return known.error();
    return start_process(core_, program->string(), std::move(events));
}

base::Result<fs::path> driver_program(const fs::path& drivers, const std::string& driver)
{
    const auto program = drivers / ("gatehouse-driver-" + driver);
    if (auto checked = check_folder(drivers); !checked) return checked.error();
    if (auto checked = check_file(program); !checked) return checked.error();
    return program;
}

} // namespace gatehouse::devices

#include "sdk/run.hpp"

#include "sdk/encode.hpp"
#include "sdk/input.hpp"
#include "sdk/request.hpp"
#include "sdk/session.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>
#include <thread>

namespace gatehouse::sdk {

namespace {

constexpr Milliseconds lock_budget{1500};
constexpr Milliseconds end_budget{1900};

void log_to_stderr()
{
    auto logger = std::make_shared<spdlog::logger>("driver", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%l %v"); // the daemon's log has the time
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
}

int check_profile(const Manifest& manifest, const char* file)
{
    if (!manifest.check_profile) {
        std::cout << file << ":1: this driver has no profiles\n";
        return 1;
    }
    const auto findings = manifest.check_profile(file);
    for (const auto& finding : findings) std::cout << finding << "\n";
    return findings.empty() ? 0 : 1;
}

int replay(const Manifest& manifest, const char* file)
{
    if (!manifest.replay) {
        std::cout << file << ":1: this driver replays no conversations\n";
        return 1;
    }
    const auto differences = manifest.replay(file);
    for (const auto& one : differences) std::cout << one << "\n";
    return differences.empty() ? 0 : 1;
}

struct Asked {
    std::string id;
    Attachment attachment;
};

/// One `attach` a line, as in service.
std::optional<std::vector<Asked>> read_attaches()
{
    std::vector<Asked> asked;
    for (std::string line; std::getline(std::cin, line);) {
        auto request = parse_request(line);
        const auto* read = std::get_if<Request>(&request);
        const auto* attach = read == nullptr ? nullptr : std::get_if<request::Attach>(&read->body);
        if (attach == nullptr) {
            std::cerr << "not an attach\n"; // and so not judged: never "no findings", nor a question that is not known
            return std::nullopt;
        }
        asked.push_back({read->id, attach->attachment});
    }
    return asked;
}

/// One finding a line: "DEVICE FIELD: text".
int check_devices(const Manifest& manifest, const char* profiles)
{
    const auto asked = read_attaches();
    if (!asked) return 4;
    if (!manifest.check_devices) return 0;
    std::vector<Attachment> devices;
    for (const auto& one : *asked) devices.push_back(one.attachment);
    const auto findings = manifest.check_devices(profiles, devices);
    for (const auto& finding : findings) std::cout << finding.device << " " << finding.field << ": " << finding.text << "\n";
    return findings.empty() ? 0 : 1;
}

/// The answers of `attach`, without a device.
int tell_capabilities(const Manifest& manifest, const char* profiles)
{
    if (!manifest.capabilities) return 2; // as a driver that does not know the question
    const auto asked = read_attaches();
    if (!asked) return 4;
    for (const auto& one : *asked) std::cout << encode_answer(one.id, manifest.capabilities(profiles, one.attachment));
    return 0;
}

int serve(const Manifest& manifest, const MakeLine& make_line)
{
    const rlimit no_core{0, 0}; // its memory holds keys, codes and passwords
    ::setrlimit(RLIMIT_CORE, &no_core);
    take_signals();
    const auto outbox = std::make_shared<Outbox>();
    std::thread writer{[outbox] { outbox->write_to(STDOUT_FILENO); }};
    auto session = std::make_unique<Session>(manifest, make_line, outbox);
    const auto code = read_requests(STDIN_FILENO, *session, *outbox);

    const auto last_moment = Deadline::in(end_budget);
    const bool closed = session->end(Deadline::in(lock_budget));
    const bool written = outbox->drained(last_moment);
    spdlog::info("driver_ended code={} lines_closed={}", code, closed);
    if (!closed || !written) std::_Exit(code); // a thread is stuck in hardware or output: it does not keep a bus from its successor
    outbox->stop();
    writer.join();
    return code;
}

int run_arguments(int argc, char** argv, const Manifest& manifest, const MakeLine& make_line)
{
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (argc == 1) return serve(manifest, make_line);
    if (argc == 2 && mode == "--manifest") {
        std::cout << encode_manifest(manifest);
        return 0;
    }
    if (argc == 3 && mode == "--check-profile") return check_profile(manifest, argv[2]);
    if (argc == 3 && mode == "--replay") return replay(manifest, argv[2]);
    if (argc == 3 && mode == "--check-devices") return check_devices(manifest, argv[2]);
    if (argc == 3 && mode == "--capabilities") return tell_capabilities(manifest, argv[2]);
    std::cerr << "usage: gatehouse-driver-" << manifest.name
              << " [--manifest | --check-profile FILE | --replay FILE | --check-devices FOLDER | --capabilities FOLDER]\n";
    return 2;
}

} // namespace

int run_driver(int argc, char** argv, const Manifest& manifest, const MakeLine& make_line)
{
    log_to_stderr();
    try {
        return run_arguments(argc, argv, manifest, make_line);
    } catch (const std::exception& failure) {
        spdlog::error("driver_failed what=\"{}\"", failure.what());
        std::_Exit(4);
    }
}

} // namespace gatehouse::sdk

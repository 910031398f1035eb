#pragma once

#include "sdk/attached_device.hpp"
#include "sdk/outbox.hpp"
#include "sdk/request.hpp"
#include "sdk/run.hpp"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

/// The daemon's side of the protocol: agrees on a version, checks every request, hands it to its line and sees that each is answered.
///
/// Errors:  every line of input is answered as docs/driver-protocol.md says; none ends the driver.
/// Threads: one thread calls; lines answer from any.
class Session {
public:
    Session(const Manifest& manifest, MakeLine make_line, std::shared_ptr<Outbox> outbox);
    ~Session();

    /// One line of input without its end. A value is the exit code of a driver that is to end now.
    std::optional<int> take(std::string_view line);
    void oversize();

    /// Has every line lock its outputs and close. True: all did by the deadline, and the session may be destroyed.
    bool end(Deadline deadline);

private:
    /// A line and how far it is; lines answer from other threads, so its state is shared.
    enum class LineState : std::uint8_t { opening, open, closing, closed };
    struct Opened {
        std::unique_ptr<AsyncLine> line;
        std::shared_ptr<std::atomic<LineState>> state;
    };

    /// Takes one kind of request each.
    std::optional<int> handle(const Request& request, const request::Hello& hello);
    std::optional<int> handle(const Request& request, const request::Ping& ping);
    std::optional<int> handle(const Request& request, const request::Shutdown& shutdown);
    std::optional<int> handle(const Request& request, const request::OpenLine& open);
    std::optional<int> handle(const Request& request, const request::CloseLine& close);
    std::optional<int> handle(const Request& request, const request::Attach& attach);
    std::optional<int> handle(const Request& request, const request::Detach& detach);
    std::optional<int> handle(const Request& request, const request::ReadTable& read);
    std::optional<int> handle(const Request& request, const request::ReadDigest& digest);
    std::optional<int> handle(const Request& request, const request::Apply& apply);
    std::optional<int> handle(const Request& request, const request::Strike& strike);
    std::optional<int> handle(const Request& request, const request::SetDoor& set);
    std::optional<int> handle(const Request& request, const request::Feedback& feedback);
    std::optional<int> handle(const Request& request, const request::SetTime& set);

    std::optional<int> handle_request(const Request& request);
    std::optional<int> answer(const Request& request, const Verdict& verdict);
    Reply<Verdict> answering(const Request& request);
    AsyncLine* open_line(const std::string& name);
    std::shared_ptr<AttachedDevice> attached(const Request& request);
    std::vector<Address> doors_of(const std::string& line) const;
    void close(const std::string& name, Deadline deadline, std::function<void(const Verdict&)> done);
    void reap();

    const Manifest& manifest_;
    MakeLine make_line_;
    std::shared_ptr<Outbox> outbox_;
    std::filesystem::path profiles_;
    bool agreed_ = false;
    std::map<std::string, Opened> lines_;
    std::map<std::string, std::shared_ptr<AttachedDevice>> devices_;
};

} // namespace gatehouse::sdk

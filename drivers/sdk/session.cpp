#include "sdk/session.hpp"

#include "sdk/encode.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace gatehouse::sdk {

Session::Session(const Manifest& manifest, MakeLine make_line, std::shared_ptr<Outbox> outbox)
    : manifest_{manifest}, make_line_{std::move(make_line)}, outbox_{std::move(outbox)}
{
}

Session::~Session() = default;

std::optional<int> Session::take(std::string_view line)
{
    reap();
    const auto parsed = parse_request(line);
    if (const auto* bad = std::get_if<BadLine>(&parsed)) {
        spdlog::debug("bad_line id={} bytes={}", bad->id, line.size());
        if (bad->id.empty())
            outbox_->error(encode_error(bad->verdict));
        else
            outbox_->answer(encode_answer(bad->id, bad->verdict));
        return std::nullopt;
    }
    const auto& request = std::get<Request>(parsed);
    spdlog::debug("request type={} id={} bytes={}", request.type, request.id, line.size());
    return handle_request(request);
}

void Session::oversize()
{
    outbox_->error(encode_error(Verdict::refused("oversize")));
}

std::optional<int> Session::handle_request(const Request& request)
{
    if (!agreed_ && !std::holds_alternative<request::Hello>(request.body)) return answer(request, Verdict::refused("no_hello"));
    const bool ends = std::holds_alternative<request::Shutdown>(request.body);
    if (request.deadline.passed() && !ends) return answer(request, Verdict::late());
    try {
        return std::visit([this, &request](const auto& body) { return handle(request, body); }, request.body);
    } catch (const std::exception& failure) { // the reply, on its way out, answered `unknown`
        spdlog::error("driver_exception type={} what=\"{}\"", request.type, failure.what());
        return std::nullopt;
    }
}

std::optional<int> Session::answer(const Request& request, const Verdict& verdict)
{
    outbox_->answer(encode_answer(request.id, verdict));
    return std::nullopt;
}

Reply<Verdict> Session::answering(const Request& request)
{
    return Reply<Verdict>{[outbox = outbox_, id = request.id](const Verdict& verdict) { outbox->answer(encode_answer(id, verdict)); }};
}

std::optional<int> Session::handle(const Request& request, const request::Hello& hello)
{
    if (agreed_) return answer(request, Verdict::refused("invalid", "a second hello"));
    if (std::find(hello.versions.begin(), hello.versions.end(), manifest_.protocol) == hello.versions.end()) {
        outbox_->answer(encode_version_refusal(request.id, manifest_));
        return 3;
    }
    agreed_ = true;
    if (!hello.profiles.empty()) profiles_ = std::filesystem::path{hello.profiles} / manifest_.name;
    outbox_->answer(encode_welcome(request.id, manifest_));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Ping&)
{
    outbox_->answer(encode_pong(request.id, outbox_->dropped()));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Shutdown&)
{
    end(Deadline::in(Milliseconds{1500}).within(request.deadline.left()));
    answer(request, Verdict::acknowledged());
    return 0;
}

AsyncLine* Session::open_line(const std::string& name)
{
    const auto found = lines_.find(name);
    return found != lines_.end() && *found->second.state == LineState::open ? found->second.line.get() : nullptr;
}

void Session::reap()
{
    std::erase_if(lines_, [](const auto& opened) { return *opened.second.state == LineState::closed; });
}

std::optional<int> Session::handle(const Request& request, const request::OpenLine& open)
{
    if (const auto found = lines_.find(request.line); found != lines_.end())
        return answer(request,
                      *found->second.state == LineState::closing ? Verdict::busy(Milliseconds{100}) : Verdict::refused("already_open"));
    const auto state = std::make_shared<std::atomic<LineState>>(LineState::opening);
    auto reply = Reply<Verdict>{[outbox = outbox_, id = request.id, state](Verdict verdict) {
        auto opening = LineState::opening;
        state->compare_exchange_strong(opening, verdict.ok() ? LineState::open : LineState::closed);
        outbox->answer(encode_answer(id, verdict));
    }};
    LineContext context{.name = request.line, .profiles = profiles_, .report = Reporter{outbox_, request.line}};
    auto& opened = lines_[request.line] = {make_line_(std::move(context)), state};
    opened.line->open(open.endpoint, request.deadline, std::move(reply));
    return std::nullopt;
}

std::vector<Address> Session::doors_of(const std::string& line) const
{
    std::vector<Address> doors;
    for (const auto& [name, device] : devices_) {
        if (device->line() != line) continue;
        const auto its = device->doors_to_lock();
        doors.insert(doors.end(), its.begin(), its.end());
    }
    return doors;
}

void Session::close(const std::string& name, Deadline deadline, std::function<void(const Verdict&)> done)
{
    auto& opened = lines_.at(name);
    *opened.state = LineState::closing;
    auto doors = doors_of(name);
    std::erase_if(devices_, [&name](const auto& device) { return device.second->line() == name; });
    auto reply = Reply<Verdict>{[state = opened.state, done = std::move(done)](const Verdict& verdict) {
        *state = LineState::closed;
        done(verdict);
    }};
    opened.line->close(std::move(doors), deadline, std::move(reply));
}

std::optional<int> Session::handle(const Request& request, const request::CloseLine&)
{
    if (!open_line(request.line)) return answer(request, Verdict::refused("no_such_line"));
    close(request.line, request.deadline,
          [outbox = outbox_, id = request.id](const Verdict& verdict) { outbox->answer(encode_answer(id, verdict)); });
    return std::nullopt;
}

bool Session::end(Deadline deadline)
{
    struct Waiting {
        std::mutex mutex;
        std::condition_variable changed;
        std::size_t lines = 0;
    };
    reap();
    const auto waiting = std::make_shared<Waiting>();
    waiting->lines = lines_.size();
    for (auto& [name, opened] : lines_) {
        // One that is closing already ends by its own deadline; there is nothing to add.
        const auto done = [waiting](const Verdict&) {
            const std::lock_guard lock{waiting->mutex};
            --waiting->lines;
            waiting->changed.notify_all();
        };
        if (*opened.state == LineState::closing || *opened.state == LineState::closed)
            done({});
        else
            close(name, deadline, done);
    }
    std::unique_lock lock{waiting->mutex};
    waiting->changed.wait_until(lock, deadline.at(), [&waiting] { return waiting->lines == 0; });
    lock.unlock();
    reap();
    return lines_.empty();
}

} // namespace gatehouse::sdk

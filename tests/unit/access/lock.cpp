#include "lock.hpp"

namespace gatehouse::tests {

namespace json = boost::json;

class TameDriver::Line final : public devices::Channel {
public:
    explicit Line(TameDriver& driver) : driver_{driver} {}
    bool send(std::string line) override
    {
        driver_.take(json::parse(line).as_object());
        return true;
    }
    void close_input() override
    {
        if (driver_.running_) driver_.crash();
    }

private:
    TameDriver& driver_;
};

base::Result<std::unique_ptr<devices::Channel>> TameDriver::launch(const std::string&, devices::ChannelEvents events)
{
    if (!starts) return base::fail(base::Fault::not_found, "no such program");
    events_ = std::move(events);
    running_ = true;
    return std::unique_ptr<devices::Channel>{std::make_unique<Line>(*this)};
}

void TameDriver::take(const json::object& request)
{
    if (request.at("type") == "strike") {
        strikes.push_back(request);
        return;
    }
    json::object answer{{"type", "answer"}, {"id", request.at("id")}, {"verdict", "acknowledged"}, {"version", 1}};
    if (request.at("type") == "attach") answer["capabilities"] = json::object{{"can_strike", true}, {"op_timeout_ms", 1'000}};
    say(answer);
}

void TameDriver::say(const json::object& message) const
{
    events_.line(json::serialize(message));
}

void TameDriver::answer(json::object fields)
{
    fields["type"] = "answer";
    fields["id"] = strikes.at(answered_++).at("id");
    say(fields);
}

void TameDriver::crash()
{
    running_ = false;
    const auto ended = events_.ended;
    ended("exit code 1");
}

Lock::Lock()
{
    desk_.apply(small_site());
    desk_.commit_all();
    fleet_.refresh();
    desk_.settle();
}

Lock::~Lock()
{
    asio::co_spawn(desk_.core, fleet_.stop(base::milliseconds{100}), [](const std::exception_ptr&) {});
    for (int turn = 0; turn < 10; ++turn) pass(base::seconds{1});
}

Lock::Ended Lock::unlock(std::uint64_t door, std::uint64_t workspace)
{
    auto ended = std::make_shared<std::optional<base::Result<model::ActionAttempt>>>();
    auto keep = [ended](const std::exception_ptr& thrown, base::Result<model::ActionAttempt> result) {
        if (!thrown) *ended = std::move(result);
    };
    asio::co_spawn(desk_.core,
                   strikes_.unlock(id<model::WorkspaceId>(workspace), id<model::DoorId>(door), {"front desk", "api"}, "request"),
                   std::move(keep));
    desk_.settle();
    return ended;
}

void Lock::pass(base::microseconds span)
{
    desk_.clock.advance(span);
    desk_.settle();
}

const model::ActionAttempt& Lock::attempt() const
{
    const model::ActionAttempt* found = nullptr;
    desk_.directory.workspace(id<model::WorkspaceId>(1))->attempts.walk(nullptr, [&found](const model::AttemptNode& node) {
        found = &node.row;
        return true;
    });
    if (found == nullptr) throw std::runtime_error{"no attempt"};
    return *found;
}

std::vector<std::string> Lock::events()
{
    desk_.commit_all();
    std::vector<std::string> types;
    const auto stored = desk_.store.history({}, 0, 100);
    for (const auto& event : *stored) types.push_back(event.type);
    return types;
}

} // namespace gatehouse::tests

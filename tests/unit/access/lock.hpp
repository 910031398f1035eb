#pragma once

#include "access/strikes.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {

/// A driver in this process: answers what it is asked at once, but strikes only when the test says so.
class TameDriver final : public devices::Launcher {
public:
    base::Result<devices::Manifest> manifest(const std::string&) override { return devices::Manifest{}; }
    base::Result<std::unique_ptr<devices::Channel>> launch(const std::string& driver, devices::ChannelEvents events) override;
    std::string profiles() const override { return {}; }
    base::Result<std::string> secret(std::string_view) override { return std::string{}; }

    /// Answers the oldest strike that was sent; `fields` go into the answer.
    void answer(boost::json::object fields);
    void crash();

    std::vector<boost::json::object> strikes; ///< every one that was sent
    bool starts = true;                       ///< false: nothing answers, no device is attached

private:
    class Line;
    void take(const boost::json::object& request);
    void say(const boost::json::object& message) const;

    devices::ChannelEvents events_;
    std::size_t answered_ = 0;
    bool running_ = false;
};

/// A door with its tame driver over a real ledger, in virtual time; the disk moves only when a test says so.
class Lock : public testing::Test {
public:
    ~Lock() override;

protected:
    Lock();

    using Ended = std::shared_ptr<std::optional<base::Result<model::ActionAttempt>>>;
    /// Asks for the door to be opened; what it came to appears when it is there.
    Ended unlock(std::uint64_t door = first_door, std::uint64_t workspace = 1);
    void pass(base::microseconds span);
    /// The only attempt, as the directory has it.
    const model::ActionAttempt& attempt() const;
    std::vector<std::string> events();

    const TempDirectory folder_;
    TameDriver driver_;
    Desk desk_{folder_.path()};
    devices::Fleet fleet_{desk_.directory, desk_.clock, desk_.core.get_executor(), driver_};
    access::Strikes strikes_{desk_.directory, desk_.ledger, fleet_, desk_.clock, desk_.random};
};

} // namespace gatehouse::tests

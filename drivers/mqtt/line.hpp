#pragma once

#include "broker.hpp"
#include "loop.hpp"
#include "sdk/async_line.hpp"
#include "sdk/profile/library.hpp"
#include "station.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// One broker and all the devices behind it. They work side by side: a silent device delays nobody but itself.
///
/// Threads: called on the SDK's thread; everything happens on the loop's, where the members below live.
/// Source:  docs/protocols/mqtt.md.
class BrokerLine final : public sdk::AsyncLine {
public:
    explicit BrokerLine(sdk::LineContext context);
    ~BrokerLine() override;

    void open(const sdk::Endpoint& endpoint, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply) override;
    void close(std::vector<sdk::Address> doors, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply) override;
    void attach(sdk::Attachment attachment, sdk::Deadline deadline, sdk::Reply<sdk::Attached> reply) override;
    void detach(const sdk::Address& device, std::vector<sdk::Address> doors, sdk::Deadline deadline,
                sdk::Reply<sdk::Verdict> reply) override;
    void read_table(const sdk::Address& at, sdk::Deadline deadline, sdk::Reply<sdk::Table> reply) override;
    void apply(const sdk::Address& at, std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply) override;
    void strike(const sdk::Address& at, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply) override;
    void set_door(const sdk::Address& at, sdk::DoorMode mode, sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply) override;

private:
    using Post = void (Loop::*)(Loop::Job);
    template <class Answer, class Work>
    void hand_over(const sdk::Address& at, sdk::Deadline deadline, sdk::Reply<Answer> reply, Work work, Post post = &Loop::post);

    sdk::Attached attach_now(const sdk::Attachment& attachment, sdk::Time now);
    std::string taken_topic(const profile::MqttProfile& profile, const std::string& reply_topic) const;
    void subscribe(const Station& station);
    void forget(Station& station, sdk::Time now);
    void settle(Station& station, sdk::Time now);

    void on_connected(sdk::Time now);
    void on_lost(std::string_view reason, sdk::Time now);
    void on_message(const Incoming& message, sdk::Time now);
    void on_refused(const std::string& topic);
    void on_not_published(const std::string& topic);
    void on_overflow();
    void say_now_and_then(sdk::Level level, const std::string& text, sdk::Time now);
    sdk::Time tick(sdk::Time now);

    sdk::LineContext context_;
    profile::MqttLibrary library_;
    Loop loop_;
    std::unique_ptr<Broker> broker_;
    std::string told_offline_; ///< why
    std::map<std::string, sdk::Time> said_;
    std::map<std::string, std::unique_ptr<Station>> stations_;
    std::map<std::string, std::vector<Station*>, std::less<>> topics_;
    std::set<std::pair<sdk::Time, Station*>> due_;
};

} // namespace gatehouse::mqtt

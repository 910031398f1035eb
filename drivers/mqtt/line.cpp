#include "line.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

using sdk::Verdict;

constexpr std::chrono::minutes said_again_after{10};
constexpr std::size_t most_said = 100;
constexpr const char* open_door =
    "the broker lets anybody in without a password: whoever reaches it can speak for a controller and open its doors "
    "(docs/operations.md, \"The broker\")";

std::string first_line(const std::string& text)
{
    return text.substr(0, std::min<std::size_t>(text.find('\n'), 256));
}

} // namespace

BrokerLine::BrokerLine(sdk::LineContext context) : context_{std::move(context)}, library_{context_.profiles}
{
    loop_.start([this](sdk::Time now) { return tick(now); });
}

BrokerLine::~BrokerLine()
{
    loop_.stop();
}

void BrokerLine::open(const sdk::Endpoint& endpoint, sdk::Deadline, sdk::Reply<Verdict> reply)
{
    auto read = read_endpoint(endpoint, context_.name);
    if (const auto* problem = std::get_if<std::string>(&read)) return reply(Verdict::refused("endpoint", *problem));
    const auto address = std::make_shared<BrokerAddress>(std::move(std::get<BrokerAddress>(read)));
    loop_.post([this, address](sdk::Time) {
        if (!address->tls && !address->loopback)
            context_.report.log({}, sdk::Level::warning, "the connection to the broker is not encrypted: use an mqtts:// url");
        broker_ =
            std::make_unique<Broker>(*address, loop_,
                                     BrokerEvents{.connected = [this](sdk::Time now) { on_connected(now); },
                                                  .lost = [this](std::string_view reason, sdk::Time now) { on_lost(reason, now); },
                                                  .message = [this](const Incoming& message, sdk::Time now) { on_message(message, now); },
                                                  .refused = [this](const std::string& topic) { on_refused(topic); },
                                                  .not_published = [this](const std::string& topic) { on_not_published(topic); },
                                                  .lets_anybody_in = [this] { context_.report.log({}, sdk::Level::warning, open_door); },
                                                  .overflow = [this] { on_overflow(); }});
    });
    reply(Verdict::acknowledged());
}

void BrokerLine::close(std::vector<sdk::Address>, sdk::Deadline, sdk::Reply<Verdict> reply)
{
    const auto answer = std::make_shared<sdk::Reply<Verdict>>(std::move(reply));
    loop_.post([this, answer](sdk::Time now) {
        for (auto& [name, station] : stations_) station->device().end(now);
        if (broker_) broker_->hang_up();
        (*answer)(Verdict::acknowledged()); // pulses are timed by the devices: nothing here holds a door open
    });
}

void BrokerLine::attach(sdk::Attachment attachment, sdk::Deadline, sdk::Reply<sdk::Attached> reply)
{
    const auto answer = std::make_shared<sdk::Reply<sdk::Attached>>(std::move(reply));
    const auto what = std::make_shared<sdk::Attachment>(std::move(attachment));
    loop_.post([this, what, answer](sdk::Time now) { (*answer)(attach_now(*what, now)); });
}

sdk::Attached BrokerLine::attach_now(const sdk::Attachment& attachment, sdk::Time now)
{
    if (!broker_) return Verdict::offline("the line is not open");
    const auto profile = library_.find(attachment.profile);
    if (!profile) return Verdict::refused("no_such_profile", first_line(profile.error().text));
    if (const auto lacking = beyond_this_driver(**profile); !lacking.empty())
        return Verdict::refused("no_such_profile", attachment.profile + " needs " + lacking + ", which this driver does not do yet");
    auto bound = profile::bind((*profile)->params, attachment.params, attachment.secrets);
    if (!bound.problems.empty()) return Verdict::refused("params", bound.problems[0]);
    if (const auto beyond = profile::beyond_its_doors((*profile)->caps, bound.fields, attachment.doors); !beyond.empty())
        return Verdict::refused("no_such_door", beyond);
    if (const auto beyond = profile::beyond_its_slots(**profile, bound.fields); !beyond.empty()) return Verdict::refused("params", beyond);
    for (const auto& door : attachment.doors)
        if (const auto beyond = profile::beyond_its_pulse(**profile, bound.fields, door); !beyond.empty())
            return Verdict::refused("params", "doors." + std::to_string(door.door) + ": " + beyond);

    auto station =
        std::make_unique<Station>(attachment.at.device, Identity{*profile, bound.fields, attachment.doors}, *broker_, context_.report, now);
    const auto param = param_of_replies(**profile);
    if (station->topics()[0].text == topic_text((*profile)->topics.command, bound.fields))
        return Verdict::refused("params", param + ": its answers would come on the topic of our own commands");
    if (const auto other = taken_topic(**profile, station->topics()[0].text); !other.empty())
        return Verdict::refused("params", param + ": " + other + " answers on " + station->topics()[0].text +
                                              " already, and their messages could not be told apart");
    sdk::Attached attached;
    attached.capabilities = capabilities_of(**profile, bound.fields);
    for (const auto& topic : station->topics()) topics_[topic.text].push_back(station.get());
    subscribe(*station);
    settle(*station, now);
    for (const auto& door : attachment.doors) attached.doors.push_back({door.door, station->device().mode_asserted(door)});
    stations_[attachment.at.device] = std::move(station);
    return attached;
}

std::string BrokerLine::taken_topic(const profile::MqttProfile& profile, const std::string& reply_topic) const
{
    const auto found = topics_.find(reply_topic);
    if (found == topics_.end()) return {};
    for (const auto* station : found->second)
        if (!names_its_sender(profile) || !station->shares_topic()) return station->name();
    return {};
}

void BrokerLine::subscribe(const Station& station)
{
    for (const auto& topic : station.topics()) broker_->subscribe(topic.text, topic.with_retained);
}

void BrokerLine::detach(const sdk::Address& device, std::vector<sdk::Address>, sdk::Deadline, sdk::Reply<Verdict> reply)
{
    const auto answer = std::make_shared<sdk::Reply<Verdict>>(std::move(reply));
    loop_.post([this, answer, name = device.device](sdk::Time now) {
        if (const auto found = stations_.find(name); found != stations_.end()) {
            forget(*found->second, now);
            stations_.erase(found);
        }
        (*answer)(Verdict::acknowledged());
    });
}

void BrokerLine::forget(Station& station, sdk::Time now)
{
    station.device().end(now);
    due_.erase({station.due, &station});
    for (const auto& topic : station.topics()) {
        auto& listeners = topics_[topic.text];
        std::erase(listeners, &station);
        if (!listeners.empty()) continue;
        topics_.erase(topic.text);
        broker_->unsubscribe(topic.text);
    }
}

template <class Answer, class Work>
void BrokerLine::hand_over(const sdk::Address& at, sdk::Deadline deadline, sdk::Reply<Answer> reply, Work work, Post post)
{
    const auto answer = std::make_shared<sdk::Reply<Answer>>(std::move(reply));
    (loop_.*post)([this, answer, deadline, name = at.device, work = std::move(work)](sdk::Time now) {
        const auto found = stations_.find(name);
        if (found == stations_.end()) return (*answer)(Verdict::refused("not_attached"));
        if (deadline.at() <= now) return (*answer)(Verdict::late());
        work(found->second->device(), std::move(*answer), now);
        settle(*found->second, now);
    });
}

void BrokerLine::read_table(const sdk::Address& at, sdk::Deadline deadline, sdk::Reply<sdk::Table> reply)
{
    hand_over(at, deadline, std::move(reply), [deadline](Device& device, sdk::Reply<sdk::Table> answer, sdk::Time now) {
        device.read_table(deadline, std::move(answer), now);
    });
}

void BrokerLine::apply(const sdk::Address& at, std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply)
{
    hand_over(at, deadline, std::move(reply),
              [deadline, steps = std::move(steps)](Device& device, sdk::Reply<sdk::Applied> answer, sdk::Time now) {
                  device.apply(steps, deadline, std::move(answer), now);
              });
}

void BrokerLine::strike(const sdk::Address& at, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<Verdict> reply)
{
    hand_over(
        at, deadline, std::move(reply),
        [door = at.door, length, deadline](Device& device, sdk::Reply<Verdict> answer, sdk::Time now) {
            device.strike(door, length, deadline, std::move(answer), now);
        },
        &Loop::post_urgent);
}

void BrokerLine::set_door(const sdk::Address& at, sdk::DoorMode mode, sdk::Deadline deadline, sdk::Reply<Verdict> reply)
{
    hand_over(
        at, deadline, std::move(reply),
        [door = at.door, mode, deadline](Device& device, sdk::Reply<Verdict> answer, sdk::Time now) {
            device.set_door(door, mode, deadline, std::move(answer), now);
        },
        &Loop::post_urgent);
}

void BrokerLine::settle(Station& station, sdk::Time now)
{
    due_.erase({station.due, &station});
    station.due = station.device().tick(now);
    due_.insert({station.due, &station});
}

void BrokerLine::on_connected(sdk::Time now)
{
    told_offline_.clear();
    context_.report.line_online();
    for (auto& [name, station] : stations_) {
        subscribe(*station);
        station->device().connected(now);
        settle(*station, now);
    }
}

void BrokerLine::on_lost(std::string_view reason, sdk::Time now)
{
    for (auto& [name, station] : stations_) {
        station->device().disconnected(now);
        settle(*station, now);
    }
    if (told_offline_ == reason) return;
    told_offline_ = reason;
    context_.report.line_offline(reason);
    say_now_and_then(sdk::Level::error, broker_->sentence(reason), now);
}

/// What stands as it was is said again after a while only.
void BrokerLine::say_now_and_then(sdk::Level level, const std::string& text, sdk::Time now)
{
    if (said_.size() >= most_said) std::erase_if(said_, [now](const auto& one) { return now - one.second >= said_again_after; });
    const auto last = said_.find(text);
    if (text.empty() || said_.size() >= most_said || (last != said_.end() && now - last->second < said_again_after)) return;
    said_[text] = now;
    context_.report.log({}, level, text);
}

void BrokerLine::on_message(const Incoming& message, sdk::Time now)
{
    const auto found = topics_.find(message.topic);
    if (found == topics_.end()) return;
    for (auto* station : found->second) {
        station->device().message(message, now);
        settle(*station, now);
    }
}

void BrokerLine::on_refused(const std::string& topic)
{
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return;
    for (auto* station : found->second) {
        context_.report.log(station->name(), sdk::Level::error, "the broker does not let us subscribe to " + topic);
        context_.report.offline(station->name(), "subscribe_refused");
    }
}

void BrokerLine::on_not_published(const std::string& topic)
{
    say_now_and_then(sdk::Level::error, "the broker does not let us publish on " + topic, sdk::now());
}

void BrokerLine::on_overflow()
{
    for (auto& [name, station] : stations_) station->device().gap();
}

sdk::Time BrokerLine::tick(sdk::Time now)
{
    while (!due_.empty() && due_.begin()->first <= now) settle(*due_.begin()->second, now);
    auto next = broker_ ? broker_->tick(now) : now + std::chrono::hours{1};
    if (!due_.empty()) next = std::min(next, due_.begin()->first);
    return next;
}

} // namespace gatehouse::mqtt

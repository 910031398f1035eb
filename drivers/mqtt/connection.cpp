#include "connection.hpp"

#include "reasons.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::mqtt {

namespace {

constexpr std::chrono::seconds keep_alive{4}; ///< a silent broker is noticed within twice this
constexpr std::chrono::seconds connect_timeout{5};
constexpr std::size_t largest_message = 65'536;
constexpr int unacceptable_version = 1;   // CONNACK of MQTT 3.1.1
constexpr int unsupported_version = 0x84; // CONNACK of MQTT 5
constexpr int first_refusal = 0x80;       // of the reason codes of MQTT 5

paho::ssl_options tls_options(const MemoryFile* ca)
{
    paho::ssl_options tls;
    if (ca) tls.set_trust_store(ca->path());
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);
    return tls;
}

} // namespace

paho::connect_options connect_options_of(const BrokerAddress& address, const MemoryFile* ca, bool mqtt5)
{
    paho::connect_options options;
    options.set_mqtt_version(mqtt5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
    if (mqtt5)
        options.set_clean_start(true);
    else
        options.set_clean_session(true);
    options.set_keep_alive_interval(keep_alive);
    options.set_connect_timeout(connect_timeout);
    options.set_automatic_reconnect(false);
    options.set_max_inflight(1000);
    if (!address.user.empty()) options.set_user_name(address.user);
    if (!address.password.empty()) options.set_password(address.password);
    if (address.tls) options.set_ssl(tls_options(ca));
    return options;
}

Connection::Connection(Broker& broker, int attempt)
    : broker_{broker}, loop_{broker.loop_}, attempt_{attempt}, mqtt5_{broker.mqtt5_},
      client_{broker.address_.uri, broker.address_.client_id, paho::create_options{mqtt5_ ? MQTTVERSION_5 : MQTTVERSION_3_1_1}, nullptr}
{
    client_.set_message_callback([this](const paho::const_message_ptr& message) { heard(message); });
    client_.set_connection_lost_handler([this](const std::string&) { lost("connection_lost"); });
    client_.set_disconnected_handler([this](const paho::properties&, paho::ReasonCode code) { lost(reason_of_disconnect(code)); });
}

std::string Connection::dial(const BrokerAddress& address, const MemoryFile* ca)
{
    try {
        dialling_ = client_.connect(connect_options_of(address, ca, mqtt5_), nullptr, dialled_);
        return {};
    } catch (const paho::exception& failure) {
        return failure.what();
    }
}

FailedDial Connection::failure() const
{
    try {
        dialling_->try_wait(); // over already: it only tells why
    } catch (const paho::exception& failure) {
        const int code = failure.get_return_code();
        const int reason = failure.get_reason_code();
        const auto text = failure.get_message();
        spdlog::debug("connect_failed mqtt={} code={} reason={} text=\"{}\"", mqtt5_ ? "5" : "3.1.1", code, reason, text);
        if (code == unacceptable_version || reason == unsupported_version) return {"version_refused", true};
        if (reason >= first_refusal || code > 0)
            return {reason_of_refusal(code > 0 ? code : reason, !broker_.address_.user.empty()), false};
        if (text.starts_with("TCP")) return {"unreachable", false};
    }
    return {"connect_failed", true}; // it was reached and hung up: so does a broker that knows only the other version
}

bool Connection::publish(const Outgoing& message)
{
    paho::properties properties;
    if (mqtt5_ && message.expiry)
        properties.add({paho::property::MESSAGE_EXPIRY_INTERVAL, static_cast<std::int32_t>(message.expiry->count())});
    try {
        client_.publish(paho::message::create(message.topic, message.payload, message.qos, false, properties), nullptr, published_);
        return true;
    } catch (const paho::exception&) {
        return false;
    }
}

void Connection::subscribe(const std::string& topic, bool with_retained)
{
    const auto kept = with_retained ? paho::subscribe_options::SEND_RETAINED_ON_SUBSCRIBE : paho::subscribe_options::DONT_SEND_RETAINED;
    const paho::subscribe_options options{paho::subscribe_options::SUBSCRIBE_NO_LOCAL, paho::subscribe_options::NO_RETAIN_AS_PUBLISHED,
                                          kept};
    try {
        // QoS 0: an acknowledgement of ours would leave the next command waiting, and the table is read back anyway.
        client_.subscribe(topic, 0, nullptr, subscribed_, mqtt5_ ? options : paho::subscribe_options{});
    } catch (const paho::exception& failure) {
        spdlog::warn("subscribe_failed what=\"{}\"", failure.what());
        lost("subscribe_failed");
    }
}

void Connection::unsubscribe(const std::string& topic)
{
    try {
        client_.unsubscribe(topic);
    } catch (const paho::exception& failure) {
        spdlog::debug("unsubscribe_failed what=\"{}\"", failure.what());
    }
}

void Connection::mute()
{
    try {
        client_.disable_callbacks();
    } catch (const paho::exception& failure) { // refused while it dials; the broker no longer listens to this attempt anyway
        spdlog::debug("mute_failed what=\"{}\"", failure.what());
    }
}

void Connection::say_good_bye()
{
    try {
        client_.disconnect(200)->wait_for(std::chrono::milliseconds{500});
    } catch (const paho::exception& failure) {
        spdlog::debug("disconnect_failed what=\"{}\"", failure.what());
    }
}

void Connection::lost(const std::string& reason)
{
    loop_.post([&broker = broker_, attempt = attempt_, reason](sdk::Time now) { broker.on_lost(attempt, reason, now); });
}

void Connection::heard(const paho::const_message_ptr& message)
{
    if (!message) return;
    const auto size = message->get_payload().size();
    const auto pass_on = [&broker = broker_, attempt = attempt_, message, heard = sdk::now()](sdk::Time now) {
        if (broker.attempt_ == attempt)
            broker.events_.message({message->get_topic(), message->get_payload(), message->is_retained(), heard}, now);
    };
    const bool taken = size <= largest_message && loop_.offer(pass_on, size + message->get_topic().size());
    if (taken || overflowing_->exchange(true)) return; // told once for all that was lost until then
    loop_.post([&broker = broker_, overflowing = overflowing_](sdk::Time) {
        *overflowing = false;
        broker.events_.overflow();
    });
}

void Connection::Dialled::on_success(const paho::token&)
{
    connection.loop_.post(
        [&broker = connection.broker_, attempt = connection.attempt_](sdk::Time now) { broker.on_connected(attempt, now); });
}

void Connection::Dialled::on_failure(const paho::token&)
{
    connection.loop_.post([&broker = connection.broker_, attempt = connection.attempt_](sdk::Time now) { broker.on_failed(attempt, now); });
}

void Connection::Subscribed::on_failure(const paho::token& token)
{
    const auto topics = token.get_topics();
    for (std::size_t i = 0; topics && i < topics->size(); ++i)
        connection.loop_.post([&broker = connection.broker_, attempt = connection.attempt_, topic = (*topics)[i]](sdk::Time) {
            if (broker.attempt_ == attempt) broker.events_.refused(topic);
        });
}

void Connection::Published::on_failure(const paho::token& token)
{
    const auto* delivery = dynamic_cast<const paho::delivery_token*>(&token);
    if (delivery == nullptr || static_cast<int>(token.get_reason_code()) < first_refusal) return; // the connection went
    const auto message = delivery->get_message();
    if (!message) return;
    connection.loop_.post([&broker = connection.broker_, attempt = connection.attempt_, topic = message->get_topic()](sdk::Time) {
        if (broker.attempt_ == attempt) broker.events_.not_published(topic);
    });
}

} // namespace gatehouse::mqtt

#include "mqtt/session.hpp"

#include "mqtt/sockets.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

constexpr auto connect_timeout = std::chrono::seconds{10};

::mqtt::connect_options connect_options_of(const Link& link)
{
    ::mqtt::connect_options options;
    options.set_mqtt_version(MQTTVERSION_3_1_1);
    options.set_clean_session(true);
    options.set_keep_alive_interval(link.keep_alive);
    options.set_connect_timeout(connect_timeout);
    options.set_automatic_reconnect(false);
    if (!link.user.empty()) options.set_user_name(link.user);
    if (!link.password.empty()) options.set_password(link.password);
    if (const auto& will = link.will) options.set_will(::mqtt::will_options{will->topic, will->payload, will->qos, will->retain});
    if (link.server.starts_with("ssl://")) {
        ::mqtt::ssl_options tls;
        if (!link.ca_file.empty()) tls.set_trust_store(link.ca_file);
        tls.set_enable_server_cert_auth(true);
        tls.set_verify(true);
        options.set_ssl(tls);
    }
    return options;
}

::mqtt::create_options create_options_of()
{
    ::mqtt::create_options options{MQTTVERSION_3_1_1, 100'000}; // a long list goes out at once
    options.set_send_while_disconnected(false);
    return options;
}

} // namespace

void Session::Listener::post(int code)
{
    boost::asio::post(session_.context_, [session = &session_, done = done_, code] { (session->*done)(code); });
}

Session::Session(boost::asio::io_context& context, const Link& link, Handlers handlers)
    : context_{context}, handlers_{std::move(handlers)}, options_{connect_options_of(link)},
      client_{link.server, link.client_id, create_options_of()}
{
    client_.set_connection_lost_handler([this](const std::string&) { boost::asio::post(context_, [this] { cut(); }); });
    client_.set_message_callback([this](::mqtt::const_message_ptr message) {
        if (!message) return;
        boost::asio::post(context_, [this, topic = message->get_topic(), payload = message->to_string()]() mutable {
            if (state_ == State::up && wanted_) handlers_.message({.topic = std::move(topic), .payload = std::move(payload)});
        });
    });
}

void Session::dial()
{
    wanted_ = true;
    if (state_ != State::idle) return;
    state_ = State::dialling;
    try {
        client_.connect(options_, nullptr, dialling_);
    } catch (const ::mqtt::exception& e) {
        boost::asio::post(context_, [this, code = e.get_return_code()] { dialled(code != 0 ? code : -1); });
    }
}

void Session::dialled(int code)
{
    state_ = code == 0 ? State::up : State::idle;
    if (!wanted_) return leave();
    if (code != 0) {
        spdlog::warn("dial_failed code={}", code); // 1 to 5: the broker's own refusal; below 0: no connection
        wanted_ = false;
        return handlers_.lost();
    }
    send_without_delay(client_.get_server_uri());
    handlers_.connected();
}

void Session::subscribe(const std::string& topic, int qos)
{
    try {
        client_.subscribe(topic, qos, nullptr, subscribing_);
    } catch (const ::mqtt::exception& e) {
        boost::asio::post(context_, [this, code = e.get_return_code()] { granted(code != 0 ? code : -1); });
    }
}

void Session::granted(int code)
{
    if (!wanted_ || state_ != State::up) return;
    if (code == 0) return handlers_.subscribed();
    spdlog::warn("subscribe_failed code={}", code);
    hang_up();
    handlers_.lost();
}

void Session::publish(const common::Message& message)
{
    if (state_ != State::up || !wanted_) return;
    try {
        client_.publish(message.topic, message.payload.data(), message.payload.size(), message.qos, message.retain);
    } catch (const ::mqtt::exception& e) {
        spdlog::debug("publish_lost bytes={} reason=\"{}\"", message.payload.size(), e.what());
    }
}

void Session::hang_up()
{
    wanted_ = false;
    leave();
}

void Session::drop()
{
    wanted_ = false;
    if (state_ != State::up) return;
    state_ = State::leaving; // until the library has noticed: `cut`
    cut_off(client_.get_server_uri());
}

void Session::leave()
{
    if (state_ != State::up) return;
    state_ = State::leaving;
    try {
        client_.disconnect(100, nullptr, leaving_); // what was published before goes out first
    } catch (const ::mqtt::exception&) {
        boost::asio::post(context_, [this] { left(-1); });
    }
}

void Session::left(int)
{
    if (state_ != State::leaving) return;
    state_ = State::idle;
    if (wanted_) dial();
}

void Session::cut()
{
    if (state_ == State::leaving) return left(0);
    if (state_ != State::up) return;
    state_ = State::idle;
    if (!wanted_) return;
    wanted_ = false;
    handlers_.lost();
}

void Session::close()
{
    wanted_ = false;
    if (state_ != State::up) return;
    state_ = State::idle;
    try {
        client_.disconnect(100)->wait_for(std::chrono::milliseconds{500});
    } catch (const ::mqtt::exception&) { // it is gone either way
    }
}

} // namespace gatehouse::simulators::mqtt

#pragma once

#include "common/faulty_path.hpp"
#include "mqtt/link.hpp"

#include <boost/asio/io_context.hpp>
#include <mqtt/async_client.h>

#include <functional>
#include <string>

namespace gatehouse::simulators::mqtt {

/// A device's connection to the broker: MQTT 3.1.1, clean session, keep-alive and will as the link says.
///
/// The library calls back on threads of its own; everything is posted to the context, and the handlers run there.
/// The context must have stopped running before a session is destroyed.
class Session {
public:
    struct Handlers {
        std::function<void()> connected;
        std::function<void()> subscribed;
        std::function<void()> lost; ///< dialled in vain, refused, or cut; not after `hang_up`
        std::function<void(common::Message)> message;
    };

    /// Throws mqtt::exception when the library refuses the address.
    Session(boost::asio::io_context& context, const Link& link, Handlers handlers);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Connects once. Calling it while a connection is ending dials when it has ended.
    void dial();
    /// Asks for the topic; `subscribed` when the broker granted it, `lost` when it refused.
    void subscribe(const std::string& topic, int qos);
    /// Hands a message to the library; without a connection it is gone.
    void publish(const common::Message& message);
    void hang_up();
    /// As a pulled plug: the broker publishes the will. Like `hang_up` for the rest.
    void drop();

    /// Ends the connection and waits for that, at most half a second. For the end of the program.
    void close();

private:
    enum class State { idle, dialling, up, leaving };

    /// Posts an outcome of the library's to our thread.
    class Listener : public ::mqtt::iaction_listener {
    public:
        Listener(Session& session, void (Session::*done)(int)) : session_{session}, done_{done} {}
        void on_success(const ::mqtt::token&) override { post(0); }
        void on_failure(const ::mqtt::token& token) override { post(token.get_return_code() != 0 ? token.get_return_code() : -1); }

    private:
        void post(int code);

        Session& session_;
        void (Session::*done_)(int);
    };

    // Outcomes as the library numbers them: 0 is success.
    void dialled(int code);
    void granted(int code);
    void left(int code);
    void cut();
    void leave();

    boost::asio::io_context& context_;
    Handlers handlers_;
    ::mqtt::connect_options options_;
    State state_ = State::idle;
    bool wanted_ = false; ///< whether there should be a connection
    Listener dialling_{*this, &Session::dialled};
    Listener subscribing_{*this, &Session::granted};
    Listener leaving_{*this, &Session::left};
    ::mqtt::async_client client_;
};

} // namespace gatehouse::simulators::mqtt

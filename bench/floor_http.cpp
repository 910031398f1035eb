#include "flat_model.hpp"
#include "floor.hpp"
#include "group_commit.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <memory>
#include <optional>

namespace gatehouse::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

/// One client of the floor: plain Beast, no limits, no deadlines.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, const std::string& answer, const Keep& keep) : socket_{std::move(socket)}, keep_{keep}
    {
        socket_.set_option(tcp::no_delay{true});
        response_.result(http::status::ok);
        response_.version(11);
        response_.set(http::field::content_type, "application/json");
        response_.body() = answer;
        response_.prepare_payload();
    }

    void read()
    {
        request_ = {};
        http::async_read(socket_, buffer_, request_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
            if (!failed) self->serve();
        });
    }

private:
    void serve()
    {
        if (!keep_) return write();
        keep_(request_.body(), [self = shared_from_this()] { self->write(); });
    }
    void write()
    {
        http::async_write(socket_, response_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
            if (!failed) self->read();
        });
    }

    tcp::socket socket_;
    const Keep& keep_;
    beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::string_body> response_;
};

void accept(tcp::acceptor& acceptor, const std::string& answer, const Keep& keep)
{
    acceptor.async_accept([&acceptor, &answer, &keep](beast::error_code failed, tcp::socket socket) {
        if (!failed) std::make_shared<Session>(std::move(socket), answer, keep)->read();
        accept(acceptor, answer, keep);
    });
}

} // namespace

int run_floor(const Floor& floor)
{
    asio::io_context core{1};
    tcp::acceptor acceptor{core, {asio::ip::address_v4::loopback(), floor.port}};
    const std::string answer(floor.answer, 'x');
    std::optional<FlatModel> model;
    if (!floor.model.empty()) model.emplace(read_flat_model(floor.model));
    std::unique_ptr<GroupCommit> commit;
    Keep keep;
    if (!floor.journal.empty()) {
        commit = std::make_unique<GroupCommit>(core.get_executor(), floor.journal, floor.one_by_one);
        keep = [&commit](const std::string& body, std::function<void()> done) { commit->add(body, std::move(done)); };
    }
    accept(acceptor, answer, keep);
    core.run();
    return 0;
}

} // namespace gatehouse::bench

#include "http/transport/message.hpp"

namespace gatehouse::http::transport {

std::string_view to_text(Verb verb)
{
    switch (verb) {
    case Verb::get:
        return "GET";
    case Verb::post:
        return "POST";
    case Verb::put:
        return "PUT";
    case Verb::patch:
        return "PATCH";
    case Verb::del:
        return "DELETE";
    case Verb::head:
        return "HEAD";
    case Verb::options:
        return "OPTIONS";
    case Verb::other:
        break;
    }
    return "other";
}

} // namespace gatehouse::http::transport

#include "http/api/json_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

namespace gatehouse::http::api {

JsonReader::Builder::Builder(json::storage_ptr storage, std::span<unsigned char> scratch) : stack{{}, scratch.data(), scratch.size()}
{
    stack.reset(std::move(storage));
}

bool JsonReader::Builder::on_key(View rest, std::size_t, Error& ec)
{
    begun += rest;
    if (!keys.emplace(open.back(), begun).second) {
        twice = begun;
        ec = json::error::extra_data;
        return false;
    }
    begun.clear();
    stack.push_key(rest);
    return true;
}

JsonReader::JsonReader(json::storage_ptr storage, const json::parse_options& options, std::span<unsigned char> scratch)
    : parser_{options, std::move(storage), scratch}
{
}

std::size_t JsonReader::take(std::string_view part, boost::system::error_code& ec)
{
    return parser_.write_some(true, part.data(), part.size(), ec);
}

void JsonReader::finish(boost::system::error_code& ec)
{
    parser_.write_some(false, nullptr, 0, ec);
}

json::value JsonReader::release()
{
    return parser_.handler().stack.release();
}

const std::string& JsonReader::twice() const
{
    return parser_.handler().twice;
}

} // namespace gatehouse::http::api

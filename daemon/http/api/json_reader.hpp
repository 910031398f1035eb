#pragma once

#include <boost/json/basic_parser.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http::api {

namespace json = boost::json;

/// Reads one JSON value, in as many parts as it comes in. A key that an object has twice is an error, where Boost's own parser takes the
/// last: whoever writes two means one of them, and a gateway guesses at nothing.
class JsonReader {
public:
    /// Values live in `storage`; `scratch` is the first working memory, and outlives the reader.
    JsonReader(json::storage_ptr storage, const json::parse_options& options, std::span<unsigned char> scratch);

    /// Answers how many bytes belong to the value, up to where it went wrong.
    std::size_t take(std::string_view part, boost::system::error_code& ec);
    void finish(boost::system::error_code& ec);
    /// Behind finish, once.
    json::value release();
    /// The key that came twice; empty when none did.
    const std::string& twice() const;

private:
    /// What the parser tells while it reads.
    struct Builder {
        static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
        using Error = boost::system::error_code;
        using View = json::string_view;

        Builder(json::storage_ptr storage, std::span<unsigned char> scratch);

        json::value_stack stack;
        std::vector<std::uint64_t> open; ///< objects around, each by its number
        std::uint64_t objects = 0;
        std::set<std::pair<std::uint64_t, std::string>> keys; ///< with the number of the object
        std::string begun;                                    ///< of a key that comes in parts
        std::string twice;

        bool on_document_begin(Error&) { return true; }
        bool on_document_end(Error&) { return true; }
        bool on_array_begin(Error&) { return true; }
        bool on_array_end(std::size_t count, Error&) { return stack.push_array(count), true; }
        bool on_object_begin(Error&) { return open.push_back(++objects), true; }
        bool on_object_end(std::size_t count, Error&) { return open.pop_back(), stack.push_object(count), true; }
        bool on_key_part(View part, std::size_t, Error&) { return begun += part, stack.push_chars(part), true; }
        bool on_key(View rest, std::size_t, Error& ec);
        bool on_string_part(View part, std::size_t, Error&) { return stack.push_chars(part), true; }
        bool on_string(View rest, std::size_t, Error&) { return stack.push_string(rest), true; }
        bool on_number_part(View, Error&) { return true; }
        bool on_int64(std::int64_t number, View, Error&) { return stack.push_int64(number), true; }
        bool on_uint64(std::uint64_t number, View, Error&) { return stack.push_uint64(number), true; }
        bool on_double(double number, View, Error&) { return stack.push_double(number), true; }
        bool on_bool(bool is, Error&) { return stack.push_bool(is), true; }
        bool on_null(Error&) { return stack.push_null(), true; }
        bool on_comment_part(View, Error&) { return true; }
        bool on_comment(View, Error&) { return true; }
    };

    json::basic_parser<Builder> parser_;
};

} // namespace gatehouse::http::api

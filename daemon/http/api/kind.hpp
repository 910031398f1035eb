#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http::api {

class Fields;

/// Which characters a text may consist of. Names them for the OpenAPI document and checks them without a regex engine.
struct Pattern {
    std::string_view regex;
    bool (*matches)(std::string_view text);
    std::string_view otherwise = {}; ///< what is said of a text that does not match; empty: the regex
};

extern const Pattern digits;    ///< ^\d+$
extern const Pattern lower_hex; ///< ^[0-9a-f]+$
extern const Pattern key_name;  ///< ^[a-z0-9][a-z0-9-]{0,62}$: keys of the configuration file
extern const Pattern not_blank; ///< \S: something of it is to be seen

/// What a parameter or a member of an answer may hold.
struct Kind {
    enum class Type : std::uint8_t {
        uuid,
        text,
        email,
        phone,
        datetime,
        boolean,
        text_or_boolean,
        integer,
        number,
        choice,
        list,
        object,
        map
    };

    Type type = Type::text;
    double low = -std::numeric_limits<double>::infinity(); ///< integer, number
    double high = std::numeric_limits<double>::infinity();
    std::size_t min = 0; ///< characters of a text, items of a list, members of a map
    std::size_t max = 1000;
    const Pattern* pattern = nullptr;
    std::vector<std::string> choices = {};
    std::shared_ptr<const Kind> item = {}; ///< of a list or map
    std::shared_ptr<const Fields> fields = {};
    bool may_be_null = false;
    bool is_secret = false;
};

Kind uuid();
/// `min` and `max` count characters (code points). Control characters are never allowed.
Kind text(std::size_t min = 0, std::size_t max = 1000);
Kind text(const Pattern& pattern, std::size_t min = 1, std::size_t max = 1000);
Kind email();
Kind phone();    ///< E.164, trimmed first
Kind datetime(); ///< ISO 8601 with `Z` or an offset
Kind boolean();
Kind text_or_boolean(std::size_t max = 500); ///< values of custom metadata
Kind integer(std::int64_t low, std::int64_t high);
Kind integer();
Kind number(double low, double high);
Kind choice(std::vector<std::string> choices);
Kind list(Kind item, std::size_t min = 0, std::size_t max = 1000);
Kind object(Fields fields);
Kind map(Kind value, std::size_t max = 50);

/// The same, and `null` besides.
Kind nullable(Kind kind);
/// The same, never repeated in logs, URLs or error messages.
Kind secret(Kind kind);

} // namespace gatehouse::http::api

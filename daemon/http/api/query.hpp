#pragma once

#include "base/result.hpp"
#include "http/api/params.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http::api {

namespace json = boost::json;

/// Takes a query string apart: percent-decoding, `+` as blank, order kept.
/// Errors: invalid (broken percent encoding, text that is not UTF-8, more than 1000 pairs). Threads: any.
base::Result<std::vector<std::pair<std::string, std::string>>> split_query(std::string_view query);

/// Brings a query into the shape of a JSON body, guided by the kinds: repeated keys, `k[]=a` and comma-joined texts become lists, dotted
/// keys objects, an empty value null (the empty list for lists). What cannot be read as its kind stays text, so that validation names
/// it. Unknown keys are dropped. Errors: as split_query. Threads: any.
base::Result<json::object> decode_query(std::string_view query, const Fields& fields);

/// The inverse, for links: the parameters in the same encoding, without `page_cursor`. Secrets only with `with_secrets` (for hashing).
std::string encode_query(const Params& params, bool with_secrets);

} // namespace gatehouse::http::api

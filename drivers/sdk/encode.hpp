#pragma once

#include "sdk/device.hpp"
#include "sdk/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

struct Manifest;

/// The lines a driver writes, each with its end. Text that is not UTF-8 or longer than the protocol allows is mended or cut.
///
/// Errors:  none.
/// Threads: any.
std::string encode_answer(std::string_view id, const Verdict& verdict);
std::string encode_answer(std::string_view id, const Attached& attached);
std::string encode_answer(std::string_view id, const Applied& applied);
std::string encode_answer(std::string_view id, const Digest& digest);
std::string encode_welcome(std::string_view id, const Manifest& manifest);
std::string encode_version_refusal(std::string_view id, const Manifest& manifest);
std::string encode_pong(std::string_view id, const std::map<std::string, std::uint64_t>& dropped);
std::string encode_error(const Verdict& verdict);
std::string encode_manifest(const Manifest& manifest);

/// One page of a table, from entry `next` on; `next` moves behind it. At most 128 entries and what fits a line.
std::string encode_page(std::string_view id, const Table& table, std::size_t& next, std::string_view read_id);

/// Takes out what the protocol cannot carry (a key that is no key); the table is partial, "damaged", if anything was.
void fit(Table& table);

} // namespace gatehouse::sdk

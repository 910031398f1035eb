#include "http/api/cursor.hpp"

#include "base/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace gatehouse::http::api {

namespace {

constexpr std::size_t binding_bytes = sizeof(std::uint64_t);

std::string base64url(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                                      static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.erase(std::ranges::find(text, '='), text.end());
    return text;
}

/// Empty when `text` is not base64url.
std::string from_base64url(std::string text)
{
    if (text.find_first_of("+/=") != std::string::npos) return {};
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    const auto padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string bytes(text.size() / 4 * 3, '\0');
    const auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
    if (size < 0 || padding > 2) return {};
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

} // namespace

Cursors::Mac Cursors::mac(std::string_view sealed) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> full{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(sealed.data()), sealed.size(),
         full.data(), &size);
    Mac cut{};
    std::memcpy(cut.data(), full.data(), cut.size());
    return cut;
}

std::string Cursors::seal(std::string_view position, std::uint64_t bound_to) const
{
    std::string bytes(binding_bytes, '\0');
    std::memcpy(bytes.data(), &bound_to, binding_bytes);
    bytes += position;
    const auto check = mac(bytes);
    bytes.append(reinterpret_cast<const char*>(check.data()), check.size());
    return base64url(bytes);
}

base::Result<std::string> Cursors::open(std::string_view cursor, std::uint64_t bound_to) const
{
    const auto bytes = from_base64url(std::string{cursor});
    if (bytes.size() < binding_bytes + sizeof(Mac)) return base::fail(base::Fault::invalid, "Invalid page cursor");
    const auto sealed = std::string_view{bytes}.substr(0, bytes.size() - sizeof(Mac));
    const auto given = base::bytes_of(std::string_view{bytes}.substr(sealed.size()));
    if (!base::equal_in_constant_time(given, mac(sealed))) return base::fail(base::Fault::invalid, "Invalid page cursor");

    std::uint64_t made_for = 0;
    std::memcpy(&made_for, sealed.data(), binding_bytes);
    if (made_for != bound_to)
        return base::fail(base::Fault::invalid, "The page cursor belongs to other parameters", "mismatched_page_parameters");
    return std::string{sealed.substr(binding_bytes)};
}

} // namespace gatehouse::http::api

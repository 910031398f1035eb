#include "settings/settings.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::settings {

namespace {

/// The reason alone: the detail begins with where.
std::string why_refused(const std::string& detail, const SecretRef& ref)
{
    const auto where = text({.at = ref.mark, .path = ref.path, .message = ""});
    return detail.starts_with(where) ? detail.substr(where.size()) : detail;
}

} // namespace

std::vector<SecretRef> secrets(const Settings& settings)
{
    std::vector<SecretRef> out;
    const auto add = [&out](const std::optional<SecretRef>& ref) {
        if (ref) out.push_back(*ref);
    };
    if (settings.http.tls) {
        out.push_back(settings.http.tls->certificate);
        out.push_back(settings.http.tls->key);
    }
    for (const Line& line : settings.lines)
        if (const auto* endpoint = std::get_if<UrlEndpoint>(&line.endpoint)) {
            add(endpoint->password);
            add(endpoint->ca);
        }
    for (const Device& device : settings.devices) add(device.key_secret);
    std::stable_sort(out.begin(), out.end(), [](const SecretRef& a, const SecretRef& b) { return a.mark.line < b.mark.line; });
    return out;
}

Problems check_secrets(const Settings& settings, const std::filesystem::path& credentials, bool without_credentials)
{
    constexpr std::size_t at_most = 40 * 1024;
    Problems problems;
    std::map<std::string, std::size_t> sizes; // by line or device
    for (const auto& ref : secrets(settings)) {
        if (ref.kind == SecretRef::Kind::credential && credentials.empty() && without_credentials) continue;
        const auto secret = resolve(ref, credentials);
        if (!secret) {
            problems.push_back({.at = ref.mark, .path = ref.path, .message = why_refused(secret.error().detail, ref)});
            continue;
        }
        if (ref.path.starts_with("http.")) continue; // no driver hears of it
        auto& size = sizes[ref.path.substr(0, ref.path.rfind('.'))];
        size += secret->reveal().size();
        if (size > at_most)
            problems.push_back(
                {.at = ref.mark, .path = ref.path, .message = "is too long: what one driver message carries is 40 KiB of secrets"});
    }
    return problems;
}

} // namespace gatehouse::settings

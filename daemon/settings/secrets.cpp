#include "settings/settings.hpp"

#include <algorithm>

namespace gatehouse::settings {

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

} // namespace gatehouse::settings

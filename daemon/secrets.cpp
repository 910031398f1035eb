#include "secrets.hpp"

#include "settings/secret.hpp"

#include <boost/json.hpp>

namespace gatehouse {

base::Result<std::string> read_secret(std::string_view reference)
{
    boost::system::error_code error;
    const auto value = boost::json::parse(reference, error);
    if (error || !value.is_object() || value.get_object().size() != 1)
        return base::fail(base::Fault::invalid, "not a reference to a secret");
    const auto& [kind, name] = *value.get_object().begin();
    if (!name.is_string() || (kind != "credential" && kind != "file"))
        return base::fail(base::Fault::invalid, "not a reference to a secret");
    settings::SecretRef ref;
    ref.kind = kind == "credential" ? settings::SecretRef::Kind::credential : settings::SecretRef::Kind::file;
    ref.name = {name.get_string().data(), name.get_string().size()};
    const auto secret = settings::resolve(ref, settings::credentials_directory());
    if (!secret) return secret.error();
    return std::string{secret->reveal()};
}

} // namespace gatehouse

#include "mqtt/state_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

constexpr std::uintmax_t largest_file = 16 * 1024 * 1024;

std::optional<Stored> read_stored(const std::string& text)
{
    boost::system::error_code ec;
    const auto value = json::parse(text, ec);
    if (ec || !value.is_object()) return std::nullopt;
    const auto* config = value.get_object().if_contains("config");
    const auto* records = value.get_object().if_contains("records");
    if (config == nullptr || !config->is_string() || records == nullptr || !records->is_object()) return std::nullopt;
    Stored stored{.records = {}, .config = std::string{std::string_view{config->get_string()}}};
    for (const auto& member : records->get_object()) {
        if (!member.value().is_string()) return std::nullopt;
        stored.records.emplace(std::string{member.key()}, std::string{std::string_view{member.value().get_string()}});
    }
    return stored;
}

} // namespace

common::Outcome<std::optional<Stored>> load_state(const std::string& path)
{
    std::error_code ec;
    const auto size = std::filesystem::file_size(path, ec);
    if (ec == std::errc::no_such_file_or_directory) return std::optional<Stored>{};
    if (ec) return common::problem("state: " + path + ": " + ec.message());
    if (size > largest_file) return common::problem("state: " + path + ": larger than 16 MiB");
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto stored = file ? read_stored(text) : std::nullopt;
    if (!stored) return common::problem("state: " + path + ": not a controller's memory");
    return stored;
}

common::Outcome<void> save_state(const std::string& path, const common::Flash& flash, const std::string& config)
{
    json::object records;
    for (const auto& [name, text] : flash.records()) records.emplace(name, text);
    const auto draft = path + ".new";
    {
        std::ofstream file{draft, std::ios::binary | std::ios::trunc};
        file << json::serialize(json::object{{"config", config}, {"records", std::move(records)}}) << '\n';
        if (!file.flush()) return common::problem("state: cannot write " + draft);
    }
    if (std::rename(draft.c_str(), path.c_str()) != 0) return common::problem("state: cannot replace " + path);
    return {};
}

} // namespace gatehouse::simulators::mqtt

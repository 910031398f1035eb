#include "common/faults.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <functional>
#include <string>
#include <utility>

namespace gatehouse::simulators::common {
namespace {

namespace json = boost::json;
using Set = Outcome<void> (*)(Faults&, const json::value&);

constexpr double longest_ms = 600'000;

std::optional<double> number_in(const json::value& value, double least, double most)
{
    if (!value.is_number()) return std::nullopt;
    const auto number = value.to_number<double>();
    if (!(number >= least && number <= most)) return std::nullopt;
    return number;
}

template <double Faults::*member>
Outcome<void> share(Faults& faults, const json::value& value)
{
    const auto number = number_in(value, 0, 1);
    if (!number) return problem("value: needs a number from 0 to 1");
    faults.*member = *number;
    return {};
}

template <bool Faults::*member>
Outcome<void> flag(Faults& faults, const json::value& value)
{
    if (!value.is_bool()) return problem("value: needs true or false");
    faults.*member = value.get_bool();
    return {};
}

std::chrono::milliseconds milliseconds_of(double number)
{
    return std::chrono::milliseconds{static_cast<std::int64_t>(number)};
}

Outcome<void> delay(Faults& faults, const json::value& value)
{
    const auto* pair = value.if_array();
    if (pair != nullptr && pair->size() != 2) return problem("value: needs milliseconds or [least, most]");
    const auto least = number_in(pair != nullptr ? pair->at(0) : value, 0, longest_ms);
    const auto most = number_in(pair != nullptr ? pair->at(1) : value, 0, longest_ms);
    if (!least || !most || *most < *least) return problem("value: needs 0 to 600000 milliseconds or [least, most]");
    faults.delay_min = milliseconds_of(*least);
    faults.delay_max = milliseconds_of(*most);
    return {};
}

Outcome<void> reorder(Faults& faults, const json::value& value)
{
    const auto window = number_in(value, 0, 64);
    if (!window) return problem("value: needs a window of 0 to 64 messages");
    faults.reorder = static_cast<std::size_t>(*window);
    return {};
}

Outcome<void> table_full(Faults& faults, const json::value& value)
{
    const auto room = number_in(value, 0, 1'000'000);
    if (!room && !value.is_null()) return problem("value: needs a number of records, or null");
    faults.table_full = room ? std::optional{static_cast<std::size_t>(*room)} : std::nullopt;
    return {};
}

Outcome<void> ops_per_s(Faults& faults, const json::value& value)
{
    const auto rate = number_in(value, 0, 10'000);
    if (!rate || (*rate > 0 && *rate < 0.01)) return problem("value: needs 0 (no limit) or 0.01 to 10000 operations a second");
    faults.ops_per_s = *rate;
    return {};
}

Outcome<void> clock_skew(Faults& faults, const json::value& value)
{
    const auto seconds = number_in(value, -4e9, 4e9);
    if (!seconds) return problem("value: needs seconds");
    faults.clock_skew = std::chrono::seconds{static_cast<std::int64_t>(*seconds)};
    return {};
}

Outcome<void> reconnect(Faults& faults, const json::value& value)
{
    const auto seconds = number_in(value, 0, 3600);
    if (!seconds && !value.is_null()) return problem("value: needs 0 to 3600 seconds, or null");
    faults.reconnect = seconds ? std::optional{milliseconds_of(*seconds * 1000)} : std::nullopt;
    return {};
}

Outcome<void> heal(Faults& faults, const json::value&)
{
    faults = Faults{};
    return {};
}

struct Named {
    std::string_view name;
    Set set;
};

constexpr std::array known{
    Named{"ack_but_not_stored", share<&Faults::ack_but_not_stored>},
    Named{"busy", flag<&Faults::busy>},
    Named{"clock_skew_s", clock_skew},
    Named{"clock_unset", flag<&Faults::clock_unset>},
    Named{"corrupt_reply", share<&Faults::corrupt_reply>},
    Named{"delay_ms", delay},
    Named{"drop_reply", share<&Faults::drop_reply>},
    Named{"drop_request", share<&Faults::drop_request>},
    Named{"duplicate", share<&Faults::duplicate>},
    Named{"list_drops", share<&Faults::list_drops>},
    Named{"none", heal},
    Named{"ops_per_s", ops_per_s},
    Named{"reconnect_s", reconnect},
    Named{"reorder", reorder},
    Named{"table_full", table_full},
    Named{"write_fails", flag<&Faults::write_fails>},
};

} // namespace

Outcome<void> set_fault(Faults& faults, std::string_view name, const json::value& value)
{
    for (const auto& fault : known) {
        if (fault.name == name) return fault.set(faults, value);
    }
    return problem("name: no fault is called " + std::string{name.substr(0, 40)});
}

Outcome<void> set_faults(Faults& faults, const std::vector<std::string>& settings)
{
    return each_fault(settings, [&faults](std::string_view name, const json::value& value) { return set_fault(faults, name, value); });
}

Outcome<void> each_fault(const std::vector<std::string>& settings, const SetFault& set)
{
    for (const std::string_view setting : settings) {
        const auto equals = setting.find('=');
        const auto text = equals == std::string_view::npos ? std::string_view{} : setting.substr(equals + 1);
        boost::system::error_code ec;
        const auto value = json::parse({text.data(), text.size()}, ec);
        if (ec) return problem("fault: needs NAME=VALUE with a JSON value: " + std::string{setting});
        if (const auto done = set(setting.substr(0, equals), value); !done)
            return problem("fault: " + std::string{setting} + ": " + done.error().text);
    }
    return {};
}

} // namespace gatehouse::simulators::common

#include "bench_file.hpp"

#include "failure.hpp"

#include <boost/json/array.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <fstream>
#include <span>

namespace gatehouse::check {

namespace json = boost::json;

namespace {

/// What a member may be, in words and as a test.
struct Kind {
    const char* words;
    bool (*fits)(const json::value& value);
};

template <bool (*fits)(const json::value&)>
bool list_of(const json::value& value)
{
    return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(), fits);
}

bool is_text(const json::value& value)
{
    return value.is_string();
}

bool is_object(const json::value& value)
{
    return value.is_object();
}

bool is_door(const json::value& value)
{
    return value.is_int64() && value.get_int64() >= 0 && value.get_int64() <= 62;
}

bool is_command(const json::value& value)
{
    return list_of<is_text>(value) && !value.get_array().empty();
}

constexpr Kind kind_text{"text", is_text}, kind_object{"an object", is_object}, kind_requests{"a list of objects", list_of<is_object>},
    kind_commands{"a list of programs, each a list of text: the program and its arguments", list_of<is_command>},
    kind_doors{"a list of door numbers from 0 to 62, at least one",
               [](const json::value& v) { return list_of<is_door>(v) && !v.get_array().empty(); }},
    kind_flag{"true or false", [](const json::value& v) { return v.is_bool(); }},
    kind_number{"a whole number from 0", [](const json::value& v) { return v.is_int64() && v.get_int64() >= 0; }},
    kind_texts{"an object of text",
               [](const json::value& v) {
                   return v.is_object() &&
                          std::all_of(v.get_object().begin(), v.get_object().end(), [](const auto& m) { return m.value().is_string(); });
               }},
    kind_pointer{"a JSON pointer, such as \"/entries\"",
                 [](const json::value& v) { return v.is_string() && (v.get_string().empty() || v.get_string().front() == '/'); }};

struct Member {
    const char* name;
    Kind kind;
    bool needed = false;
};

constexpr Member of_bench[] = {{"programs", kind_commands}, {"files", kind_texts},       {"control", kind_text},
                               {"profiles", kind_text},     {"line", kind_object, true}, {"device", kind_object, true},
                               {"doors", kind_doors, true}, {"faults", kind_object},     {"foreign_key", kind_text},
                               {"heal", kind_requests},     {"truth", kind_object},      {"times", kind_object}};
constexpr Member of_line[] = {{"endpoint", kind_object}, {"secrets", kind_texts}};
constexpr Member of_device[] = {{"address", kind_number}, {"profile", kind_text}, {"params", kind_object}, {"secrets", kind_texts}};
constexpr Member of_faults[] = {{"slow", kind_requests},         {"silent", kind_requests},    {"restart", kind_requests},
                                {"cut", kind_requests},          {"full", kind_requests},      {"lose_requests", kind_requests},
                                {"lose_replies", kind_requests}, {"lose_rows", kind_requests}, {"storm", kind_requests},
                                {"foreign", kind_requests},      {"not_stored", kind_requests}};
constexpr Member of_truth[] = {{"ask", kind_object, true}, {"entries", kind_pointer},    {"key", kind_pointer},
                               {"entry", kind_object},     {"end_inclusive", kind_flag}, {"doors", kind_pointer},
                               {"open", kind_pointer},     {"first_door", kind_number}};
constexpr Member of_entry[] = {{"doors", kind_pointer}, {"from", kind_pointer}, {"until", kind_pointer}, {"pin", kind_pointer}};
constexpr Member of_times[] = {
    {"heard_ms", kind_number}, {"lost_ms", kind_number}, {"back_ms", kind_number}, {"restart_ms", kind_number}, {"settle_ms", kind_number}};

class Judge {
public:
    Judge(const json::object& plan, const std::string& file) : plan_{plan}, file_{file} {}

    /// The members of one object; of none where it is not there.
    void members(const json::object* of, const std::string& where, std::span<const Member> known) const
    {
        if (of == nullptr) return;
        for (const auto& member : *of) {
            const auto is_it = [&member](const Member& one) { return member.key() == one.name; };
            const auto found = std::find_if(known.begin(), known.end(), is_it);
            if (found == known.end()) wrong(where, member.key(), "is not known; there are " + names(known));
            if (!found->kind.fits(member.value())) wrong(where, member.key(), std::string{"is not "} + found->kind.words);
        }
        for (const auto& one : known)
            if (one.needed && !of->contains(one.name)) wrong(where, one.name, "is missing");
    }

    /// A member that says nothing without another.
    void together(const json::object* of, const std::string& where, const char* name, const char* with) const
    {
        if (of != nullptr && of->contains(name) && !of->contains(with))
            wrong(where, name, "says nothing without `" + where + with + "`, which is missing");
    }

    const json::object* part(std::string_view name) const { return object_in(&plan_, name); }
    static const json::object* object_in(const json::object* of, std::string_view name)
    {
        const auto* value = of == nullptr ? nullptr : of->if_contains(name);
        return value == nullptr ? nullptr : value->if_object();
    }

private:
    static std::string names(std::span<const Member> known)
    {
        std::string all;
        for (const auto& one : known) all.append(all.empty() ? "" : ", ").append(one.name);
        return all;
    }

    [[noreturn]] void wrong(const std::string& where, std::string_view name, const std::string& what) const
    {
        throw BadBench{file_ + ": `" + where + std::string{name} + "` " + what};
    }

    const json::object& plan_;
    const std::string& file_;
};

} // namespace

json::object read_plan(const std::string& file)
{
    std::ifstream stream{file};
    const std::string whole{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) throw BadBench{file + ": cannot be read"};
    json::stream_parser parser;
    boost::system::error_code ec;
    const auto read = parser.write(whole, ec);
    if (!ec) parser.finish(ec);
    const auto line = 1 + std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(std::min(read, whole.size())), '\n');
    if (ec) throw BadBench{file + ":" + std::to_string(line) + ": not JSON: " + ec.message()};
    auto plan = parser.release();
    if (!plan.is_object()) throw BadBench{file + ": not a JSON object"};
    return std::move(plan.get_object());
}

void judge_plan(const json::object& plan, const std::string& file)
{
    const Judge judge{plan, file};
    judge.members(&plan, "", of_bench);
    judge.members(judge.part("line"), "line.", of_line);
    judge.members(judge.part("device"), "device.", of_device);
    judge.members(judge.part("faults"), "faults.", of_faults);
    const auto* truth = judge.part("truth");
    judge.members(truth, "truth.", of_truth);
    judge.members(Judge::object_in(truth, "entry"), "truth.entry.", of_entry);
    judge.members(judge.part("times"), "times.", of_times);
    for (const auto* steered : {"faults", "heal", "truth"}) judge.together(&plan, "", steered, "control");
    judge.together(truth, "truth.", "entries", "key");
    judge.together(truth, "truth.", "entry", "entries");
    judge.together(truth, "truth.", "doors", "open");
    const auto* faults = judge.part("faults");
    if (faults != nullptr && faults->contains("foreign") && !plan.contains("foreign_key"))
        throw BadBench{file + ": `foreign_key` is missing: the key that the fault `foreign` writes"};
}

} // namespace gatehouse::check

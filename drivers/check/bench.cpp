#include "bench.hpp"

#include "bench_file.hpp"
#include "control.hpp"
#include "conversation.hpp"
#include "failure.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

namespace gatehouse::check {

namespace json = boost::json;

namespace {

/// A number or a text, as text.
std::string plain(const json::value& value)
{
    return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
}

/// What a pointer of `truth` leads to.
const json::value& led_to(const json::value& told, const json::object& truth, std::string_view name,
                          std::optional<json::kind> kind = std::nullopt)
{
    boost::system::error_code missing;
    const std::string pointer{truth.at(name).as_string()};
    const auto* value = told.find_pointer(pointer, missing);
    const auto is = "`truth." + std::string{name} + "` (" + pointer + ") leads to ";
    if (value == nullptr) throw BadBench{is + "nothing in what the bench tells: " + json::serialize(told).substr(0, 200)};
    if (kind && value->kind() != *kind)
        throw BadBench{is + "something else than " + (*kind == json::kind::array ? "a list" : "true or false")};
    return *value;
}

constexpr Milliseconds programs_within{10'000};

std::string free_port()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    const bool bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(probe);
    if (!bound) throw BadBench{"no free port"};
    return std::to_string(ntohs(address.sin_port));
}

std::int64_t number_in(const std::string& text, const std::string& name)
{
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc{} || end != text.data() + text.size()) throw BadBench{"${" + name + ":number}: \"" + text + "\" is no number"};
    return number;
}

} // namespace

Bench::Bench(const std::string& file, const std::map<std::string, std::string>& settings) : settings_{settings}
{
    auto name = (std::filesystem::temp_directory_path() / "gatehouse-check.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw BadBench{"no folder in the folder for temporary files"};
    directory_ = name;
    settings_["dir"] = directory_;
    settings_["here"] = std::filesystem::absolute(file).parent_path().string();
    for (const auto* port : {"port", "port2"}) settings_[port] = free_port();
    plan_ = filled(read_plan(file)).as_object();
    judge_plan(plan_, file);
    for (const auto& door : plan_.at("doors").as_array()) doors_.push_back(door.as_int64());
}

Bench::~Bench()
{
    for (auto program = programs_.rbegin(); program != programs_.rend(); ++program) program->reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

/// `${name}` in any text; a text that is `${name:number}` becomes a number.
json::value Bench::filled(const json::value& value) const
{
    if (value.is_array()) {
        json::array all;
        for (const auto& one : value.get_array()) all.push_back(filled(one));
        return all;
    }
    if (value.is_object()) {
        json::object all;
        for (const auto& member : value.get_object()) all[member.key()] = filled(member.value());
        return all;
    }
    if (!value.is_string()) return value;
    std::string text{value.get_string()};
    const bool number = text.starts_with("${") && text.ends_with(":number}");
    if (number) {
        const auto name = text.substr(2, text.size() - 10);
        return json::value(number_in(filled("${" + name + "}"), name));
    }
    return json::value(filled(std::move(text)));
}

std::string Bench::filled(std::string text) const
{
    for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
        const auto end = text.find('}', at);
        const auto name = text.substr(at + 2, end - at - 2);
        const auto known = settings_.find(name);
        if (end == std::string::npos || known == settings_.end())
            throw BadBench{std::string{"nothing says what ${"}.append(name).append("} is (--set ").append(name).append("=...)")};
        text.replace(at, end - at + 1, known->second);
    }
    return text;
}

void Bench::start()
{
    if (const auto* files = plan_.if_contains("files"))
        for (const auto& file : files->as_object())
            std::ofstream{directory_ + "/" + std::string{file.key()}} << file.value().as_string().c_str();
    if (const auto* programs = plan_.if_contains("programs"))
        for (const auto& program : programs->as_array()) {
            std::vector<std::string> words;
            for (const auto& word : program.as_array()) words.emplace_back(word.as_string());
            const auto name = words.front();
            words.erase(words.begin());
            programs_.push_back(std::make_unique<Child>(name, std::move(words)));
        }
    const auto* control = plan_.if_contains("control");
    if (control == nullptr) return;
    const auto until = Deadline::in(programs_within);
    const std::string path{control->as_string()};
    while (!(control_ = Control::connect(path))) {
        for (const auto& program : programs_)
            if (const auto code = program->exit_code(Deadline::in(Milliseconds{0})))
                throw BadBench{"a program of the bench ended with " + std::to_string(*code) + ": " + program->log()};
        if (until.passed()) throw BadBench{"the bench's control socket does not appear"};
        if (programs_.empty()) throw BadBench{"nobody listens on " + path};
        programs_.back()->line(Deadline::in(Milliseconds{20}));
    }
}

bool Bench::can(std::string_view fault) const
{
    const auto* faults = plan_.if_contains("faults");
    return control_ && faults != nullptr && faults->as_object().contains(fault);
}

void Bench::order(const json::value& request)
{
    const auto answer = control_->ask(request);
    const auto* ok = answer.if_contains("ok");
    if (ok == nullptr || !ok->is_bool() || !ok->get_bool()) throw BadBench{"the bench refuses a request: " + text_in(answer, "error")};
}

void Bench::fault(std::string_view name)
{
    if (!can(name)) throw NotChecked{"the bench has no fault `" + std::string{name} + "`"};
    for (const auto& request : plan_.at("faults").as_object().at(name).as_array()) order(request);
}

void Bench::heal()
{
    const auto* heal = plan_.if_contains("heal");
    if (control_ && heal != nullptr)
        for (const auto& request : heal->as_array()) order(request);
}

bool Bench::knows_doors() const
{
    const auto* truth = plan_.if_contains("truth");
    return control_ && truth != nullptr && truth->as_object().contains("doors");
}

Truth Bench::truth()
{
    if (!control_ || !plan_.contains("truth")) throw NotChecked{"the bench does not tell what its device holds (`truth`)"};
    const auto& how = plan_.at("truth").as_object();
    const json::value told = control_->ask(how.at("ask"));
    Truth truth;
    if (how.contains("entries"))
        for (const auto& entry : led_to(told, how, "entries", json::kind::array).get_array()) {
            const auto key = plain(led_to(entry, how, "key"));
            truth.keys.emplace(key);
            auto& parts = truth.entries[key];
            if (const auto* of_entry = how.if_contains("entry"))
                for (const auto& part : of_entry->as_object()) {
                    boost::system::error_code missing;
                    if (const auto* value = entry.find_pointer(part.value().as_string(), missing)) parts[part.key()] = plain(*value);
                }
        }
    if (how.contains("doors"))
        for (const auto& door : led_to(told, how, "doors", json::kind::array).get_array())
            truth.open.push_back(led_to(door, how, "open", json::kind::bool_).get_bool());
    return truth;
}

std::set<std::string> Bench::keys()
{
    const auto* truth_of = plan_.if_contains("truth");
    if (truth_of != nullptr && !truth_of->as_object().contains("entries"))
        throw NotChecked{"the bench does not tell what its device holds (`truth.entries`)"};
    return truth().keys;
}

bool Bench::knows(std::string_view part) const
{
    const auto* truth = plan_.if_contains("truth");
    const auto* entry = control_ && truth != nullptr ? truth->as_object().if_contains("entry") : nullptr;
    return entry != nullptr && entry->as_object().contains(part);
}

std::string Bench::last_moment_of(const std::string& until) const
{
    const auto* inclusive = plan_.at("truth").as_object().if_contains("end_inclusive");
    return inclusive != nullptr && inclusive->as_bool() ? std::to_string(std::stoll(until) - 1) : until;
}

std::string Bench::foreign_key() const
{
    return std::string{plan_.at("foreign_key").as_string()};
}

std::vector<std::string> Bench::secrets() const
{
    std::vector<std::string> all;
    for (const auto* name : {"line", "device"})
        for (const auto& secret : part(name, "secrets"))
            if (secret.value().as_string().size() >= 4) all.emplace_back(secret.value().as_string());
    return all;
}

bool Bench::open(std::int64_t door)
{
    if (!knows_doors()) throw NotChecked{"the bench does not tell whether a door is open (`truth.doors`)"};
    const auto* first = plan_.at("truth").as_object().if_contains("first_door");
    const auto open = truth().open;
    const auto at = static_cast<std::size_t>(door - (first == nullptr ? 0 : first->as_int64()));
    if (at >= open.size()) throw BadBench{"`doors` names one that its truth does not have"};
    return open[at];
}

const json::object& Bench::part(std::string_view name, std::string_view inner) const
{
    static const json::object none;
    const auto* found = plan_.at(name).as_object().if_contains(inner);
    return found == nullptr ? none : found->as_object();
}

std::string Bench::profiles() const
{
    const auto* folder = plan_.if_contains("profiles");
    return folder == nullptr ? std::string{} : std::string{folder->as_string()};
}

Milliseconds Bench::time(std::string_view name, Milliseconds otherwise) const
{
    const auto* times = plan_.if_contains("times");
    const auto* found = times == nullptr ? nullptr : times->as_object().if_contains(name);
    return found == nullptr ? otherwise : Milliseconds{found->as_int64()};
}

} // namespace gatehouse::check

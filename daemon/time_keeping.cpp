#include "time_keeping.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>

#include <charconv>

namespace gatehouse {

namespace {

constexpr std::string_view mark = "clock:mark", doubted = "clock:doubted";
constexpr base::seconds between_looks{1}, between_marks{60};

void record(const base::Timekeeper& keeper, ledger::Ledger& ledger)
{
    const bool trusted = keeper.site().trusted;
    const auto says = base::to_iso(keeper.machine_wall()), takes = base::to_iso(keeper.wall());
    model::Event event;
    event.type = trusted ? "gateway.clock_trusted" : "gateway.clock_untrusted";
    event.body = {{"clock", says}, {"effective", takes}, {"reason", std::string{to_string(keeper.doubt())}}};
    ledger.note({"gatehouse", "gateway"}, std::move(event));
    if (trusted)
        spdlog::info("clock_trusted clock={}", says);
    else
        spdlog::error("clock_untrusted reason={} clock={} effective={}", to_string(keeper.doubt()), says, takes);
}

/// "BOOT MARKER": microseconds of the boot clock, and an instant or nothing.
std::string text_of(const base::Mark::Doubted& since)
{
    return std::to_string(since.boot.count()) + " " + (since.marker ? base::to_iso(*since.marker) : std::string{});
}

/// What cannot be read says that it was doubted, and not in this boot.
base::Mark::Doubted doubted_from(std::string_view text)
{
    base::Mark::Doubted since{base::microseconds::max(), {}};
    std::int64_t boot = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), boot);
    if (error == std::errc{}) since.boot = base::microseconds{boot};
    const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (const auto marker = base::from_iso(rest.substr(std::min<std::size_t>(rest.size(), 1)))) since.marker = *marker;
    return since;
}

} // namespace

base::Instant build_day()
{
    return base::Instant{base::seconds{GATEHOUSE_BUILT}};
}

base::Timekeeper::Marker marker_at(std::filesystem::path file)
{
    return [file = std::move(file)]() -> std::optional<base::Instant> {
        struct stat found = {};
        if (::stat(file.c_str(), &found) != 0) return std::nullopt;
        const auto since = base::seconds{found.st_mtim.tv_sec} + std::chrono::nanoseconds{found.st_mtim.tv_nsec};
        return base::Instant{std::chrono::floor<base::milliseconds>(since)};
    };
}

std::optional<base::Mark> mark_in(std::span<const ledger::Cursor> cursors)
{
    std::optional<base::Instant> last;
    std::optional<base::Mark::Doubted> since;
    for (const auto& cursor : cursors) {
        if (cursor.name == doubted && !cursor.value.empty()) since = doubted_from(cursor.value);
        if (cursor.name != mark) continue;
        const auto read = base::from_iso(cursor.value);
        if (read) last = *read;
        if (!read) spdlog::error("clock_mark_unreadable error=\"{}\"", read.error().detail);
    }
    if (!last) return std::nullopt;
    return base::Mark{*last, since};
}

void put_mark(const base::Timekeeper& keeper, ledger::Ledger& ledger)
{
    const auto left = keeper.mark();
    if (!left || ledger.mode() == ledger::Mode::read_only) return;
    ledger::PlacementBatch batch;
    batch.cursors.push_back({std::string{mark}, base::to_iso(left->instant)});
    batch.cursors.push_back({std::string{doubted}, left->doubted ? text_of(*left->doubted) : std::string{}});
    ledger.note(std::move(batch));
}

boost::asio::awaitable<void> keep_time(base::Timekeeper& keeper, ledger::Ledger& ledger)
{
    auto believed = true; // a doubt at the start is recorded as well
    auto next_mark = keeper.now();
    for (;;) {
        keeper.look();
        const bool trusted = keeper.site().trusted;
        const bool changed = std::exchange(believed, trusted) != trusted;
        if (changed) record(keeper, ledger);
        if (changed || keeper.now() >= next_mark) {
            put_mark(keeper, ledger);
            next_mark = keeper.now() + between_marks;
        }
        co_await keeper.wait_for(between_looks);
    }
}

} // namespace gatehouse

#include "time_keeping.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>

namespace gatehouse {

namespace {

constexpr std::string_view mark = "clock:mark";
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

std::optional<base::Instant> mark_in(std::span<const ledger::Cursor> cursors)
{
    for (const auto& cursor : cursors) {
        if (cursor.name != mark) continue;
        const auto read = base::from_iso(cursor.value);
        if (read) return *read;
        spdlog::error("clock_mark_unreadable error=\"{}\"", read.error().detail);
    }
    return std::nullopt;
}

void put_mark(const base::Timekeeper& keeper, ledger::Ledger& ledger)
{
    const auto now = keeper.site();
    if (!now.trusted || ledger.mode() == ledger::Mode::read_only) return;
    ledger::PlacementBatch batch;
    batch.cursors.push_back({std::string{mark}, base::to_iso(now.instant)});
    ledger.note(std::move(batch));
}

boost::asio::awaitable<void> keep_time(base::Timekeeper& keeper, ledger::Ledger& ledger)
{
    auto believed = true; // a doubt at the start is recorded as well
    auto next_mark = keeper.now();
    for (;;) {
        keeper.look();
        const bool trusted = keeper.site().trusted;
        if (std::exchange(believed, trusted) != trusted) record(keeper, ledger);
        if (keeper.now() >= next_mark) {
            put_mark(keeper, ledger);
            next_mark = keeper.now() + between_marks;
        }
        co_await keeper.wait_for(between_looks);
    }
}

} // namespace gatehouse

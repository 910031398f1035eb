#include "ledger/ledger.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::ledger {

namespace {

constexpr base::seconds look_every{1}, late_after{5}, try_every{10};
constexpr std::size_t codes_in_a_look = 128; // doors or claims

} // namespace

asio::awaitable<void> Ledger::watch()
{
    for (;;) {
        co_await clock_.wait_for(look_every);
        look_at_disk();
        look_at_codes();
        if (mode() == Mode::normal && !failed_) catch_up(); // what was refused for another reason than the disk is tried again
    }
}

void Ledger::look_at_disk()
{
    const auto now = clock_.now();
    if (committing_ && now - commit_began_ >= late_after) hear(News::commit_late);
    if (storage_.low_space && !trying_ && !failed_ && now >= next_try_) try_reserve();
}

/// The time of whoever has a code passes by itself, and where no device held the code nothing else tells: it goes to who waits for it.
void Ledger::look_at_codes()
{
    if (mode() != Mode::normal || failed_ || settling_) return;
    const auto& doors = directory_.doors();
    const auto now = clock_.wall();
    model::CodeScope ended;
    auto door = looked_at_ ? doors.lower_bound(looked_at_->door) : doors.begin();
    for (std::size_t left = codes_in_a_look; left > 0 && door != doors.end(); --left) {
        const auto& pins = door->second.pins;
        const bool within = looked_at_ && looked_at_->door == door->first;
        auto claim = within ? pins.upper_bound(looked_at_->pin) : pins.begin();
        for (; claim != pins.end() && left > 1; ++claim, --left) {
            if (model::is_over(directory_, claim->second, now)) ended.credentials.insert(claim->second.credential);
            looked_at_ = model::PinAt{door->first, claim->first};
        }
        if (claim != pins.end()) break;
        ++door;
    }
    if (door == doors.end())
        looked_at_.reset();
    else if (!looked_at_ || looked_at_->door != door->first)
        looked_at_ = model::PinAt{door->first, {}};
    if (!ended.empty()) settle_claims(ended);
}

void Ledger::try_reserve()
{
    trying_ = true;
    next_try_ = clock_.now() + try_every;
    auto work = [this, guard = asio::make_work_guard(core_)] {
        const bool made = store_.take_reserve().has_value();
        asio::post(core_, [this, made] {
            trying_ = false;
            if (made) hear(News::reserve_made);
        });
    };
    asio::post(store_executor_, std::move(work));
}

void Ledger::hear(News news)
{
    const auto before = mode();
    storage_ = after(storage_, news);
    if (mode() == before) return;
    changes_.hold_up(storage_.stalled);
    steps_.hold_up(storage_.stalled);
    mode_since_ = clock_.wall();
    const auto level = mode() == Mode::normal ? spdlog::level::warn : spdlog::level::err;
    spdlog::log(level, "storage_mode mode={} before={}", to_string(mode()), to_string(before));
    model::Event event;
    event.type = "gateway.storage_mode_changed";
    event.body = {{"mode", std::string{to_string(mode())}}, {"before", std::string{to_string(before)}}};
    note({"gatehouse", "gateway"}, std::move(event));
    if (mode() == Mode::normal) catch_up();
}

} // namespace gatehouse::ledger

#include "ledger/ledger.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::ledger {

namespace {

constexpr base::seconds look_every{1}, late_after{5}, try_every{10};

} // namespace

asio::awaitable<void> Ledger::watch()
{
    for (;;) {
        co_await clock_.wait_for(look_every);
        look_at_disk();
    }
}

void Ledger::look_at_disk()
{
    const auto now = clock_.now();
    if (committing_ && now - commit_began_ >= late_after) hear(News::commit_late);
    if (storage_.low_space && !trying_ && !failed_ && now >= next_try_) try_reserve();
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
    mode_since_ = clock_.wall();
    const auto level = mode() == Mode::normal ? spdlog::level::warn : spdlog::level::err;
    spdlog::log(level, "storage_mode mode={} before={}", to_string(mode()), to_string(before));
    model::Event event;
    event.type = "gateway.storage_mode_changed";
    event.body = {{"mode", std::string{to_string(mode())}}, {"before", std::string{to_string(before)}}};
    note({"gatehouse", "gateway"}, std::move(event));
}

} // namespace gatehouse::ledger

#include "sim/field.hpp"

// Table requests: steps and reads, and what becomes of them on the way.

namespace gatehouse::sim {

using base::microseconds;
using base::milliseconds;
using base::Monotonic;

namespace {

constexpr base::seconds longest_delay{30};

json::object verdict(std::string_view word, std::string_view reason = {})
{
    json::object object{{"verdict", word}};
    if (!reason.empty()) object["reason"] = reason;
    return object;
}

} // namespace

void Field::table_request(const ProcessPointer& process, const json::object& request, Controller& controller)
{
    if (on_table_request) on_table_request(controller, request);
    const auto id = text_in(request, "id"), type = text_in(request, "type");
    if (!process->attached.contains(controller.key)) return answer(process, id, verdict("refused", "not_attached"));
    if (next_page(process, request, controller)) return;
    auto& under_way = process->under_way[controller.key];
    std::erase_if(under_way, [](const WorkPointer& work) { return work->over; });
    const bool over_read = type == "apply" && under_way.size() == 1 && under_way[0]->type == "read_table";
    if (!under_way.empty() && !over_read && on_busy_twice) on_busy_twice(controller);
    process->pages.erase(controller.key);
    if (over_read) end_read(process, under_way[0], controller, "yielded");
    if (down_.contains(controller.line) || controller.troubles.away) return answer(process, id, verdict("offline"));
    if (dice_.percent(controller.troubles.busy)) {
        auto busy = verdict("busy");
        busy["retry_after_ms"] = dice_.between(0, 2'000);
        return answer(process, id, std::move(busy));
    }
    auto work = std::make_shared<Work>();
    work->id = id;
    work->type = type;
    work->begun = now();
    work->deadline = Monotonic{milliseconds{std::stoll(text_in(request, "deadline"))}};
    if (const auto* steps = request.if_contains("steps")) work->steps = steps->as_array();
    under_way.push_back(work);
    if (type == "apply")
        begin_step(process, work, controller);
    else
        begin_read(process, work, controller);
}

/// One step after the other; what the deadline overtakes is not begun.
void Field::begin_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller)
{
    const auto pace = controller.traits.step * controller.troubles.slowness;
    const bool late = now() + std::min(pace, controller.traits.op_timeout) > work->deadline;
    while (late && work->verdicts.size() < work->steps.size()) work->verdicts.push_back(verdict("unknown", "late"));
    if (work->verdicts.size() < work->steps.size()) return do_step(process, work, controller);
    auto done = verdict("acknowledged");
    done["steps"] = work->verdicts;
    agenda_.in(microseconds{200}, [this, process, work, &controller, done = std::move(done)] {
        const bool heard = !work->over && process->alive && !hung_.contains(process->driver);
        for (const auto& [name, row, asked] : work->alone) {
            if (!heard) break;
            controller.shown_alone(name, row);
            if (on_shown_alone) on_shown_alone(controller, name, row, asked);
        }
        finish(process, work, done);
    });
}

void Field::next_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller, json::object verdict, Monotonic when)
{
    agenda_.at(std::min(when, work->deadline), [this, process, work, &controller, verdict = std::move(verdict)] {
        if (work->over || !process->alive || hung_.contains(process->driver)) return;
        work->verdicts.push_back(verdict);
        begin_step(process, work, controller);
    });
}

void Field::arrive_late(Controller& controller, json::object step, microseconds after)
{
    agenda_.in(after, [this, &controller, step = std::move(step)] {
        trace_.add("late", controller.key);
        controller.carry_out(step, true);
    });
}

/// The way of one step to the controller and of its answer back.
void Field::do_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller)
{
    const auto step = work->steps[work->verdicts.size()].as_object();
    const auto& troubles = controller.troubles;
    const auto pace = controller.traits.step * troubles.slowness;
    const auto given_up = now() + controller.traits.op_timeout;
    if (dice_.percent(troubles.refuse)) return next_step(process, work, controller, verdict("refused", "read_only"), now() + pace);
    if (dice_.percent(troubles.duplicate) && !troubles.silent)
        arrive_late(controller, step, pace + dice_.between(microseconds{0}, longest_delay));
    const bool lost = troubles.silent ? dice_.percent(50) : dice_.percent(troubles.lose_request);
    if (lost) return next_step(process, work, controller, verdict("unknown", "timeout"), given_up);
    microseconds delay = pace;
    if (dice_.percent(troubles.delay)) delay += dice_.between(microseconds{0}, longest_delay);
    if (now() + delay > std::min(given_up, work->deadline)) {
        arrive_late(controller, step, delay);
        return next_step(process, work, controller, verdict("unknown", "timeout"), given_up);
    }
    const bool unheard = troubles.silent || dice_.percent(troubles.lose_reply);
    const bool unstored = dice_.percent(troubles.unstored);
    if (unstored && !controller.traits.readable) controller.unprovable = true;
    agenda_.in(delay, [this, process, work, &controller, step, unheard, unstored, given_up] {
        const auto word = unstored ? std::string{"acknowledged"} : controller.carry_out(step, work->over || !process->alive);
        if (work->over || !process->alive || hung_.contains(process->driver)) return;
        if (!unstored && on_step_done) on_step_done(controller, step);
        if (controller.traits.proves && !unheard && word == "acknowledged") return ask_alone(process, work, controller, step);
        next_step(process, work, controller, unheard ? verdict("unknown", "timeout") : verdict(word), unheard ? given_up : now());
    });
}

/// As a lock is asked for one slot: what it shows then is what it holds then. A question that is lost, or its answer, proves nothing.
void Field::ask_alone(const ProcessPointer& process, const WorkPointer& work, Controller& controller, const json::object& step)
{
    agenda_.in(controller.traits.step * controller.troubles.slowness, [this, process, work, &controller, step] {
        if (work->over || !process->alive || hung_.contains(process->driver)) return;
        const auto& troubles = controller.troubles;
        const bool lost = troubles.silent || dice_.percent(troubles.lose_request) || dice_.percent(troubles.lose_reply);
        const auto name = "slot:" + std::to_string(step.at("slot").to_number<std::int64_t>());
        const auto row = controller.rows.find(name);
        const bool there = row != controller.rows.end();
        const bool same =
            there && row->second.state == "active" && (!controller.traits.shows_codes || row->second.key == text_in(step, "key"));
        auto told = verdict("acknowledged");
        if (!lost && now() < work->deadline && (text_in(step, "op") == "drop" ? !there : same)) {
            told["read_back"] = true;
            work->alone.push_back({name, there ? std::optional{row->second} : std::nullopt, now()});
        }
        next_step(process, work, controller, std::move(told), now());
    });
}

void Field::begin_read(const ProcessPointer& process, const WorkPointer& work, Controller& controller)
{
    if (controller.troubles.silent) {
        controller.mute_until = work->deadline;
        agenda_.at(work->deadline, [this, process, work] { finish(process, work, verdict("unknown", "timeout")); });
        return;
    }
    const auto span = microseconds{controller.traits.read} * controller.troubles.slowness;
    const auto seen = now() + dice_.between(microseconds{0}, span), ends = now() + span;
    if (controller.troubles.slowness > 1) controller.mute_until = std::min(ends, work->deadline); // also when the troubles end before
    agenda_.at(std::min(seen, work->deadline), [work, &controller] {
        if (work->over) return;
        work->snapshot = controller.rows; // what the rounds agree on
        work->version = controller.version;
    });
    agenda_.at(std::min(ends, work->deadline), [this, process, work, &controller, late = ends > work->deadline] {
        if (work->over || !process->alive || hung_.contains(process->driver)) return;
        if (controller.troubles.silent) {
            controller.mute_until = work->deadline;
            agenda_.at(work->deadline, [this, process, work] { finish(process, work, verdict("unknown", "timeout")); });
            return;
        }
        const bool damaged = dice_.percent(controller.troubles.damage);
        end_read(process, work, controller, late ? "late" : damaged ? "rounds" : "");
    });
}

/// With a reason the read is partial: some of the rows were seen.
void Field::end_read(const ProcessPointer& process, const WorkPointer& work, Controller& controller, std::string partial)
{
    if (std::exchange(work->over, true)) return;
    Pages pages;
    pages.complete = partial.empty();
    pages.rest = work->snapshot;
    pages.version = work->version;
    pages.begun = work->begun;
    if (!pages.complete) std::erase_if(pages.rest, [this](const auto&) { return dice_.percent(50); });
    controller.shown.clear();
    show(controller, work->id, process, std::move(pages), std::move(partial));
}

/// Answers a page. True when the request was for a further one.
bool Field::next_page(const ProcessPointer& process, const json::object& request, Controller& controller)
{
    const auto cursor = text_in(request, "cursor");
    if (cursor.empty()) return false;
    const auto found = process->pages.find(controller.key);
    if (found == process->pages.end() || found->second.cursor != cursor) {
        auto spent = verdict("acknowledged");
        spent["page"] = "partial", spent["reason"] = "yielded", spent["entries"] = json::array{};
        answer(process, text_in(request, "id"), std::move(spent));
        return true;
    }
    auto pages = std::move(found->second);
    process->pages.erase(found);
    show(controller, text_in(request, "id"), process, std::move(pages), {});
    return true;
}

void Field::show(Controller& controller, const std::string& id, const ProcessPointer& process, Pages pages, std::string partial)
{
    auto page = verdict("acknowledged");
    json::array entries;
    while (!pages.rest.empty() && entries.size() < controller.traits.page) {
        const auto row = pages.rest.begin();
        entries.push_back(controller.traits.shown(row->second));
        controller.shown.insert(*row);
        pages.rest.erase(row);
    }
    page["entries"] = std::move(entries);
    page["rounds"] = 1;
    const bool more = !pages.rest.empty();
    if (!more) controller.shown_from = pages.begun;
    page["page"] = more ? "more" : pages.complete ? "complete" : "partial";
    if (more) {
        pages.cursor = std::to_string(++cursor_);
        page["cursor"] = pages.cursor;
        process->pages[controller.key] = std::move(pages);
    } else if (!pages.complete) {
        page["reason"] = partial.empty() ? "rounds" : partial;
        for (const auto& [name, row] : controller.shown) controller.proof[name] = row; // seen is seen; of the rest it says nothing
    } else {
        controller.proof = controller.shown;
        controller.proof_version = pages.version;
        controller.proof_at = now();
        controller.proof_from = pages.begun;
    }
    answer(process, id, std::move(page));
}

} // namespace gatehouse::sim

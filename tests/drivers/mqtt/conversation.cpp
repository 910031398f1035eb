#include "conversation.hpp"

#include <gmock/gmock.h>
#include <stdexcept>

namespace gatehouse::mqtt {

Conversation::Conversation(const std::string& shipped, const sdk::Settings& params, std::vector<sdk::Door> doors)
{
    auto loaded = profile::load_mqtt(SHIPPED_PROFILES "/mqtt/" + shipped);
    if (!loaded.profile) throw std::runtime_error(profile::to_text(loaded.problems.at(0)));
    profile = std::make_shared<const profile::MqttProfile>(std::move(*loaded.profile));
    auto bound = profile::bind(profile->params, params);
    if (!bound.problems.empty()) throw std::runtime_error(bound.problems[0]);
    device = std::make_unique<Device>(Identity{profile, bound.fields, std::move(doors)}, *this, now);
}

Conversation::Conversation(std::vector<sdk::Door> doors, Line line)
    : Conversation("esp-rfid-2.0.yaml",
                   {{"topic", std::string{"harbour/yard"}}, {"ip", std::string{"10.20.0.31"}}, {"hostname", std::string{"yard"}}},
                   std::move(doors))
{
    if (line == Line::quiet) now += sdk::Milliseconds{profile->limits.late_ack_grace_ms};
}

std::vector<std::string> Conversation::fresh()
{
    std::vector<std::string> found;
    for (; seen_ < sent.size(); ++seen_) found.push_back(sent[seen_].topic + " " + sent[seen_].payload);
    return found;
}

void Conversation::pass(sdk::Milliseconds span)
{
    const auto end = now + span;
    for (auto due = device->tick(now); due <= end; due = device->tick(now)) now = due;
    now = end;
    device->tick(now);
}

void Conversation::apply(std::vector<sdk::Step> steps, sdk::Milliseconds budget)
{
    applied.reset();
    device->apply(std::move(steps), sdk::Deadline{now + budget},
                  sdk::Reply<sdk::Applied>{[this](sdk::Applied answer) { applied = std::move(answer); }}, now);
}

void Conversation::read(sdk::Milliseconds budget)
{
    table.reset();
    device->read_table(sdk::Deadline{now + budget}, sdk::Reply<sdk::Table>{[this](sdk::Table answer) { table = std::move(answer); }}, now);
}

void Conversation::strike(sdk::Milliseconds budget)
{
    struck.reset();
    device->strike(1, sdk::Milliseconds{5000}, sdk::Deadline{now + budget},
                   sdk::Reply<sdk::Verdict>{[this](sdk::Verdict answer) { struck = std::move(answer); }}, now);
}

std::string Conversation::set_door(sdk::DoorMode mode, sdk::Milliseconds budget)
{
    moded.reset();
    device->set_door(1, mode, sdk::Deadline{now + budget},
                     sdk::Reply<sdk::Verdict>{[this](sdk::Verdict verdict) { moded = std::move(verdict); }}, now);
    return moded ? text_of(*moded) : "nothing yet";
}

std::vector<std::string> Conversation::commands() const
{
    std::vector<std::string> found;
    for (const auto& message : sent) {
        const auto body = boost::json::parse(message.payload);
        found.emplace_back(body.at("cmd").as_string());
        if (const auto* uid = body.as_object().if_contains("uid")) found.back() += " " + std::string{uid->as_string()};
    }
    return found;
}

std::vector<std::string> Conversation::verdicts() const
{
    std::vector<std::string> found;
    if (!applied) return {"nothing yet"};
    if (!applied->verdict.ok()) return {"all: " + text_of(applied->verdict)};
    for (const auto& step : applied->steps) found.push_back(text_of(step));
    return found;
}

sdk::Step put(std::string key, std::string tag)
{
    return {sdk::Op::put,
            {.key = std::move(key), .doors = {1}, .from = 1772524800, .until = 1772784000, .label = "Dan R.", .tag = std::move(tag)}};
}

sdk::Step drop(std::string key)
{
    return {sdk::Op::drop, {.key = std::move(key)}};
}

std::string text_of(const sdk::Verdict& verdict)
{
    return std::string{sdk::to_word(verdict.kind)} + (verdict.reason.empty() ? "" : " " + verdict.reason) +
           (verdict.read_back ? " read_back" : "");
}

std::vector<std::string> keys_of(const sdk::Table& table)
{
    std::vector<std::string> keys;
    for (const auto& entry : table.entries) keys.push_back(entry.key);
    return keys;
}

} // namespace gatehouse::mqtt

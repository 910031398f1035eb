// What opens the door is sent by `unlock` alone, and what writes an entry by `put`.

#include "sdk/profile/alike.hpp"
#include "sdk/profile/mqtt_judged.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace gatehouse::profile {

namespace {

/// What switches take for "on", and what else turns them on where they are off.
constexpr std::array<std::string_view, 3> on_words{"on", "1", "true"};
constexpr std::array<std::string_view, 5> turning_words{"on", "1", "true", "toggle", "2"};

class Openings : public Judged {
public:
    Openings(Cursor& top, const MqttProfile& profile) : Judged{top, profile}, alike_{profile.params} {}

    void unlock()
    {
        if (!profile_.unlock) return;
        const auto& opening = profile_.unlock->send;
        each([this, &opening](const std::string& name, const Sending& sending, const Tell& tell) {
            if (sent_alike(opening, sending, Alike::Missing::arguments) || switches_alike(opening, sending))
                tell("`" + name + "` is what opens the door, or can be: only `unlock` may be");
        });
    }

    /// What follows in such a text is not looked into.
    void several_commands()
    {
        each([this](const std::string&, const Sending& sending, const Tell& tell) {
            const bool text = std::holds_alternative<Template>(sending.payload);
            if (text && alike_.last_level(topic_of(sending), "backlog", "0123"))
                tell("is a text of several commands (`Backlog`), any of which could open the door: send them one by one");
        });
    }

    void settings()
    {
        for (const auto& rule : profile_.setup) {
            if (!rule.set || !std::holds_alternative<Template>(rule.set->payload)) continue;
            const auto& topic = topic_of(*rule.set);
            const bool of_the_door = alike_.numbered_topics(topic, profile_.topics.command) ||
                                     (profile_.unlock && alike_.numbered_topics(topic, topic_of(profile_.unlock->send)));
            if (of_the_door) top_.child("setup")->problem(rule.name + ": is written where the door is commanded");
        }
    }

    void erase()
    {
        if (profile_.put && profile_.erase && sent_alike(profile_.put->send, profile_.erase->send, Alike::Missing::nothing))
            at("ops", "erase", "can be the same as `put`: it would write what it has to remove");
    }

private:
    using Tell = std::function<void(std::string)>;
    using Visit = std::function<void(const std::string&, const Sending&, const Tell&)>;

    /// Everything that is sent but `unlock`, and where to tell what is wrong with it.
    void each(const Visit& visit)
    {
        const auto of_ops = [this, &visit](const char* name, const Sending& sending) {
            visit(name, sending, [this, name](std::string text) { at("ops", name, std::move(text)); });
        };
        for (const auto& [name, op] : operations())
            if (std::string_view{name} != "unlock") of_ops(name, op->send);
        if (profile_.list) of_ops("list", profile_.list->send);
        if (profile_.one) of_ops("one", profile_.one->send);
        if (profile_.state) of_ops("state", *profile_.state);
        for (const auto& rule : profile_.setup) {
            const Tell tell = [this, &rule](const std::string& text) { top_.child("setup")->problem(rule.name + ": " + text); };
            visit("ask", rule.ask, tell);
            if (rule.set) visit("set", *rule.set, tell);
        }
    }

    const Template& topic_of(const Sending& sending) const
    {
        if (sending.topic) return *sending.topic;
        return sending.to == SendTo::query && profile_.topics.query ? *profile_.topics.query : profile_.topics.command;
    }

    bool sent_alike(const Sending& part, const Sending& whole, Alike::Missing missing) const
    {
        return alike_.topics(topic_of(part), topic_of(whole)) && said_alike(part, whole, missing);
    }

    bool switches_alike(const Sending& opening, const Sending& other) const
    {
        return alike_.topics(topic_of(opening), topic_of(other)) && is_one_of(opening, on_words) && is_one_of(other, turning_words);
    }

    bool is_one_of(const Sending& sending, std::span<const std::string_view> words) const
    {
        const auto* text = std::get_if<Template>(&sending.payload);
        return text && std::any_of(words.begin(), words.end(), [this, text](std::string_view word) {
                   const auto said = Template::parse(word);
                   return said && alike_.texts(*text, *said);
               });
    }

    bool said_alike(const Sending& part, const Sending& whole, Alike::Missing missing) const
    {
        const auto *text = std::get_if<Template>(&part.payload), *other_text = std::get_if<Template>(&whole.payload);
        if (text && other_text && alike_.texts(*text, *other_text)) return true;
        const auto body = text ? body_in(*text) : std::optional{std::get<Body>(part.payload)};
        const auto other = other_text ? body_in(*other_text) : std::optional{std::get<Body>(whole.payload)};
        if (body && other) return alike_.within(*body, *other, missing);
        return (body && other_text && alike_.begins_with_anything(*other_text)) || (other && text && alike_.begins_with_anything(*text));
    }

    Alike alike_;
};

} // namespace

void check_openings(Cursor& top, const MqttProfile& profile)
{
    Openings openings{top, profile};
    openings.unlock();
    openings.several_commands();
    openings.settings();
    openings.erase();
}

} // namespace gatehouse::profile

#include "sdk/session.hpp"

#include "sdk/line_splitter.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sdk {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// A broker line that keeps what it is handed and answers when the test says so.
class HeldLine final : public AsyncLine {
public:
    struct Handed {
        std::vector<Reply<Table>> reads;
        std::vector<Reply<Applied>> applies;
        std::vector<Reply<Verdict>> strikes;
        std::vector<Reply<Verdict>> modes;
        std::vector<std::string> locked;
        std::filesystem::path profiles;
    };
    HeldLine(const LineContext& context, std::shared_ptr<Handed> handed) : handed_{std::move(handed)}
    {
        handed_->profiles = context.profiles;
    }

    void open(const Endpoint& endpoint, Deadline, Reply<Verdict> reply) override
    {
        reply(endpoint.settings.contains("url") ? Verdict::acknowledged() : Verdict::refused("endpoint", "url"));
    }
    void close(std::vector<Address> doors, Deadline, Reply<Verdict> reply) override
    {
        note(doors);
        reply(Verdict::acknowledged());
    }
    void attach(Attachment attachment, Deadline, Reply<Attached> reply) override
    {
        if (attachment.profile == "none") return reply(Verdict::refused("no_such_profile"));
        reply(Attached{});
    }
    void detach(const Address&, std::vector<Address> doors, Deadline, Reply<Verdict> reply) override
    {
        note(doors);
        reply(Verdict::acknowledged());
    }
    void read_table(const Address&, Deadline, Reply<Table> reply) override { handed_->reads.push_back(std::move(reply)); }
    void apply(const Address&, std::vector<Step>, Deadline, Reply<Applied> reply) override { handed_->applies.push_back(std::move(reply)); }
    void strike(const Address&, Milliseconds, Deadline, Reply<Verdict> reply) override { handed_->strikes.push_back(std::move(reply)); }
    void set_door(const Address&, DoorMode, Deadline, Reply<Verdict> reply) override { handed_->modes.push_back(std::move(reply)); }

private:
    void note(const std::vector<Address>& doors)
    {
        for (const auto& door : doors) handed_->locked.push_back(door.device + "/" + std::to_string(door.door));
    }
    std::shared_ptr<Handed> handed_;
};

class SessionTest : public testing::Test {
protected:
    /// Takes one request and returns its answer, or an empty object while it owes one.
    json::object ask(std::string_view type, const std::string& fields = {}, Milliseconds budget = Milliseconds{60'000})
    {
        const auto id = std::to_string(++id_);
        const auto deadline = Deadline::in(budget).at().time_since_epoch().count();
        ended = session.take(R"({"type":")" + std::string{type} + R"(","id":")" + id + R"(","line":"broker","deadline":")" +
                             std::to_string(deadline) + "\"" + fields + "}");
        return answer_to(id);
    }
    json::object on_device(std::string_view type, const std::string& fields = {}) { return ask(type, R"(,"device":"d")" + fields); }

    json::object answer_to(const std::string& id)
    {
        collect();
        for (const auto& line : lines_)
            if (const auto* found = line.if_contains("id"); found && *found == json::value(id)) return line;
        return {};
    }
    std::string last_id() const { return std::to_string(id_); }
    json::object last_line()
    {
        collect();
        return lines_.empty() ? json::object{} : lines_.back();
    }

    void agree() { ask("hello", R"(,"versions":[1],"profiles":"/p")"); }
    void attach(const std::string& doors = R"([{"door":1,"mode":"locked"},{"door":2,"mode":"leave"}])")
    {
        agree();
        ask("open_line", R"(,"endpoint":{"url":"x"})");
        on_device("attach", R"(,"doors":)" + doors);
    }

    Manifest manifest{.name = "held"};
    std::shared_ptr<HeldLine::Handed> handed = std::make_shared<HeldLine::Handed>();
    std::shared_ptr<Outbox> outbox = std::make_shared<Outbox>();
    Session session{manifest, [this](LineContext context) { return std::make_unique<HeldLine>(context, handed); }, outbox};
    std::optional<int> ended;

private:
    void collect()
    {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe(ends.data()), 0);
        outbox->stop();
        outbox->write_to(ends[1]);
        ::close(ends[1]);
        std::string text;
        std::array<char, 65'536> buffer;
        for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(count));
        ::close(ends[0]);
        LineSplitter{}.feed(
            text, [this](std::string_view line) { return lines_.push_back(json::parse(line).as_object()), true; }, [] {});
    }
    std::vector<json::object> lines_;
    int id_ = 0;
};

TEST_F(SessionTest, BeginsWithHello)
{
    EXPECT_EQ(ask("ping").at("reason"), "no_hello");
    const auto welcome = ask("hello", R"(,"versions":[3,1],"profiles":"/p")");
    EXPECT_EQ(welcome.at("version"), 1);
    EXPECT_EQ(ask("ping").at("verdict"), "acknowledged");
    EXPECT_EQ(ask("hello", R"(,"versions":[1])").at("reason"), "invalid");
}

TEST_F(SessionTest, RefusesADaemonOfOtherVersionsAndEnds)
{
    const auto answer = ask("hello", R"(,"versions":[2,3])");
    EXPECT_EQ(answer.at("reason"), "version");
    EXPECT_EQ(answer.at("versions"), json::array{1});
    EXPECT_EQ(ended, 3);
}

TEST_F(SessionTest, TellsLinesTheirFolderOfProfiles)
{
    attach();
    EXPECT_EQ(handed->profiles, "/p/held");
}

TEST_F(SessionTest, KnowsOnlyOpenLinesAndAttachedDevices)
{
    agree();
    EXPECT_EQ(on_device("attach").at("reason"), "no_such_line");
    EXPECT_EQ(ask("close_line").at("reason"), "no_such_line");
    EXPECT_EQ(ask("open_line", R"(,"endpoint":{})").at("reason"), "endpoint");
    EXPECT_EQ(on_device("attach").at("reason"), "no_such_line");
    EXPECT_EQ(ask("open_line", R"(,"endpoint":{"url":"x"})").at("verdict"), "acknowledged");
    EXPECT_EQ(ask("open_line", R"(,"endpoint":{"url":"x"})").at("reason"), "already_open");
    EXPECT_EQ(on_device("read_table").at("reason"), "not_attached");
    EXPECT_EQ(on_device("attach", R"(,"profile":"none")").at("reason"), "no_such_profile");
    EXPECT_EQ(on_device("attach").at("verdict"), "acknowledged");
    EXPECT_EQ(on_device("attach").at("reason"), "already_attached");
    EXPECT_EQ(on_device("detach").at("verdict"), "acknowledged");
    EXPECT_EQ(on_device("strike", R"(,"door":1,"pulse_ms":1)").at("reason"), "not_attached");
}

TEST_F(SessionTest, HandsOnNothingThatIsLate)
{
    attach();
    const auto answer = ask("strike", R"(,"device":"d","door":1,"pulse_ms":1)", Milliseconds{-1});
    EXPECT_EQ(answer.at("verdict"), "unknown");
    EXPECT_EQ(answer.at("reason"), "late");
    EXPECT_THAT(handed->strikes, IsEmpty());
}

TEST_F(SessionTest, KeepsOneTableRequestPerDeviceExceptAnApplyOverARead)
{
    attach();
    on_device("read_table");
    EXPECT_EQ(on_device("read_table").at("verdict"), "busy");
    EXPECT_EQ(on_device("digest").at("verdict"), "busy");
    EXPECT_THAT(on_device("apply", R"(,"steps":[{"op":"put","key":"1","key_kind":"pin","doors":[1]}])"), IsEmpty());
    EXPECT_EQ(handed->applies.size(), 1U);
    EXPECT_EQ(on_device("apply", R"(,"steps":[{"op":"drop","key":"1","key_kind":"pin"}])").at("verdict"), "busy");
}

TEST_F(SessionTest, TakesTheNextTableRequestOnceTheLastIsAnswered)
{
    attach();
    on_device("read_table");
    const auto id = last_id();
    Table table;
    table.complete = true;
    handed->reads[0](table);
    EXPECT_EQ(answer_to(id).at("page"), "complete");
    on_device("read_table");
    EXPECT_EQ(handed->reads.size(), 2U);
}

TEST_F(SessionTest, ClaimsNoAbsenceFromAReadThatARevokeOvertook)
{
    attach();
    on_device("read_table");
    const auto id = last_id();
    on_device("apply", R"(,"steps":[{"op":"drop","key":"1","key_kind":"pin"}])");
    Table table;
    table.complete = true;
    handed->reads[0](table);
    EXPECT_EQ(answer_to(id).at("page"), "partial");
    EXPECT_EQ(answer_to(id).at("reason"), "yielded");
}

TEST_F(SessionTest, ServesTheFurtherPagesOfAReadUntilTheTableIsWritten)
{
    attach();
    on_device("read_table");
    Table table;
    table.complete = true;
    for (int i = 0; i < 300; ++i) table.entries.push_back({.key = std::to_string(i), .key_kind = KeyKind::card_number});
    const auto id = last_id();
    handed->reads[0](table);
    const auto cursor = std::string{answer_to(id).at("cursor").as_string()};
    const auto second = on_device("read_table", R"(,"cursor":")" + cursor + "\"");
    EXPECT_EQ(second.at("page"), "more");
    EXPECT_EQ(second.at("entries").as_array().size(), 128U);

    on_device("apply", R"(,"steps":[{"op":"put","key":"1","key_kind":"pin","doors":[1]}])");
    const auto spent = on_device("read_table", R"(,"cursor":")" + std::string{second.at("cursor").as_string()} + "\"");
    EXPECT_EQ(spent.at("page"), "partial");
    EXPECT_THAT(spent.at("entries").as_array(), IsEmpty());
}

TEST_F(SessionTest, AnswersForStepsALineLostCountOf)
{
    attach();
    on_device("apply", R"(,"steps":[{"op":"drop","slot":1},{"op":"drop","slot":2}])");
    const auto id = last_id();
    handed->applies[0](Applied{});
    EXPECT_EQ(answer_to(id).at("steps").as_array().size(), 2U);
    EXPECT_EQ(answer_to(id).at("steps").at(1).at("verdict"), "unknown");
}

TEST_F(SessionTest, LeavesADoorThatIsHeldOpenOpen)
{
    attach();
    on_device("set_door", R"(,"door":1,"mode":"unlocked")");
    on_device("strike", R"(,"door":1,"pulse_ms":9)");
    EXPECT_EQ(handed->strikes.size(), 1U) << "not held before the device said so";
    handed->modes[0](Verdict::acknowledged());
    EXPECT_EQ(on_device("strike", R"(,"door":1,"pulse_ms":9)").at("verdict"), "acknowledged");
    on_device("set_door", R"(,"door":1,"mode":"locked")");
    on_device("strike", R"(,"door":1,"pulse_ms":9)");
    EXPECT_EQ(handed->strikes.size(), 2U);
}

TEST_F(SessionTest, RefusesADoorTheDeviceWasNotAttachedWith)
{
    attach();
    for (const auto& [type, fields] : {std::pair{"strike", R"(,"door":9,"pulse_ms":9)"},
                                       {"set_door", R"(,"door":9,"mode":"unlocked")"},
                                       {"apply", R"(,"steps":[{"op":"put","key":"1","key_kind":"pin","doors":[1,9]}])"}}) {
        const auto answer = on_device(type, fields);
        EXPECT_EQ(answer.at("verdict"), "refused") << type;
        EXPECT_EQ(answer.at("reason"), "no_such_door") << type;
    }
    EXPECT_THAT(handed->strikes, IsEmpty());
}

TEST_F(SessionTest, LocksEveryDoorAtTheEndButThoseLeftAlone)
{
    attach(R"([{"door":1,"mode":"locked"},{"door":2,"mode":"leave"},{"door":3,"mode":"locked"},{"door":4,"mode":"locked"}])");
    on_device("set_door", R"(,"door":3,"mode":"unlocked")");
    on_device("set_door", R"(,"door":4,"mode":"leave")");
    EXPECT_TRUE(session.end(Deadline::in(Milliseconds{1000})));
    EXPECT_THAT(handed->locked, ElementsAre("d/1", "d/3"));
}

TEST_F(SessionTest, ShutdownLocksThenAnswersThenEnds)
{
    attach();
    EXPECT_EQ(ask("shutdown").at("verdict"), "acknowledged");
    EXPECT_EQ(ended, 0);
    EXPECT_THAT(handed->locked, ElementsAre("d/1"));
}

TEST_F(SessionTest, ALineClosedCanBeOpenedAgain)
{
    attach();
    EXPECT_EQ(ask("close_line").at("verdict"), "acknowledged");
    EXPECT_THAT(handed->locked, ElementsAre("d/1"));
    EXPECT_EQ(on_device("read_table").at("reason"), "not_attached");
    EXPECT_EQ(ask("open_line", R"(,"endpoint":{"url":"x"})").at("verdict"), "acknowledged");
}

TEST_F(SessionTest, SurvivesBadLines)
{
    agree();
    session.take("junk");
    EXPECT_EQ(last_line().at("type"), "error");
    session.oversize();
    EXPECT_EQ(last_line().at("reason"), "oversize");
    EXPECT_EQ(ask("frobnicate").at("verdict"), "unsupported");
    EXPECT_EQ(ask("ping").at("verdict"), "acknowledged");
}

} // namespace
} // namespace gatehouse::sdk

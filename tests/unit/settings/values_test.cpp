#include "file.hpp"

#include <gmock/gmock.h>

namespace gatehouse::settings {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

Settings the_right_one()
{
    auto loaded = parse(right, "site.yaml");
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    return loaded.settings ? std::move(*loaded.settings) : Settings{};
}

Settings minimal()
{
    auto loaded = parse("format: 1\nsite: {key: a, time_zone: UTC}\n", "site.yaml");
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    return loaded.settings ? std::move(*loaded.settings) : Settings{};
}

TEST(Settings, GivesDefaultsForAllThatIsLeftOut)
{
    const auto settings = minimal();
    EXPECT_EQ(settings.site.name, "a");
    ASSERT_EQ(settings.http.listen.size(), 1U);
    EXPECT_EQ(settings.http.listen[0].address, "127.0.0.1");
    EXPECT_EQ(settings.http.listen[0].port, 8080);
    EXPECT_THAT(settings.http.tls_listen, IsEmpty());
    EXPECT_EQ(settings.policy.lease, hours{72});
    EXPECT_EQ(settings.policy.on_first_contact, OnFirstContact::ask);
    EXPECT_EQ(settings.policy.foreign, Foreign::remove);
    EXPECT_EQ(settings.policy.brake, (Brake{.entries = 10, .share_percent = 25}));
    EXPECT_EQ(settings.policy.identity_delete, IdentityDelete::refuse);
    EXPECT_EQ(settings.policy.pin.min_length, 4U);
    EXPECT_TRUE(settings.policy.pin.refuse_trivial);
    EXPECT_EQ(settings.policy.retention.events, hours{400 * 24});
}

TEST(Settings, ListensWithTlsOnLoopbackWhenOnlyACertificateIsGiven)
{
    const auto text = changed("listen: [\"127.0.0.1:8080\"]", "listen: [], tls: {certificate: {credential: c}, key: {credential: k}}");
    const auto loaded = parse(text, "site.yaml");
    ASSERT_TRUE(loaded.settings);
    EXPECT_THAT(loaded.settings->http.listen, IsEmpty());
    ASSERT_EQ(loaded.settings->http.tls_listen.size(), 1U);
    EXPECT_EQ(loaded.settings->http.tls_listen[0].address, "127.0.0.1");
    EXPECT_EQ(loaded.settings->http.tls_listen[0].port, 8443);
    EXPECT_EQ(loaded.settings->http.tls->key.name, "k");
}

TEST(Settings, ReadsAddressesOfBothFamiliesAndTheUsualPort)
{
    const auto loaded = parse(changed("\"127.0.0.1:8080\"", "\"[::1]:0\", \"127.0.0.2\""), "site.yaml");
    ASSERT_TRUE(loaded.settings);
    ASSERT_EQ(loaded.settings->http.listen.size(), 2U);
    EXPECT_EQ(loaded.settings->http.listen[0].address, "::1");
    EXPECT_EQ(loaded.settings->http.listen[0].port, 0);
    EXPECT_EQ(loaded.settings->http.listen[1].port, 8080);
}

TEST(Settings, ReadsTheEndpointOfEachLine)
{
    const auto settings = the_right_one();
    const auto& broker = std::get<UrlEndpoint>(find(settings.lines, "broker")->endpoint);
    EXPECT_EQ(broker.scheme, "mqtts");
    EXPECT_EQ(broker.host, "broker.lan");
    EXPECT_EQ(broker.port, 8883);
    EXPECT_EQ(broker.user, "gate");
    EXPECT_EQ(broker.password->name, "mqtt-password");
    EXPECT_EQ(broker.ca->kind, SecretRef::Kind::file);
    EXPECT_EQ(std::get<TcpEndpoint>(find(settings.lines, "net")->endpoint).port, 502);
    EXPECT_EQ(std::get<SerialEndpoint>(find(settings.lines, "bus")->endpoint).baud, 38400U);
}

TEST(Settings, KeepsTheTypeOfProfileParameters)
{
    const auto settings = the_right_one();
    const auto& params = find(settings.devices, "ctl")->params;
    EXPECT_EQ(params.at("topic").value, ParamValue{std::string{"a/b"}});
    EXPECT_EQ(params.at("unit").value, ParamValue{std::int64_t{3}});
    EXPECT_EQ(params.at("fast").value, ParamValue{true});
    EXPECT_EQ(params.at("code").value, ParamValue{std::string{"007"}});
    EXPECT_EQ(params.at("unit").mark, (Mark{.file = "site.yaml", .line = 11}));
}

TEST(Settings, ReadsReadersDoorsAndZones)
{
    const auto settings = the_right_one();
    const auto& reader = *find(settings.devices, "reader");
    EXPECT_EQ(reader.address, 1U);
    EXPECT_EQ(reader.secure, Secure::required);
    EXPECT_THAT(reader.formats, ElementsAre("h10301", "uid"));
    EXPECT_TRUE(reader.keypad);
    const auto& lobby = *find(settings.doors, "lobby");
    EXPECT_EQ(lobby.strike, (Point{.device = "ctl", .number = 1}));
    EXPECT_EQ(lobby.contact, (Point{.device = "panel", .number = 1}));
    EXPECT_THAT(lobby.shared_with, ElementsAre("tenant"));
    EXPECT_EQ(lobby.lock, Lock::fail_secure);
    EXPECT_EQ(find(settings.doors, "shed")->held_after, seconds{30});
    EXPECT_EQ(find(settings.doors, "shed")->unlock_for, std::nullopt);
    const auto& zone = settings.zones.front();
    EXPECT_EQ(zone.fire->input, (Point{.device = "panel", .number = 5}));
    EXPECT_EQ(zone.fire->active, Contact::closed);
    EXPECT_EQ(zone.on_fire, OnFire::release);
}

TEST(Settings, SpreadsHoursOverTheDaysTheyName)
{
    const auto settings = the_right_one();
    const auto& office = settings.hours.front();
    for (unsigned day = 0; day < 5; ++day)
        EXPECT_THAT(office.week.at(day), ElementsAre(Span{.from = minutes{8 * 60}, .until = minutes{12 * 60}},
                                                     Span{.from = minutes{13 * 60}, .until = minutes{24 * 60}}));
    EXPECT_THAT(office.week.at(5), IsEmpty());
    EXPECT_THAT(office.week.at(6), IsEmpty());
    EXPECT_THAT(office.closed_on, ElementsAre("public"));
    using namespace std::chrono_literals;
    EXPECT_THAT(settings.holidays.front().days, ElementsAre(2027y / 3 / 25, 2027y / 3 / 26));
}

TEST(Settings, ReadsWorkspacesInTheOrderOfTheFile)
{
    const auto settings = the_right_one();
    ASSERT_EQ(settings.workspaces.size(), 2U);
    const auto& house = settings.workspaces[0].systems[0];
    EXPECT_EQ(house.name, "house");
    EXPECT_TRUE(house.entrances[0].cloud_key);
    EXPECT_EQ(house.entrances[0].modes[0].mode, Mode::unlocked);
    EXPECT_TRUE(house.entrances[0].modes[0].after_first);
    EXPECT_EQ(house.entrances[1].mode, Mode::card_and_pin);
    const auto& staff = house.groups[0];
    EXPECT_EQ(staff.entrances[0].entrance, "lobby");
    EXPECT_EQ(staff.entrances[0].hours, "office");
    EXPECT_TRUE(staff.overrides_lockdown);
    EXPECT_FALSE(staff.leased);
    EXPECT_EQ(settings.workspaces[1].systems[0].entrances[0].name, "Front door");
}

TEST(Settings, LetsADeviceOverrideThePolicy)
{
    const auto text =
        changed("card_key: facility_and_number", "lease: 24h, on_first_contact: keep, foreign: keep, brake: {entries: 3}, retire: leave");
    const auto loaded = parse(text, "site.yaml");
    ASSERT_TRUE(loaded.settings);
    const auto& panel = *find(loaded.settings->devices, "panel");
    EXPECT_EQ(panel.lease, hours{24});
    EXPECT_EQ(panel.on_first_contact, OnFirstContact::keep);
    EXPECT_EQ(panel.foreign, Foreign::keep);
    EXPECT_EQ(panel.brake, (Brake{.entries = 3, .share_percent = 25}));
    EXPECT_EQ(panel.retire, Retire::leave);
}

TEST(Settings, TellsTheLineOfAnyPathAndOfItsParentWhenItWasLeftOut)
{
    const auto settings = the_right_one();
    EXPECT_EQ(mark_of(settings, "doors.shed.held_after").line, 18);
    EXPECT_EQ(mark_of(settings, "doors.shed.contact").line, 18);
    EXPECT_EQ(mark_of(settings, "devices.reader.formats[1]").line, 13);
    EXPECT_EQ(mark_of(settings, "nowhere.at.all").line, 0);
}

TEST(Settings, ReportsEveryProblemInTheOrderOfTheFile)
{
    auto text = changed("shed: always", "shad: always");
    text.replace(text.find("lease: 72h"), 10, "lease: 72");
    text.replace(text.find("strike: ctl/1"), 13, "strike: ctrl/1");
    EXPECT_THAT(
        problems(text),
        ElementsAre(
            "site.yaml:4: policy.lease: expected a duration such as \"30s\", \"15m\", \"72h\" or \"400d\"",
            "site.yaml:17: doors.lobby.strike: no device \"ctrl\", did you mean \"ctl\"?",
            "site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.shad: no entrance \"shad\", did you mean \"shed\"?"));
}

TEST(Settings, NeverRepeatsASecretThatStandsInTheFile)
{
    for (const auto* inline_secret : {"sesame", "[sesame]", "{credential: sesame, sesame: x}", "{value: sesame}"})
        for (const auto& problem : problems(changed("{credential: mqtt-password}", inline_secret)))
            EXPECT_THAT(problem, testing::Not(testing::HasSubstr("sesame")));
    for (const auto& problem : problems(changed("mqtts://", "mqtts://gate:sesame@")))
        EXPECT_THAT(problem, testing::Not(testing::HasSubstr("sesame")));
}

} // namespace

} // namespace gatehouse::settings

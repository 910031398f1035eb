#include "mistakes.hpp"

namespace gatehouse::settings {

namespace {

class MistakeInASection : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeInASection, IsReportedWithFileLineAndPath)
{
    EXPECT_THAT(problems(changed(GetParam().piece, GetParam().other)), testing::ElementsAreArray(GetParam().expected));
}

const std::vector<Mistake> general{
    {"FormatMissing", "format: 1", "formt: 1", {"site.yaml: format: is missing: write `format: 1`"}},
    {"FormatOfTheFuture", "format: 1", "format: 2", {"site.yaml:1: format: this version reads format 1"}},
    {"UnknownSection",
     "holidays:",
     "holydays:",
     {"site.yaml:20: hours.office.closed_on[0]: no holidays \"public\"",
      "site.yaml:21: holydays: unknown key, did you mean \"holidays\"?"}},
    {"UnknownKeyFarFromAny", "on_fire: release", "whatever: 1", {"site.yaml:15: zones.main.whatever: unknown key"}},
    {"KeyTwice", "{lease: 72h}", "{lease: 72h, lease: 24h}", {"site.yaml:4: policy.lease: given twice, first in line 4"}},
    {"SiteIncomplete",
     "key: pier, name: Pier, time_zone: Europe/Copenhagen",
     "name: Pier",
     {"site.yaml:2: site.key: is missing", "site.yaml:2: site.time_zone: is missing"}},
    {"SiteMissing", "site: {key: pier, name: Pier, time_zone: Europe/Copenhagen}", "", {"site.yaml: site: is missing"}},
    {"ZoneNameOfNoForm",
     "Europe/Copenhagen",
     "Europe Copenhagen",
     {"site.yaml:2: site.time_zone: expected an IANA time zone such as \"Europe/Copenhagen\""}},
    {"ZoneThatDoesNotExist",
     "Europe/Copenhagen",
     "Europe/Copenhagn",
     {"site.yaml:2: site.time_zone: no time zone \"Europe/Copenhagn\", did you mean \"Europe/Copenhagen\"?"}},
    {"ZoneFarFromAny", "Europe/Copenhagen", "Mars/Olympus", {"site.yaml:2: site.time_zone: no time zone \"Mars/Olympus\""}},
    {"KeyWithCapitals",
     "  shed: {owner",
     "  Shed: {owner",
     {"site.yaml:18: doors: \"Shed\" is no key: lower-case letters, digits and hyphens, at most 63",
      "site.yaml:28: workspaces.pier.systems.house.entrances.shed.door: no door \"shed\""}},
    {"NameTooLong",
     "name: Front door",
     "name: a2345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "1234567890123456789012345678901234567890123456789",
     {"site.yaml:38: workspaces.tenant.systems.office.entrances.front.name: a name is one line of at most 128 bytes"}},
    {"ListWhereAMapBelongs", "policy: {lease: 72h}", "policy: [72h]", {"site.yaml:4: policy: expected keys and values"}},
    {"MapWhereAValueBelongs", "lease: 72h", "lease: {}", {"site.yaml:4: policy.lease: expected a single value"}},
    {"EmptyValue", "lease: 72h", "lease:", {"site.yaml:4: policy.lease: is empty"}},
    {"ValueWhereAListBelongs", "[\"127.0.0.1:8080\"]", "here", {"site.yaml:3: http.listen: expected a list in brackets"}},
    {"ItemTwice", "[h10301, uid]", "[uid, uid]", {"site.yaml:13: devices.reader.formats[1]: given twice"}},
};
INSTANTIATE_TEST_SUITE_P(General, MistakeInASection, testing::ValuesIn(general), name_of);

const std::vector<Mistake> http{
    {"PlainBeyondLoopback",
     "127.0.0.1:8080",
     "10.0.0.1:8080",
     {"site.yaml:3: http.listen: 10.0.0.1 is not loopback; plain HTTP stays on this machine, use tls_listen"}},
    {"NameInsteadOfAddress",
     "127.0.0.1:8080",
     "localhost:8080",
     {"site.yaml:3: http.listen[0]: expected an IP address and a port, not a name"}},
    {"PortTooLarge", "127.0.0.1:8080", "127.0.0.1:65536", {"site.yaml:3: http.listen[0]: expected a port from 0 to 65535 behind the host"}},
    {"TlsWithoutCertificate",
     "listen: [\"127.0.0.1:8080\"]",
     "tls_listen: [\"10.0.0.1:8443\"]",
     {"site.yaml:3: http.tls: is missing: tls_listen needs a certificate and a key"}},
    {"HalfACertificate",
     "{listen: [\"127.0.0.1:8080\"]}",
     "{tls: {certificate: {credential: c}}}",
     {"site.yaml:3: http.tls.key: is missing"}},
    {"AddressOfTheDefault",
     "listen: [",
     "tls: {certificate: {credential: c}, key: {credential: k}}, tls_listen: [",
     {"site.yaml:3: http: 127.0.0.1 port 8080 is given twice"}},
    {"AddressTwice", "\"127.0.0.1:8080\"", "\"127.0.0.1:80\", \"127.0.0.1:80\"", {"site.yaml:3: http: 127.0.0.1 port 80 is given twice"}},
};
INSTANTIATE_TEST_SUITE_P(Http, MistakeInASection, testing::ValuesIn(http), name_of);

const std::vector<Mistake> policy{
    {"DurationWithoutUnit", "72h", "72", {"site.yaml:4: policy.lease: expected a duration such as \"30s\", \"15m\", \"72h\" or \"400d\""}},
    {"DurationTooShort", "72h", "59s", {"site.yaml:4: policy.lease: must lie between 1m and 365d"}},
    {"DurationBeyondAllBounds", "72h", "9223372036854775807d", {"site.yaml:4: policy.lease: is longer than ten years"}},
    {"LeaseNoneForTheSite", "72h", "none", {"site.yaml:4: policy.lease: only a group may say none"}},
    {"WordOutsideTheList", "lease: 72h", "foreign: drop", {"site.yaml:4: policy.foreign: expected remove or keep, not \"drop\""}},
    {"ShareWithoutPercent",
     "lease: 72h",
     "brake: {share: 25}",
     {"site.yaml:4: policy.brake.share: expected a share from \"0%\" to \"100%\""}},
    {"ShareAboveAll", "lease: 72h", "brake: {share: 101%}", {"site.yaml:4: policy.brake.share: expected a share from \"0%\" to \"100%\""}},
    {"NumberOutOfBounds", "lease: 72h", "pin: {min_length: 3}", {"site.yaml:4: policy.pin.min_length: must lie between 4 and 12"}},
    {"NoNumber", "lease: 72h", "pin: {min_length: 4.5}", {"site.yaml:4: policy.pin.min_length: expected a whole number"}},
    {"FlagInOtherWords",
     "lease: 72h",
     "pin: {refuse_trivial: yes}",
     {"site.yaml:4: policy.pin.refuse_trivial: expected true or false, not \"yes\""}},
};
INSTANTIATE_TEST_SUITE_P(Policy, MistakeInASection, testing::ValuesIn(policy), name_of);

const std::vector<Mistake> hours_mistakes{
    {"AcrossMidnight",
     "13:00-24:00",
     "22:00-06:00",
     {"site.yaml:20: hours.office.mon-fri[1]: a span ends after it starts, on the same day; write two for one across midnight"}},
    {"AfterTheEndOfTheDay",
     "13:00-24:00",
     "13:00-24:01",
     {"site.yaml:20: hours.office.mon-fri[1]: expected a span such as \"08:00-18:00\""}},
    {"Overlap", "13:00-24:00", "11:59-24:00", {"site.yaml:20: hours.office.mon-fri: spans of one day overlap"}},
    {"NoSuchDay",
     "mon-fri",
     "mon-fry",
     {"site.yaml:20: hours.office.mon-fry: expected days such as \"mon\" or \"mon-fri\", or \"closed_on\""}},
    {"OverTheEndOfTheWeek", "mon-fri", "sat-mon", {"site.yaml:20: hours.office.sat-mon: days run from Monday to Sunday; write two ranges"}},
    {"AlwaysDefined",
     "  office: {mon-fri",
     "  always: {mon-fri",
     {"site.yaml:20: hours.always: is built in and cannot be defined",
      "site.yaml:27: workspaces.pier.systems.house.entrances.lobby.modes[0].hours: no hours \"office\"",
      "site.yaml:30: workspaces.pier.systems.house.groups.staff.entrances.lobby: no hours \"office\""}},
    {"DateOutsideTheCalendar", "2027-03-26", "2027-02-29", {"site.yaml:21: holidays.public[0]: no such day in the calendar"}},
    {"DateInAnotherForm", "2027-03-26", "26.03.2027", {"site.yaml:21: holidays.public[0]: expected a date such as \"2027-03-25\""}},
    {"DateTwice", "2027-03-26", "2027-03-25", {"site.yaml:21: holidays.public[1]: given twice"}},
};
INSTANTIATE_TEST_SUITE_P(Hours, MistakeInASection, testing::ValuesIn(hours_mistakes), name_of);

} // namespace

} // namespace gatehouse::settings

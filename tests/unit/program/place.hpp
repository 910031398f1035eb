#pragma once

#include "check_program.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace gatehouse::tests {

/// A folder of its own with a configuration, profiles and drivers, and the shell that runs gatehoused there.
class Place : public testing::Test {
public:
    ~Place() override { std::filesystem::remove_all(path_); }

protected:
    Place()
    {
        auto name = (std::filesystem::temp_directory_path() / "gatehouse-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
        std::filesystem::copy(SHIPPED_PROFILES, path_ / "profiles", std::filesystem::copy_options::recursive);
        std::filesystem::create_directory(path_ / "drivers");
        std::filesystem::copy_file(DRIVERS "/gatehouse-driver-mqtt", path_ / "drivers/gatehouse-driver-mqtt");
        std::filesystem::copy_file(DRIVERS "/gatehouse-driver-mqtt.json", path_ / "drivers/gatehouse-driver-mqtt.json");
        write("site.yaml", R"(format: 1
site: {key: pier, time_zone: Europe/Copenhagen}
http: {listen: ["127.0.0.1:0"]}
drivers:
  mqtt: {}
lines:
  broker: {driver: mqtt, url: "mqtt://127.0.0.1:1"}
devices:
  ctl:
    line: broker
    profile: esp-rfid/2.0
    params: {topic: pier/gate, ip: 10.0.0.9, hostname: gate}
doors:
  gate: {owner: pier, strike: ctl/1}
workspaces:
  pier: {}
)");
    }
    void write(const std::string& name, const std::string& text) const { std::ofstream{path_ / name} << text; }
    std::string read(const std::string& name) const
    {
        std::ifstream in{path_ / name};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void edit(const std::string& name, const std::string& piece, const std::string& other) const
    {
        auto text = read(name);
        const auto at = text.find(piece);
        ASSERT_NE(at, std::string::npos) << piece;
        write(name, text.replace(at, piece.size(), other));
    }

    /// Runs a shell script in the folder; what it says on either output comes back, without the folder's own path.
    Ended shell(const std::string& script) const
    {
        auto ended =
            run_program({"/bin/sh", "-c", "exec 2>&1; cd " + path_.string() + "; PATH=/usr/bin:/bin; " + script}, {}, base::seconds{60});
        if (!ended) throw std::runtime_error{ended.error().detail};
        const auto folder = path_.string() + "/";
        for (auto at = ended->output.find(folder); at != std::string::npos; at = ended->output.find(folder))
            ended->output.erase(at, folder.size());
        return *ended;
    }
    std::string gatehoused(const std::string& words) const
    {
        const auto here = path_.string();
        return GATEHOUSED " " + words + " --config " + here + "/site.yaml --drivers " + here + "/drivers --profiles " + here +
               "/profiles --state " + here + "/state --runtime " + here + "/run";
    }
    Ended check() const { return shell(gatehoused("check")); }

    std::filesystem::path path_;
};

} // namespace gatehouse::tests

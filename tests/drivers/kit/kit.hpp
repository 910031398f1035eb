#pragma once

#include "drivers/kit/kit_run.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <stdlib.h>

namespace gatehouse::check {

namespace fs = std::filesystem;

/// A folder for drivers and benches that are not as they should be.
class Kit : public testing::Test {
public:
    Kit()
    {
        auto name = (fs::temp_directory_path() / "gatehouse-kit.XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~Kit() override { fs::remove_all(folder); }
    Kit(const Kit&) = delete;
    Kit& operator=(const Kit&) = delete;

protected:
    /// The skeleton in Python with a fault, as an author would have it: program, manifest and SDK in one folder.
    std::string broken(const std::string& fault)
    {
        const std::string name = "gatehouse-driver-broken-" + fault;
        for (const auto* beside : {"gatehouse_driver.py", "gatehouse_fields.py", "gatehouse-driver-skeleton-py"})
            fs::copy_file(fs::path{SKELETONS} / beside, folder / beside, fs::copy_options::overwrite_existing);
        fs::copy_file(fs::path{KIT_FIXTURES} / "gatehouse-driver-broken", folder / name);
        std::ofstream{folder / (name + ".json")} << R"({"name":"broken-)" << fault
                                                 << R"(","protocol":1,"lines_per_process":64,"maturity":"experimental","version":"0.1.0"})";
        return (folder / name).string();
    }

    /// A program of these words; what it is called is no matter.
    std::string script(const std::string& text)
    {
        const auto program = folder / "gatehouse-driver-script";
        std::ofstream{program} << "#!/bin/sh\n" << text << "\n";
        fs::permissions(program, fs::perms{0755});
        return program.string();
    }

    /// The bench `plain` in the folder, with a piece of it exchanged.
    std::string bench_with(const std::string& piece, const std::string& other)
    {
        std::ifstream plain{KIT_FIXTURES "/benches/plain.json"};
        std::string text{std::istreambuf_iterator<char>{plain}, {}};
        const auto at = text.find(piece);
        EXPECT_NE(at, std::string::npos) << piece;
        std::ofstream{folder / "bench.json"} << text.replace(at, piece.size(), other);
        return (folder / "bench.json").string();
    }

    fs::path folder;
};

} // namespace gatehouse::check

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::bench {

/// A program on the measured core. It ends with this object, and with the bench, however that ends.
class Child {
public:
    /// Its output goes to the file `log`, behind what is there; `preload`, when it is not empty, is a library laid under it. Throws when it
    /// cannot be started.
    Child(const std::vector<std::string>& command, const std::filesystem::path& log, const std::string& preload = {});
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    int pid() const { return pid_; }
    /// False: it has ended by itself.
    bool running();

private:
    int pid_ = -1;
};

} // namespace gatehouse::bench

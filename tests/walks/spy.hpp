#pragma once

#include <string>
#include <vector>

namespace mqtt {
class async_client;
}

namespace gatehouse::walks {

/// Hears every command anybody sends to a controller.
class Spy {
public:
    explicit Spy(const std::string& uri);
    ~Spy();
    Spy(const Spy&) = delete;
    Spy& operator=(const Spy&) = delete;

    /// Every command since the last call, as sent.
    std::vector<std::string> commands();

private:
    mqtt::async_client* client_;
};

/// Of these commands, those that change what a controller holds or opens.
std::vector<std::string> writes(const std::vector<std::string>& commands);
std::size_t reads(const std::vector<std::string>& commands);

} // namespace gatehouse::walks

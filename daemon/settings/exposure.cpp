#include "settings/exposure.hpp"

#include <endian.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace gatehouse::settings {

namespace {

constexpr std::size_t header_size = 4;
constexpr std::size_t entry_size = 8; // tag, permissions, id
constexpr std::uint16_t tag_group_owner = 0x04;
constexpr std::uint16_t tag_group = 0x08;
constexpr std::uint16_t tag_mask = 0x10;

std::uint16_t number_at(std::span<const std::byte> bytes, std::size_t at)
{
    std::uint16_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return le16toh(value);
}

/// Whether the list gives any group something that the mask lets through.
bool gives_groups(std::span<const std::byte> list)
{
    unsigned given = 0;
    unsigned mask = 7;
    for (std::size_t at = header_size; at + entry_size <= list.size(); at += entry_size) {
        const unsigned permissions = number_at(list, at + 2);
        switch (number_at(list, at)) {
        case tag_group_owner:
        case tag_group:
            given |= permissions;
            break;
        case tag_mask:
            mask = permissions;
            break;
        default:
            break;
        }
    }
    return (given & mask) != 0;
}

} // namespace

bool open_to_others(int fd, mode_t mode)
{
    if ((mode & S_IRWXO) != 0) return true;
    if ((mode & S_IRWXG) == 0) return false;
    std::array<std::byte, 1024> list{};
    const auto size = fgetxattr(fd, "system.posix_acl_access", list.data(), list.size());
    if (size < static_cast<ssize_t>(header_size)) return true; // no list, or one too long to judge: the mode stands
    return gives_groups(std::span{list}.first(static_cast<std::size_t>(size)));
}

} // namespace gatehouse::settings

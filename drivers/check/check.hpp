#pragma once

#include "rig.hpp"

#include <span>
#include <string_view>

namespace gatehouse::check {

struct Check {
    std::string_view name;    ///< by which it is chosen
    std::string_view demands; ///< what the driver does when it passes
    void (*run)(Rig& rig);
    bool alone = false; ///< needs no device
};

/// Without it the driver can do nothing else: it is made in every run, and the run ends where it fails.
constexpr std::string_view first_check = "start";

std::span<const Check> program_checks();
std::span<const Check> message_checks();
std::span<const Check> life_checks();
std::span<const Check> table_checks();
std::span<const Check> truth_checks();
std::span<const Check> doubt_checks();
std::span<const Check> door_checks();
std::span<const Check> end_checks();
std::span<const Check> bound_checks();
std::span<const Check> secret_checks();

} // namespace gatehouse::check

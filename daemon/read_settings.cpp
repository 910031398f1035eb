#include "read_settings.hpp"

#include "listening.hpp"
#include "profile_files.hpp"

namespace gatehouse {

settings::Loaded read_settings(const Options& options, bool by_hand)
{
    auto loaded = settings::load(options.config);
    if (!loaded.settings) return loaded;
    for (auto& problem : settings::not_enforced_yet(*loaded.settings)) loaded.problems.push_back(std::move(problem));
    for (auto& problem : settings::check_secrets(*loaded.settings, settings::credentials_directory(), by_hand))
        loaded.problems.push_back(std::move(problem));
    for (auto& problem : check_certificate(*loaded.settings)) loaded.problems.push_back(std::move(problem));
    if (!loaded.problems.empty()) loaded.settings.reset();
    if (loaded.settings) note_profiles(options, *loaded.settings);
    return loaded;
}

} // namespace gatehouse

#include "http/words.hpp"

#include <algorithm>

namespace gatehouse::http {

namespace {

constexpr std::size_t rows_told = 3;

} // namespace

std::string age_in_words(base::milliseconds age)
{
    using namespace std::chrono;
    const auto passed = std::max(age, milliseconds{0});
    if (passed < minutes{2}) return std::to_string(duration_cast<seconds>(passed).count()) + " s";
    if (passed < hours{2}) return std::to_string(duration_cast<minutes>(passed).count()) + " min";
    if (passed < days{2}) return std::to_string(duration_cast<hours>(passed).count()) + " h";
    return std::to_string(duration_cast<days>(passed).count()) + " d";
}

std::string door_name(const model::Workspace& workspace, const model::DoorNode& door)
{
    for (const auto& here : door.entrances) {
        if (here.workspace != workspace.row.id) continue;
        const auto* entrance = workspace.entrances.find(here.id);
        if (entrance != nullptr && !entrance->row.name.empty()) return entrance->row.name;
    }
    return door.row.name.empty() ? door.row.key : door.row.name;
}

std::string describe(const model::Directory& directory, const reconcile::AccessRow& row, base::Instant now)
{
    const auto* workspace = directory.workspace(row.workspace);
    const auto* door = directory.door(row.door);
    const auto* controller = directory.device(row.controller);
    std::string text = workspace != nullptr && door != nullptr ? door_name(*workspace, *door)
                       : controller == nullptr                 ? "a door"
                                                               : "an output of " + controller->row.name + " that no door uses any more";
    text += ": " + (row.reason.empty() ? std::string{reconcile::to_string(row.state)} : row.reason);
    if (row.since) text += ", for " + age_in_words(now - *row.since);
    return text;
}

std::string describe(const model::Directory& directory, const std::vector<reconcile::AccessRow>& rows, base::Instant now)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(rows.size(), rows_told); ++i)
        text += (text.empty() ? "" : "; ") + describe(directory, rows[i], now);
    if (rows.size() > rows_told) text += "; and " + std::to_string(rows.size() - rows_told) + " more";
    return text;
}

} // namespace gatehouse::http

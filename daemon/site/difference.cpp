#include "site/declare.hpp"
#include "site/standing.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::site {

using model::Mutation;
using model::Row;

namespace {

/// Collects what differs.
class Difference {
public:
    Difference(const model::Directory& directory, base::Instant now) : directory_{directory}, now_{now} {}

    template <class T>
    void want(T row)
    {
        if constexpr (requires { row.id; }) seen_.insert(row.id.value);
        if constexpr (std::is_same_v<T, model::Hours>) hours_.insert(row.key);
        const auto* stands = Standing{directory_}.of(row);
        if constexpr (requires { row.created_at; }) row.created_at = stands == nullptr ? now_ : stands->created_at;
        if (stands != nullptr) row.touched = stands->touched;
        if constexpr (std::is_same_v<T, model::WorkspaceRow>)
            if (stands != nullptr) row.first_key = stands->first_key.empty() && stands->key != row.key ? stands->key : stands->first_key;
        if constexpr (std::is_same_v<T, model::Entrance>)
            if (stands != nullptr && stands->door != row.door) moved_.insert(row.id.value);
        if constexpr (std::is_same_v<T, model::Group>) // its schedule is not of the file
            if (stands != nullptr) row.starts_at = stands->starts_at, row.ends_at = stands->ends_at;
        if (stands == nullptr || !(*stands == row)) changes_.push_back(model::put(std::move(row)));
    }
    void want(model::DoorShare row)
    {
        shares_.insert({row.door, row.workspace});
        const auto* door = directory_.door(row.door);
        if (door != nullptr)
            for (const auto& tenant : door->shared_with)
                if (tenant == row.workspace) return;
        changes_.push_back(model::put(row));
    }
    void want(model::GroupEntrance row)
    {
        paths_.insert({row.group, row.entrance});
        const auto* stands = Standing{directory_}.of(row);
        if (stands == nullptr || stands->hours != row.hours) changes_.push_back(model::put(std::move(row)));
    }

    /// What the file leaves out: things become absent; a path that a group of the file no longer has is gone.
    std::vector<Mutation> finish()
    {
        for (const auto& [key, hours] : directory_.hours()) leave(hours.row);
        for (const auto& [id, line] : directory_.lines()) leave(line);
        for (const auto& [id, device] : directory_.devices()) leave(device.row);
        for (const auto& [id, door] : directory_.doors()) leave(door.row);
        for (const auto& [id, workspace] : directory_.workspaces()) {
            leave(workspace->row);
            leave_all(workspace->systems), leave_all(workspace->entrances), leave_all(workspace->groups);
            workspace->groups.walk(nullptr, [this](const model::GroupNode& group) {
                for (const auto& path : group.entrances)
                    if (seen_.contains(group.row.id.value) && !paths_.contains({path.group, path.entrance}))
                        narrowing_.push_back(model::erase(path));
                return true;
            });
        }
        free_strikes();
        // Narrowing first; shares when nothing stands on them any more.
        narrowing_.insert(narrowing_.end(), changes_.begin(), changes_.end());
        for (const auto& [id, door] : directory_.doors()) end_shares(door);
        return std::move(narrowing_);
    }

private:
    /// Two doors of the file may change strikes with each other: whoever has one that another is to get lets go of it first.
    void free_strikes()
    {
        std::set<model::DoorId> moving;
        std::set<std::pair<model::DeviceId, std::int64_t>> wanted;
        for (const auto& change : changes_)
            if (const auto* door = std::get_if<model::Door>(&change.row); door != nullptr && seen_.contains(door->id.value)) {
                moving.insert(door->id);
                wanted.insert({door->device, door->output});
            }
        std::int64_t nowhere = -1;
        for (const auto& [id, door] : directory_.doors()) {
            if (!moving.contains(id) || !wanted.contains({door.row.device, door.row.output}) || keeps_strike(door.row)) continue;
            auto between = door.row;
            between.output = nowhere--;
            narrowing_.push_back(model::put(std::move(between)));
        }
    }
    bool keeps_strike(const model::Door& row) const
    {
        return std::any_of(changes_.begin(), changes_.end(), [&row](const Mutation& change) {
            const auto* door = std::get_if<model::Door>(&change.row);
            return door != nullptr && door->id == row.id && door->device == row.device && door->output == row.output;
        });
    }

    /// What the file no longer shares, but for workspaces whose absent entrance still stands on the door.
    void end_shares(const model::DoorNode& door)
    {
        for (const auto& tenant : door.shared_with) {
            const bool stands = std::any_of(door.entrances.begin(), door.entrances.end(), [this, &tenant](const auto& entrance) {
                return entrance.workspace == tenant && !moved_.contains(entrance.id.value);
            });
            if (seen_.contains(door.row.id.value) && !shares_.contains({door.row.id, tenant}) && !stands)
                narrowing_.push_back(model::erase(model::DoorShare{.door = door.row.id, .workspace = tenant}));
        }
    }

    bool seen(const model::Hours& row) const { return hours_.contains(row.key); }
    template <class T>
    bool seen(const T& row) const
    {
        return seen_.contains(row.id.value);
    }

    template <class T>
    void leave(const T& row)
    {
        if (row.absent || seen(row)) return;
        auto absent = row;
        absent.absent = true;
        changes_.push_back(model::put(std::move(absent)));
    }
    template <class TableType>
    void leave_all(const TableType& table)
    {
        table.walk(nullptr, [this](const auto& node) {
            leave(node.row);
            return true;
        });
    }

    const model::Directory& directory_;
    base::Instant now_;
    std::set<model::Uuid> seen_;
    std::set<std::string> hours_; ///< keys of the file
    std::set<model::Uuid> moved_; ///< entrances that leave the door they stand on
    std::set<std::pair<model::DoorId, model::WorkspaceId>> shares_;
    std::set<std::pair<model::GroupId, model::EntranceId>> paths_;
    std::vector<Mutation> changes_, narrowing_;
};

} // namespace

std::vector<Mutation> difference(const model::Directory& directory, const settings::Settings& settings, base::Instant now)
{
    Difference difference{directory, now};
    for (auto& row : declared(settings, Ids{directory, settings}))
        std::visit(
            [&difference]<class T>(T& value) {
                if constexpr (model::Declared<T>) difference.want(std::move(value));
            },
            row);
    return difference.finish();
}

} // namespace gatehouse::site

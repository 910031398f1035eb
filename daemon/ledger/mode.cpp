#include "ledger/mode.hpp"

namespace gatehouse::ledger {

using base::fail;
using base::Fault;

std::string_view to_string(Mode mode)
{
    switch (mode) {
    case Mode::normal:
        return "normal";
    case Mode::low_space:
        return "low_space";
    case Mode::stalled:
        return "stalled";
    case Mode::read_only:
        return "read_only";
    case Mode::sealed:
        return "sealed";
    }
    return "sealed";
}

Mode Storage::mode() const
{
    if (sealed) return Mode::sealed;
    if (read_only) return Mode::read_only;
    if (stalled) return Mode::stalled;
    return low_space ? Mode::low_space : Mode::normal;
}

Storage after(Storage storage, News news)
{
    switch (news) {
    case News::reserve_given_up:
        storage.low_space = true;
        break;
    case News::reserve_made:
        storage.low_space = false;
        break;
    case News::commit_late:
        storage.stalled = true;
        break;
    case News::commit_returned:
        storage.stalled = false;
        break;
    case News::found_read_only:
        storage.read_only = true;
        break;
    case News::found_sealed:
        storage.sealed = true;
        break;
    }
    return storage;
}

base::Result<void> admits(Mode mode, bool only_takes_away)
{
    switch (mode) {
    case Mode::normal:
        return {};
    case Mode::low_space:
        if (only_takes_away) return {};
        return fail(Fault::full, "The gateway's disk is nearly full: until there is room, only what takes access away is accepted");
    case Mode::stalled:
        return fail(Fault::transient, "The gateway's disk does not answer: no change is accepted until it does", "storage_stalled");
    case Mode::read_only:
        return fail(Fault::transient, "The gateway's disk takes no writes: no change is accepted", "storage_read_only");
    case Mode::sealed:
        break;
    }
    return fail(Fault::transient, "The gateway's database cannot be used", "storage_sealed");
}

} // namespace gatehouse::ledger

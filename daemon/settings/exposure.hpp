#pragma once

#include <sys/types.h>

namespace gatehouse::settings {

/// Whether anybody but the owner may read, write or run the open file. Where it carries an access list, the group
/// bits of its mode are only the list's mask (systemd hands credentials over that way), so the list itself is read:
/// named users count as owners, groups do not.
///
/// Threads: any.
/// Source:  acl(5), linux/posix_acl_xattr.h.
bool open_to_others(int fd, mode_t mode);

} // namespace gatehouse::settings

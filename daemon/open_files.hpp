#pragma once

namespace gatehouse {

/// Lets this process have as many descriptors as the system allows it: the soft limit many systems start programs with (1024) is a
/// courtesy to old ones. Drivers get the old limit back, since some of their libraries stop at descriptor 1024.
void raise_open_files();

} // namespace gatehouse

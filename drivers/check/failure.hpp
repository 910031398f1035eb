#pragma once

#include <stdexcept>
#include <string>

namespace gatehouse::check {

/// The driver does not keep the protocol; what was seen.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// It says or takes nothing any more: what it wrote last to its log may say why.
class Silent : public Failure {
public:
    using Failure::Failure;
};

/// The bench lacks what the check needs; the driver may be right or wrong.
class NotChecked : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The driver itself says that its devices cannot do such a thing.
class NotApplicable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The bench is not as its file says, or its programs do not run.
class BadBench : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline void expect(bool holds, const std::string& otherwise)
{
    if (!holds) throw Failure{otherwise};
}

} // namespace gatehouse::check

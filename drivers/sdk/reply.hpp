#pragma once

#include "sdk/verdict.hpp"

#include <functional>
#include <utility>

namespace gatehouse::sdk {

/// The one answer a request is owed. Called once, from any thread, also inside the call that brought it;
/// dropped without a call it answers `unknown`, so that no request is ever left unanswered.
template <class Answer>
class Reply {
public:
    Reply() = default;
    explicit Reply(std::function<void(Answer)> send) : send_{std::move(send)} {}
    Reply(Reply&& other) noexcept : send_{std::exchange(other.send_, nullptr)} {}
    Reply& operator=(Reply&& other) noexcept
    {
        std::swap(send_, other.send_);
        return *this;
    }
    ~Reply()
    {
        if (send_) send_(Verdict::unknown("unanswered"));
    }

    void operator()(Answer answer)
    {
        if (const auto send = std::exchange(send_, nullptr)) send(std::move(answer));
    }

private:
    std::function<void(Answer)> send_;
};

} // namespace gatehouse::sdk

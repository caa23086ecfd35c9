#pragma once

#include "base/limits.hpp"
#include "journal/journal.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace verohook::journal {

using RequestPtr = std::unique_ptr<AppendRequest>;

/// What waits for the writer, within bounds. Any thread pushes; the writer takes.
class RequestQueue {
public:
    explicit RequestQueue(const JournalLimits& limits);

    /// Takes the request, or completes it with why it is not taken.
    void push(RequestPtr request);

    /// Waits for a request, a nudge, the end, or `timeout`.
    void wait(std::chrono::milliseconds timeout);
    [[nodiscard]] std::vector<RequestPtr> take();
    struct Size {
        std::size_t requests = 0;
        std::size_t bytes = 0;
    };
    [[nodiscard]] Size size() const;

    /// From now on requests are refused with `why`; what has been taken in stays.
    void refuse(Error why);
    void accept();
    /// Waits until `close`, or for `timeout`; true: closed.
    bool wait_closed(std::chrono::milliseconds timeout);

    /// Wakes the writer.
    void nudge();
    /// For whoever wants to know that the writer comes round; wakes it.
    void let_go(std::shared_ptr<const void> thing);
    /// The writer, once a round: what is to live as long as this round.
    [[nodiscard]] std::vector<std::shared_ptr<const void>> held();
    /// From now on; wakes the writer, which has limits of its own.
    void set_limits(const JournalLimits& limits);
    /// The writer: what was set since it last asked.
    [[nodiscard]] std::optional<JournalLimits> new_limits();
    /// Refuses for ever, with `stopping`, and wakes the writer.
    void close();
    [[nodiscard]] bool closed() const;

private:
    struct Item {
        RequestPtr request;
        std::size_t bytes = 0;
    };
    [[nodiscard]] std::optional<Error> refusal(std::size_t bytes) const;

    JournalLimits limits_;
    bool limits_are_new_ = false;
    std::vector<std::shared_ptr<const void>> held_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> items_;
    std::size_t bytes_ = 0;
    std::optional<Error> refused_;
    bool waiting_ = false;
    bool nudged_ = false;
    bool closed_ = false;
};

}  // namespace verohook::journal

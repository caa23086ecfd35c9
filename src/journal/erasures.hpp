#pragma once

#include "journal/journal.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace verohook::journal {

/// What erasing takes of the writer, a bounded piece with each commit. Any thread asks and waits;
/// the writer takes.
class Erasures {
public:
    enum class Step {
        erase,       ///< `Request::erasures`; the outcome is how many there were.
        fill,        ///< Puts zeros into free pages; how many free pages are left.
        clear,       ///< Gives such pages back; how many pieces are left.
        empty_log,   ///< Cuts the write-ahead log to nothing; 0: done, 1: not now.
        report,      ///< Adds `Request::report`; its number.
        unfinished,  ///< As `Journal::replace_unfinished`.
    };
    struct Request {
        Step step = Step::erase;
        std::vector<Erasure> erasures = {};
        ErasureReport report = {};
        std::vector<std::uint64_t> removed = {};
        std::string names = {};
        std::optional<Result<std::uint64_t>> outcome = {};
    };
    using RequestPtr = std::shared_ptr<Request>;

    /// `nudge` wakes the writer.
    explicit Erasures(std::function<void()> nudge);

    /// Blocks until the writer has answered. Error: `unavailable`, `stopping`.
    [[nodiscard]] Result<std::uint64_t> run(Request request);
    /// Has all of it done that `Journal::scrub` promises.
    [[nodiscard]] Result<void> scrub();
    /// How many times something was erased.
    [[nodiscard]] std::uint64_t count() const;

    /// By the writer; null: nobody waits.
    [[nodiscard]] RequestPtr take();
    void answer(const RequestPtr& request, const Result<std::uint64_t>& outcome);
    /// Nothing can be changed: all who wait get the error, until `recovered`.
    void failed(const Error& error);
    void recovered();
    /// Takes nothing more.
    void close();

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    const std::function<void()> nudge_;
    std::deque<RequestPtr> requests_;
    std::optional<Error> error_;
    std::uint64_t count_ = 0;
    bool closed_ = false;
};

}  // namespace verohook::journal

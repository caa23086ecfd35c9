#pragma once

#include "journal/journal.hpp"

#include <condition_variable>
#include <mutex>

namespace verohook::journal {

/// What the journal says of itself, and who waits for news of it. The writer sets, any thread
/// reads.
class Progress {
public:
    [[nodiscard]] Seq newest() const;
    [[nodiscard]] Seq newest_given() const;
    [[nodiscard]] Health health() const;
    /// The part of `Journal::wait_beyond`. Returns at once when the journal was closed.
    bool wait_beyond(Seq after, std::chrono::milliseconds timeout, std::stop_token stop);

    /// At the start and after a recovery.
    void reset(Seq oldest, Seq newest, std::uint64_t used_bytes, std::vector<SeqRange> unused);
    void committed(Seq oldest, Seq newest, std::uint64_t used_bytes);
    /// A commit has failed; `refuses` comes with it.
    void failed();
    /// Nothing is taken, and why.
    void refuses(const std::string& problem);
    void writable();
    void closed();

private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Health health_;
    bool closed_ = false;
};

}  // namespace verohook::journal

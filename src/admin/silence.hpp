#pragma once

#include "admin/last_event.hpp"
#include "journal/journal.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace verohook::admin {

/// Notices that no webhook has come for too long, since Vero does not say when it has stopped
/// sending. Says so in the log once, and once when they come again. Counts from the newest body in
/// the journal, whatever it says, test events apart; where there is none, from the start.
class SilenceWatch {
public:
    /// `journal` and `clock` outlive it; `limit` of 0: it does nothing.
    SilenceWatch(journal::Journal& journal, const Clock& clock, std::chrono::milliseconds limit)
        : journal_(journal), clock_(clock), limit_(limit), last_event_(journal) {}
    ~SilenceWatch() { stop(); }
    SilenceWatch(const SilenceWatch&) = delete;
    SilenceWatch& operator=(const SilenceWatch&) = delete;

    void start();
    /// From now on; where it changes, counting begins anew.
    void set_limit(std::chrono::milliseconds limit);
    /// Before the journal is closed; for good.
    void stop();

    /// Since when nothing has come, if that is too long ago. Any thread.
    [[nodiscard]] std::optional<Timestamp> silent_since() const;
    /// When the newest body came that is no test event; nothing: there is none. May read the
    /// journal's file. Any thread that may block.
    [[nodiscard]] std::optional<Timestamp> last_webhook() const;

private:
    void begin();
    void end();
    void run(const std::stop_token& stop);
    void wait(std::chrono::microseconds duration, const std::stop_token& stop);
    void set(std::optional<Timestamp> silent_since);

    journal::Journal& journal_;
    const Clock& clock_;
    std::chrono::milliseconds limit_;  ///< Changed while there is no thread.
    mutable LastEvent last_event_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<Timestamp> silent_since_;
    std::mutex life_mutex_;  ///< Guards the beginning and the end of the thread.
    bool stopped_ = false;
    std::jthread thread_;
};

}  // namespace verohook::admin

#pragma once

#include "admin/forget.hpp"
#include "admin/known_sinks.hpp"
#include "delivery/person_search.hpp"

#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace verohook::admin {

/// Erases one person at a time, in a thread of its own: from the journal first, so that no sink can
/// get any more what it is about to erase, and then from every sink. Any thread.
class Forgetting {
public:
    /// All of them outlive it.
    Forgetting(journal::Journal& journal, const Clock& clock, const KnownSinks& sinks)
        : journal_(journal), clock_(clock), sinks_(sinks) {}
    Forgetting(const Forgetting&) = delete;
    Forgetting& operator=(const Forgetting&) = delete;

    /// Errors: `locked` where one is under way, `invalid_input`. `delivery` outlives it, too.
    [[nodiscard]] Result<ForgetStatus> begin(const ForgetRequest& request,
                                             delivery::Delivery& delivery);
    /// Of the one under way, or of the last.
    [[nodiscard]] ForgetStatus status() const;

private:
    void run(const std::stop_token& stop, sink::Person named, delivery::Delivery& delivery);
    [[nodiscard]] Result<void> work(const std::stop_token& stop, sink::Person named,
                                    delivery::Delivery& delivery);
    [[nodiscard]] Result<void> erase_from_journal(const std::stop_token& stop,
                                                  const delivery::PersonSearch& search);
    [[nodiscard]] Result<void> scrub();
    [[nodiscard]] Result<void> report(const delivery::PersonSearch& search);
    [[nodiscard]] Result<void> learn(const std::stop_token& stop, delivery::PersonSearch& search);
    [[nodiscard]] Result<void> erase_records(const std::stop_token& stop,
                                             const delivery::PersonSearch& search);
    [[nodiscard]] Result<void> erase_letters(const delivery::PersonSearch& search);
    [[nodiscard]] Result<std::uint64_t> erase(std::vector<journal::Erasure>& piece);
    void erase_from_sinks(const std::stop_token& stop, const sink::Person& person,
                          delivery::Delivery& delivery);
    [[nodiscard]] SinkErasure erase_from(const std::stop_token& stop, const KnownSink& sink,
                                         const sink::Person& person, delivery::Delivery& delivery);
    [[nodiscard]] Result<void> tick(const std::stop_token& stop, const journal::Record& record);

    template <class Change>
    ForgetStatus change(Change change) {
        const std::lock_guard lock(mutex_);
        change(status_);
        return status_;
    }

    journal::Journal& journal_;
    const Clock& clock_;
    const KnownSinks& sinks_;
    mutable std::mutex mutex_;
    ForgetStatus status_;
    std::jthread thread_;  ///< Last, so that it ends before what it uses.
};

}  // namespace verohook::admin

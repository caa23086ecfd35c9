#include "delivery/delivery.hpp"

#include "base/log.hpp"
#include "delivery/make_sink.hpp"
#include "delivery/worker.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Keeps a deadline from overflowing, however long somebody is willing to wait.
constexpr milliseconds stop_timeout_max = std::chrono::hours{24};

steady_clock::time_point deadline_after(milliseconds timeout) {
    return steady_clock::now() + std::min(timeout, stop_timeout_max);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

class Workers final : public Delivery {
public:
    Workers(journal::Journal& journal, const Clock& clock, Delivering delivering)
        : journal_(journal), clock_(clock), delivering_(delivering) {}
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers() override { stop(milliseconds{0}); }

    /// Makes sinks and runs nothing yet. Error: the first `invalid_input`; any other failure is the
    /// worker's to try again: it makes the sink that is missing here.
    [[nodiscard]] Result<std::vector<std::shared_ptr<Worker>>> make(
        std::vector<SinkSettings> sinks) const;
    /// Forgets those that have ended, and begins others. False: everything is stopping, and nothing
    /// was done.
    [[nodiscard]] bool replace(const std::vector<std::string>& names,
                               const std::vector<std::shared_ptr<Worker>>& workers);

    [[nodiscard]] std::vector<SinkStatus> status() const override {
        std::vector<SinkStatus> statuses;
        for (const auto& running : all()) {
            statuses.push_back(running->worker->status());
        }
        return statuses;
    }

    [[nodiscard]] Result<TaskStatus> submit(const std::string& sink,
                                            std::unique_ptr<Task> task) override {
        for (const auto& running : all()) {
            if (running->worker->name() == sink) {
                return running->worker->submit(std::move(task), ++last_task_);
            }
        }
        return Error{ErrorCode::not_found, "there is no sink '" + sink + "'"};
    }

    std::optional<TaskStatus> cancel(std::uint64_t id) override {
        for (const auto& running : all()) {
            if (auto found = running->worker->cancel(id)) {
                return found;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] Result<void> change(SinkChanges changes, milliseconds timeout) override;

    void request_reopen() override {
        for (const auto& running : all()) {
            running->worker->request_reopen();
        }
    }

    bool stop(milliseconds timeout) override { return stop_at(journal_.newest(), timeout); }
    bool stop_where_they_are(milliseconds timeout) override {
        return stop_at(batch_in_hand, timeout);
    }

private:
    /// Whatever a sink has reached is enough: it stops after the batch in hand.
    static constexpr journal::Seq batch_in_hand = 0;

    struct Running {
        std::shared_ptr<Worker> worker;
        std::jthread thread;
        std::mutex mutex = {};  ///< Two may wait for the end of the same thread.
    };
    using RunningPtr = std::shared_ptr<Running>;

    [[nodiscard]] bool is_stopping() const {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    [[nodiscard]] std::vector<RunningPtr> all() const {
        const std::lock_guard lock(mutex_);
        return running_;
    }

    void end(Running& running, steady_clock::time_point deadline) {
        const bool ended = running.worker->wait_ended(deadline);
        const std::lock_guard lock(running.mutex);
        if (!running.thread.joinable()) {
            return;
        }
        if (!ended && running.worker->interrupt()) {
            log::error("sink '" + running.worker->name() +
                       "' is stuck; what it has not taken stays in the journal");
            running.thread.detach();
            all_ended_ = false;
            return;
        }
        running.thread.join();
    }

    bool stop_at(journal::Seq target, milliseconds timeout) {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        const auto deadline = deadline_after(timeout);
        const auto everyone = all();
        for (const auto& running : everyone) {
            running->worker->drain_up_to(target);
            running->thread.request_stop();
        }
        for (const auto& running : everyone) {
            end(*running, deadline);
        }
        return all_ended_;
    }

    /// Ends those of these names; what they were made with.
    std::vector<SinkSettings> end(const std::vector<std::string>& names,
                                  steady_clock::time_point deadline);

    [[nodiscard]] std::shared_ptr<Worker> worker_of(SinkSettings settings,
                                                    std::unique_ptr<sink::Sink> sink) const {
        return std::make_shared<Worker>(std::move(settings), std::move(sink), journal_, clock_,
                                        delivering_);
    }

    journal::Journal& journal_;
    const Clock& clock_;
    const Delivering delivering_;
    mutable std::mutex mutex_;
    std::vector<RunningPtr> running_;  ///< Guarded by the mutex.
    bool stopping_ = false;            ///< Guarded by the mutex.
    std::atomic<bool> all_ended_{true};
    std::atomic<std::uint64_t> last_task_{0};
};

Result<std::vector<std::shared_ptr<Worker>>> Workers::make(std::vector<SinkSettings> sinks) const {
    std::vector<std::shared_ptr<Worker>> workers;
    for (SinkSettings& settings : sinks) {
        auto made = make_sink_in_background(settings, journal_.id(), clock_);
        if (!made && made.error().code == ErrorCode::invalid_input) {
            return Error{ErrorCode::invalid_input,
                         "sink '" + settings.name + "': " + made.error().message};
        }
        workers.push_back(worker_of(std::move(settings), made ? std::move(*made) : nullptr));
    }
    return workers;
}

bool Workers::replace(const std::vector<std::string>& names,
                      const std::vector<std::shared_ptr<Worker>>& workers) {
    for (const std::shared_ptr<Worker>& worker : workers) {
        const auto ignored = worker->open_cursor();  // The worker tries again, and tells.
        static_cast<void>(ignored);
    }
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        return false;
    }
    std::erase_if(running_,
                  [&](const RunningPtr& each) { return contains(names, each->worker->name()); });
    for (const std::shared_ptr<Worker>& worker : workers) {
        auto running = std::make_shared<Running>();
        running->worker = worker;
        running->thread =
            std::jthread([worker](const std::stop_token& token) { worker->run(token); });
        running_.push_back(std::move(running));
    }
    return true;
}

std::vector<SinkSettings> Workers::end(const std::vector<std::string>& names,
                                       steady_clock::time_point deadline) {
    std::vector<SinkSettings> settings;
    std::vector<RunningPtr> ending;
    for (const RunningPtr& running : all()) {
        if (contains(names, running->worker->name())) {
            settings.push_back(running->worker->settings());
            running->worker->drain_up_to(batch_in_hand);
            running->thread.request_stop();
            ending.push_back(running);
        }
    }
    for (const RunningPtr& running : ending) {
        end(*running, deadline);
    }
    return settings;
}

Result<void> Workers::change(SinkChanges changes, milliseconds timeout) {
    const Error stopping{ErrorCode::stopping, "the sinks are stopping"};
    if (is_stopping()) {
        return stopping;  // They are to come to their end, and not to stop where they are.
    }
    std::vector<std::string> names = changes.removed;
    for (const SinkSettings& settings : changes.changed) {
        names.push_back(settings.name);
    }
    // New ones are not made before old ones have ended: two cannot write to the same file.
    std::vector<SinkSettings> before = end(names, deadline_after(timeout));
    std::vector<SinkSettings> wanted = std::move(changes.changed);
    std::move(changes.added.begin(), changes.added.end(), std::back_inserter(wanted));
    auto workers = make(std::move(wanted));
    if (!workers) {
        std::vector<std::shared_ptr<Worker>> again;
        again.reserve(before.size());
        for (SinkSettings& settings : before) {
            again.push_back(worker_of(std::move(settings), nullptr));
        }
        const bool ignored = replace(names, again);  // Where everything stops, they stop, too.
        static_cast<void>(ignored);
        return workers.error();
    }
    if (!replace(names, *workers)) {
        return stopping;
    }
    for (const std::string& name : changes.removed) {
        journal_.release_cursor(name);
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Delivery>> Delivery::start(std::vector<SinkSettings> sinks,
                                                  journal::Journal& journal, const Clock& clock,
                                                  Delivering delivering) {
    auto delivery = std::make_unique<Workers>(journal, clock, delivering);
    const auto workers = delivery->make(std::move(sinks));
    if (!workers) {
        return workers.error();
    }
    const bool begun = delivery->replace({}, *workers);
    VEROHOOK_CHECK(begun);
    return std::unique_ptr<Delivery>(std::move(delivery));
}

}  // namespace verohook::delivery

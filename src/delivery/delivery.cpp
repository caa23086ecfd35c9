#include "delivery/delivery.hpp"

#include "base/log.hpp"
#include "delivery/make_sink.hpp"
#include "delivery/worker.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace verohook::delivery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Keeps a deadline from overflowing, however long somebody is willing to wait.
constexpr milliseconds stop_timeout_max = std::chrono::hours{24};

class Workers final : public Delivery {
public:
    explicit Workers(journal::Journal& journal) : journal_(journal) {}
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers() override { stop(milliseconds{0}); }

    void add(std::shared_ptr<Worker> worker) {
        std::jthread thread([worker](const std::stop_token& token) { worker->run(token); });
        running_.push_back({std::move(worker), std::move(thread)});
    }

    [[nodiscard]] std::vector<SinkStatus> status() const override {
        std::vector<SinkStatus> statuses;
        statuses.reserve(running_.size());
        for (const Running& running : running_) {
            statuses.push_back(running.worker->status());
        }
        return statuses;
    }

    [[nodiscard]] Result<TaskStatus> submit(const std::string& sink,
                                            std::unique_ptr<Task> task) override {
        for (const Running& running : running_) {
            if (running.worker->name() == sink) {
                return running.worker->submit(std::move(task), ++last_task_);
            }
        }
        return Error{ErrorCode::not_found, "there is no sink '" + sink + "'"};
    }

    std::optional<TaskStatus> cancel(std::uint64_t id) override {
        for (const Running& running : running_) {
            if (auto found = running.worker->cancel(id)) {
                return found;
            }
        }
        return std::nullopt;
    }

    void request_reopen() override {
        for (const Running& running : running_) {
            running.worker->request_reopen();
        }
    }

    bool stop(milliseconds timeout) override {
        const auto deadline = steady_clock::now() + std::min(timeout, stop_timeout_max);
        for (Running& running : running_) {
            if (running.thread.joinable()) {
                running.worker->drain_up_to(journal_.newest());
                running.thread.request_stop();
            }
        }
        for (Running& running : running_) {
            if (running.thread.joinable()) {
                end(running, deadline);
            }
        }
        return all_ended_;
    }

private:
    struct Running {
        std::shared_ptr<Worker> worker;
        std::jthread thread;
    };

    void end(Running& running, steady_clock::time_point deadline) {
        if (!running.worker->wait_ended(deadline) && running.worker->interrupt()) {
            log::error("sink '" + running.worker->name() +
                       "' is stuck; what it has not taken stays in the journal");
            running.thread.detach();
            all_ended_ = false;
            return;
        }
        running.thread.join();
    }

    journal::Journal& journal_;
    std::vector<Running> running_;
    bool all_ended_ = true;
    std::atomic<std::uint64_t> last_task_{0};
};

}  // namespace

Result<std::unique_ptr<Delivery>> Delivery::start(std::vector<SinkSettings> sinks,
                                                  journal::Journal& journal, const Clock& clock,
                                                  Delivering delivering) {
    std::vector<std::shared_ptr<Worker>> workers;
    for (SinkSettings& settings : sinks) {
        auto made = make_sink(settings, journal.id(), clock);
        if (!made && made.error().code == ErrorCode::invalid_input) {
            return Error{ErrorCode::invalid_input,
                         "sink '" + settings.name + "': " + made.error().message};
        }
        // Any other failure is the worker's to try again: it makes the sink that is missing here.
        workers.push_back(std::make_shared<Worker>(
            std::move(settings), made ? std::move(*made) : nullptr, journal, clock, delivering));
    }
    auto delivery = std::make_unique<Workers>(journal);
    for (std::shared_ptr<Worker>& worker : workers) {
        const auto ignored = worker->open_cursor();  // The worker tries again, and tells.
        static_cast<void>(ignored);
        delivery->add(std::move(worker));
    }
    return std::unique_ptr<Delivery>(std::move(delivery));
}

}  // namespace verohook::delivery

#pragma once

#include <verohook/sink/sink.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace verohook::delivery {

/// Where a worker's sink sits. A sink is foreign code that may never return; this knows at every
/// moment whether the worker's thread is inside it, so that it can be left behind there.
class SinkSeat {
public:
    explicit SinkSeat(std::unique_ptr<sink::Sink> sink) : sink_(std::move(sink)) {}
    SinkSeat(const SinkSeat&) = delete;
    SinkSeat& operator=(const SinkSeat&) = delete;

    /// The worker's thread: the sink, or null.
    [[nodiscard]] sink::Sink* get() const { return sink_.get(); }
    /// The worker's thread.
    void put(std::unique_ptr<sink::Sink> sink);
    [[nodiscard]] std::unique_ptr<sink::Sink> take();
    /// The worker's thread: runs code that is, or makes, or ends, the sink. False: it was not run,
    /// or the thread was left behind meanwhile; it must end and touch nothing that it does not own.
    [[nodiscard]] bool call(const std::function<void()>& code);

    /// Any thread: no call after this one. True: a call is under way.
    [[nodiscard]] bool interrupt();
    [[nodiscard]] bool is_interrupted() const;
    /// Any thread.
    void request_reopen();

private:
    mutable std::mutex mutex_;
    std::unique_ptr<sink::Sink> sink_;  ///< Changed under the mutex, by the worker's thread alone.
    bool inside_ = false;
    bool interrupted_ = false;
};

}  // namespace verohook::delivery

#pragma once

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace verohook::delivery {

/// The target of a fake sink, and what tests say to it. Kinds have no state of their own, so a sink
/// finds its target by its name in the configuration.
class FakeTarget {
public:
    using Deliver = std::function<sink::Outcome(FakeTarget&, std::span<const sink::Item>)>;
    using Make = std::function<Result<void>()>;

    explicit FakeTarget(std::string name);
    /// Waits for the end of every sink that was made for it.
    ~FakeTarget();
    FakeTarget(const FakeTarget&) = delete;
    FakeTarget& operator=(const FakeTarget&) = delete;

    /// What `deliver` does; set before the start. By itself it takes everything.
    Deliver on_deliver;
    Make on_make;
    /// What the target says of its own position; by itself it keeps none.
    std::function<Result<std::optional<std::uint64_t>>()> on_position;
    std::function<Result<sink::Erased>(const sink::Person&)> on_erase;

    /// Takes the first `count` of a batch: what a real sink does to its target.
    void take(std::span<const sink::Item> batch, std::size_t count);
    /// Blocks until `open` was called.
    void block();
    void open();
    void wait_blocked();
    void sink_made() {
        note([this] { ++sinks_; });
    }
    void sink_gone() {
        note([this] { --sinks_; });
    }
    void reopened() {
        note([this] { ++reopens_; });
    }

    [[nodiscard]] std::vector<std::uint64_t> seqs() const;
    [[nodiscard]] std::vector<std::string> texts() const;
    [[nodiscard]] std::vector<std::size_t> batches() const;
    [[nodiscard]] int reopens() const;
    /// Blocks until no sink is left that could write here.
    void wait_for_end();
    void wait_for(std::size_t count);

    [[nodiscard]] sink::Outcome deliver(std::span<const sink::Item> batch);

private:
    void note(const std::function<void()>& change);

    std::string name_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::uint64_t> seqs_;
    std::vector<std::string> texts_;
    std::vector<std::size_t> batches_;
    int reopens_ = 0;
    int sinks_ = 0;
    bool open_ = false;
    bool blocked_ = false;
};

[[nodiscard]] const sink::SinkKind& fake_kind();

}  // namespace verohook::delivery

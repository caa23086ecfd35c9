#pragma once

#include <verohook/base/option.hpp>
#include <verohook/base/result.hpp>
#include <verohook/event/event.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sink {

/// One event on its way into a sink. Everything referred to lives until `deliver` returns.
struct Item {
    const event::Envelope& envelope;
    const event::Event& event;
    std::string_view body;  ///< Vero's body as it came.
    std::string_view text;  ///< The event in the sink's configured format, without a line end.
};

enum class Verdict {
    delivered,  ///< All of the batch is safe, as far as this sink can make it.
    retry,      ///< Nothing wrong with the next event; offer it and the rest again later.
    reject,     ///< The next event can never be taken; the rest may go on.
};

/// What became of a batch: its first `taken` items are safe; `verdict` says why it stopped there.
struct Outcome {
    std::size_t taken = 0;
    Verdict verdict = Verdict::delivered;
    std::string reason = {};  ///< One sentence for people; for `retry` and `reject`.
    std::optional<std::chrono::milliseconds> retry_after = {};  ///< The target's own wish.

    [[nodiscard]] static Outcome all(std::size_t count) { return {count, Verdict::delivered}; }
    [[nodiscard]] static Outcome retry(std::size_t taken, std::string reason) {
        return {taken, Verdict::retry, std::move(reason)};
    }
    [[nodiscard]] static Outcome reject(std::size_t taken, std::string reason) {
        return {taken, Verdict::reject, std::move(reason)};
    }
};

/// Where events go. Made and used by one worker thread; only `request_reopen` may be called from
/// others. `deliver` may block, throws nothing, and is called with events in the order of `seq`.
class Sink {
public:
    virtual ~Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    /// Takes a batch; an empty one is delivered at once.
    [[nodiscard]] virtual Outcome deliver(std::span<const Item> batch) = 0;
    /// Files are to be opened anew before the next batch (SIGHUP). Any thread.
    virtual void request_reopen() {}

protected:
    Sink() = default;
};

/// What a sink is made with.
struct SinkContext {
    std::string name;    ///< Its name in the configuration.
    Options options;     ///< Checked against the kind's table.
    const Clock& clock;  ///< Outlives the sink.
};

/// A kind of sink: all that the program knows of it before one is made.
struct SinkKind {
    std::string_view name;
    std::string_view summary;  ///< One line.
    std::vector<OptionSpec> options;
    /// Checks what can be checked and opens the target. `invalid_input` stops the start of the
    /// program; any other error is retried by the worker.
    Result<std::unique_ptr<Sink>> (*make)(const SinkContext& context);
};

}  // namespace verohook::sink

#pragma once

#include <verohook/base/option.hpp>
#include <verohook/base/result.hpp>
#include <verohook/event/codec.hpp>
#include <verohook/event/event.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
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
    /// The event in the sink's configured format, without a line end.
    std::string_view text;
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

/// Somebody whose data is to be erased. Compare ids as text, addresses without regard to case.
struct Person {
    std::vector<std::string> ids = {};
    std::vector<std::string> emails = {};
};

/// What a sink could erase of a person.
struct Erased {
    std::uint64_t records = 0;      ///< Rows, lines or messages that held something.
    std::string out_of_reach = {};  ///< One sentence on what may still be there; empty: nothing.
};

/// Where events go. Made and used by one worker thread; only `request_reopen` may be called from
/// others. `deliver` may block, throws nothing, and is called with events in the order of `seq`
/// (but for a replay, which offers old events once more between two batches of new ones).
class Sink {
public:
    virtual ~Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    /// Takes a batch; an empty one is delivered at once.
    [[nodiscard]] virtual Outcome deliver(std::span<const Item> batch) = 0;
    /// For a target that commits a position together with the events: the last `seq` of this
    /// journal that it holds, 0 where it holds none. The worker asks once, before the first batch,
    /// and goes on from there, whatever its own cursor says: so nothing comes twice after a crash,
    /// and a target that was restored from a backup catches up. Nothing: the target keeps none.
    [[nodiscard]] virtual Result<std::optional<std::uint64_t>> position() {
        return std::optional<std::uint64_t>{};
    }
    /// Erases what the target holds of a person, as far as it can.
    [[nodiscard]] virtual Result<Erased> erase(const Person& /*person*/) {
        return Erased{0, "what was delivered there is out of verohook's reach"};
    }
    /// Files are to be opened anew before the next batch (SIGHUP). Any thread.
    virtual void request_reopen() {}

protected:
    Sink() = default;
};

/// What a sink is made with.
struct SinkContext {
    std::string name;                      ///< Its name in the configuration.
    Options options;                       ///< Checked against the kind's table.
    const Clock& clock;                    ///< Outlives the sink.
    std::filesystem::path state_dir = {};  ///< For what a sink keeps beside the journal.
    /// Names the journal whose `seq` the events carry; another journal counts anew.
    std::string journal_id = {};
    event::Format format = event::Format::json;  ///< That of `Item::text`.
};

/// A kind of sink: all that the program knows of it before one is made.
struct SinkKind {
    std::string_view name;
    std::string_view summary;  ///< One line.
    std::vector<OptionSpec> options;
    /// Checks what can be checked and opens the target. `invalid_input` stops the start of the
    /// program; any other error is retried by the worker.
    Result<std::unique_ptr<Sink>> (*make)(const SinkContext& context);
    OptionCheck check = nullptr;  ///< Null: the table says all.
    bool wants_text = true;       ///< False: `Item::text` stays empty, and no time goes into it.
    /// Why nobody can be erased from there, and what is to be done instead: one sentence. Empty:
    /// `Sink::erase` does it.
    std::string_view erase_by_hand = {};
    /// The SQLite database that a sink keeps on this machine, so that a backup has it. Null: none.
    std::filesystem::path (*database)(const std::filesystem::path& state_dir,
                                      const Options& options) = nullptr;
};

}  // namespace verohook::sink

#pragma once

#include "base/hash.hpp"
#include "base/histogram.hpp"
#include "base/limits.hpp"

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// The durable journal: append a batch, read after a position, commit a position. It knows bodies,
/// places and times, and nothing of what they mean.
namespace verohook::journal {

using Seq = std::uint64_t;

/// What ingestion made of a body.
enum class Kind : std::uint8_t {
    recognized = 0,    ///< One of Vero's twelve types.
    unrecognized = 1,  ///< A JSON object of another type, or of none.
    malformed = 2,     ///< Not a JSON object; never delivered.
    damaged = 3,       ///< Fails its checksum, and has no body; made by reading, never stored.
    test = 4,  ///< A marked test event of this program's own; counted apart, never delivered.
};

/// A body that is to be stored.
struct Draft {
    Kind kind = Kind::malformed;
    std::string type;  ///< As Vero gave it; empty: none.
    /// With one, the event is timed: its id is its body's hash.
    std::optional<Timestamp> occurred_at;
    Timestamp received_at;
    std::string remote;  ///< Client address.
    std::string request_id;
    std::string headers;  ///< `name: value\n` …; never a secret.
    std::string body;
};

/// A stored body.
struct Record : Draft {
    Seq seq = 0;
    Hash128 id;
    std::optional<Seq> duplicate_of;
    bool erased = false;  ///< Of what Vero sent, type and time alone are left.
};
using RecordPtr = std::shared_ptr<const Record>;

/// The journal's word that a body is on the disk.
struct Receipt {
    Seq seq = 0;
    Hash128 id;
    std::optional<Seq> duplicate_of;
};

/// Whether more appends of the same commit are completed right after one, by the same thread.
enum class Rest { none, follows };

/// One append under way. The journal owns it from `append` on and destroys it after `completed`.
class AppendRequest {
public:
    virtual ~AppendRequest() = default;
    Draft draft;
    /// Called once: after the commit that holds the draft was synced, or when it cannot be. By the
    /// journal's thread, or by the caller of `append` where it is refused at once. Must not block.
    /// `draft` has been moved from. Where a rest follows, whoever has to wake another thread may
    /// leave it to the last one.
    virtual void completed(const Result<Receipt>& outcome, Rest rest) noexcept = 0;
};

/// An event that a sink can never take.
struct DeadLetter {
    Seq seq = 0;
    std::string reason;
    Timestamp at;
};

/// One as it is kept: with a copy of its record, which retention may have removed since.
struct StoredLetter : DeadLetter {
    RecordPtr record;  ///< Null where it was gone before the letter was stored, or is damaged.
};

/// What is to change among a sink's dead letters.
struct LetterChange {
    std::vector<DeadLetter> kept;  ///< New ones, or new reasons of old ones.
    std::vector<Seq> removed;
};

/// What takes the place of a stored body that is to be erased. Place, id, kind, times and mostly
/// the type stay; what is kept of the request goes too.
struct Erasure {
    Seq seq = 0;
    std::string body = {};
    std::string letter_of = {};  ///< Of this sink's dead letter; empty: of the record.
    bool with_type = false;      ///< The type goes, too.
};

/// What somebody has said of an erasure that was done.
struct ErasureReport {
    std::uint64_t number = 0;
    Timestamp at;
    std::string text;
};

/// Whom an erasure that has not reached everything is about, in the words of whoever began it.
struct UnfinishedErasure {
    std::uint64_t number = 0;
    std::string names;
};

/// How far a sink has got: everything up to and with `seq` is safe or dead.
struct Position {
    Seq seq = 0;
    std::vector<DeadLetter> dead;  ///< New since the last commit of a position.
};

enum class From { beginning, now };

struct ReadLimit {
    std::size_t records_max = 500;
    std::size_t bytes_max =
        std::size_t{4} * 1024 * 1024;  ///< Of bodies; at least one record is returned.
};

/// Numbers from `first` to `last`.
struct SeqRange {
    Seq first = 0;
    Seq last = 0;
};

/// What the journal can say of itself at any time, from any thread.
struct Health {
    bool writable = true;
    std::string problem;  ///< One sentence while not writable.
    Seq oldest = 0;       ///< 0: empty.
    Seq newest = 0;
    std::uint64_t used_bytes = 0;
    std::uint64_t commits = 0;
    std::uint64_t failures = 0;  ///< Failed commits since the start.
    std::size_t queued = 0;
    std::size_t queued_bytes = 0;
    /// Numbers that no record has, in order: each time a backup was restored some were left out.
    std::vector<SeqRange> unused = {};

    /// How many records come after `position`, removed ones included.
    [[nodiscard]] std::uint64_t events_after(Seq position) const;
    /// The position that so many records come after; 0 where there are fewer.
    [[nodiscard]] Seq position_before(std::uint64_t events) const;
    /// How many records there are.
    [[nodiscard]] std::uint64_t events() const {
        return oldest == 0 ? 0 : events_after(oldest - 1);
    }
};

/// What the journal has measured since the start.
struct Measurements {
    /// Microseconds of each successful commit, from its first statement to its end, …
    Distribution commit = {};
    /// … and of its last step: what the transaction changed is written to the log and synced.
    Distribution sync = {};
    /// Bodies in each commit that held any.
    Distribution batch = {};
};

/// All functions may be called from any thread.
class Journal {
public:
    virtual ~Journal() = default;

    /// Names this journal among all others: a new one counts its `seq` anew.
    [[nodiscard]] virtual std::string id() const = 0;

    /// Queues a draft; never blocks. Refused at once (`full`, `unavailable`, `stopping`) when the
    /// queue is full, the disk cannot be written, or `close` was called.
    virtual void append(std::unique_ptr<AppendRequest> request) = 0;

    /// Records after `after`, in order, without gaps but for what retention removed.
    [[nodiscard]] virtual Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit) = 0;

    /// Waits until there is a record after `after` (true), or for `timeout`, or for a stop (false).
    virtual bool wait_beyond(Seq after, std::chrono::milliseconds timeout,
                             std::stop_token stop) = 0;

    /// The newest durable record; 0: none.
    [[nodiscard]] virtual Seq newest() const = 0;
    /// The largest number that may ever have been given to a record: not less than `newest`, and
    /// more where the journal was restored from a backup.
    [[nodiscard]] virtual Seq newest_given() const = 0;

    /// Makes a sink known, so that retention waits for it; its position so far, or where `from`
    /// puts a new one. Sinks are opened before the first append: one that was opened in an earlier
    /// life and is not opened by then holds nothing back. Errors: `unavailable`, `stopping`.
    [[nodiscard]] virtual Result<Seq> open_cursor(const std::string& sink, From from) = 0;

    /// The sink has ended and is not wanted any more: its position is kept, and holds nothing back.
    virtual void release_cursor(const std::string& sink) = 0;

    /// Takes note of a position, which may be an earlier one, where a target turns out to hold less
    /// than was thought; it reaches the disk with the next commit, at the latest after a
    /// second, and in `close`. After a crash an older one may be found: at least once.
    /// Dead letters are on the disk no later than the position that passes them.
    virtual void commit_position(const std::string& sink, Position position) = 0;

    /// Every sink that was ever opened, configured now or not, and its position.
    [[nodiscard]] virtual std::map<std::string, Seq> positions() const = 0;

    /// The last record received before `at`; 0 if there is none.
    [[nodiscard]] virtual Result<Seq> last_before(Timestamp at) = 0;

    /// A sink's dead letters after `after`, in order, whether the sink is open or not.
    [[nodiscard]] virtual Result<std::vector<StoredLetter>> letters(const std::string& sink,
                                                                    Seq after, ReadLimit limit) = 0;
    /// How many dead letters each sink has that has any.
    [[nodiscard]] virtual Result<std::map<std::string, std::uint64_t>> letter_counts() = 0;
    /// Blocks until the change is on the disk. Nothing is changed where it fails.
    [[nodiscard]] virtual Result<void> change_letters(const std::string& sink,
                                                      LetterChange change) = 0;

    /// Erases, within one commit: a few hundred at a time, so that appends do not wait. Blocks
    /// until it is on the disk; how many there were that had not been erased before.
    [[nodiscard]] virtual Result<std::uint64_t> erase(std::vector<Erasure> erasures) = 0;
    /// Changes with each `erase`: what was read before that may hold what has been erased since.
    [[nodiscard]] virtual std::uint64_t erasures() const = 0;
    /// Overwrites what records that were erased or removed have left in the files, piece by piece
    /// beside the appends. Error: `unavailable`, as where another process reads the file.
    [[nodiscard]] virtual Result<void> scrub() = 0;
    /// Blocks until the report is on the disk; its number.
    [[nodiscard]] virtual Result<std::uint64_t> add_erasure_report(Timestamp at,
                                                                   std::string text) = 0;
    /// By number.
    [[nodiscard]] virtual Result<std::vector<UnfinishedErasure>> unfinished_erasures() = 0;
    /// Blocks until these are removed and, in the same commit, `names` are kept; their number, or 0
    /// where they are empty.
    [[nodiscard]] virtual Result<std::uint64_t> replace_unfinished(
        std::vector<std::uint64_t> removed, std::string names) = 0;

    /// From the next commit on. The window of duplicates stays as it is, and so does how many dead
    /// letters are kept.
    virtual void set_limits(const JournalLimits& limits) = 0;

    /// Lets go of something once the thread that writes has come round, which shows that it is not
    /// held up. Waits for nothing.
    virtual void let_go(std::shared_ptr<const void> thing) = 0;

    [[nodiscard]] virtual Health health() const = 0;
    [[nodiscard]] virtual Measurements measurements() const = 0;

    /// Commits what is queued, then the positions, and ends the threads. Later appends are refused.
    virtual void close() = 0;
};

}  // namespace verohook::journal

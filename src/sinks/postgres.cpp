#include "customers/ledger.hpp"
#include "sinks/postgres_erase.hpp"
#include "sinks/postgres_schema.hpp"
#include "sinks/postgres_settings.hpp"
#include "sinks/postgres_store.hpp"
#include "sinks/postgres_text.hpp"
#include "sinks/table_batch.hpp"

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// Events, customers and campaigns in PostgreSQL, committed together with the sink's place in the
/// journal: each event exactly once. docs/customers.md has the tables and their rules.
namespace verohook::sinks {

namespace {

/// A batch without the character that PostgreSQL cannot store. Refers to the items, but for those
/// that have it.
class CleanBatch {
public:
    explicit CleanBatch(std::span<const sink::Item> batch) {
        if (std::none_of(batch.begin(), batch.end(), has_nul)) {
            items_ = batch;
            return;
        }
        for (const sink::Item& item : batch) {
            if (!has_nul(item)) {
                copies_.push_back(item);
                continue;
            }
            const std::string& body = bodies_.emplace_back(json_without_nul(item.body));
            auto event = event::decode(body);
            VEROHOOK_CHECK(event.has_value());
            copies_.push_back({item.envelope, events_.emplace_back(*std::move(event)), body, {}});
        }
        items_ = copies_;
    }
    CleanBatch(const CleanBatch&) = delete;
    CleanBatch& operator=(const CleanBatch&) = delete;

    [[nodiscard]] std::span<const sink::Item> items() const { return items_; }

private:
    static bool has_nul(const sink::Item& item) { return may_have_nul(item.body); }

    std::span<const sink::Item> items_;
    std::vector<sink::Item> copies_;
    std::deque<std::string> bodies_;
    std::deque<event::Event> events_;
};

/// For what is no fault of an event: whatever it is, it may be mended while verohook runs.
Result<void> only_unavailable(Result<void> result) {
    if (!result && result.error().code == ErrorCode::invalid_input) {
        return Error{ErrorCode::unavailable, result.error().message};
    }
    return result;
}

class PostgresSink final : public sink::Sink {
public:
    PostgresSink(PostgresSettings settings, std::string name, std::string journal_id)
        : settings_(std::move(settings)),
          name_(std::move(name)),
          journal_id_(std::move(journal_id)) {}

    /// Goes on with the connection there is, or makes one.
    [[nodiscard]] Result<void> open() {
        if (connection_) {
            return {};
        }
        auto opened = open_connection();
        if (!opened) {
            connection_.reset();
        }
        return only_unavailable(std::move(opened));
    }

    sink::Outcome deliver(std::span<const sink::Item> batch) override;

    Result<std::optional<std::uint64_t>> position() override {
        if (auto opened = open(); !opened) {
            return opened.error();
        }
        return std::optional(committed_);
    }

    Result<sink::Erased> erase(const sink::Person& person) override;

    void request_reopen() override { reopen_.store(true); }

private:
    struct Connection {
        std::unique_ptr<PostgresConnection> server;
        PostgresStore store;
        std::uint64_t epoch = 0;
    };

    Result<void> open_connection();
    Result<void> find_place();
    Result<void> store(std::span<const sink::Item> batch);
    Result<void> save_place(std::uint64_t newest);
    Result<void> commit(std::uint64_t newest);
    [[nodiscard]] Error moved_by_another(std::uint64_t stored) const;
    void give_up(const Error& error);

    PostgresSettings settings_;
    std::string name_;
    std::string journal_id_;
    std::optional<Connection> connection_;
    customers::Ledger ledger_;
    std::uint64_t committed_ = 0;  ///< The last `seq` of this journal that the tables hold.
    /// What they may hold besides: of a commit whose answer did not come.
    std::optional<std::uint64_t> uncertain_;
    bool began_ = false;  ///< Whether `committed_` is this process's own word.
    /// How many events go into one transaction. Fewer after one was refused, to find which it is.
    std::size_t events_max_ = SIZE_MAX;
    std::atomic<bool> reopen_{false};
};

sink::Outcome PostgresSink::deliver(std::span<const sink::Item> batch) {
    if (reopen_.exchange(false)) {
        connection_.reset();  // Certificates and passwords are read anew.
    }
    const CleanBatch clean(batch);
    std::size_t taken = 0;
    while (taken < batch.size()) {
        const std::size_t count = std::min(events_max_, batch.size() - taken);
        auto done = open();
        if (done) {
            done = store(clean.items().subspan(taken, count));
        }
        if (done) {
            taken += count;
            events_max_ = events_max_ > SIZE_MAX / 2 ? SIZE_MAX : events_max_ * 2;
        } else if (done.error().code != ErrorCode::invalid_input) {
            return sink::Outcome::retry(taken, done.error().message);
        } else if (count == 1) {
            return sink::Outcome::reject(taken, done.error().message);
        } else {
            events_max_ = count / 2;
        }
    }
    return sink::Outcome::all(batch.size());
}

Result<void> PostgresSink::open_connection() {
    auto server = PostgresConnection::open(settings_.target, settings_.timeout);
    if (!server) {
        return server.error();
    }
    PostgresConnection& connection = **server;
    connection_.emplace(Connection{std::move(*server), PostgresStore(connection)});
    auto done = begin_writing(connection, settings_.schema);
    if (done) {
        done = migrate(connection, settings_.schema);
    }
    if (done) {
        done = find_place();
    }
    return done ? connection.execute("COMMIT") : done;
}

/// Which journal this is among those that the tables have events of, and how far it has got.
Result<void> PostgresSink::find_place() {
    PostgresConnection& server = *connection_->server;
    const auto added = server.query(
        "INSERT INTO journals SELECT $1::text, coalesce(max(epoch) + 1, 0) FROM journals "
        "ON CONFLICT (journal_id) DO NOTHING",
        {journal_id_});
    if (!added) {
        return added.error();
    }
    const auto found = server.query(
        "SELECT epoch, coalesce((SELECT seq FROM cursor WHERE sink = $2::text AND "
        "journal_id = $1::text), 0) FROM journals WHERE journal_id = $1::text",
        {journal_id_, name_});
    if (!found) {
        return found.error();
    }
    VEROHOOK_CHECK(found->rows() == 1);
    connection_->epoch = found->row(0).number(0);
    const std::uint64_t stored = found->row(0).number(1);
    if (stored < committed_) {
        return was_replaced(server.name(), stored, committed_);
    }
    if (began_ && stored != committed_ && stored != uncertain_) {
        return moved_by_another(stored);
    }
    committed_ = stored;
    began_ = true;
    uncertain_.reset();
    return {};
}

/// Somebody with this journal and this name writes too, so that the same numbers mean other events.
Error PostgresSink::moved_by_another(std::uint64_t stored) const {
    return {ErrorCode::unavailable,
            connection_->server->name() + " has the events of sink '" + name_ + "' up to " +
                std::to_string(stored) + ", and this process delivered those up to " +
                std::to_string(committed_) +
                ": another verohook delivers from a copy of this journal; let only one do so, and "
                "start it anew"};
}

Result<void> PostgresSink::store(std::span<const sink::Item> batch) {
    const std::uint64_t newest = newest_of(batch);
    auto done = only_unavailable(begin_writing(*connection_->server, settings_.schema));
    if (done) {
        done = ledger_.apply(facts_of(batch, connection_->epoch), connection_->store);
    }
    if (done) {
        done = only_unavailable(save_place(newest));
    }
    if (!done) {
        give_up(done.error());
        return done;
    }
    return only_unavailable(commit(newest));
}

Result<void> PostgresSink::save_place(std::uint64_t newest) {
    const auto saved = connection_->server->query(
        "WITH saved AS (INSERT INTO cursor VALUES($1::text, $2::text, $3::bigint) "
        "ON CONFLICT (sink, journal_id) DO UPDATE SET seq = greatest(cursor.seq, excluded.seq)) "
        "SELECT coalesce(max(seq), 0) FROM cursor WHERE sink = $1::text AND journal_id = $2::text",
        {name_, journal_id_, integer_bytes(newest)});
    if (!saved) {
        return saved.error();
    }
    // As it was before: a statement does not see what it does itself.
    const std::uint64_t before = saved->row(0).number(0);
    if (before < committed_) {
        return was_replaced(connection_->server->name(), before, committed_);
    }
    return before == committed_ ? Result<void>{} : moved_by_another(before);
}

Result<void> PostgresSink::commit(std::uint64_t newest) {
    auto done = connection_->server->execute("COMMIT");
    const std::uint64_t place = std::max(committed_, newest);
    if (done) {
        committed_ = place;
    } else {
        uncertain_ = place;
        connection_.reset();
    }
    return done;
}

/// A value that was refused leaves the connection as good as it was; nothing else does.
void PostgresSink::give_up(const Error& error) {
    if (error.code != ErrorCode::invalid_input || !connection_->server->execute("ROLLBACK")) {
        connection_.reset();
    }
}

Result<sink::Erased> PostgresSink::erase(const sink::Person& person) {
    if (auto opened = open(); !opened) {
        return opened.error();
    }
    PostgresConnection& server = *connection_->server;
    const auto erased = [&]() -> Result<std::uint64_t> {
        if (auto begun = begin_writing(server, settings_.schema); !begun) {
            return begun.error();
        }
        auto records = erase_person(server, person);
        if (!records) {
            return records;
        }
        const auto done = server.execute("COMMIT");
        return done ? records : done.error();
    }();
    if (!erased) {
        connection_.reset();
        return erased.error();
    }
    if (*erased == 0) {
        return sink::Erased{};
    }
    return sink::Erased{*erased,
                        "PostgreSQL overwrites the old rows on its disk only when it needs their "
                        "room; its write-ahead log, replicas and backups may hold them longer"};
}

std::vector<OptionComplaint> check(const Options& options) {
    std::vector<OptionComplaint> complaints;
    static_cast<void>(read_postgres_options(options, complaints));
    return complaints;
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    std::vector<OptionComplaint> complaints;
    PostgresSettings settings = read_postgres_options(context.options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    auto made =
        std::make_unique<PostgresSink>(std::move(settings), context.name, context.journal_id);
    if (auto opened = made->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<sink::Sink>(std::move(made));
}

}  // namespace

const sink::SinkKind& postgres_kind() {
    static const sink::SinkKind kind{
        .name = "postgres",
        .summary = "Events, customers and campaigns in PostgreSQL, each exactly once.",
        .options = postgres_option_specs(),
        .make = make,
        .check = check,
        .wants_text = false};
    return kind;
}

}  // namespace verohook::sinks

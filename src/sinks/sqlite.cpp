#include "customers/ledger.hpp"
#include "sinks/sqlite_erase.hpp"
#include "sinks/sqlite_file.hpp"
#include "sinks/sqlite_reader.hpp"
#include "sinks/sqlite_store.hpp"
#include "sinks/table_batch.hpp"

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sys/stat.h>

/// Events, customers and campaigns in an SQLite file, committed together with the sink's place in
/// the journal: each event exactly once. docs/customers.md has the tables and their rules.
namespace verohook::sinks {

namespace {

struct SqliteSettings {
    std::filesystem::path file;
    std::string sink;
    std::string journal_id;
};

class SqliteSink final : public sink::Sink {
public:
    explicit SqliteSink(SqliteSettings settings) : settings_(std::move(settings)) {}

    ~SqliteSink() override {
        if (connection_) {
            // For whoever copies the file afterwards; without it the log just stays beside it.
            const auto ignored = connection_->database.checkpoint_truncate();
            static_cast<void>(ignored);
        }
    }

    [[nodiscard]] Result<void> open() {
        if (connection_ && has_name()) {
            return {};
        }
        connection_.reset();
        if (failed_) {
            if (auto forgotten = forget_cached_log(settings_.file); !forgotten) {
                return forgotten;
            }
        }
        auto opened = open_connection();
        if (!opened) {
            connection_.reset();
        } else {
            failed_ = false;
        }
        return opened;
    }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        if (batch.empty()) {
            return sink::Outcome::all(0);
        }
        auto done = open();
        if (done) {
            done = store(batch);
        }
        if (!done) {
            return sink::Outcome::retry(0, done.error().message);
        }
        return sink::Outcome::all(batch.size());
    }

    Result<std::optional<std::uint64_t>> position() override {
        if (auto opened = open(); !opened) {
            return opened.error();
        }
        return std::optional(committed_);
    }

    Result<sink::Erased> erase(const sink::Person& person) override {
        if (auto opened = open(); !opened) {
            return opened.error();
        }
        auto erased = erase_person(connection_->database, person);
        if (!erased) {
            give_up();
        }
        return erased;
    }

private:
    /// The statements die before their database.
    struct Connection {
        sqlite::Database database;
        std::unique_ptr<SqliteStore> store;
        sqlite::Statement save_cursor;
        std::uint64_t epoch = 0;
        dev_t device = 0;
        ino_t inode = 0;
    };

    /// Whether what is open is still what the path names: writing into a file that was removed or
    /// moved away would lose events without a word.
    [[nodiscard]] bool has_name() const {
        struct stat status {};
        return ::stat(settings_.file.c_str(), &status) == 0 &&
               status.st_dev == connection_->device && status.st_ino == connection_->inode;
    }

    Result<void> open_connection();
    Result<void> find_place();
    Result<void> store(std::span<const sink::Item> batch);

    /// Nothing after a failed commit is believed: the next attempt begins with what the disk holds.
    void give_up() {
        connection_->database.rollback();
        connection_.reset();
        failed_ = true;
    }

    SqliteSettings settings_;
    std::unique_ptr<Connection> connection_;
    customers::Ledger ledger_;
    std::uint64_t committed_ = 0;  ///< The last `seq` of this journal that the file holds.
    bool failed_ = false;
};

Result<void> SqliteSink::open_connection() {
    auto database = open_customers_file(settings_.file);
    if (!database) {
        return database.error();
    }
    connection_ = std::make_unique<Connection>();
    connection_->database = std::move(*database);
    auto prepared = SqliteStore::prepare(connection_->database);
    if (!prepared) {
        return prepared.error();
    }
    connection_->store = std::move(*prepared);
    auto save_cursor = connection_->database.prepare(
        "INSERT INTO cursor VALUES(?1, ?2, ?3) "
        "ON CONFLICT DO UPDATE SET seq=max(seq, excluded.seq)");
    if (!save_cursor) {
        return save_cursor.error();
    }
    connection_->save_cursor = std::move(*save_cursor);
    struct stat status {};
    if (::stat(settings_.file.c_str(), &status) == 0) {
        connection_->device = status.st_dev;
        connection_->inode = status.st_ino;
    }
    return find_place();
}

/// Which journal this is among those that the file has events of, and how far it has got.
Result<void> SqliteSink::find_place() {
    sqlite::Database& database = connection_->database;
    auto add = database.prepare(
        "INSERT INTO journals SELECT ?1, (SELECT coalesce(max(epoch) + 1, 0) FROM journals) "
        "WHERE NOT EXISTS (SELECT 1 FROM journals WHERE journal_id=?1)");
    if (!add) {
        return add.error();
    }
    add->bind_text(1, settings_.journal_id);
    if (auto added = add->run(); !added) {
        return added;
    }
    auto find = database.prepare(
        "SELECT epoch, coalesce((SELECT seq FROM cursor WHERE sink=?2 AND journal_id=?1), 0) "
        "FROM journals WHERE journal_id=?1");
    if (!find) {
        return find.error();
    }
    const sqlite::ResetLater later(*find);
    find->bind_text(1, settings_.journal_id);
    find->bind_text(2, settings_.sink);
    const Result<bool> row = find->step();
    if (!row) {
        return row.error();
    }
    VEROHOOK_CHECK(*row);
    connection_->epoch = static_cast<std::uint64_t>(find->integer(0));
    const auto stored = static_cast<std::uint64_t>(find->integer(1));
    if (stored < committed_) {
        return was_replaced(settings_.file.string(), stored, committed_);
    }
    committed_ = stored;
    return {};
}

Result<void> SqliteSink::store(std::span<const sink::Item> batch) {
    const auto facts = facts_of(batch, connection_->epoch);
    const std::uint64_t last = newest_of(batch);
    auto done = connection_->database.execute("BEGIN IMMEDIATE");
    if (done) {
        done = ledger_.apply(facts, *connection_->store);
    }
    if (done) {
        connection_->save_cursor.bind_text(1, settings_.sink);
        connection_->save_cursor.bind_text(2, settings_.journal_id);
        connection_->save_cursor.bind(3, last);
        done = connection_->save_cursor.run();
    }
    if (done) {
        done = connection_->database.execute("COMMIT");
    }
    if (!done) {
        give_up();
        return done;
    }
    committed_ = std::max(committed_, last);
    return {};
}

std::vector<OptionComplaint> check(const Options& options) {
    const std::filesystem::path path = options.text("path");
    if (!path.has_filename()) {
        return {{"path", "must be the path of a file, such as \"customers.db\""}};
    }
    return {};
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    SqliteSettings settings;
    settings.file = customers_file(context.state_dir, context.options.text("path"));
    settings.sink = context.name;
    settings.journal_id = context.journal_id;
    auto made = std::make_unique<SqliteSink>(std::move(settings));
    if (auto opened = made->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<sink::Sink>(std::move(made));
}

std::filesystem::path database(const std::filesystem::path& state_dir, const Options& options) {
    return customers_file(state_dir, options.text("path"));
}

}  // namespace

const sink::SinkKind& sqlite_kind() {
    static const sink::SinkKind kind{
        .name = "sqlite",
        .summary = "Events, customers and campaigns in an SQLite file, each exactly once.",
        .options = {{.name = "path",
                     .fallback = "\"customers.db\"",
                     .help = "The file, absolute or in the state folder; made if missing."}},
        .make = make,
        .check = check,
        .wants_text = false,
        .database = database};
    return kind;
}

}  // namespace verohook::sinks

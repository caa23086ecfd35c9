#include "journal/numbering.hpp"

#include "journal/schema.hpp"

#include <algorithm>

namespace verohook::journal {

namespace {

// No journal gets as many events in a millisecond, in the long run. One backup may be restored
// twice, and does not know of the first time: so the numbers go on at the milliseconds since 2020
// times this, where no earlier restoration can have led. The SQL sinks have room for 2^48: until
// 2109.
constexpr Seq step = 100;
constexpr Timestamp beginning{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};

/// The number after which the next one comes.
Result<Seq> leave_numbers_out(sqlite::Database& database, Timestamp now) {
    const auto newest = database.integer("SELECT last FROM block ORDER BY first DESC LIMIT 1");
    const auto unused = unused_numbers(database);
    if (!newest || !unused) {
        return newest ? unused.error() : newest.error();
    }
    const Seq given =
        std::max(static_cast<Seq>(*newest), unused->empty() ? Seq{0} : unused->back().last);
    const auto elapsed = std::chrono::floor<std::chrono::milliseconds>(now - beginning).count();
    const Seq last = std::max(given / step + 1, static_cast<Seq>(std::max(elapsed, 0L))) * step;
    Result<sqlite::Statement> insert = database.prepare("INSERT INTO unused VALUES(?, ?)");
    if (!insert) {
        return insert.error();
    }
    insert->bind(1, given + 1);
    insert->bind(2, last);
    if (const auto done = insert->run(); !done) {
        return done.error();
    }
    return last;
}

}  // namespace

Result<std::vector<SeqRange>> unused_numbers(sqlite::Database& database) {
    Result<sqlite::Statement> statement =
        database.prepare("SELECT first, last FROM unused ORDER BY first");
    if (!statement) {
        return statement.error();
    }
    std::vector<SeqRange> unused;
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return unused;
        }
        unused.push_back(
            {static_cast<Seq>(statement->integer(0)), static_cast<Seq>(statement->integer(1))});
    }
}

Result<Seq> take_restored(const std::filesystem::path& file, Timestamp now) {
    Result<sqlite::Database> database = sqlite::Database::open(file, sqlite::OpenMode::exclusive);
    if (!database) {
        return database.error();
    }
    if (const auto state = inspect(*database, file); !state) {
        return state.error();
    }
    if (const auto done = migrate(*database); !done) {
        return done.error();
    }
    const Result<Seq> last = leave_numbers_out(*database, now);
    if (!last) {
        return last.error();
    }
    if (const auto settled = database->checkpoint_truncate(); !settled) {
        return settled.error();
    }
    return *last + 1;
}

}  // namespace verohook::journal

#include "sinks/sqlite_erase.hpp"

#include "base/text.hpp"
#include "event/person.hpp"

#include <string>

namespace verohook::sinks {

namespace {

/// Every address and id of the person in a table that lives as long as the connection's work on it.
/// Who has an address of the person is the person, so the customers' ids come in as well.
constexpr const char* begin_script = R"(
    CREATE TEMP TABLE IF NOT EXISTS erased_id(id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS erased_email(email TEXT COLLATE NOCASE PRIMARY KEY)
      WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS erased_event(seq INTEGER PRIMARY KEY);
    DELETE FROM erased_id;
    DELETE FROM erased_email;
    DELETE FROM erased_event;)";

constexpr const char* widen_script = R"(
    INSERT OR IGNORE INTO erased_id
      SELECT id FROM customers WHERE email COLLATE NOCASE IN (SELECT email FROM erased_email);)";

/// A body names an address also in other places, such as the campaign's `sent_to`.
constexpr const char* candidates_query = R"(
    SELECT seq, body FROM events AS event WHERE EXISTS
      (SELECT 1 FROM erased_email AS one WHERE instr(lower(event.body), lower(one.email)));)";

/// The last condition leaves out what was erased before.
constexpr const char* events_script = R"(
    UPDATE events SET id='erased', user_id=NULL, user_id_is_number=0, email=NULL,
      message_id=NULL, bounce_code=NULL, bounce_message=NULL, user_agent=NULL, extra=NULL,
      body=NULL
    WHERE (user_id IN (SELECT id FROM erased_id)
           OR trim(email) COLLATE NOCASE IN (SELECT email FROM erased_email)
           OR seq IN (SELECT seq FROM erased_event))
      AND body IS NOT NULL;)";

constexpr const char* reached_script = R"(
    DELETE FROM campaign_customers WHERE customer IN
      (SELECT number FROM customers WHERE id IN (SELECT id FROM erased_id));)";

constexpr const char* customers_script = R"(
    DELETE FROM customers WHERE id IN (SELECT id FROM erased_id);)";

Result<void> fill(sqlite::Database& database, std::string_view sql,
                  const std::vector<std::string>& texts) {
    auto insert = database.prepare(sql);
    if (!insert) {
        return insert.error();
    }
    for (const std::string& text : texts) {
        insert->bind_text(1, trim(text));
        if (auto done = insert->run(); !done) {
            return done;
        }
    }
    return {};
}

/// Puts those events into a table in which an address of the person stands, and not as a part of a
/// longer one.
Result<void> find_named(sqlite::Database& database, const sink::Person& person) {
    const event::PersonFinder finder({}, person.emails);
    auto candidates = database.prepare(candidates_query);
    auto insert = database.prepare("INSERT INTO erased_event VALUES(?1)");
    if (!candidates || !insert) {
        return candidates ? insert.error() : candidates.error();
    }
    for (;;) {
        const auto row = candidates->step();
        if (!row || !*row) {
            return row ? Result<void>() : row.error();
        }
        if (finder.concerns(candidates->bytes(1))) {
            insert->bind(1, candidates->integer(0));
            if (auto done = insert->run(); !done) {
                return done;
            }
        }
    }
}

/// Runs one statement and adds the number of rows that it changed.
Result<void> change(sqlite::Database& database, const char* sql, std::uint64_t& rows) {
    if (auto done = database.execute(sql); !done) {
        return done;
    }
    rows += static_cast<std::uint64_t>(database.changes());
    return {};
}

Result<std::uint64_t> erase_rows(sqlite::Database& database, const sink::Person& person) {
    std::uint64_t records = 0;
    std::uint64_t ignored = 0;  // Rows of numbers, which belong to the customers' rows.
    if (auto done = database.execute(begin_script); !done) {
        return done.error();
    }
    if (auto done = database.execute("BEGIN IMMEDIATE"); !done) {
        return done.error();
    }
    const auto erased = [&]() -> Result<void> {
        auto done = fill(database, "INSERT OR IGNORE INTO erased_id VALUES(?1)", person.ids);
        if (done) {
            done = fill(database, "INSERT OR IGNORE INTO erased_email VALUES(?1)", person.emails);
        }
        if (done) {
            done = database.execute(widen_script);
        }
        if (done) {
            done = find_named(database, person);
        }
        if (done) {
            done = change(database, events_script, records);
        }
        if (done) {
            done = change(database, reached_script, ignored);
        }
        if (done) {
            done = change(database, customers_script, records);
        }
        return done ? database.execute(
                          "DELETE FROM erased_id; DELETE FROM erased_email; "
                          "DELETE FROM erased_event; COMMIT")
                    : done;
    }();
    if (!erased) {
        database.rollback();
        return erased.error();
    }
    return records;
}

}  // namespace

Result<sink::Erased> erase_person(sqlite::Database& database, const sink::Person& person) {
    const auto records = erase_rows(database, person);
    if (!records) {
        return records.error();
    }
    // Until then the old pages stand in the write-ahead log. What is deleted in the database itself
    // is overwritten at once, as the connection has secure_delete on.
    const auto emptied = database.checkpoint_truncate();
    if (!emptied) {
        return sink::Erased{*records,
                            "the write-ahead log could not be emptied, since somebody reads the "
                            "file; it holds old pages until the next checkpoint (" +
                                emptied.error().message + ")"};
    }
    return sink::Erased{*records, ""};
}

}  // namespace verohook::sinks

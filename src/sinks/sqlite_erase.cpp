#include "sinks/sqlite_erase.hpp"

#include "base/text.hpp"
#include "sinks/sqlite_rows.hpp"
#include "sinks/table_erase.hpp"

#include <string>
#include <vector>

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

/// A body names an address also in other places, such as the campaign's `sent_to`. An escape can
/// hide it.
constexpr const char* candidates_query = R"(
    SELECT seq, body FROM events AS event WHERE instr(body, '\') OR EXISTS
      (SELECT 1 FROM erased_email AS one WHERE instr(lower(event.body), lower(one.email)));)";

/// Others' rows, too: somebody's friend, or an address that was theirs once.
constexpr const char* customers_query = R"(
    SELECT number, id, email, properties, tags, marks FROM
      (SELECT *, id || ' ' || coalesce(email, '') || properties || tags || marks AS texts
       FROM customers) AS customer
    WHERE instr(texts, '\') OR EXISTS
      (SELECT 1 FROM erased_email AS one WHERE instr(lower(customer.texts), lower(one.email)));)";

constexpr const char* rest_query = R"(
    UPDATE customers SET email = iif(?2, email, NULL), properties = ?3, tags = ?4, marks = ?5
    WHERE number = ?1;)";

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
                  const std::vector<std::string_view>& texts) {
    auto insert = database.prepare(sql);
    if (!insert) {
        return insert.error();
    }
    for (const std::string_view text : texts) {
        insert->bind_text(1, text);
        if (auto done = insert->run(); !done) {
            return done;
        }
    }
    return {};
}

/// Blanks are no part of an address, but of an id.
Result<void> fill(sqlite::Database& database, const sink::Person& person) {
    const std::vector<std::string_view> ids(person.ids.begin(), person.ids.end());
    std::vector<std::string_view> emails;
    for (const std::string& email : person.emails) {
        emails.push_back(trim(email));
    }
    auto done = fill(database, "INSERT OR IGNORE INTO erased_id VALUES(?1)", ids);
    if (done) {
        done = fill(database, "INSERT OR IGNORE INTO erased_email VALUES(?1)", emails);
    }
    return done ? database.execute(widen_script) : done;
}

/// Puts those events into a table in which an address of the person stands, and not as a part of a
/// longer one.
Result<void> find_named(sqlite::Database& database, const RowSearch& search) {
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
        if (search.is_in(candidates->bytes(1))) {
            insert->bind(1, candidates->integer(0));
            if (auto done = insert->run(); !done) {
                return done;
            }
        }
    }
}

/// The customers in whose rows an address of the person stands. Whose id it is, is the person.
Result<void> find_customers(sqlite::Database& database, const RowSearch& search,
                            std::vector<CustomerRest>& found) {
    auto candidates = database.prepare(customers_query);
    if (!candidates) {
        return candidates.error();
    }
    std::vector<std::string_view> ids;
    for (;;) {
        const auto row = candidates->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            break;
        }
        if (auto rest = search.rest_of(SqliteRow(*candidates))) {
            found.push_back(*std::move(rest));
        }
    }
    for (const CustomerRest& rest : found) {
        if (rest.id) {
            ids.push_back(*rest.id);
        }
    }
    return fill(database, "INSERT OR IGNORE INTO erased_id VALUES(?1)", ids);
}

/// Leaves of others' rows what does not name the person. Those that went are not there any more.
Result<void> cut_customers(sqlite::Database& database, const std::vector<CustomerRest>& found,
                           std::uint64_t& rows) {
    auto update = database.prepare(rest_query);
    if (!update) {
        return update.error();
    }
    for (const CustomerRest& rest : found) {
        update->bind(1, rest.number);
        update->bind(2, std::int64_t{rest.keeps_email});
        update->bind_text(3, rest.profile.properties);
        update->bind_text(4, rest.profile.tags);
        update->bind_text(5, rest.profile.marks);
        if (auto done = update->run(); !done) {
            return done;
        }
        rows += static_cast<std::uint64_t>(database.changes());
    }
    return {};
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
        const RowSearch search(person);
        std::vector<CustomerRest> named;
        auto done = fill(database, person);
        if (done && !person.emails.empty()) {
            done = find_customers(database, search, named);
            if (done) {
                done = find_named(database, search);
            }
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
        if (done) {
            done = cut_customers(database, named, records);
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

// A process that delivers to the sqlite sink is killed before and after every statement that it
// runs, one after the other; another one goes on. Nothing may be missing or counted twice.

#include "deliver_rest.hpp"
#include "old_tables.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace verohook::sinks {
namespace {

constexpr std::size_t sqlite_event_count = 16;

int statements_left = 0;

/// Called at the begin and at the end of each statement.
int on_statement(unsigned, void*, void*, void*) {
    if (statements_left-- == 0) {
        ::kill(::getpid(), SIGKILL);
    }
    return 0;
}

int trace_connection(sqlite3* connection, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, on_statement,
                            nullptr);
}

/// False: the process came to its end before the statement.
bool killed_at(int statement, const std::filesystem::path& file,
               std::span<const sink::Item> items) {
    const pid_t child = ::fork();
    if (child == 0) {
        statements_left = statement;
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(trace_connection));
        ::_exit(deliver_rest("sqlite", {{"path", file.string()}}, items) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        return true;
    }
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
}

std::vector<std::string> dump(const std::filesystem::path& file) {
    std::vector<std::string> rows = query(file, "PRAGMA integrity_check");
    for (const char* table :
         {"events", "customers", "campaigns", "campaign_customers", "journals", "cursor", "meta"}) {
        rows.emplace_back(table);
        const auto part = query(file, "SELECT * FROM " + std::string(table));
        rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
}

/// The version of the tables that a killed process left; empty: it had not made any.
std::string version_of(const std::filesystem::path& file) {
    const auto rows = query(file, "SELECT value FROM meta WHERE name = 'schema_version'");
    return rows.size() == 1 && rows[0].size() == 1 ? rows[0] : "";
}

struct SqliteCase {
    std::string name;
    std::string before;  ///< What makes the file that is found; empty: there is none.
    std::set<std::string> versions;
};

class SqliteKill : public testing::TestWithParam<SqliteCase> {};

TEST_P(SqliteKill, CountsEachEventOnceWhereverItIsKilled) {
    const TestEvents events(crowded_bodies(sqlite_event_count));
    const auto prepare = [](const std::filesystem::path& file) {
        if (!GetParam().before.empty()) {
            run_sql(file, GetParam().before);
        }
    };
    const TemporaryFolder whole;
    prepare(whole.path() / "a.db");
    ASSERT_TRUE(
        deliver_rest("sqlite", {{"path", (whole.path() / "a.db").string()}}, events.items()));
    const auto expected = dump(whole.path() / "a.db");
    ASSERT_GT(expected.size(), sqlite_event_count + 10);
    std::set<std::string> versions;
    int statement = 0;
    for (;; ++statement) {
        const TemporaryFolder folder;
        const std::filesystem::path file = folder.path() / "a.db";
        prepare(file);
        if (!killed_at(statement, file, events.items())) {
            break;
        }
        versions.insert(version_of(file));
        ASSERT_TRUE(deliver_rest("sqlite", {{"path", file.string()}}, events.items())) << statement;
        ASSERT_EQ(dump(file), expected) << statement;
    }
    // Each event alone takes several statements.
    EXPECT_GT(statement, static_cast<int>(sqlite_event_count) * 4);
    EXPECT_EQ(versions, GetParam().versions) << "it was killed between the steps, too";
}

INSTANTIATE_TEST_SUITE_P(, SqliteKill,
                         testing::Values(SqliteCase{"Fresh", "", {"", "1", "2"}},
                                         SqliteCase{
                                             "Version1", old_tables("sqlite-1.sql"), {"1", "2"}}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace verohook::sinks

// A process that delivers to the sqlite sink is killed before and after every statement that it
// runs, one after the other; another one goes on. Nothing may be missing or counted twice.

#include "deliver_rest.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace verohook::sinks {
namespace {

constexpr std::size_t event_count = 16;

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

TEST(SqliteKill, CountsEachEventOnceWhereverItIsKilled) {
    const TestEvents events(crowded_bodies(event_count));
    const TemporaryFolder whole;
    ASSERT_TRUE(
        deliver_rest("sqlite", {{"path", (whole.path() / "a.db").string()}}, events.items()));
    const auto expected = dump(whole.path() / "a.db");
    ASSERT_GT(expected.size(), event_count + 10);
    int statement = 0;
    for (;; ++statement) {
        const TemporaryFolder folder;
        const std::filesystem::path file = folder.path() / "a.db";
        if (!killed_at(statement, file, events.items())) {
            break;
        }
        ASSERT_TRUE(deliver_rest("sqlite", {{"path", file.string()}}, events.items())) << statement;
        ASSERT_EQ(dump(file), expected) << statement;
    }
    // Each event alone takes several statements.
    EXPECT_GT(statement, static_cast<int>(event_count) * 4);
}

}  // namespace
}  // namespace verohook::sinks

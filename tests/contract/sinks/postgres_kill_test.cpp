// A process that delivers to the postgres sink is killed before each statement that it sends, and
// before it waits for each answer; another one goes on. Nothing may be missing or counted twice,
// and the tables are those that the sqlite sink writes from the same events.

#include "deliver_rest.hpp"
#include "old_tables.hpp"
#include "postgres_target.hpp"
#include "sink_maker.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <functional>
#include <set>

#include <dlfcn.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// Called before each of the library's calls below; null: nothing happens.
std::function<void(PGconn* connection, const char* sql)> on_call;

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// The program's own functions come before those of libpq with the same names.
extern "C" int PQsendQuery(PGconn* connection, const char* sql) {
    if (on_call) {
        on_call(connection, sql);
    }
    return real<int(PGconn*, const char*)>("PQsendQuery")(connection, sql);
}

extern "C" int PQsendQueryParams(PGconn* connection, const char* sql, int count, const Oid* types,
                                 const char* const* values, const int* lengths, const int* formats,
                                 int result_format) {
    if (on_call) {
        on_call(connection, sql);
    }
    return real<int(PGconn*, const char*, int, const Oid*, const char* const*, const int*,
                    const int*, int)>("PQsendQueryParams")(connection, sql, count, types, values,
                                                           lengths, formats, result_format);
}

extern "C" int PQisBusy(PGconn* connection) {
    if (on_call) {
        on_call(connection, nullptr);
    }
    return real<int(PGconn*)>("PQisBusy")(connection);
}

namespace verohook::sinks {
namespace {

using testing::ElementsAre;

constexpr std::size_t event_count = 16;

/// False: the process came to its end before the call.
bool killed_at(int call, const Changes& changes, std::span<const sink::Item> items) {
    const pid_t child = ::fork();
    if (child == 0) {
        on_call = [call](PGconn*, const char*) mutable {
            if (call-- == 0) {
                ::kill(::getpid(), SIGKILL);
            }
        };
        ::_exit(deliver_rest("postgres", changes, items) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        return true;
    }
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
}

constexpr std::array tables{"events",   "customers", "campaigns", "campaign_customers",
                            "journals", "cursor",    "meta"};

/// A table's columns, in their order.
std::vector<std::string> columns_of(const PostgresTarget& target, const std::string& table,
                                    const std::string& what) {
    return target.query("SELECT " + what +
                        " FROM information_schema.columns WHERE table_schema = 'verohook' AND "
                        "table_name = '" +
                        table + "' ORDER BY ordinal_position");
}

/// Reads every row of each table, each value as the sqlite sink writes it.
std::vector<std::string> dump_queries(const PostgresTarget& target) {
    std::vector<std::string> queries;
    for (const std::string table : tables) {
        std::string values;
        for (const std::string& value : columns_of(
                 target, table,
                 "CASE WHEN data_type = 'boolean' THEN column_name::text || '::int' "
                 "WHEN data_type LIKE 'timestamp%' THEN 'to_char(' || column_name::text || "
                 "' AT TIME ZONE ''UTC'', ''YYYY-MM-DD\"T\"HH24:MI:SS' || CASE WHEN column_name IN "
                 "('received_at', 'first_seen', 'last_seen') THEN '.US' ELSE '' END || '\"Z\"'')' "
                 "ELSE column_name::text END")) {
            values += (values.empty() ? "" : ", ") + value;
        }
        queries.push_back("SELECT '" + table + "'");
        queries.push_back("SELECT " + values + " FROM verohook." + table + " ORDER BY 1, 2");
    }
    return queries;
}

struct Case {
    std::string name;
    std::string before;  ///< What makes the schema that is found; empty: there is none.
    std::set<std::string> versions;
};

class PostgresKillAnywhere : public testing::TestWithParam<Case> {};

TEST_P(PostgresKillAnywhere, CountsEachEventOnce) {
    const TestEvents events(crowded_bodies(event_count));
    PostgresTarget target;
    const Changes changes{{"url", target.url()}};
    const auto prepare = [&] {
        target.run("DROP SCHEMA IF EXISTS verohook CASCADE");
        if (!GetParam().before.empty()) {
            target.run(GetParam().before);
        }
    };
    prepare();
    ASSERT_TRUE(deliver_rest("postgres", changes, events.items()));
    const auto queries = dump_queries(target);
    const auto expected = target.query_all(queries);
    ASSERT_GT(expected.size(), event_count + 10);
    std::set<std::string> versions;
    int call = 0;
    for (;; ++call) {
        prepare();
        if (!killed_at(call, changes, events.items())) {
            break;
        }
        const auto version = target.query("SELECT value FROM verohook.meta");
        versions.insert(version.at(0).size() == 1 ? version[0] : "");
        ASSERT_TRUE(deliver_rest("postgres", changes, events.items())) << call;
        ASSERT_EQ(target.query_all(queries), expected) << call;
        if (!GetParam().before.empty() && versions.contains("2")) {
            break;  // From here on it is as from a fresh start.
        }
    }
    EXPECT_GT(call, GetParam().before.empty() ? 40 : 4);
    EXPECT_EQ(versions, GetParam().versions) << "it was killed between the steps, too";
}

INSTANTIATE_TEST_SUITE_P(, PostgresKillAnywhere,
                         testing::Values(Case{"Fresh", "", {"", "1", "2"}},
                                         Case{
                                             "Version1", old_tables("postgres-1.sql"), {"1", "2"}}),
                         [](const auto& each) { return each.param.name; });

TEST(PostgresKill, ACommitWhoseAnswerIsLostCountsOnce) {
    PostgresTarget target;
    auto sink = make_sink("postgres", {{"url", target.url()}});
    ASSERT_TRUE(sink) << sink.error().message;
    const TestEvents events(crowded_bodies(event_count));
    bool is_committing = false;
    on_call = [&](PGconn* connection, const char* sql) {
        if (sql != nullptr) {
            is_committing = std::string_view(sql) == "COMMIT";
        } else if (is_committing) {
            // It was sent, and answered; but the connection ends before anybody has read that.
            std::array<char, 4096> answer{};
            pollfd socket{PQsocket(connection), POLLIN, 0};
            ::poll(&socket, 1, -1);
            EXPECT_GT(::recv(socket.fd, answer.data(), answer.size(), 0), 0);
            ::shutdown(socket.fd, SHUT_RDWR);
            is_committing = false;
        }
    };
    const sink::Outcome outcome = (*sink)->deliver(events.items());
    on_call = nullptr;
    EXPECT_FALSE(is_committing);
    EXPECT_EQ(outcome.verdict, sink::Verdict::retry);
    const sink::Outcome again = (*sink)->deliver(events.items());
    EXPECT_EQ(again.verdict, sink::Verdict::delivered) << again.reason;
    EXPECT_EQ(**(*sink)->position(), event_count);
    EXPECT_THAT(target.query("SELECT count(*), max(seq) FROM verohook.events"),
                ElementsAre("16|16"));
}

TEST(PostgresTables, AreThoseOfTheSqliteSinkFromTheSameEvents) {
    auto bodies = crowded_bodies(120);
    const auto others = ordinary_bodies(120);
    bodies.insert(bodies.end(), others.begin(), others.end());
    bodies.push_back(
        R"({"type":"user_updated","user":{"id":1},"changes":{"n":1e400000,"m":1.50}})");
    bodies.push_back(
        R"({"type":"sent","user":{"id":"é\u001b"},"campaign":{"name":"\ud83d\ude00"}})");
    const TestEvents events(bodies);
    PostgresTarget target;
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "a.db";
    ASSERT_TRUE(deliver_rest("postgres", {{"url", target.url()}}, events.items()));
    ASSERT_TRUE(deliver_rest("sqlite", {{"path", file.string()}}, events.items()));
    std::vector<std::string> rows;
    for (const std::string table : tables) {
        EXPECT_EQ(columns_of(target, table, "column_name"),
                  query(file, "SELECT name FROM pragma_table_xinfo('" + table + "')"));
        rows.push_back(table);
        const auto part = query(file, "SELECT * FROM " + table + " ORDER BY 1, 2");
        rows.insert(rows.end(), part.begin(), part.end());
    }
    EXPECT_EQ(target.query_all(dump_queries(target)), rows);
    EXPECT_GT(rows.size(), 300U);
}

}  // namespace
}  // namespace verohook::sinks

// Tables of an older version, as a program of that version wrote them, are brought up to date and
// go on: the SQL sinks keep every row and their place.

#include "old_tables.hpp"
#include "postgres_target.hpp"
#include "sink_maker.hpp"
#include "sinks/readers.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::sinks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::string>;

/// A target that holds tables of version 1, or nothing yet.
class Target {
public:
    Target() = default;
    virtual ~Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    virtual void load_old() = 0;
    [[nodiscard]] virtual std::string kind() const = 0;
    [[nodiscard]] virtual OptionValue where() const = 0;
    [[nodiscard]] virtual std::string sink_name() const = 0;
    [[nodiscard]] virtual Rows ask(const std::string& sql) const = 0;
    /// All that is in the schema: tables, columns, indexes, views.
    [[nodiscard]] virtual Rows schema() const = 0;
    /// The plan of a query, with scans of whole tables avoided where that can be.
    [[nodiscard]] virtual Rows plan(const std::string& sql) const = 0;

    [[nodiscard]] Rows rows() const {
        Rows all;
        for (const char* table : {"events", "customers", "campaigns", "campaign_customers",
                                  "journals", "cursor", "suppressed", "campaign_rates"}) {
            all.emplace_back(table);
            const Rows part = ask("SELECT * FROM " + std::string(table) + " ORDER BY 1, 2");
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }

    [[nodiscard]] std::unique_ptr<sink::Sink> make(const std::string& journal) const {
        for (const sink::SinkKind* each : all_kinds()) {
            if (each->name == kind()) {
                Options options = default_options(*each);
                options.set(kind() == "sqlite" ? "path" : "url", where());
                auto made = each->make({sink_name(), options, system_clock(), {}, journal});
                EXPECT_TRUE(made) << made.error().message;
                return made ? std::move(*made) : nullptr;
            }
        }
        return nullptr;
    }

    [[nodiscard]] auto read() const {
        return open_reader(std::get<std::string>(where()), "verohook");
    }
};

class SqliteFile final : public Target {
public:
    void load_old() override { run_sql(file(), old_tables("sqlite-1.sql")); }
    [[nodiscard]] std::string kind() const override { return "sqlite"; }
    [[nodiscard]] OptionValue where() const override { return file().string(); }
    [[nodiscard]] std::string sink_name() const override { return "customers"; }
    [[nodiscard]] Rows ask(const std::string& sql) const override { return query(file(), sql); }
    [[nodiscard]] Rows schema() const override {
        Rows all = ask("SELECT name, sql FROM sqlite_schema ORDER BY name");
        const Rows statistics = ask("SELECT * FROM sqlite_stat1 ORDER BY tbl");
        all.insert(all.end(), statistics.begin(), statistics.end());
        return all;
    }
    [[nodiscard]] Rows plan(const std::string& sql) const override {
        return ask("EXPLAIN QUERY PLAN " + sql);
    }

private:
    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "customers.db"; }
    TemporaryFolder folder_;
};

class PostgresSchema final : public Target {
public:
    void load_old() override { server_.run(old_tables("postgres-1.sql")); }
    [[nodiscard]] std::string kind() const override { return "postgres"; }
    [[nodiscard]] OptionValue where() const override { return server_.url(); }
    [[nodiscard]] std::string sink_name() const override { return "warehouse"; }
    [[nodiscard]] Rows ask(const std::string& sql) const override {
        return server_.query("SET search_path TO verohook; " + sql);
    }
    [[nodiscard]] Rows schema() const override {
        return ask(
            "SELECT 'column', table_name, concat_ws(' ', ordinal_position, column_name, data_type, "
            "collation_name, is_nullable, column_default, generation_expression) "
            "FROM information_schema.columns WHERE table_schema = 'verohook' "
            "UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes "
            "WHERE schemaname = 'verohook' UNION ALL SELECT 'view', viewname, definition "
            "FROM pg_views WHERE schemaname = 'verohook' UNION ALL SELECT 'table', relname, "
            "concat(reloptions, obj_description(oid, 'pg_class')) FROM pg_class "
            "WHERE relnamespace = 'verohook'::regnamespace ORDER BY 1, 2, 3");
    }
    [[nodiscard]] Rows plan(const std::string& sql) const override {
        return ask("SET enable_seqscan = off; EXPLAIN " + sql);
    }

private:
    PostgresTarget server_;
};

class Upgrade : public testing::TestWithParam<std::string> {
protected:
    [[nodiscard]] static std::unique_ptr<Target> make_target() {
        if (GetParam() == "sqlite") {
            return std::make_unique<SqliteFile>();
        }
        return std::make_unique<PostgresSchema>();
    }
};

TEST_P(Upgrade, KeepsEveryRowAndItsPlaceAndGoesOn) {
    const auto target = make_target();
    target->load_old();
    const Rows before = target->rows();
    ASSERT_GT(before.size(), 50U);
    const std::string journal = target->ask("SELECT journal_id FROM journals").at(0);
    const auto too_early = target->read();
    ASSERT_FALSE(too_early);
    EXPECT_THAT(too_early.error().message,
                HasSubstr("version 1, this program reads 2: the " + GetParam() +
                          " sink brings it up to date when it is started"));

    auto sink = target->make(journal);
    ASSERT_TRUE(sink);
    EXPECT_EQ(target->rows(), before);
    EXPECT_THAT(target->ask("SELECT value FROM meta WHERE name = 'schema_version'"),
                ElementsAre("2"));
    EXPECT_EQ(**sink->position(), 30U);
    EXPECT_THAT(target->ask("SELECT customer_id, email, name, variation FROM campaign_reach "
                            "WHERE campaign_id = '31' AND opened"),
                testing::Contains("anna|anna@example.com|January|A").Times(1));
    EXPECT_TRUE(target->read());

    // What is there already changes nothing; what is new goes on from it.
    const TestEvents replayed(ordinary_bodies(30));
    EXPECT_EQ(sink->deliver(replayed.items()).taken, 30U);
    EXPECT_EQ(target->rows(), before);
    const TestEvents more({R"({"type":"user_updated","user":{"id":"anna"},)"
                           R"("changes":{"seats":2,"_tags":{"add":["old"]}}})"},
                          31);
    EXPECT_EQ(sink->deliver(more.items()).taken, 1U);
    EXPECT_THAT(target->ask("SELECT properties, tags FROM customers WHERE id = 'anna'"),
                ElementsAre(R"({"plan":"paid","seats":2}|["old","vip"])"));
    EXPECT_EQ(**sink->position(), 31U);
}

TEST_P(Upgrade, LeadsToTheSchemaThatIsMadeToday) {
    const auto old = make_target();
    old->load_old();
    const auto fresh = make_target();
    ASSERT_TRUE(old->make("one") && fresh->make("one"));
    EXPECT_EQ(old->schema(), fresh->schema());
    EXPECT_GT(fresh->schema().size(), 10U);
}

TEST_P(Upgrade, FindsTheEventsOfATimeByTheIndex) {
    const auto target = make_target();
    target->load_old();
    ASSERT_TRUE(target->make("one"));
    std::string plan;
    for (const std::string& line :
         target->plan("SELECT min(seq + 0) FROM events WHERE received_at >= '2026-11-24'")) {
        plan += line + "\n";
    }
    EXPECT_THAT(plan, HasSubstr("events_by_arrival"));
    const auto reader = target->read();
    ASSERT_TRUE(reader) << reader.error().message;
    // The events of the file came within 50 ms; the 20th at this time.
    const Timestamp twentieth = *parse_rfc3339("2026-11-24T15:31:50.513132Z");
    const auto count = [&](const customers::EventFilter& filter) {
        std::uint64_t read = 0;
        EXPECT_TRUE(
            (*reader)->each_event(filter, [&](const customers::EventRow&) { return ++read > 0; }));
        EXPECT_EQ(*(*reader)->count_events(filter), read);
        return read;
    };
    const auto later = twentieth + std::chrono::milliseconds{5};
    EXPECT_EQ(count({.since = twentieth}), 11U);
    EXPECT_EQ(count({.until = twentieth}), 19U);
    EXPECT_EQ(count({.since = twentieth, .until = later}), 5U);
    EXPECT_EQ(count({.types = {"user_updated"}, .since = twentieth, .until = later}), 2U);
    EXPECT_EQ(count({.since = later, .until = twentieth}), 0U);
    EXPECT_EQ(count({.since = twentieth, .newest = 3}), 3U);
}

INSTANTIATE_TEST_SUITE_P(, Upgrade, testing::Values("sqlite", "postgres"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace verohook::sinks

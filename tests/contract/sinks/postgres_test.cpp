// What the postgres sink promises beyond the contract of every sink.

#include "postgres_target.hpp"
#include "sink_maker.hpp"
#include "sinks/readers.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace verohook::sinks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Postgres : public testing::Test {
protected:
    using Made = Result<std::unique_ptr<sink::Sink>>;

    /// A sink as a journal's worker would have it.
    [[nodiscard]] Made try_make(const Changes& changes = {}, std::string journal = "one",
                                std::string name = "test") const {
        for (const sink::SinkKind* kind : all_kinds()) {
            if (kind->name == "postgres") {
                Options options = default_options(*kind);
                options.set("url", target_.url());
                for (const auto& [key, value] : changes) {
                    options.set(key, value);
                }
                return kind->make(
                    {std::move(name), options, system_clock(), {}, std::move(journal)});
            }
        }
        return Error{ErrorCode::not_found, "there is no such kind"};
    }

    [[nodiscard]] std::unique_ptr<sink::Sink> make(std::string journal = "one",
                                                   std::string name = "test") const {
        auto made = try_make({}, std::move(journal), std::move(name));
        EXPECT_TRUE(made) << made.error().message;
        return made ? std::move(*made) : nullptr;
    }

    static void deliver(sink::Sink& sink, const std::vector<std::string>& bodies,
                        std::uint64_t first = 1) {
        const TestEvents events(bodies, first);
        const sink::Outcome outcome = sink.deliver(events.items());
        EXPECT_EQ(outcome.verdict, sink::Verdict::delivered) << outcome.reason;
    }

    /// The reason for which an event is to be offered again.
    static std::string retried(sink::Sink& sink, std::uint64_t seq) {
        const TestEvents events(ordinary_bodies(1), seq);
        const sink::Outcome outcome = sink.deliver(events.items());
        EXPECT_EQ(outcome.verdict, sink::Verdict::retry);
        return outcome.reason;
    }

    static std::uint64_t position(sink::Sink& sink) {
        const auto position = sink.position();
        EXPECT_TRUE(position) << position.error().message;
        return position ? position->value_or(999) : 999;
    }

    [[nodiscard]] std::vector<std::string> ask(const std::string& sql) const {
        return target_.query("SET search_path TO verohook; SET timezone TO 'UTC'; " + sql);
    }

    PostgresTarget target_;
};

TEST_F(Postgres, KeepsItsPlaceWithTheEvents) {
    auto sink = make();
    EXPECT_EQ(position(*sink), 0U);
    deliver(*sink, ordinary_bodies(5));
    EXPECT_EQ(position(*sink), 5U);
    // A replay does not move it back.
    deliver(*sink, ordinary_bodies(2));
    EXPECT_EQ(position(*sink), 5U);
    sink.reset();
    EXPECT_EQ(position(*make()), 5U);
    EXPECT_EQ(position(*make("one", "another sink")), 0U);
    EXPECT_EQ(position(*make("another journal")), 0U);
}

TEST_F(Postgres, TwoSinksAndTwoJournalsMayShareASchema) {
    auto first = make("one", "a");
    auto second = make("one", "b");
    deliver(*first, ordinary_bodies(30));
    const auto customers = ask("SELECT * FROM customers ORDER BY number");
    const auto campaigns = ask("SELECT * FROM campaigns ORDER BY number");
    deliver(*second, ordinary_bodies(30));
    EXPECT_EQ(ask("SELECT * FROM customers ORDER BY number"), customers);
    EXPECT_EQ(ask("SELECT * FROM campaigns ORDER BY number"), campaigns);
    EXPECT_THAT(ask("SELECT sink, seq FROM cursor ORDER BY sink"), ElementsAre("a|30", "b|30"));
    deliver(*make("two", "a"), ordinary_bodies(1));
    EXPECT_THAT(ask("SELECT max(seq) FROM events"), ElementsAre("281474976710657"));
    EXPECT_THAT(ask("SELECT journal_id, epoch FROM journals ORDER BY epoch"),
                ElementsAre("one|0", "two|1"));
}

TEST_F(Postgres, RefusesASecondDaemonOnACopyOfTheJournal) {
    auto first = make();
    deliver(*first, ordinary_bodies(5));
    auto second = make();
    deliver(*second, ordinary_bodies(1), 6);
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_THAT(retried(*first, 6), HasSubstr("another verohook delivers from a copy"));
        // Nor when it has to connect anew.
        first->request_reopen();
    }
    deliver(*second, ordinary_bodies(1), 7);
    EXPECT_THAT(ask("SELECT count(*) FROM events"), ElementsAre("7"));
}

TEST_F(Postgres, HasTheColumnsAndViewsOfTheDocument) {
    deliver(
        *make(),
        {R"({"type":"sent","sent_at":1435016238,"user":{"id":1,"email":"a@b.c"},)"
         R"("campaign":{"id":9,"name":"n","variation":"v"},"message_id":"m"})",
         R"({"type":"delivered","user":{"id":1},"campaign":{"id":9,"variation":"v"}})",
         R"({"type":"opened","user":{"id":1},"campaign":{"id":9,"variation":"v"}})",
         R"({"type":"sent","user":{"id":2},"campaign":{"id":9,"variation":"v"}})",
         R"({"type":"bounced","bounced_at":1435016238,"bounce_type":"hard","user":{"id":2}})",
         R"({"type":"unsubscribed","unsubscribed_at":1435016000,"user":{"id":2}})",
         R"({"type":"odd","user":{"id":"x"},"new":1})",
         R"({"type":"user_updated","user":{"id":1},"changes":{"a":1.0,"_tags":{"add":["t"]}}})"});
    EXPECT_THAT(ask("SELECT seq, type, occurred_at, user_id, user_id_is_number, email, campaign_id,"
                    " variation, message_id, extra FROM events WHERE seq IN (1, 7) ORDER BY seq"),
                ElementsAre("1|sent|2015-06-22 23:37:18+00|1|t|a@b.c|9|v|m|null",
                            R"(7|odd|null|x|f|null|null|null|null|{"new":1})"));
    EXPECT_THAT(ask("SELECT id, mailable, subscription, hard_bounced, properties, tags "
                    "FROM customers ORDER BY number"),
                ElementsAre(R"(1|t|subscribed|f|{"a":1.0}|["t"])", "2|f|unsubscribed|t|{}|[]",
                            "x|t|subscribed|f|{}|[]"));
    EXPECT_THAT(ask("SELECT * FROM suppressed"),
                ElementsAre("2|null|unsubscribed hard_bounced|2015-06-22 23:33:20+00"));
    EXPECT_THAT(ask("SELECT campaign_id, name, variation, sent, delivered_percent, opened_percent, "
                    "clicked_percent FROM campaign_rates"),
                ElementsAre("9|n|v|2|50.00|100.00|0.00"));
    EXPECT_THAT(ask("SELECT id FROM customers WHERE properties::jsonb @> '{\"a\": 1}'"),
                ElementsAre("1"));
    EXPECT_THAT(ask("SET enable_seqscan = off; EXPLAIN SELECT * FROM customers "
                    "WHERE lower(email) = 'a@b.c'")
                    .front(),
                HasSubstr("customers_by_email"));
}

TEST_F(Postgres, MakesNothingOutsideItsSchema) {
    const std::string everything =
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE n.nspname NOT IN ('crm of ours', 'pg_toast') UNION ALL "
        "SELECT 'function', proname FROM pg_proc UNION ALL SELECT 'type', typname FROM pg_type "
        "WHERE typnamespace <> coalesce(to_regnamespace('\"crm of ours\"')::oid, 0) "
        "AND typnamespace <> 'pg_toast'::regnamespace UNION ALL "
        "SELECT 'extension', extname FROM pg_extension UNION ALL "
        "SELECT 'role', rolname FROM pg_roles UNION ALL "
        "SELECT 'schema', nspname FROM pg_namespace WHERE nspname <> 'crm of ours' ORDER BY 1, 2";
    const auto before = target_.query(everything);
    ASSERT_GT(before.size(), 100U);
    auto sink = try_make({{"schema", std::string("crm of ours")}});
    ASSERT_TRUE(sink) << sink.error().message;
    deliver(**sink, ordinary_bodies(60));
    static_cast<void>((*sink)->erase({.ids = {"1"}, .emails = {}}));
    EXPECT_EQ(target_.query(everything), before);
    EXPECT_THAT(target_.query("SELECT count(*) FROM \"crm of ours\".events"), ElementsAre("60"));
    EXPECT_TRUE(open_reader(target_.url(), "crm of ours"));
}

TEST_F(Postgres, NeedsNoRightBeyondItsSchema) {
    target_.run("CREATE ROLE small LOGIN; CREATE SCHEMA given AUTHORIZATION small");
    const OptionValue url = target_.url() + "&user=small";
    const auto none = try_make({{"url", url}});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("permission denied for database"));
    const auto sink = try_make({{"url", url}, {"schema", std::string("given")}});
    ASSERT_TRUE(sink) << sink.error().message;
    deliver(**sink, ordinary_bodies(10));
}

TEST_F(Postgres, LeavesSchemasOfOthersAlone) {
    struct Case {
        std::string name;
        std::string prepare;
        std::string expected;
    };
    const std::vector<Case> table{
        {"another table", "CREATE SCHEMA verohook; CREATE TABLE verohook.mine(a int)",
         "holds something else, and was left as it is"},
        {"another meta", "CREATE SCHEMA verohook; CREATE TABLE verohook.meta(name text)",
         "holds something else, and was left as it is"},
        {"a newer one", "UPDATE verohook.meta SET value = '99'",
         "written by a newer verohook (version 99, this program knows 2)"},
        {"one of no version", "UPDATE verohook.meta SET value = '-1'",
         "holds something else, and was left as it is"},
    };
    for (const Case& each : table) {
        SCOPED_TRACE(each.name);
        target_.run("DROP SCHEMA IF EXISTS verohook CASCADE");
        if (each.prepare.starts_with("UPDATE")) {
            make().reset();
        }
        target_.run(each.prepare);
        const auto before = ask("SELECT count(*) FROM pg_class");
        const auto made = try_make();
        ASSERT_FALSE(made);
        EXPECT_NE(made.error().code, ErrorCode::invalid_input) << "it would stop the program";
        EXPECT_THAT(made.error().message, HasSubstr(each.expected));
        EXPECT_EQ(ask("SELECT count(*) FROM pg_class"), before);
        EXPECT_FALSE(open_reader(target_.url(), "verohook"));
    }
}

TEST_F(Postgres, RefusesADatabaseOfAnotherEncoding) {
    target_.run("CREATE DATABASE old ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const auto made = try_make({{"url", target_.url("old")}});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("another encoding than UTF8"));
}

TEST_F(Postgres, FillsASchemaThatWasReplacedOnlyAfterARestart) {
    auto sink = make();
    deliver(*sink, ordinary_bodies(5));
    target_.run("DROP SCHEMA verohook CASCADE");
    EXPECT_THAT(retried(*sink, 6), HasSubstr("does not exist"));
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_THAT(retried(*sink, 6), HasSubstr("it was replaced"));
    }
    sink = make();
    EXPECT_EQ(position(*sink), 0U);
    deliver(*sink, ordinary_bodies(6));
    EXPECT_THAT(ask("SELECT count(*) FROM events"), ElementsAre("6"));
}

TEST_F(Postgres, WaitsForALockNoLongerThanItsTimeout) {
    // Enough for a busy machine, where nothing is in the way.
    auto made = try_make({{"timeout", std::chrono::milliseconds{3000}}});
    ASSERT_TRUE(made) << made.error().message;
    auto lock = target_.hold("BEGIN; LOCK verohook.events");
    EXPECT_THAT(retried(**made, 1), HasSubstr("statement timeout"));
    lock.reset();
    deliver(**made, ordinary_bodies(1));
}

TEST_F(Postgres, GivesUpOnAServerThatHangs) {
    auto made = try_make({{"timeout", std::chrono::milliseconds{500}}});
    ASSERT_TRUE(made) << made.error().message;
    const auto backend =
        ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'verohook'");
    ASSERT_EQ(backend.size(), 1U);
    ASSERT_EQ(::kill(std::stoi(backend[0]), SIGSTOP), 0);
    EXPECT_THAT(retried(**made, 1), HasSubstr("no answer within"));
    ASSERT_EQ(::kill(std::stoi(backend[0]), SIGCONT), 0);
}

TEST_F(Postgres, ReplacesTheCharacterThatPostgresqlCannotStore) {
    auto sink = make();
    const std::string updated =
        R"({"type":"user_updated","user":{"id":"a\u0000"},"changes":{"p\\u0000":"\u0000x\\\u0000",)"
        R"("_tags":{"add":["t\u0000"]}},"odd\u0000":[1.50]})";
    deliver(*sink, {updated, hostile_body()});
    EXPECT_THAT(ask("SELECT user_id, extra, body FROM events WHERE seq = 1"),
                ElementsAre("a\xef\xbf\xbd|{\"odd\xef\xbf\xbd\":[1.50]}|"
                            R"({"type":"user_updated","user":{"id":"a\ufffd"},)"
                            R"("changes":{"p\\u0000":"\ufffdx\\\ufffd",)"
                            R"("_tags":{"add":["t\ufffd"]}},"odd\ufffd":[1.50]})"));
    EXPECT_THAT(ask("SELECT properties::jsonb ->> 'p\\u0000', tags ->> 0 FROM customers "
                    "ORDER BY number LIMIT 1"),
                ElementsAre("\xef\xbf\xbdx\\\xef\xbf\xbd|t\xef\xbf\xbd"));
    // The same customer once more.
    deliver(*sink, {updated}, 3);
    EXPECT_THAT(ask("SELECT count(*) FROM customers"), ElementsAre("2"));
    const auto erased = sink->erase({.ids = {std::string("a\0", 2)}, .emails = {}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 3U);
}

TEST_F(Postgres, RejectsWhatNoIndexTakesAmongManyOthers) {
    auto sink = make();
    const std::string poison = body_with_id(incompressible_text(8000));
    const std::string campaign = R"({"type":"sent","user":{"id":1},"campaign":{"id":")" +
                                 incompressible_text(8000) + R"("}})";
    auto bodies = ordinary_bodies(2000);
    for (std::size_t index = 49; index < bodies.size(); index += 100) {
        bodies[index] = index == 149 ? campaign : poison;
    }
    const TestEvents events(bodies);
    std::span<const sink::Item> rest = events.items();
    std::size_t rejected = 0;
    while (!rest.empty()) {
        const sink::Outcome outcome = sink->deliver(rest);
        rest = rest.subspan(outcome.taken);
        if (outcome.verdict == sink::Verdict::reject) {
            EXPECT_EQ((rest.front().envelope.seq - 50) % 100, 0U);
            EXPECT_THAT(outcome.reason, HasSubstr("index row size"));
            ++rejected;
            rest = rest.subspan(1);
        }
    }
    EXPECT_EQ(rejected, 20U);
    EXPECT_THAT(ask("SELECT count(*), max(seq) FROM events"), ElementsAre("1980|2000"));
}

TEST_F(Postgres, ForgetsAPersonAndAReplayDoesNotBringItBack) {
    auto sink = make();
    const std::vector<std::string> bodies{
        R"({"type":"user_created","user":{"id":1,"email":"Jo+x@Example.com","street":"Elm Road"}})",
        R"({"type":"user_updated","user":{"id":1},"changes":{"email":"jo@new.example"}})",
        R"({"type":"opened","user":{"id":1},"campaign":{"id":9},"message_id":"mail-of-jo"})",
        R"({"type":"sent","user":{"id":null,"email":" JO@new.example"},"campaign":{"id":9}})",
        R"({"type":"sent","user":{"id":5},"campaign":{"id":9,"sent_to":"jo@new.example"}})",
        R"({"type":"sent","user":{"id":6,"email":"banjo@new.example"},"campaign":{"id":9}})"};
    deliver(*sink, bodies);
    const auto campaigns = ask("SELECT * FROM campaigns");
    const auto erased = sink->erase({.ids = {}, .emails = {"jo@NEW.example"}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 6U) << "five events and a customer";
    EXPECT_THAT(erased->out_of_reach, HasSubstr("write-ahead log"));
    EXPECT_THAT(ask("SELECT id FROM customers ORDER BY id"), ElementsAre("5", "6"));
    deliver(*sink, bodies);
    EXPECT_THAT(ask("SELECT id FROM customers ORDER BY id"), ElementsAre("5", "6"));
    EXPECT_THAT(
        ask("SELECT seq, id, type, user_id, message_id, body FROM events WHERE seq < 6 "
            "ORDER BY seq"),
        ElementsAre("1|erased|user_created|null|null|null", "2|erased|user_updated|null|null|null",
                    "3|erased|opened|null|null|null", "4|erased|sent|null|null|null",
                    "5|erased|sent|null|null|null"));
    EXPECT_THAT(ask("SELECT email FROM events WHERE seq = 6"), ElementsAre("banjo@new.example"));
    EXPECT_EQ(ask("SELECT * FROM campaigns"), campaigns) << "counts name nobody";
    EXPECT_THAT(ask("SELECT customer FROM campaign_customers ORDER BY 1"), ElementsAre("5", "6"));
    const auto again = sink->erase({.ids = {"1"}, .emails = {}});
    EXPECT_EQ(again->records, 0U);
    EXPECT_EQ(again->out_of_reach, "");
}

TEST_F(Postgres, ForgetsAnAddressInOthersRowsAndBehindEscapes) {
    auto sink = make();
    deliver(*sink, bodies_naming_kay());
    const auto erased = sink->erase({.ids = {}, .emails = {" KAY@x.example"}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 9U) << "six events, a customer who goes, and two who stay";
    EXPECT_EQ(ask("SELECT id, email, properties, tags, marks FROM customers ORDER BY number"),
              customers_without_kay());
    EXPECT_THAT(ask("SELECT seq FROM events WHERE body IS NOT NULL"), ElementsAre("5"));
    EXPECT_EQ(sink->erase({.ids = {}, .emails = {"kay@x.example"}})->records, 0U);
}

TEST_F(Postgres, ForgetsAmongThousands) {
    auto sink = make();
    auto bodies = ordinary_bodies(2500);
    bodies[999] = bodies[1000] = bodies[2499] =
        R"({"type":"sent","user":{"id":4},"campaign":{"sent_to":"kay\u0040x.example"}})";
    deliver(*sink, bodies);
    EXPECT_EQ(sink->erase({.ids = {}, .emails = {"kay@x.example"}})->records, 3U);
    EXPECT_THAT(ask("SELECT seq FROM events WHERE body IS NULL ORDER BY seq"),
                ElementsAre("1000", "1001", "2500"));
}

TEST_F(Postgres, BlanksArePartOfAnId) {
    auto sink = make();
    deliver(*sink,
            {R"({"type":"sent","user":{"id":" 77"}})", R"({"type":"sent","user":{"id":77}})"});
    EXPECT_EQ(sink->erase({.ids = {" 77"}, .emails = {}})->records, 2U);
    EXPECT_THAT(ask("SELECT id FROM customers"), ElementsAre("77"));
    EXPECT_THAT(ask("SELECT seq FROM events WHERE body IS NOT NULL"), ElementsAre("2"));
}

TEST_F(Postgres, ErasingWaitsNoLongerThanItsTimeout) {
    auto made = try_make({{"timeout", std::chrono::milliseconds{3000}}});
    ASSERT_TRUE(made) << made.error().message;
    const auto lock = target_.hold("BEGIN; LOCK verohook.events");
    const auto erased = (*made)->erase({.ids = {"1"}, .emails = {}});
    ASSERT_FALSE(erased);
    EXPECT_THAT(erased.error().message, HasSubstr("statement timeout"));
}

TEST_F(Postgres, IsReadWhileItIsWritten) {
    auto sink = make();
    deliver(*sink, ordinary_bodies(2060));
    auto reader = open_reader(target_.url(), "verohook");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(*(*reader)->count_events({}), 2060U);
    deliver(*sink, ordinary_bodies(12), 2061);
    const auto collect = [&](const customers::EventFilter& filter) {
        std::vector<std::uint64_t> seqs;
        const auto read = (*reader)->each_event(filter, [&](const customers::EventRow& row) {
            seqs.push_back(row.seq);
            return true;
        });
        EXPECT_TRUE(read) << read.error().message;
        EXPECT_EQ(*(*reader)->count_events(filter), seqs.size());
        return seqs;
    };
    EXPECT_EQ(collect({}), range(1, 2060)) << "all of it from the moment when it was opened";
    EXPECT_EQ(collect({.newest = 3}), range(2058, 2060));
    EXPECT_EQ(collect({.types = {"clicked", "odd"}}).size(), 172U);
    EXPECT_THAT(collect({.since = *parse_rfc3339("2027-01-01")}), IsEmpty());
    EXPECT_EQ(collect({.until = *parse_rfc3339("2027-01-01")}).size(), 2060U);
    EXPECT_THAT(collect({.email = "nobody@example.com"}), IsEmpty());
    EXPECT_FALSE((*reader)->campaigns()->empty());
}

TEST(PostgresOptions, AreChecked) {
    const auto text = [](std::string value) { return OptionValue(std::move(value)); };
    EXPECT_THAT(complaints("postgres", {}), IsEmpty()) << "PGHOST and so on say it all";
    for (const char* url : {"postgresql://u:p@h:1/d?sslmode=verify-full", "postgres://", "dbname=d",
                            "host=/run/postgresql dbname='a b'", "host=@abstract port=1",
                            "postgresql://u:p%40%2F@h1:1,h2:2/d?application_name=/a@b",
                            "postgresql://h?sslrootcert=/a@b", "postgres://u:a?b@h/d"}) {
        EXPECT_THAT(complaints("postgres", {{"url", text(url)}}), IsEmpty()) << url;
    }
    for (const char* url : {"http://h", "secret", "postgresql://h?secret=1", "secret=1",
                            "postgresql://u:p@secret@127.0.0.1/d", "postgresql://u:secret/p@h/d",
                            "postgresql://u:1/secret@h/d", "postgresql://u:p@h/secret@h/d",
                            "host=h@secret", "host=h port=1,secret"}) {
        const auto found = complaints("postgres", {{"url", text(url)}});
        ASSERT_EQ(found.size(), 1U) << url;
        EXPECT_THAT(found[0], HasSubstr("url: must be a URL of PostgreSQL"));
        EXPECT_THAT(found[0], testing::Not(HasSubstr("secret")));
    }
    for (const std::string& schema : {std::string(), std::string("pg_mine"), std::string(64, 'x'),
                                      std::string("information_schema"), std::string("a\nb")}) {
        EXPECT_EQ(complaints("postgres", {{"schema", schema}}).size(), 1U) << schema;
    }
    EXPECT_THAT(complaints("postgres", {{"schema", std::string("Größe \"x\"")}}), IsEmpty());
}

}  // namespace
}  // namespace verohook::sinks

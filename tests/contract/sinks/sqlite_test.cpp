// What the sqlite sink promises beyond the contract of every sink.

#include "sink_maker.hpp"
#include "sinks/readers.hpp"
#include "sqlite_fixture.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::sinks {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Sqlite : public testing::Test {
protected:
    /// A sink as a journal's worker would have it.
    [[nodiscard]] std::unique_ptr<sink::Sink> make(std::string journal = "one",
                                                   std::string name = "test") const {
        auto made = try_make(std::move(journal), std::move(name));
        EXPECT_TRUE(made) << made.error().message;
        return made ? std::move(*made) : nullptr;
    }

    [[nodiscard]] Result<std::unique_ptr<sink::Sink>> try_make(std::string journal = "one",
                                                               std::string name = "test") const {
        for (const sink::SinkKind* kind : all_kinds()) {
            if (kind->name == "sqlite") {
                return kind->make({std::move(name), default_options(*kind), system_clock(),
                                   folder_.path(), std::move(journal)});
            }
        }
        return Error{ErrorCode::not_found, "there is no such kind"};
    }

    static void deliver(sink::Sink& sink, const std::vector<std::string>& bodies,
                        std::uint64_t first = 1) {
        const TestEvents events(bodies, first);
        const sink::Outcome outcome = sink.deliver(events.items());
        EXPECT_EQ(outcome.verdict, sink::Verdict::delivered) << outcome.reason;
    }

    static std::uint64_t position(sink::Sink& sink) {
        const auto position = sink.position();
        EXPECT_TRUE(position) << position.error().message;
        return position ? position->value_or(999) : 999;
    }

    [[nodiscard]] std::vector<std::string> ask(std::string_view sql) const {
        return query(file(), sql);
    }

    void change(const std::string& sql) const { run_sql(file(), sql); }

    /// Whether any file beside the database holds a text.
    [[nodiscard]] bool disk_holds(std::string_view text) const {
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            if (read_file(entry.path()).find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] fs::path file() const { return folder_.path() / "customers.db"; }

private:
    TemporaryFolder folder_;
};

TEST_F(Sqlite, KeepsItsPlaceWithTheEvents) {
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

TEST_F(Sqlite, PutsTheEventsOfANewJournalBehindTheOldOnes) {
    deliver(*make("one"), {R"({"type":"user_updated","user":{"id":1},"changes":{"a":1}})"}, 900);
    deliver(*make("two"), {R"({"type":"user_updated","user":{"id":1},"changes":{"a":2}})"}, 1);
    EXPECT_THAT(ask("SELECT seq FROM events ORDER BY seq"), ElementsAre("900", "281474976710657"));
    EXPECT_THAT(ask("SELECT journal_id, epoch FROM journals ORDER BY epoch"),
                ElementsAre("one|0", "two|1"));
    EXPECT_THAT(ask("SELECT properties FROM customers"), ElementsAre(R"({"a":2})"));
}

TEST_F(Sqlite, TwoSinksMayShareAFile) {
    auto first = make("one", "a");
    auto second = make("one", "b");
    deliver(*first, ordinary_bodies(30));
    const auto customers = ask("SELECT * FROM customers");
    const auto campaigns = ask("SELECT * FROM campaigns");
    deliver(*second, ordinary_bodies(30));
    EXPECT_EQ(ask("SELECT * FROM customers"), customers);
    EXPECT_EQ(ask("SELECT * FROM campaigns"), campaigns);
    EXPECT_THAT(ask("SELECT sink, seq FROM cursor"), ElementsAre("a|30", "b|30"));
}

TEST_F(Sqlite, HasTheColumnsAndViewsOfTheDocument) {
    deliver(*make(),
            {R"({"type":"sent","sent_at":1435016238,"user":{"id":1,"email":"a@b.c"},)"
             R"("campaign":{"id":9,"name":"n","variation":"v"},"message_id":"m"})",
             R"({"type":"delivered","user":{"id":1},"campaign":{"id":9,"variation":"v"}})",
             R"({"type":"opened","user":{"id":1},"campaign":{"id":9,"variation":"v"}})",
             R"({"type":"sent","user":{"id":2},"campaign":{"id":9,"variation":"v"}})",
             R"({"type":"bounced","bounced_at":1435016238,"bounce_type":"hard","user":{"id":2}})",
             R"({"type":"unsubscribed","unsubscribed_at":1435016000,"user":{"id":2}})",
             R"({"type":"odd","user":{"id":"x"},"new":1})"});
    EXPECT_THAT(ask("SELECT seq, type, occurred_at, user_id, user_id_is_number, email, campaign_id,"
                    " variation, message_id, extra FROM events WHERE seq IN (1, 7)"),
                ElementsAre("1|sent|2015-06-22T23:37:18Z|1|1|a@b.c|9|v|m|null",
                            R"(7|odd|null|x|0|null|null|null|null|{"new":1})"));
    EXPECT_THAT(ask("SELECT id, mailable, subscription, hard_bounced FROM customers"),
                ElementsAre("1|1|subscribed|0", "2|0|unsubscribed|1", "x|1|subscribed|0"));
    EXPECT_THAT(ask("SELECT * FROM suppressed"),
                ElementsAre("2|null|unsubscribed hard_bounced|2015-06-22T23:33:20Z"));
    EXPECT_THAT(ask("SELECT campaign_id, name, variation, sent, delivered_percent, opened_percent, "
                    "clicked_percent FROM campaign_rates"),
                ElementsAre("9|n|v|2|50.0|100.0|0.0"));
    EXPECT_THAT(ask("SELECT customer, sent, delivered, opened, clicked FROM campaign_customers"),
                ElementsAre("1|1|1|1|0", "4|1|0|0|0"));
    EXPECT_THAT(ask("EXPLAIN QUERY PLAN SELECT * FROM events WHERE user_id = '1'").front(),
                HasSubstr("USING INDEX events_by_user"));
}

TEST_F(Sqlite, GoesOnFromWhatSomebodyChangedByHand) {
    auto sink = make();
    const std::string bounced = R"({"type":"bounced","bounce_type":"hard","user":{"id":1}})";
    deliver(*sink, {bounced});
    change("UPDATE customers SET hard_bounced = 0, first_seen = 'x', properties = 'y'");
    deliver(*sink, {R"({"type":"user_updated","user":{"id":1},"changes":{"a":1}})"}, 2);
    EXPECT_THAT(ask("SELECT mailable, properties FROM customers"), ElementsAre(R"(1|{"a":1})"));
    deliver(*sink, {bounced}, 3);
    EXPECT_THAT(ask("SELECT mailable FROM customers"), ElementsAre("0"));
}

TEST_F(Sqlite, LeavesFilesOfOthersAlone) {
    struct Case {
        std::string name;
        std::function<void()> prepare;
        std::string expected;
    };
    const std::vector<Case> table{
        {"another database", [&] { change("CREATE TABLE mine(a)"); },
         "is not a file of verohook's sqlite sink"},
        {"no database", [&] { write_file(file(), std::string(5000, 'x')); },
         "is damaged, or no database"},
        {"a newer one",
         [&] {
             make().reset();
             change("UPDATE meta SET value='99' WHERE name='schema_version'");
         },
         "written by a newer verohook (schema version 99, this program knows 2)"},
        {"one of no version",
         [&] {
             make().reset();
             change("UPDATE meta SET value='-1' WHERE name='schema_version'");
         },
         "its schema version is -1"},
    };
    for (const Case& each : table) {
        SCOPED_TRACE(each.name);
        fs::remove(file());
        fs::remove(file().string() + "-wal");
        fs::remove(file().string() + "-shm");
        each.prepare();
        const std::string before = read_file(file());
        const auto made = try_make();
        ASSERT_FALSE(made);
        EXPECT_NE(made.error().code, ErrorCode::invalid_input) << "it would stop the program";
        EXPECT_THAT(made.error().message, HasSubstr(each.expected));
        EXPECT_THAT(made.error().message, HasSubstr(file().string()));
        EXPECT_EQ(read_file(file()), before);
        EXPECT_FALSE(open_reader(file().string(), ""));
    }
}

TEST_F(Sqlite, FillsAFileThatWasReplacedOnlyAfterARestart) {
    auto sink = make();
    deliver(*sink, ordinary_bodies(5));
    fs::rename(file(), file().string() + ".old");
    const TestEvents more(ordinary_bodies(1), 6);
    for (int attempt = 0; attempt < 2; ++attempt) {
        const sink::Outcome outcome = sink->deliver(more.items());
        EXPECT_EQ(outcome.verdict, sink::Verdict::retry);
        EXPECT_THAT(outcome.reason, HasSubstr("it was replaced"));
    }
    sink = make();
    EXPECT_EQ(position(*sink), 0U);
    deliver(*sink, ordinary_bodies(6));
    EXPECT_THAT(ask("SELECT count(*) FROM events"), ElementsAre("6"));
}

TEST_F(Sqlite, WaitsForWhoeverHoldsTheWriteLock) {
    auto sink = make();
    auto other = sqlite::Database::open(file(), sqlite::OpenMode::read_write);
    ASSERT_TRUE(other && other->execute("BEGIN IMMEDIATE"));
    const TestEvents events(ordinary_bodies(3));
    const sink::Outcome outcome = sink->deliver(events.items());
    EXPECT_EQ(outcome.verdict, sink::Verdict::retry);
    EXPECT_THAT(outcome.reason, HasSubstr("database is locked"));
    other->rollback();
    EXPECT_EQ(sink->deliver(events.items()).verdict, sink::Verdict::delivered);
}

TEST_F(Sqlite, ForgetsAPersonAndAReplayDoesNotBringItBack) {
    auto sink = make();
    const std::vector<std::string> bodies{
        R"({"type":"user_created","user":{"id":1,"email":"Jo+x@Example.com","street":"Elm Road"}})",
        R"({"type":"user_updated","user":{"id":1},"changes":{"email":"jo@new.example"}})",
        R"({"type":"opened","user":{"id":1},"campaign":{"id":9},"message_id":"mail-of-jo"})",
        R"({"type":"sent","user":{"id":null,"email":" JO@new.example"},"campaign":{"id":9}})",
        R"({"type":"sent","user":{"id":5},"campaign":{"id":9,"sent_to":"jo@new.example"}})",
        R"({"type":"sent","user":{"id":6,"email":"banjo@new.example"},"campaign":{"id":9}})"};
    deliver(*sink, bodies);
    ASSERT_TRUE(disk_holds("Elm Road"));
    const auto campaigns = ask("SELECT * FROM campaigns");
    const auto erased = sink->erase({.ids = {}, .emails = {"jo@NEW.example"}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 6U) << "five events and a customer";
    EXPECT_EQ(erased->out_of_reach, "");
    for (const char* text : {"Elm Road", "Jo+x", "\"jo@new", "JO@new", "mail-of-jo"}) {
        EXPECT_FALSE(disk_holds(text)) << text;
    }
    EXPECT_THAT(ask("SELECT id FROM customers"), ElementsAre("5", "6"));
    deliver(*sink, bodies);
    EXPECT_THAT(ask("SELECT id FROM customers"), ElementsAre("5", "6"));
    EXPECT_FALSE(disk_holds("Elm Road"));
    EXPECT_THAT(ask("SELECT seq, id, type, user_id, body FROM events WHERE seq < 6"),
                ElementsAre("1|erased|user_created|null|null", "2|erased|user_updated|null|null",
                            "3|erased|opened|null|null", "4|erased|sent|null|null",
                            "5|erased|sent|null|null"));
    EXPECT_THAT(ask("SELECT email FROM events WHERE seq = 6"), ElementsAre("banjo@new.example"));
    EXPECT_EQ(ask("SELECT * FROM campaigns"), campaigns) << "counts name nobody";
    EXPECT_EQ(sink->erase({.ids = {"1"}, .emails = {}})->records, 0U);
}

TEST_F(Sqlite, ForgetsAnAddressInOthersRowsAndBehindEscapes) {
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

TEST_F(Sqlite, BlanksArePartOfAnId) {
    auto sink = make();
    deliver(*sink,
            {R"({"type":"sent","user":{"id":" 77"}})", R"({"type":"sent","user":{"id":77}})"});
    EXPECT_EQ(sink->erase({.ids = {" 77"}, .emails = {}})->records, 2U);
    EXPECT_THAT(ask("SELECT id FROM customers"), ElementsAre("77"));
    EXPECT_THAT(ask("SELECT seq FROM events WHERE body IS NOT NULL"), ElementsAre("2"));
}

TEST_F(Sqlite, ForgetsByIdTheRowsThatNameIt) {
    auto sink = make();
    deliver(*sink, {R"({"type":"sent","user":{"id":1,"email":"shared@b.c"},"campaign":{"id":9}})",
                    R"({"type":"sent","user":{"id":2,"email":"shared@b.c"},"campaign":{"id":9}})"});
    EXPECT_EQ(sink->erase({.ids = {"1"}, .emails = {}})->records, 2U);
    EXPECT_THAT(ask("SELECT user_id FROM events"), ElementsAre("null", "2"));
    EXPECT_THAT(ask("SELECT id FROM customers"), ElementsAre("2"));
    EXPECT_THAT(ask("SELECT customer FROM campaign_customers"), ElementsAre("2"));
}

TEST_F(Sqlite, SaysWhatAReaderKeepsItFromErasing) {
    auto sink = make();
    deliver(*sink, {R"({"type":"sent","user":{"id":1}})"});
    auto reader = sqlite::Database::open(file(), sqlite::OpenMode::read_only);
    auto reading = reader->prepare("SELECT seq FROM events");
    ASSERT_TRUE(reading && *reading->step());
    const auto erased = sink->erase({.ids = {"1"}, .emails = {}});
    ASSERT_TRUE(erased);
    EXPECT_EQ(erased->records, 2U);
    EXPECT_THAT(erased->out_of_reach, HasSubstr("write-ahead log could not be emptied"));
}

TEST_F(Sqlite, IsReadWhileItIsWritten) {
    auto sink = make();
    deliver(*sink, ordinary_bodies(60));
    auto reader = open_reader(file().string(), "");
    ASSERT_TRUE(reader) << reader.error().message;
    deliver(*sink, ordinary_bodies(12), 61);
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
    EXPECT_EQ(collect({}), range(1, 72));
    EXPECT_EQ(collect({.newest = 3}), range(70, 72));
    EXPECT_EQ(collect({.types = {"clicked", "odd"}}).size(), 6U);
    EXPECT_THAT(collect({.since = *parse_rfc3339("2027-01-01")}), IsEmpty());
    EXPECT_EQ(collect({.until = *parse_rfc3339("2027-01-01")}).size(), 72U);
    EXPECT_THAT(collect({.email = "nobody@example.com"}), IsEmpty());
    EXPECT_FALSE((*reader)->campaigns()->empty());
}

TEST(SqlitePath, MustBeAFile) {
    for (const sink::SinkKind* kind : all_kinds()) {
        if (kind->name == "sqlite") {
            Options options = default_options(*kind);
            EXPECT_THAT(kind->check(options), IsEmpty());
            options.set("path", std::string("folder/"));
            EXPECT_EQ(kind->check(options).size(), 1U);
        }
    }
}

}  // namespace
}  // namespace verohook::sinks

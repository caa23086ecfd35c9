#include "sqlite/database.hpp"
#include "unit/journal/journal_fixture.hpp"

#include <fstream>
#include <iterator>

namespace verohook::journal::test {
namespace {

using testing::ElementsAre;
using testing::Not;

constexpr const char* address = "jo@person.example";

class EraseTest : public JournalTest {
protected:
    /// A body that names the address, `size` bytes long.
    [[nodiscard]] static std::string about_jo(std::size_t number, std::size_t size = 0) {
        std::string body = std::to_string(number) + address;
        while (body.size() < size) {
            body += address;
        }
        return body;
    }
    std::uint64_t erase(std::vector<Erasure> erasures) {
        const auto count = journal->erase(std::move(erasures));
        EXPECT_TRUE(count) << count.error().message;
        return count ? *count : 0;
    }
    /// The files' names in which the address stands.
    [[nodiscard]] std::vector<std::string> files_with_address() const {
        std::vector<std::string> found;
        for (const char* suffix : {"", "-wal", "-shm"}) {
            std::ifstream stream(file().string() + suffix, std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
            if (bytes.find(address) != std::string::npos) {
                found.push_back("journal.db" + std::string(suffix));
            }
        }
        return found;
    }
};

TEST_F(EraseTest, PlaceTypeAndTimesStay) {
    open();
    const Receipt jo = add("about jo");
    add("about mary");
    add(malformed("no JSON of jo"));
    const std::uint64_t before = journal->erasures();
    EXPECT_EQ(erase({{1, "{}"}, {3, ""}, {99, "{}"}}), 2U);
    EXPECT_NE(journal->erasures(), before);
    for (const bool from_file : {false, true}) {
        if (from_file) {
            reopen();
        }
        const auto records = read(0);
        ASSERT_THAT(bodies(records), ElementsAre("{}", "about mary", ""));
        const Record& erased = *records[0];
        const Draft sent = timed("");
        EXPECT_TRUE(erased.erased);
        EXPECT_EQ(erased.seq, 1U);
        EXPECT_EQ(erased.id, jo.id);
        EXPECT_EQ(erased.kind, Kind::recognized);
        EXPECT_EQ(erased.type, sent.type);
        EXPECT_EQ(erased.occurred_at, sent.occurred_at);
        EXPECT_EQ(erased.received_at, sent.received_at);
        EXPECT_EQ(erased.remote + erased.request_id + erased.headers, "");
        EXPECT_FALSE(records[1]->erased);
        EXPECT_EQ(records[1]->remote, "192.0.2.1");
        EXPECT_EQ(records[2]->kind, Kind::malformed);
        EXPECT_TRUE(records[2]->erased);
    }
    EXPECT_EQ(erase({{1, "{}"}, {3, ""}}), 0U) << "erased before";
    // The same body again is a duplicate, as ever, and a body like any other.
    EXPECT_EQ(add("about jo").duplicate_of, 1U);
    EXPECT_FALSE(read(3).front()->erased);
}

TEST_F(EraseTest, DeadLettersLoseTheirCopyAndReason) {
    open();
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    add("about jo");
    add("about mary");
    const auto kept = journal->change_letters(
        "s", {{{1, "jo is unknown", clock.now()}, {2, "no", clock.now()}, {7, "jo", {}}}, {}});
    ASSERT_TRUE(kept);
    EXPECT_EQ(erase({{1, "{}", "s"}, {7, "", "s"}, {2, "{}", "other"}}), 2U);
    const auto letters = journal->letters("s", 0, {});
    ASSERT_TRUE(letters);
    std::vector<std::string> texts;
    for (const StoredLetter& letter : *letters) {
        texts.push_back(letter.reason + " " + (letter.record ? letter.record->body : "gone"));
    }
    EXPECT_THAT(texts, ElementsAre("erased {}", "no about mary", "erased gone"));
    EXPECT_TRUE(letters->front().record->erased);
    EXPECT_EQ(erase({{1, "{}", "s"}, {7, "", "s"}}), 0U);
    EXPECT_FALSE(read(0).front()->erased) << "the record is another matter";
    // One that is stored from now on has what is left of the record.
    EXPECT_EQ(erase({{1, "{}"}}), 1U);
    ASSERT_TRUE(journal->change_letters("t", {{{1, "no", clock.now()}}, {}}));
    EXPECT_EQ(journal->letters("t", 0, {})->front().record->body, "{}");
}

TEST_F(EraseTest, NothingIsLeftInTheFiles) {
    // Records of many sizes, half of which retention removes: into free pages, and parts of pages.
    settings.limits.retention_age_max = std::chrono::hours{1};
    settings.checkpoint_bytes = std::size_t{256} * 1024;
    open();
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    constexpr std::size_t count = 600;
    for (std::size_t number = 1; number <= count; ++number) {
        if (number == count / 2) {
            clock.advance(std::chrono::hours{2});
        }
        add(about_jo(number, number % 10 == 0 ? 40'000 : number % 7 * 300));
    }
    // Nothing is appended any more that would take the free pages.
    journal->commit_position("s", {count, {}});
    ASSERT_TRUE(journal->change_letters("s", {{{count, address, clock.now()}}, {}}));
    ASSERT_TRUE(eventually([&] { return journal->health().oldest == count / 2; }));
    EXPECT_THAT(files_with_address(), Not(ElementsAre()));
    std::vector<Erasure> erasures{{count, "{}", "s"}};
    for (Seq seq = count / 2; seq <= count; ++seq) {
        erasures.push_back({seq, "{}"});
    }
    EXPECT_EQ(erase(erasures), count / 2 + 2);
    const auto scrubbed = journal->scrub();
    ASSERT_TRUE(scrubbed) << scrubbed.error().message;
    EXPECT_THAT(files_with_address(), ElementsAre()) << "while it is open";
    EXPECT_EQ(std::filesystem::file_size(file().string() + "-wal"), 0U);
    add("after");
    reopen();
    EXPECT_THAT(files_with_address(), ElementsAre());
    EXPECT_EQ(read(count).front()->body, "after");
    EXPECT_EQ(read(count / 2 - 1).front()->body, "{}");
}

TEST_F(EraseTest, TheFileDoesNotGrowWithEachScrub) {
    open();
    for (std::size_t number = 1; number <= 50; ++number) {
        add(about_jo(number, 100'000));
        erase({{number, "{}"}});
    }
    ASSERT_TRUE(journal->scrub());
    const auto size = std::filesystem::file_size(file());
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(journal->scrub());
    }
    EXPECT_EQ(std::filesystem::file_size(file()), size);
}

TEST_F(EraseTest, AppendsGoOnBeside) {
    open();
    for (std::size_t number = 1; number <= 200; ++number) {
        add(about_jo(number));
    }
    std::atomic<bool> done{false};
    std::thread eraser([&] {
        for (Seq seq = 1; seq <= 200; ++seq) {
            EXPECT_EQ(erase({{seq, "{}"}}), 1U);
        }
        EXPECT_TRUE(journal->scrub());
        done = true;
    });
    std::size_t added = 0;
    while (!done) {
        add("other");
        ++added;
    }
    eraser.join();
    EXPECT_EQ(read(0, {.records_max = 100'000}).size(), 200 + added);
    EXPECT_THAT(files_with_address(), ElementsAre());
}

TEST_F(EraseTest, ATypeGoesWhereItIsAskedFor) {
    open();
    add("about jo");
    add("about mary");
    EXPECT_EQ(erase({{1, "{}", "", true}, {2, "{}"}}), 2U);
    for (const bool from_file : {false, true}) {
        if (from_file) {
            reopen();
        }
        const auto records = read(0);
        ASSERT_THAT(bodies(records), ElementsAre("{}", "{}"));
        EXPECT_EQ(records[0]->type, "");
        EXPECT_EQ(records[1]->type, timed("").type);
    }
}

TEST_F(EraseTest, WhatAKilledScrubHasLeftIsGivenBack) {
    open();
    add("a");
    close();
    const auto filler = [&]() -> std::int64_t {
        auto database = sqlite::Database::open(file(), sqlite::OpenMode::read_only, {});
        EXPECT_TRUE(database) << database.error().message;
        const auto count = database->integer("SELECT count(*) FROM filler");
        return count ? *count : -1;
    };
    {
        auto database = sqlite::Database::open(file(), sqlite::OpenMode::read_write, {});
        ASSERT_TRUE(database) << database.error().message;
        ASSERT_TRUE(database->execute(
            "INSERT INTO filler(zeros) VALUES(zeroblob(1000000)),(zeroblob(1000000))"));
    }
    EXPECT_EQ(filler(), 2);
    open();
    EXPECT_TRUE(eventually([&] { return filler() == 0; }));
    EXPECT_EQ(add("b").seq, 2U);
}

TEST_F(EraseTest, UnfinishedOnesAreKeptUntilTheyAreReplaced) {
    open();
    const auto names = [&] {
        std::vector<std::string> found;
        const auto unfinished = journal->unfinished_erasures();
        EXPECT_TRUE(unfinished) << unfinished.error().message;
        for (const UnfinishedErasure& each : *unfinished) {
            found.push_back(each.names);
        }
        return found;
    };
    EXPECT_THAT(names(), ElementsAre());
    const auto first = journal->replace_unfinished({}, address);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = journal->replace_unfinished({}, "second");
    ASSERT_TRUE(second) << second.error().message;
    reopen();
    EXPECT_THAT(names(), ElementsAre(address, "second"));
    EXPECT_EQ((*open_journal_reader(settings.directory))->unfinished_erasures()->size(), 2U);
    ASSERT_TRUE(journal->replace_unfinished({*first, *second, 99}, "third"));
    EXPECT_THAT(names(), ElementsAre("third"));
    ASSERT_TRUE(journal->scrub());
    EXPECT_THAT(files_with_address(), ElementsAre());
}

TEST_F(EraseTest, ReportsAreKept) {
    open();
    const Timestamp now = clock.now();
    EXPECT_EQ(*journal->add_erasure_report(now, "first"), 1U);
    EXPECT_EQ(*journal->add_erasure_report(now + std::chrono::seconds{1}, "second"), 2U);
    reopen();
    const auto reader = open_journal_reader(settings.directory);
    ASSERT_TRUE(reader);
    const auto reports = (*reader)->erasure_reports();
    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->size(), 2U);
    EXPECT_EQ(reports->at(0).text, "first");
    EXPECT_EQ(reports->at(1).number, 2U);
    EXPECT_EQ(reports->at(1).at, now + std::chrono::seconds{1});
    journal->close();
    EXPECT_EQ(journal->erase({{1, "{}"}}).error().code, ErrorCode::stopping);
    EXPECT_EQ(journal->scrub().error().code, ErrorCode::stopping);
}

}  // namespace
}  // namespace verohook::journal::test

#include "admin/inspector/search.hpp"
#include "support/memory_journal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace verohook::admin {
namespace {

using journal::Kind;
using test::MemoryJournal;

constexpr std::size_t everything = 1'000'000;

Timestamp at(int second) {
    return Timestamp(std::chrono::seconds(1'700'000'000 + second));
}

/// Every event of a search, page by page.
std::vector<journal::Seq> found(journal::Journal& journal, const std::string& query,
                                std::size_t limit = everything) {
    std::vector<journal::Seq> seqs;
    const auto filter = parse_filter(query);
    EXPECT_TRUE(filter) << query;
    std::optional<journal::Seq> before;
    do {
        const auto page = search(journal, *filter, before, limit);
        EXPECT_TRUE(page);
        EXPECT_LE(page->events.size(), limit);
        for (const View& view : page->events) {
            seqs.push_back(view.record->seq);
        }
        before = page->next;
    } while (before);
    return seqs;
}

void add_examples(MemoryJournal& journal) {
    const auto add = [&](std::string body, std::string type, Kind kind = Kind::recognized,
                         std::optional<journal::Seq> duplicate_of = std::nullopt) {
        journal.add(std::move(body), std::move(type), kind, duplicate_of,
                    at(static_cast<int>(journal.newest())));
    };
    add(R"({"type":"sent","user":{"id":7,"email":"Ann@Example.com"},)"
        R"("campaign":{"id":12,"name":"Weekly Digest"},"message_id":"m-1"})",
        "sent");
    add(R"({"type":"opened","user":{"id":"7"},"campaign":{"id":"13","name":"Other"}})", "opened");
    add(R"({"type":"opened","user":{"id":"7"},"campaign":{"id":"13","name":"Other"}})", "opened",
        Kind::recognized, 2);
    add(R"({"type":"mystery","user":{"id":70}})", "mystery", Kind::unrecognized);
    add(R"({"type":"opened",)", "", Kind::malformed);
    add(R"({"type":"sent","user":{"id":8,"email":"bob\u0040example.com"},)"
        R"("campaign":{"message_id":"m\u002d2"}})",
        "sent");
}

struct SearchCase {
    const char* query;
    std::vector<journal::Seq> expected;
};

class Search : public testing::TestWithParam<SearchCase> {};

TEST_P(Search, FindsWhatTheFilterWantsNewestFirst) {
    MemoryJournal journal;
    add_examples(journal);
    EXPECT_EQ(found(journal, GetParam().query), GetParam().expected);
    EXPECT_EQ(found(journal, GetParam().query, 1), GetParam().expected) << "one a page";
}

INSTANTIATE_TEST_SUITE_P(
    Filters, Search,
    testing::Values(SearchCase{"", {6, 5, 4, 3, 2, 1}}, SearchCase{"type=sent", {6, 1}},
                    SearchCase{"type=sen", {}}, SearchCase{"status=accepted", {6, 2, 1}},
                    SearchCase{"status=duplicate", {3}}, SearchCase{"status=unrecognized", {4}},
                    SearchCase{"status=malformed", {5}},
                    // A number and a string are the same customer; a part of an id is none.
                    SearchCase{"user=7", {3, 2, 1}}, SearchCase{"user=ann%40example.COM", {1}},
                    SearchCase{"user=bob%40example.com", {6}}, SearchCase{"user=ann", {}},
                    SearchCase{"campaign=13", {3, 2}}, SearchCase{"campaign=1", {}},
                    SearchCase{"campaign=weekly+dig", {1}},
                    SearchCase{"campaign=weekly%20dig", {1}}, SearchCase{"text=MYSTERY", {4}},
                    SearchCase{"text=opened%22,", {5, 3, 2}}, SearchCase{"id=m-1", {1}},
                    SearchCase{"id=m-2", {6}}, SearchCase{"id=m-", {}},
                    SearchCase{"id=00000000000000000000000000000004", {4}},
                    SearchCase{"since=2023-11-14T22:13:23Z", {6, 5, 4}},
                    SearchCase{"until=2023-11-14T22:13:22Z", {3, 2, 1}},
                    SearchCase{"since=2023-11-14T22:13:21Z&until=2023-11-14T22:13:22Z", {3, 2}},
                    SearchCase{"type=opened&user=7&status=accepted", {2}}));

TEST(Search, RefusesWhatIsNoTimeAndNoNumber) {
    EXPECT_FALSE(parse_filter("since=yesterday"));
    EXPECT_FALSE(query_number("before=-1", "before"));
    EXPECT_FALSE(query_number("before=1x", "before"));
    EXPECT_EQ(query_number("a=1", "before").value(), std::nullopt);
    EXPECT_EQ(query_number("before=18446744073709551615", "before").value(), UINT64_MAX);
}

TEST(Search, GoesThroughMoreThanOneStep) {
    MemoryJournal journal;
    for (int number = 0; number < 9'000; ++number) {
        journal.add("{}", number % 4'000 == 17 ? "rare" : "sent");
    }
    EXPECT_EQ(found(journal, "type=rare"), (std::vector<journal::Seq>{8'018, 4'018, 18}));
    EXPECT_EQ(found(journal, "").size(), 9'000);
    EXPECT_EQ(found(journal, "", 700).size(), 9'000);
}

TEST(Search, LosesNothingWhereBodiesAreTooLargeForOneRead) {
    MemoryJournal journal;
    const std::string large = R"({"type":"sent","x":")" + std::string(700'000, 'x') + R"("})";
    for (int number = 0; number < 40; ++number) {
        journal.add(large, "sent");
    }
    EXPECT_EQ(found(journal, "type=sent").size(), 40);
    EXPECT_EQ(found(journal, "", 7).size(), 40);
}

TEST(Search, EndsAtWhatRetentionHasLeft) {
    MemoryJournal journal;
    for (int number = 0; number < 10; ++number) {
        journal.add("{}");
    }
    journal.retain_after(6);
    EXPECT_EQ(found(journal, ""), (std::vector<journal::Seq>{10, 9, 8, 7}));
    EXPECT_EQ(found(journal, "type=none"), (std::vector<journal::Seq>{}));
    MemoryJournal empty;
    EXPECT_EQ(found(empty, ""), (std::vector<journal::Seq>{}));
}

TEST(Search, TellsOfAJournalThatCannotBeRead) {
    MemoryJournal journal;
    journal.add("{}");
    journal.fail_reads(1, {ErrorCode::unavailable, "the disk"});
    EXPECT_FALSE(search(journal, {}, std::nullopt, 10));
}

}  // namespace
}  // namespace verohook::admin

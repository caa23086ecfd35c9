#include "journal/duplicate_window.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace verohook::journal {
namespace {

class MemoryStore final : public SegmentStore {
public:
    Result<std::string> read_segment(std::uint64_t segment) override {
        ++reads;
        const auto found = rows.find(segment);
        return found == rows.end() ? std::string() : found->second;
    }
    Result<void> write_segment(std::uint64_t segment, std::string_view entries) override {
        rows[segment] = entries;
        return {};
    }
    Result<void> remove_segment(std::uint64_t segment) override {
        rows.erase(segment);
        return {};
    }
    Result<std::optional<Range>> segments() override {
        return rows.empty() ? std::optional<Range>()
                            : Range{rows.begin()->first, rows.rbegin()->first};
    }
    Result<void> visit_segments(std::uint64_t first, Visitor& visitor) override {
        for (auto at = rows.lower_bound(first); at != rows.end(); ++at) {
            visitor.visit(at->first, at->second);
        }
        return {};
    }
    std::map<std::uint64_t, std::string> rows;
    int reads = 0;
};

constexpr std::chrono::hours week{7 * 24};
const Timestamp now{std::chrono::seconds(1'700'000'000)};

class WindowTest : public ::testing::Test {
protected:
    std::optional<Seq> add(std::uint64_t number, Timestamp at = now) {
        ++seq_;
        const auto first = window.add(hash128(std::to_string(number)), seq_, at, store);
        EXPECT_TRUE(first);
        if (seq_ % 500 == 0) {
            save();
        }
        return *first;
    }
    void save() {
        EXPECT_TRUE(window.save(store));
        window.saved();
    }
    MemoryStore store;
    DuplicateWindow window{300'000, week};
    Seq seq_ = 0;
};

TEST_F(WindowTest, HoldsSeveralGenerationsAndReadsHardlyAnything) {
    for (std::uint64_t number = 0; number < 700'000; ++number) {
        ASSERT_EQ(add(number), std::nullopt) << number;
    }
    // A likely hit that turns out to be another id costs one read; it happens once in thousands.
    EXPECT_LT(store.reads, 700);
    EXPECT_LE(store.rows.size(), 300'000U / 64 + 20);
    EXPECT_EQ(add(700'000 - 300'000), Seq{700'000 - 300'000 + 1});
    // Two places further the window begins with the next but one.
    EXPECT_EQ(add(700'000 - 300'000), Seq{700'000 - 300'000 + 1});
    EXPECT_EQ(add(700'000 - 300'000 + 1), std::nullopt);
    save();
    DuplicateWindow again(300'000, week);
    ASSERT_TRUE(again.load(store));
    EXPECT_EQ(again.ordinals(), window.ordinals());
    EXPECT_EQ(*again.add(hash128("699999"), 1, now, store), Seq{700'000});
    EXPECT_EQ(*again.add(hash128("400010"), 1, now, store), Seq{400'011});
    EXPECT_EQ(*again.add(hash128("1"), 1, now, store), std::nullopt);
}

TEST_F(WindowTest, OneEventRedeliveredForEverStaysCheap) {
    for (int count = 0; count < 200'000; ++count) {
        ASSERT_EQ(add(1), count == 0 ? std::nullopt : std::optional(Seq{1}));
    }
    save();
    DuplicateWindow again(300'000, week);
    ASSERT_TRUE(again.load(store));
    EXPECT_EQ(*again.add(hash128("1"), 9, now, store), Seq{1});
}

TEST_F(WindowTest, DropsWhatIsTooOldFromTheStoreToo) {
    for (std::uint64_t number = 0; number < 140'000; ++number) {
        add(number);
    }
    for (std::uint64_t number = 0; number < 1000; ++number) {
        EXPECT_EQ(add(number, now + week + std::chrono::seconds(1)), std::nullopt);
    }
    for (int step = 0; step < 1000; ++step) {
        save();
    }
    EXPECT_GE(store.rows.begin()->first, 131'072U / 64);
}

TEST_F(WindowTest, AfterAFailureItIsAsTheStoreHasIt) {
    add(1);
    save();
    add(2);
    ASSERT_TRUE(window.load(store));
    EXPECT_EQ(add(2), std::nullopt);
    EXPECT_EQ(add(1), Seq{1});
}

TEST_F(WindowTest, EmptyWindowFindsNothing) {
    DuplicateWindow none(0, week);
    EXPECT_EQ(*none.add(hash128("1"), 1, now, store), std::nullopt);
    EXPECT_EQ(*none.add(hash128("1"), 2, now, store), std::nullopt);
}

TEST_F(WindowTest, DamagedSegmentsAreNoMatch) {
    for (std::uint64_t number = 0; number < 500; ++number) {
        add(number);
    }
    save();
    store.rows[2] = "short";
    store.rows.erase(3);
    DuplicateWindow again(300'000, week);
    ASSERT_TRUE(again.load(store));
    EXPECT_EQ(*again.add(hash128("130"), 900, now, store), std::nullopt);
    EXPECT_EQ(*again.add(hash128("200"), 901, now, store), std::nullopt);
    EXPECT_EQ(*again.add(hash128("10"), 902, now, store), Seq{11});
    EXPECT_EQ(*again.add(hash128("499"), 903, now, store), Seq{500});
}

}  // namespace
}  // namespace verohook::journal

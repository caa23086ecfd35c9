// What every sink has to keep. A new kind of sink runs through it with a fixture of its own.

#include "fixtures.hpp"
#include "test_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace verohook::sinks {
namespace {

using sink::Verdict;

class SinkContract : public testing::TestWithParam<FixtureEntry> {
protected:
    void SetUp() override {
        for (const sink::SinkKind* each : contract_kinds()) {
            kind_ = each->name == GetParam().kind ? each : kind_;
        }
        ASSERT_NE(kind_, nullptr) << "no such kind: " << GetParam().kind;
        target_ = GetParam().make();
        make_sink();
    }

    void TearDown() override {
        sink_.reset();
        target_.reset();
    }

    /// A process that starts: a new sink on the same target.
    void make_sink() {
        sink_.reset();
        Options options = default_options(*kind_);
        target_->set_options(options);
        if (kind_->check != nullptr) {
            ASSERT_TRUE(kind_->check(options).empty()) << "the check refuses what `make` takes";
        }
        auto made = kind_->make({"contract", options, system_clock()});
        ASSERT_TRUE(made) << made.error().message;
        sink_ = std::move(*made);
    }

    /// Offers what is left as delivery does, until all is taken. A target that reads nothing by
    /// itself is read between the attempts.
    void deliver_all(std::span<const sink::Item> rest) {
        constexpr int attempts_max = 1000;
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            const sink::Outcome outcome = sink_->deliver(rest);
            ASSERT_LE(outcome.taken, rest.size());
            ASSERT_NE(outcome.verdict, Verdict::reject) << outcome.reason;
            rest = rest.subspan(outcome.taken);
            if (outcome.verdict == Verdict::delivered) {
                ASSERT_TRUE(rest.empty()) << "delivered, but not all of it";
                return;
            }
            ASSERT_FALSE(outcome.reason.empty()) << "a retry without a reason";
            static_cast<void>(target_->contents());
        }
        FAIL() << "the sink does not come to an end";
    }

    [[nodiscard]] std::vector<std::uint64_t> seqs() { return seqs_in(target_->contents()); }

    const sink::SinkKind* kind_ = nullptr;
    std::unique_ptr<SinkFixture> target_;
    std::unique_ptr<sink::Sink> sink_;
};

TEST_P(SinkContract, KeepsTheOrderOverBatches) {
    const TestEvents first(ordinary_bodies(100));
    const TestEvents second(ordinary_bodies(37), 101);
    deliver_all(first.items());
    deliver_all(second.items());
    EXPECT_EQ(seqs(), range(1, 137));
}

TEST_P(SinkContract, ErasesAPersonOrSaysWhatToDo) {
    const std::string jo = R"(","user":{"id":5,"email":"Jo@person.example"}})";
    const std::string mary = R"(","user":{"id":55,"email":"mary.jo@person.example"}})";
    std::vector<std::string> bodies;
    for (const char* type : {"sent", "opened", "user_updated", "new"}) {
        bodies.push_back(std::string(R"({"type":")") + type + jo);
        bodies.push_back(std::string(R"({"type":")") + type + mary);
    }
    bodies.push_back(R"({"type":"sent","user":{"id":"5"},"message_id":"of jo"})");
    const TestEvents events(bodies);
    deliver_all(events.items());
    const auto before = target_->contents();
    const auto erased = sink_->erase({.ids = {"5"}, .emails = {"jo@person.example"}});
    ASSERT_TRUE(erased) << erased.error().message;
    if (!kind_->erase_by_hand.empty() || erased->records == 0) {
        EXPECT_NE(erased->out_of_reach, "");
        return;
    }
    EXPECT_GE(erased->records, 5U);
    EXPECT_EQ(target_->contents().find("Jo@person.example"), std::string::npos);
    EXPECT_EQ(target_->contents().find("of jo"), std::string::npos);
    EXPECT_EQ(target_->contents().find("mary.jo@person.example") == std::string::npos,
              before.find("mary.jo@person.example") == std::string::npos);
    EXPECT_EQ(sink_->erase({.ids = {"5"}, .emails = {"jo@person.example"}})->records, 0U);
    const TestEvents later(ordinary_bodies(3), bodies.size() + 1);
    deliver_all(later.items());
    const auto there = seqs();
    ASSERT_GE(there.size(), 3U);
    EXPECT_EQ(there.back(), bodies.size() + 3);
}

TEST_P(SinkContract, TakesAnEmptyBatchAtOnce) {
    const sink::Outcome outcome = sink_->deliver({});
    EXPECT_EQ(outcome.verdict, Verdict::delivered);
    EXPECT_EQ(outcome.taken, 0U);
    EXPECT_TRUE(target_->contents().empty());
}

TEST_P(SinkContract, TakesAHugeEventAmongOthers) {
    auto bodies = ordinary_bodies(3);
    bodies[1] = huge_body(target_->body_bytes_max());
    const TestEvents events(bodies);
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 3));
}

TEST_P(SinkContract, LosesNothingWhileTheTargetIsGone) {
    const TestEvents before(ordinary_bodies(5));
    deliver_all(before.items());
    target_->take_away();
    const TestEvents during(ordinary_bodies(20), 6);
    std::span<const sink::Item> rest = during.items();
    std::vector<sink::Outcome> outcomes;
    for (int attempt = 0; attempt < 3; ++attempt) {
        outcomes.push_back(sink_->deliver(rest));
        rest = rest.subspan(std::min(outcomes.back().taken, rest.size()));
    }
    target_->bring_back();
    for (const sink::Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.verdict, Verdict::retry);
        EXPECT_FALSE(outcome.reason.empty());
    }
    ASSERT_FALSE(rest.empty());
    deliver_all(rest);
    EXPECT_EQ(seqs(), range(1, 25)) << "nothing is missing, torn, or there twice";
}

TEST_P(SinkContract, RejectsPoisonAloneAndGoesOn) {
    if (!target_->poison()) {
        return;  // This kind takes every event; there is nothing that it could reject.
    }
    auto bodies = ordinary_bodies(3);
    bodies[1] = *target_->poison();
    const TestEvents events(bodies);
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::reject);
    EXPECT_EQ(outcome.taken, 1U);
    EXPECT_FALSE(outcome.reason.empty());
    deliver_all(events.items().subspan(2));
    EXPECT_EQ(seqs(), (std::vector<std::uint64_t>{1, 3}));
}

TEST_P(SinkContract, GoesOnAfterARestart) {
    const TestEvents first(ordinary_bodies(10));
    deliver_all(first.items());
    make_sink();
    const TestEvents second(ordinary_bodies(10), 11);
    deliver_all(second.items());
    EXPECT_EQ(seqs(), range(1, 20));
}

TEST_P(SinkContract, ReopensWhenItIsToldTo) {
    const TestEvents first(ordinary_bodies(3));
    deliver_all(first.items());
    target_->move_away();
    sink_->request_reopen();
    const TestEvents second(ordinary_bodies(3), 4);
    deliver_all(second.items());
    EXPECT_EQ(seqs(), range(1, 6));
}

TEST_P(SinkContract, LetsNoControlCharacterThrough) {
    const TestEvents events({hostile_body()});
    deliver_all(events.items());
    const std::string contents = target_->contents();
    EXPECT_FALSE(has_raw_control(contents)) << contents;
    EXPECT_EQ(seqs(), range(1, 1)) << "one event is one line";
}

std::string name_of(const testing::TestParamInfo<FixtureEntry>& info) {
    return std::string(info.param.kind) + "_" + std::string(info.param.variant);
}

INSTANTIATE_TEST_SUITE_P(Sinks, SinkContract, testing::ValuesIn(fixtures()), name_of);

TEST(SinkTable, EveryKindHasAFixture) {
    std::set<std::string_view> tested;
    for (const FixtureEntry& entry : fixtures()) {
        tested.insert(entry.kind);
    }
    for (const sink::SinkKind* kind : contract_kinds()) {
        EXPECT_TRUE(tested.contains(kind->name))
            << "add a fixture for '" << kind->name << "' to tests/contract/sinks";
    }
}

TEST(SinkTable, EveryKindDescribesItself) {
    std::set<std::string_view> names;
    for (const sink::SinkKind* kind : contract_kinds()) {
        SCOPED_TRACE(kind->name);
        EXPECT_TRUE(names.insert(kind->name).second) << "the name is taken";
        EXPECT_TRUE(kind->summary.ends_with('.'));
        EXPECT_NE(kind->make, nullptr);
        for (const OptionSpec& option : kind->options) {
            SCOPED_TRACE(option.name);
            EXPECT_TRUE(option.help.ends_with('.'));
            EXPECT_FALSE(option.required && !option.fallback.empty());
        }
    }
}

}  // namespace
}  // namespace verohook::sinks

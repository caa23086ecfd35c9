// Erasing at a sink, and what was read before somebody was erased.

#include "delivery/erase.hpp"

#include "base/redaction.hpp"
#include "delivery/person_search.hpp"
#include "delivery/replay.hpp"
#include "delivery_fixture.hpp"
#include "event/redact.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace verohook::delivery {
namespace {

using sink::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Batch = std::span<const sink::Item>;

class EraseTaskTest : public DeliveryTest {
protected:
    TaskStatus finish(std::unique_ptr<Task> task) {
        const auto submitted = delivery->submit("main", std::move(task));
        EXPECT_TRUE(submitted) << submitted.error().message;
        for (;;) {
            for (const TaskStatus& each : status().tasks) {
                if (each.id == submitted->id && has_ended(each.state)) {
                    return each;
                }
            }
            std::this_thread::yield();
        }
    }
    sink::Person asked_of_the_sink(const std::string& rule) {
        sink::Person asked;
        target.on_erase = [&](const sink::Person& person) -> Result<sink::Erased> {
            asked = person;
            return sink::Erased{3, ""};
        };
        SinkSettings redacted = settings("main");
        redacted.redactor = std::make_shared<const event::Redactor>(
            std::vector<RedactionRule>{*parse_redaction_rule(rule)}, "key");
        start(std::move(redacted));
        const auto outcome = std::make_shared<ErasedThere>();
        EXPECT_EQ(finish(make_erase({{"5"}, {"Jo@x.example"}}, outcome)).state, TaskState::done);
        out_of_reach = outcome->get()->out_of_reach;
        delivery.reset();
        return asked;
    }
    std::string out_of_reach;
};

TEST_F(EraseTaskTest, WhatWasReadBeforeIsReadAnew) {
    std::atomic<int> attempts{0};
    target.on_deliver = [&](FakeTarget& self, Batch batch) {
        if (attempts++ == 0) {
            // One is taken, and while the sink is in trouble with the next one it is erased.
            self.take(batch, 1);
            EXPECT_TRUE(journal.erase({{2, R"({"type":"sent","sent_at":1435016238})", {}}}));
            return Outcome::retry(1, "not now");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    add(1, 3);
    start(settings("main"));
    target.wait_for(3);
    EXPECT_EQ(target.seqs(), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_THAT(target.texts()[1], HasSubstr(R"("erased":true})"));
    EXPECT_THAT(target.texts()[2], HasSubstr(R"("id":3)"));
    delivery->stop(patience);
}

TEST_F(EraseTaskTest, AReplayReadsAnewToo) {
    add(1, 3);
    start(settings("main"));
    target.wait_for(3);
    journal.wait_for_position("main", 3);
    journal.wait_for_reader_at(3);
    std::atomic<int> attempts{0};
    target.on_deliver = [&](FakeTarget& self, Batch batch) {
        if (attempts++ == 0) {
            EXPECT_TRUE(journal.erase({{1, R"({"type":"sent"})", {}}}));
            return Outcome::retry(0, "not now");
        }
        self.take(batch, batch.size());
        return Outcome::all(batch.size());
    };
    EXPECT_EQ(finish(make_replay({}, {})).delivered, 3U);
    EXPECT_EQ(target.seqs(), (std::vector<std::uint64_t>{1, 2, 3, 1, 2, 3}));
    EXPECT_THAT(target.texts()[3], HasSubstr("erased"));
    delivery->stop(patience);
}

TEST_F(EraseTaskTest, ASinkThatIsDownIsTold) {
    target.on_erase = [](const sink::Person&) -> Result<sink::Erased> {
        return Error{ErrorCode::unavailable, "no such host"};
    };
    start(settings("main"));
    const auto outcome = std::make_shared<ErasedThere>();
    const TaskStatus ended = finish(make_erase({{"5"}, {}}, outcome));
    EXPECT_EQ(ended.state, TaskState::failed);
    EXPECT_EQ(ended.last_error, "no such host");
    EXPECT_FALSE(outcome->get());
    delivery->stop(patience);
}

TEST_F(EraseTaskTest, TheSinkIsAskedByWhatRedactionHasMadeOfThePerson) {
    const sink::Person hashed = asked_of_the_sink("user.*=hash");
    EXPECT_THAT(hashed.ids, SizeIs(2));
    EXPECT_THAT(hashed.ids[1], SizeIs(64));
    EXPECT_THAT(hashed.emails, SizeIs(2));
    EXPECT_THAT(out_of_reach, HasSubstr("earlier redact_key"));
    const sink::Person dropped = asked_of_the_sink("user.email=drop");
    EXPECT_THAT(dropped.ids, ElementsAre("5"));
    EXPECT_THAT(dropped.emails, ElementsAre("Jo@x.example"));
    EXPECT_THAT(out_of_reach, HasSubstr("redaction"));
    EXPECT_EQ(asked_of_the_sink("campaign.name=drop").ids, std::vector<std::string>{"5"});
    EXPECT_EQ(out_of_reach, "");
}

TEST(PersonSearchTest, AnAddressLeadsToTheCustomersWhoHaveIt) {
    journal::Seq seq = 0;
    std::vector<journal::Record> records;
    const auto add = [&](std::string body, journal::Kind kind = journal::Kind::recognized) {
        journal::Record record;
        record.seq = ++seq;
        record.kind = kind;
        record.body = std::move(body);
        records.push_back(record);
    };
    add(R"({"type":"sent","user":{"id":1}})");  // 1 has it from 2 on
    add(R"({"type":"sent","user":{"id":1,"email":"JO@x.example"}})");
    add(R"({"type":"sent","user":{"id":2,"email":"jo@x.example"}})");  // 2 had it
    add(R"({"type":"user_updated","user":{"id":2},"changes":{"email":"new@x.example"}})");
    add(R"({"type":"sent","user":{"id":3},"event":{"data":"jo@x.example"}})");  // not its address
    add(R"({"type":"sent","user":{"id":3}})");
    add(R"({"type":"sent","user":{"email":"jo@x.example"}})");
    add("no JSON of jo@x.example", journal::Kind::malformed);
    add("no JSON of 1", journal::Kind::malformed);
    add("", journal::Kind::damaged);
    add(R"({"type":"sent","user":{"id":1}})");
    records.back().erased = true;
    add(R"({"type":"sent","user":{"id":2,"email":"jo@x.example"}})");  // again, as a duplicate
    records.back().duplicate_of = 3;
    PersonSearch search(person_of({"jo@x.example"}));
    for (const journal::Record& record : records) {
        search.learn(record);
    }
    EXPECT_THAT(search.settle().ids, ElementsAre("jo@x.example", "1"));
    using enum PersonSearch::Finding;
    std::vector<PersonSearch::Finding> found;
    for (const journal::Record& record : records) {
        found.push_back(search.judge(record));
    }
    EXPECT_THAT(found, ElementsAre(event, event, event, nothing, event, nothing, event, malformed,
                                   unclear, unclear, nothing, event));
    EXPECT_THAT(person_of({"5"}).emails, IsEmpty());
}

TEST(PersonSearchTest, MalformedBodiesHideNobody) {
    PersonSearch search(person_of({"jo@x.example"}));
    static_cast<void>(search.settle());
    using enum PersonSearch::Finding;
    const struct {
        const char* name;
        const char* headers;
        const char* body;
        PersonSearch::Finding finding;
    } rows[] = {
        {"escaped", "", R"(["jo\u0040x.example")", malformed},
        {"another", "User-Agent: Vero\n", R"(["mary\u0040x.example")", nothing},
        {"still compressed", "User-Agent: Vero\nContent-Encoding: gzip\n", "\x1f\x8b\x08", unclear},
        {"not compressed", "Content-Encoding: gzip\n", "to jo@x.example", malformed},
    };
    for (const auto& row : rows) {
        journal::Record record;
        record.kind = journal::Kind::malformed;
        record.headers = row.headers;
        record.body = row.body;
        EXPECT_EQ(search.judge(record), row.finding) << row.name;
    }
}

TEST(PersonSearchTest, ATypeOfAnotherSenderMayNameThePerson) {
    PersonSearch search(person_of({"5", "jo@x.example"}));
    journal::Record record;
    record.kind = journal::Kind::unrecognized;
    for (const auto& [type, is_named] :
         {std::pair("note for jo@x.example", true), std::pair("step 5", true),
          std::pair("note for mary", false)}) {
        record.type = type;
        EXPECT_EQ(search.is_named_by_type(record), is_named) << type;
    }
}

}  // namespace
}  // namespace verohook::delivery

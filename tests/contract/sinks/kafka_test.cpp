// What the kafka sink does beyond the contract of all sinks, against librdkafka's mock cluster.

#include "kafka_target.hpp"
#include "sink_maker.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <map>

namespace verohook::sinks {
namespace {

using sink::Verdict;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using List = std::vector<std::string>;

// Kafka's own numbers of errors.
constexpr int message_too_large = 10;
constexpr int invalid_record = 87;
constexpr int topic_authorization_failed = 29;
constexpr int unknown_topic = 3;
constexpr int not_enough_replicas = 19;

class KafkaSinkTest : public testing::Test {
protected:
    void open(int partitions = 1, Changes changes = {}) {
        sink_.reset();
        target_ = std::make_unique<KafkaTarget>(partitions);
        changes.emplace(changes.begin(), "timeout", std::chrono::milliseconds(3000));
        changes.emplace(changes.begin(), "brokers", List{target_->brokers()});
        auto made = make_sink("kafka", changes);
        ASSERT_TRUE(made) << made.error().message;
        sink_ = std::move(*made);
    }

    void deliver_all(std::span<const sink::Item> items) {
        const sink::Outcome outcome = sink_->deliver(items);
        EXPECT_EQ(outcome.verdict, Verdict::delivered) << outcome.reason;
        EXPECT_EQ(outcome.taken, items.size());
    }

    [[nodiscard]] std::vector<std::uint64_t> seqs() {
        std::string lines;
        for (const TopicMessage& message : target_->messages()) {
            lines += message.value + "\n";
        }
        return seqs_in(lines);
    }

    std::unique_ptr<KafkaTarget> target_;
    std::unique_ptr<sink::Sink> sink_;
};

TEST_F(KafkaSinkTest, ProducesTheLineWithItsKeyAndHeaders) {
    open();
    const TestEvents events({R"({"type":"clicked","clicked_at":1435016238,"user":{"id":7}})",
                             "{\"type\":\"a\\nb\",\"user\":{\"id\":null}}", R"({"a":1})"});
    deliver_all(events.items());
    const auto messages = target_->messages();
    ASSERT_EQ(messages.size(), 3U);
    const List keys{"7", "-", "-"};
    const List types{"clicked", "a\\nb", ""};
    for (std::size_t index = 0; index < messages.size(); ++index) {
        SCOPED_TRACE(index);
        EXPECT_EQ(messages[index].key, keys[index]);
        EXPECT_EQ(messages[index].type, types[index]);
        EXPECT_EQ(messages[index].id, events.items()[index].envelope.id);
        EXPECT_EQ(messages[index].seq, std::to_string(index + 1));
        EXPECT_EQ(messages[index].value, events.items()[index].text);
    }
}

TEST_F(KafkaSinkTest, KeepsACustomersEventsInOneOrder) {
    open(4);
    List bodies;
    for (int number = 0; number < 500; ++number) {
        bodies.push_back(R"({"type":"sent","user":{"id":)" + std::to_string(number % 20) + "}}");
    }
    const TestEvents events(bodies);
    deliver_all(events.items());
    std::map<std::string, std::pair<int, std::uint64_t>> last;
    std::map<int, int> partitions;
    for (const TopicMessage& message : target_->messages()) {
        ++partitions[message.partition];
        auto [known, is_new] = last.try_emplace(message.key, message.partition, 0);
        EXPECT_EQ(known->second.first, message.partition);
        EXPECT_LT(known->second.second, std::stoull(message.seq));
        known->second.second = std::stoull(message.seq);
    }
    EXPECT_EQ(last.size(), 20U);
    EXPECT_GT(partitions.size(), 1U);
}

struct RefusalCase {
    const char* name;
    int error;
    Verdict verdict;
    std::string reason;
};

/// The brokers refuse two requests: that of the batch, and that of its first message alone.
TEST_F(KafkaSinkTest, TellsWhatCanNeverBeTakenFromWhatMay) {
    const std::vector<RefusalCase> cases{
        {"too large", message_too_large, Verdict::reject, "Broker: Message size too large"},
        {"invalid", invalid_record, Verdict::reject, "Broker failed to validate record"},
        {"not allowed", topic_authorization_failed, Verdict::retry,
         "Broker: Topic authorization failed"},
    };
    const TestEvents events(ordinary_bodies(50));
    for (const RefusalCase& each : cases) {
        SCOPED_TRACE(each.name);
        open();
        target_->tell("refuse " + std::to_string(each.error) + " 2");
        std::span<const sink::Item> rest = events.items();
        const sink::Outcome outcome = sink_->deliver(rest);
        EXPECT_EQ(outcome.verdict, each.verdict);
        EXPECT_EQ(outcome.taken, 0U);
        EXPECT_THAT(outcome.reason, AllOf(HasSubstr("topic 'vero' at " + target_->brokers()),
                                          HasSubstr(each.reason)));
        target_->tell("refuse 0 1");
        rest = rest.subspan(each.verdict == Verdict::reject ? 1 : 0);
        for (int attempt = 0; attempt < 3 && !rest.empty(); ++attempt) {
            rest = rest.subspan(sink_->deliver(rest).taken);
        }
        EXPECT_TRUE(rest.empty());
        EXPECT_EQ(seqs(), range(each.verdict == Verdict::reject ? 2 : 1, 50));
    }
}

TEST_F(KafkaSinkTest, WaitsOutWhatPassesByItself) {
    open();
    target_->tell("refuse " + std::to_string(not_enough_replicas) + " 3");
    const TestEvents events(ordinary_bodies(50));
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 50));
}

TEST_F(KafkaSinkTest, SaysThatTheTopicIsMissing) {
    open(1, {{"timeout", std::chrono::milliseconds(2000)}});
    target_->tell("forget " + std::to_string(unknown_topic));
    const TestEvents events(ordinary_bodies(5));
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_EQ(outcome.taken, 0U);
    EXPECT_THAT(outcome.reason, HasSubstr("nknown topic"));
    target_->tell("forget 0");
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 5));
}

TEST_F(KafkaSinkTest, EndsInTimeWhereTheBrokersHang) {
    open(1, {{"timeout", std::chrono::milliseconds(2000)}});
    const TestEvents events(ordinary_bodies(40));
    deliver_all(events.items().first(10));
    target_->signal(SIGSTOP);
    const auto begin = std::chrono::steady_clock::now();
    const sink::Outcome hung = sink_->deliver(events.items().subspan(10));
    const auto lasted = std::chrono::steady_clock::now() - begin;
    target_->signal(SIGCONT);
    EXPECT_EQ(hung.verdict, Verdict::retry);
    EXPECT_EQ(hung.taken, 0U);
    EXPECT_THAT(hung.reason, HasSubstr("no acknowledgement within 2000 ms"));
    EXPECT_LT(lasted, std::chrono::seconds(10));
    std::span<const sink::Item> rest = events.items().subspan(10);
    for (int attempt = 0; attempt < 20 && !rest.empty(); ++attempt) {
        rest = rest.subspan(sink_->deliver(rest).taken);
    }
    EXPECT_TRUE(rest.empty());
    // At least once, and in order at first sight.
    std::vector<std::uint64_t> first_seen;
    for (const std::uint64_t seq : seqs()) {
        if (std::find(first_seen.begin(), first_seen.end(), seq) == first_seen.end()) {
            first_seen.push_back(seq);
        }
    }
    EXPECT_EQ(first_seen, range(1, 40));
}

TEST_F(KafkaSinkTest, NamesTheBrokersThatAreAway) {
    open(1, {{"timeout", std::chrono::milliseconds(500)}});
    target_->tell("down");
    const TestEvents events(ordinary_bodies(5));
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr(target_->brokers()), HasSubstr("within 500 ms")));
}

TEST_F(KafkaSinkTest, GoesOnWhereLibrdkafkasQueueIsFull) {
    open(1, {{"options", List{"queue.buffering.max.messages=7"}}});
    const TestEvents events(ordinary_bodies(100));
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 100));
}

TEST_F(KafkaSinkTest, PassesOptionsThrough) {
    open(1, {{"options", List{"compression.type = zstd", "message.max.bytes=2000"}}});
    const TestEvents events({huge_body(1000), huge_body(3000)});
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::reject);
    EXPECT_EQ(outcome.taken, 1U);
    EXPECT_THAT(outcome.reason, HasSubstr("Message size too large"));
    EXPECT_EQ(seqs(), range(1, 1));
}

struct KafkaOptionCase {
    std::string name;
    Changes changes;
    std::string complaint;
};

TEST(KafkaOptions, AreCheckedBeforeAnythingStarts) {
    const auto passed = [](std::string entry) {
        return Changes{{"options", List{"linger.ms=5", std::move(entry)}}};
    };
    const std::string guarantee = " is not to be changed: events could get lost or out of order";
    const std::string topic =
        "topic: must be 1 to 249 letters, digits, dots, dashes and underscores";
    const std::vector<KafkaOptionCase> cases{
        {"no broker", {{"brokers", List{}}}, "brokers: must name at least one broker"},
        {"two in one", {{"brokers", List{"a:1,b:2"}}}, "brokers[0]: must look like HOST:PORT"},
        {"topic", {{"topic", std::string("my topic")}}, topic},
        {"dots", {{"topic", std::string("..")}}, topic},
        {"no value", passed("sasl.password"), "options[1]: must look like \"linger.ms=5\""},
        {"unknown", passed("linger.msec=5"),
         "options[1]: No such configuration property: \"linger.msec\""},
        {"no number", passed("linger.us=5"),
         "options[1]: No such configuration property: \"linger.us\""},
        {"acks", passed("acks=1"), "options[1]: acks" + guarantee},
        {"idempotence", passed("enable.idempotence=false"),
         "options[1]: enable.idempotence" + guarantee},
        {"brokers", passed("bootstrap.servers=a"),
         "options[1]: bootstrap.servers is set by brokers"},
        {"timeout", passed("message.timeout.ms=0"),
         "options[1]: message.timeout.ms is set by timeout"},
        {"transactions", passed("transactional.id=a"),
         "options[1]: transactional.id is not for this sink, which has no transactions"},
        {"range", passed("linger.ms=1000000"),
         "options[1]: Configuration property \"queue.buffering.max.ms\" value 1e+06 is outside "
         "allowed range 0..900000"},
        {"together", passed("max.in.flight=6"),
         "options: `max.in.flight` must be set <= 5 when `enable.idempotence` is true"},
        {"file",
         {{"options", List{"security.protocol=ssl", "ssl.ca.location=/nowhere.pem"}}},
         "options: ssl.ca.location"},
    };
    for (const KafkaOptionCase& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_THAT(complaints("kafka", each.changes),
                    ElementsAre(testing::StartsWith(each.complaint)));
    }
    EXPECT_THAT(complaints("kafka", {{"options", List{"security.protocol=sasl_ssl",
                                                      "sasl.mechanisms=SCRAM-SHA-512",
                                                      "sasl.username=me", "sasl.password=a=b"}}}),
                testing::IsEmpty());
}

}  // namespace
}  // namespace verohook::sinks

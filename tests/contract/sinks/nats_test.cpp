// What the nats sink does beyond the contract of all sinks, against the real nats-server.

#include "nats_target.hpp"
#include "sink_maker.hpp"
#include "support/paths.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace verohook::sinks {
namespace {

using sink::Verdict;
using testing::AllOf;
using testing::HasSubstr;
using List = std::vector<std::string>;

class NatsSinkTest : public testing::Test {
protected:
    void open(Changes changes = {}) {
        sink_.reset();
        changes.emplace(changes.begin(), "servers", List{target_.url()});
        auto made = make_sink("nats", changes);
        ASSERT_TRUE(made) << made.error().message;
        sink_ = std::move(*made);
    }

    [[nodiscard]] std::vector<std::uint64_t> seqs(const std::string& stream = "VERO") const {
        std::string lines;
        for (const StreamMessage& message : target_.messages(stream)) {
            lines += message.data.starts_with('{') ? message.data + "\n" : "";
        }
        return seqs_in(lines);
    }

    void deliver_all(std::span<const sink::Item> items) {
        const sink::Outcome outcome = sink_->deliver(items);
        EXPECT_EQ(outcome.verdict, Verdict::delivered) << outcome.reason;
        EXPECT_EQ(outcome.taken, items.size());
    }

    NatsTarget target_;
    std::unique_ptr<sink::Sink> sink_;
};

TEST_F(NatsSinkTest, PublishesTheLineWithItsHeaders) {
    target_.create({});
    open({{"subject", std::string("vero.{type}.{user_id}")}, {"stream", std::string("VERO")}});
    const TestEvents events({R"({"type":"clicked","clicked_at":1435016238,"user":{"id":7}})",
                             "{\"type\":\"a\\r\\nb: c\"}"});
    deliver_all(events.items());
    const auto messages = target_.messages();
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].subject, "vero.clicked.7");
    EXPECT_EQ(messages[0].data, events.items()[0].text);
    using Headers = std::map<std::string, std::string>;
    EXPECT_EQ(messages[0].headers, (Headers{{"Nats-Msg-Id", events.items()[0].envelope.id},
                                            {"Nats-Expected-Stream", "VERO"},
                                            {"Verohook-Seq", "1"},
                                            {"Verohook-Type", "clicked"}}));
    EXPECT_EQ(messages[1].subject, "vero.a__b:_c._");
    EXPECT_EQ(messages[1].headers,
              (Headers{{"Nats-Msg-Id", events.items()[1].envelope.id},
                       {"Nats-Expected-Last-Msg-Id", events.items()[0].envelope.id},
                       {"Nats-Expected-Stream", "VERO"},
                       {"Verohook-Seq", "2"},
                       {"Verohook-Type", "a\\r\\nb: c"}}));
}

TEST_F(NatsSinkTest, TheStreamDropsWhatItHasAlready) {
    target_.create({});
    open();
    const TestEvents events(ordinary_bodies(50));
    deliver_all(events.items().first(30));
    open();  // As after a crash that lost the position.
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 50));
}

TEST_F(NatsSinkTest, SaysHowToMakeTheStreamThatIsMissing) {
    open();
    const TestEvents events(ordinary_bodies(5));
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_EQ(outcome.taken, 0U);
    EXPECT_EQ(outcome.reason, "no stream of " + target_.url() +
                                  " takes vero.*; create one: nats stream add VERO --subjects "
                                  "'vero.*' --dupe-window 1h --defaults");
    target_.create({});
    deliver_all(events.items());
    EXPECT_EQ(seqs(), range(1, 5));
}

TEST_F(NatsSinkTest, InsistsOnItsStream) {
    target_.create({.name = "OTHER"});
    open({{"stream", std::string("VERO")}});
    const TestEvents events(ordinary_bodies(5));
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr(target_.url()), HasSubstr("stream")));
    EXPECT_TRUE(target_.messages("OTHER").empty());
}

TEST_F(NatsSinkTest, KeepsTheOrderWhereAStreamIsFullInTheMiddleOfABatch) {
    target_.create({.messages_max = 12});
    open();
    const TestEvents events(ordinary_bodies(40));
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_EQ(outcome.taken, 12U);
    EXPECT_EQ(outcome.reason, target_.url() + " says: maximum messages exceeded");
    target_.change({.messages_max = -1});
    deliver_all(events.items().subspan(12));
    EXPECT_EQ(seqs(), range(1, 40));
}

TEST_F(NatsSinkTest, KeepsTheOrderInEachOfSeveralStreams) {
    target_.create({.name = "SENT", .subjects = "vero.sent"});
    target_.create({.name = "OPENED", .subjects = "vero.opened"});
    open();
    List bodies;
    for (int number = 0; number < 60; ++number) {
        const std::string type = number % 3 == 0 ? "sent" : "opened";
        bodies.push_back(R"({"type":")" + type + R"(","user":{"id":)" + std::to_string(number) +
                         "}}");
    }
    const TestEvents events(bodies);
    deliver_all(events.items());
    std::vector<std::uint64_t> sent;
    std::vector<std::uint64_t> opened;
    for (std::uint64_t seq = 1; seq <= 60; ++seq) {
        (seq % 3 == 1 ? sent : opened).push_back(seq);
    }
    EXPECT_EQ(seqs("SENT"), sent);
    EXPECT_EQ(seqs("OPENED"), opened);
}

TEST_F(NatsSinkTest, KeepsTheOrderBesideOtherPublishers) {
    target_.create({});
    open();
    std::atomic<bool> done{false};
    std::atomic<int> published{0};
    std::thread other([&] {
        while (!done) {
            target_.publish("vero.other", "not ours");
            ++published;
            published.notify_all();
        }
    });
    published.wait(0);
    for (std::uint64_t batch = 0; batch < 20; ++batch) {
        const TestEvents events(ordinary_bodies(100), 1 + batch * 100);
        deliver_all(events.items());
    }
    done = true;
    other.join();
    EXPECT_EQ(seqs(), range(1, 2000));
}

/// Each row: a limit of the server's or the stream's, and bodies of every size around it.
TEST_F(NatsSinkTest, RejectsExactlyWhatIsTooLarge) {
    struct Row {
        const char* name;
        std::string configuration;
        int message_bytes_max;
        std::string reason;
    };
    const std::vector<Row> rows{
        {"server", "max_payload: 1024", -1, "takes no message of more than 1024 bytes"},
        {"stream", "", 1024, "message size exceeds maximum allowed"}};
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        NatsTarget target(row.configuration);
        target.create({.message_bytes_max = row.message_bytes_max});
        auto made = make_sink("nats", {{"servers", List{target.url()}}});
        ASSERT_TRUE(made) << made.error().message;
        List bodies;
        for (std::size_t bytes = 400; bytes < 1000; bytes += 7) {
            bodies.push_back(huge_body(bytes));
        }
        const TestEvents events(bodies);
        std::span<const sink::Item> rest = events.items();
        std::vector<std::uint64_t> taken;
        while (!rest.empty()) {
            const sink::Outcome outcome = (*made)->deliver(rest);
            ASSERT_NE(outcome.verdict, Verdict::retry) << outcome.reason;
            for (const sink::Item& item : rest.first(outcome.taken)) {
                taken.push_back(item.envelope.seq);
            }
            rest = rest.subspan(outcome.taken);
            if (outcome.verdict == Verdict::reject) {
                EXPECT_THAT(outcome.reason, AllOf(HasSubstr(target.url()), HasSubstr(row.reason)));
                rest = rest.subspan(1);
            }
        }
        EXPECT_GT(taken.size(), 10U);
        EXPECT_LT(taken.size(), bodies.size() - 10);
        EXPECT_EQ(taken, range(1, taken.size())) << "the sizes grow, and so does the size taken";
        EXPECT_EQ(target.messages().size(), taken.size());
    }
}

TEST_F(NatsSinkTest, GivesUpOnAServerThatHangsAndRepeatsNothing) {
    target_.create({});
    open({{"timeout", std::chrono::milliseconds(200)}});
    const TestEvents events(ordinary_bodies(30));
    deliver_all(events.items().first(10));
    target_.signal(SIGSTOP);
    const auto rest = events.items().subspan(10);
    const sink::Outcome hung = sink_->deliver(rest);
    EXPECT_EQ(hung.verdict, Verdict::retry);
    EXPECT_EQ(hung.taken, 0U);
    EXPECT_EQ(hung.reason, target_.url() + " has not answered within 200 ms");
    const sink::Outcome unreachable = sink_->deliver(rest);
    EXPECT_EQ(unreachable.verdict, Verdict::retry);
    EXPECT_THAT(unreachable.reason, HasSubstr("cannot connect to " + target_.url() + ": "));
    target_.signal(SIGCONT);
    open();
    deliver_all(rest);
    EXPECT_EQ(seqs(), range(1, 30));
}

TEST_F(NatsSinkTest, GoesToTheNextServer) {
    target_.create({});
    NatsTarget gone;
    gone.kill();
    open({{"servers", List{gone.url(), target_.url()}}});
    const TestEvents events(ordinary_bodies(10));
    deliver_all(events.items());
    target_.kill();
    gone.start();
    gone.create({});
    const TestEvents more(ordinary_bodies(10), 11);
    deliver_all(more.items());
    EXPECT_EQ(gone.messages().size(), 10U);
}

struct LoginCase {
    std::string name;
    std::string configuration;
    Changes right;
    Changes wrong;
};

TEST_F(NatsSinkTest, LogsIn) {
    target_.create({});
    const std::filesystem::path data = test::source_folder() / "tests" / "data" / "nats";
    const auto text = [](std::string value) { return OptionValue(std::move(value)); };
    const std::vector<LoginCase> cases{
        {"password",
         "authorization {user: me, password: right}",
         {{"user", text("me")}, {"password", text("right")}},
         {{"user", text("me")}, {"password", text("wr0ng")}}},
        {"token",
         "authorization {token: right}",
         {{"token", text("right")}},
         {{"token", text("wr0ng")}}},
        {"credentials",
         read_file(data / "server.conf"),
         {{"credentials_file", text((data / "user.creds").string())}},
         {{"credentials_file", text((data / "stranger.creds").string())}}},
    };
    const TestEvents events(ordinary_bodies(3));
    for (const LoginCase& each : cases) {
        SCOPED_TRACE(each.name);
        target_.restart(each.configuration);
        open(each.right);
        const sink::Outcome outcome = sink_->deliver(events.items());
        // The account of the credentials has no stream.
        const bool no_stream = outcome.reason.starts_with("no stream of ");
        EXPECT_EQ(outcome.verdict, no_stream ? Verdict::retry : Verdict::delivered);
        EXPECT_EQ(no_stream, each.name == "credentials") << outcome.reason;
        Changes wrong = each.wrong;
        wrong.emplace_back("servers", List{target_.url()});
        const auto stranger = make_sink("nats", wrong);
        ASSERT_TRUE(stranger);
        const auto refused = (*stranger)->position();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
        EXPECT_THAT(refused.error().message,
                    AllOf(HasSubstr(target_.url()), HasSubstr("uthorization"),
                          testing::Not(HasSubstr("wr0ng"))));
    }
}

TEST_F(NatsSinkTest, SaysThatItMayNotPublish) {
    target_.create({});
    target_.restart(
        "authorization {users: [{user: me, password: right, permissions: {"
        "publish: {deny: \"vero.>\"}}}]}");
    open({{"user", std::string("me")},
          {"password", std::string("right")},
          {"timeout", std::chrono::milliseconds(300)}});
    const TestEvents events(ordinary_bodies(1));
    testing::internal::CaptureStderr();
    const sink::Outcome outcome = sink_->deliver(events.items());
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_THAT(outcome.reason,
                AllOf(HasSubstr(target_.url()), HasSubstr("Permissions Violation for Publish to")));
}

TEST_F(NatsSinkTest, ReadsItsCredentialsAnewWhenItReopens) {
    const std::filesystem::path data = test::source_folder() / "tests" / "data" / "nats";
    const std::filesystem::path file = target_.folder() / "a.creds";
    target_.restart(read_file(data / "server.conf"));
    write_file(file, read_file(data / "user.creds"));
    open({{"credentials_file", file.string()}});
    const TestEvents events(ordinary_bodies(1));
    EXPECT_THAT(sink_->deliver(events.items()).reason, HasSubstr("no stream of "));
    write_file(file, read_file(data / "stranger.creds"));
    EXPECT_THAT(sink_->deliver(events.items()).reason, HasSubstr("no stream of "));
    sink_->request_reopen();
    EXPECT_THAT(sink_->deliver(events.items()).reason, HasSubstr("uthorization"));
}

}  // namespace
}  // namespace verohook::sinks

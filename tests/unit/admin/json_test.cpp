// What goes over the control socket comes out as it went in, and as the document shows it.

#include "admin/json.hpp"
#include "support/paths.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace verohook::admin {
namespace {

using testing::Each;
using testing::HasSubstr;

Timestamp second(int number) {
    return Timestamp(std::chrono::seconds(number));
}

delivery::TaskStatus sample_task() {
    delivery::TaskStatus task;
    task.id = 7;
    task.what = "replay";
    task.sink = "crm";
    task.state = delivery::TaskState::running;
    task.first = 1;
    task.last = 20;
    task.position = 3;
    task.delivered = 4;
    task.rejected = 5;
    task.filtered = 6;
    task.missing = 8;
    task.retries = 9;
    task.last_error = "down";
    return task;
}

Status sample_status() {
    Status status;
    status.running = true;
    status.at = second(100);
    status.journal.health.oldest = 3;
    status.journal.health.newest = 9;
    status.journal.health.used_bytes = 4096;
    status.journal.health.writable = false;
    status.journal.health.problem = "the disk is \x1b[31mfull\u202e \xff";
    status.journal.oldest_at = second(10);
    status.journal.newest_at = second(90);
    SinkReport sink{.name = "crm", .kind = "http", .state = "retrying"};
    sink.position = 5;
    sink.lag_events = 4;
    sink.lag = std::chrono::milliseconds(2345);
    sink.delivered = 1;
    sink.filtered = 2;
    sink.retries = 3;
    sink.missed = 4;
    sink.dead = 5;
    sink.last_error = "no";
    sink.last_error_at = second(80);
    sink.last_success = second(70);
    sink.tasks = {sample_task()};
    status.sinks = {sink, {.name = "gone", .kind = "", .state = "not configured"}};
    return status;
}

std::vector<std::string> json_blocks(const std::string& name) {
    std::ifstream file(test::source_folder() / "docs" / name);
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    const std::string opening = "\n```json\n";
    std::vector<std::string> blocks;
    for (std::size_t at = document.find(opening); at != std::string::npos;
         at = document.find(opening, at)) {
        const std::size_t begin = at + opening.size();
        at = document.find("\n```", begin);
        blocks.push_back(document.substr(begin, at - begin));
    }
    return blocks;
}

TEST(AdminJson, AStatusComesOutAsItWentIn) {
    const std::string json = to_json(sample_status());
    EXPECT_THAT(json, Each(testing::AllOf(testing::Ge(' '), testing::Lt('\x7f'))));
    const auto parsed = parse_status(json);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(to_json(*parsed), json);
    EXPECT_EQ(parsed->sinks[0].lag, std::chrono::milliseconds(2345));
    EXPECT_EQ(parsed->sinks[0].tasks[0].missing, 8U);
    EXPECT_FALSE(parsed->sinks[1].position);
}

TEST(AdminJson, ATaskComesOutAsItWentIn) {
    const auto parsed = parse_task(to_json(sample_task()));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_json(*parsed), to_json(sample_task()));
}

TEST(AdminJson, TheDocumentsBlocksAreOfThisVersion) {
    int statuses = 0;
    int tasks = 0;
    for (const std::string& block : json_blocks("http-api.md")) {
        if (const auto status = parse_status(block)) {
            EXPECT_EQ(to_json(*status), block);
            ++statuses;
        }
        if (const auto task = parse_task(block)) {
            EXPECT_EQ(to_json(*task), block);
            ++tasks;
        }
    }
    EXPECT_EQ(statuses, 1);
    EXPECT_EQ(tasks, 1);
}

TEST(AdminJson, AReplayComesOutAsItWentIn) {
    const ReplayRequest request{{delivery::Bound(journal::Seq{4}), delivery::Bound(second(5))},
                                {.types = {"sent"}, .user = "a@b.c", .campaign = "Welcome"}};
    const auto parsed = parse_replay(to_json(request));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_json(*parsed), to_json(request));
    const auto empty = parse_replay("{}");
    ASSERT_TRUE(empty);
    EXPECT_FALSE(empty->range.from || empty->range.to);
}

TEST(AdminJson, WhatIsNotUnderstoodIsRefused) {
    const struct {
        const char* body;
        const char* expected;
    } replays[] = {
        {"", "no JSON object"},
        {"[]", "no JSON object"},
        {R"({"frm":1})", "frm"},
        {R"({"from":-1})", "from"},
        {R"({"from":1.5})", "from"},
        {R"({"to":"soon"})", "to"},
        {R"({"types":"sent"})", "types"},
        {R"({"types":[1]})", "types"},
        {R"({"types":{"a":"b"}})", "types"},
        {R"({"user":7})", "user"},
        {R"({"campaign":null})", "campaign"},
    };
    for (const auto& each : replays) {
        SCOPED_TRACE(each.body);
        const auto parsed = parse_replay(each.body);
        ASSERT_FALSE(parsed);
        EXPECT_EQ(parsed.error().code, ErrorCode::invalid_input);
        EXPECT_THAT(parsed.error().message, HasSubstr(each.expected));
    }
    for (const char* body : {"", "{}", R"({"all":false})", R"({"all":true,"seqs":[1]})",
                             R"({"seqs":[]})", R"({"seqs":["1"]})", R"({"seqs":1})"}) {
        EXPECT_FALSE(parse_letters(body)) << body;
    }
    EXPECT_TRUE(parse_letters(to_json(Letters{true, {}}))->all);
    EXPECT_EQ(parse_letters(to_json(Letters{false, {3, 5}}))->seqs,
              (std::vector<journal::Seq>{3, 5}));
    for (const char* body : {"", "[]", "{}", R"({"schema":"verohook.status.v2"})",
                             R"({"schema":"verohook.status.v1","sinks":1,"journal":2})",
                             R"({"schema":"verohook.status.v1","sinks":[1],"journal":{}})"}) {
        const auto ignored = parse_status(body);  // Whatever it makes of it, it does not fall.
        static_cast<void>(ignored);
        EXPECT_FALSE(parse_task(body)) << body;
        EXPECT_FALSE(parse_dropped(body)) << body;
        EXPECT_EQ(problem_detail(body), "");
    }
}

}  // namespace
}  // namespace verohook::admin

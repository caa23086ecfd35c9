#include "ingest/access_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace verohook::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class AccessLogTest : public testing::Test {
protected:
    AccessLogTest() {
        log::set_output([this](log::Record record) { records.push_back(std::move(record)); });
        head.method = "POST";
        head.path = "/webhooks/vero/a-good-secret";
        head.request_id = "abc";
        head.peer.address = *IpAddress::parse("127.0.0.1");
        head.headers.emplace_back("X-Forwarded-For", "203.0.113.9");
    }
    ~AccessLogTest() override {
        log::set_output(nullptr);
        log::set_level(log::Level::info);
    }
    static AccessSettings settings(log::AccessMode mode, std::uint64_t every = 100) {
        return {.mode = mode, .every = every, .trusted_proxies = {*Cidr::parse("127.0.0.1")}};
    }
    void answer(AccessLog& access_log, unsigned status) {
        access_log.answered({.head = head,
                             .status = status,
                             .reason = "accepted",
                             .body_bytes = 442,
                             .answer_bytes = 300,
                             .duration = std::chrono::microseconds{1412}});
    }
    std::vector<std::string> statuses() {
        std::vector<std::string> found;
        for (const log::Record& record : std::exchange(records, {})) {
            for (const log::Field& field : record.fields) {
                if (field.name == "status") {
                    found.push_back(field.value);
                }
            }
        }
        return found;
    }

    http::RequestHead head;
    std::vector<log::Record> records;
};

TEST_F(AccessLogTest, SaysWhoAskedForWhatAndWhatCameOfIt) {
    AccessLog access_log(settings(log::AccessMode::full));
    answer(access_log, 200);
    ASSERT_EQ(records.size(), 1U);
    std::vector<std::pair<std::string, std::string>> fields;
    for (const log::Field& field : records[0].fields) {
        fields.emplace_back(field.name, field.value);
    }
    EXPECT_THAT(fields,
                ElementsAre(Pair("request_id", "abc"), Pair("client", "203.0.113.9"),
                            Pair("method", "POST"), Pair("target", "/webhooks/vero/***"),
                            Pair("status", "200"), Pair("reason", "accepted"), Pair("bytes", "442"),
                            Pair("answer_bytes", "300"), Pair("duration_ms", "1.412")));
    EXPECT_TRUE(records[0].is_access);
}

TEST_F(AccessLogTest, WhatCouldNotBeReadHasADash) {
    AccessLog access_log(settings(log::AccessMode::full));
    head = {};
    access_log.answered({.head = head, .status = 400, .reason = "bad_request"});
    std::map<std::string_view, std::string> fields;
    for (const log::Field& field : records.at(0).fields) {
        fields[field.name] = field.value;
    }
    EXPECT_EQ(fields["client"], "unix");
    EXPECT_EQ(fields["method"], "-");
    EXPECT_EQ(fields["target"], "-");
    EXPECT_FALSE(fields.contains("duration_ms"));
}

TEST_F(AccessLogTest, TellsOfAsManyAsItShould) {
    AccessLog access_log(settings(log::AccessMode::off));
    answer(access_log, 200);
    EXPECT_THAT(statuses(), IsEmpty());
    access_log.configure(settings(log::AccessMode::sampled, 10));
    for (unsigned number = 0; number < 30; ++number) {
        answer(access_log, number == 15 ? 503 : 200 + number);
    }
    EXPECT_THAT(statuses(), ElementsAre("200", "210", "503", "220")) << "5xx is always told";
    access_log.configure(settings(log::AccessMode::full));
    for (unsigned number = 0; number < 3; ++number) {
        answer(access_log, 200);
    }
    EXPECT_EQ(statuses().size(), 3U);
    log::set_level(log::Level::warn);
    answer(access_log, 200);
    EXPECT_THAT(statuses(), IsEmpty()) << "it is of level info";
}

TEST(MaskedTarget, HasNoSecretWhereverItStands) {
    struct Row {
        const char* path;
        const char* query;
        const char* expected;
    };
    const Row rows[] = {
        {"/webhooks/vero", "", "/webhooks/vero"},
        {"/webhooks/vero/", "", "/webhooks/vero/"},
        {"/webhooks/vero/s", "", "/webhooks/vero/***"},
        {"/webhooks/vero/a-good-secret/x", "", "/webhooks/vero/***"},
        {"/webhooks/vero", "token=a-good-secret", "/webhooks/vero?***"},
        {"/webhooks/vero", "x", "/webhooks/vero?***"},
        {"/webhooks/vero-a-good-secret", "", "/webhooks/vero***"},
        // Sent to the wrong path.
        {"/a-good-secret", "", "/***"},
        {"/webhooks/ver/a-good-secret", "", "/webhooks/ver/***"},
        {"/webhooks/a-good-secret/vero", "", "/webhooks/***/vero"},
        {"/webhooks/%76ero/%61-good-secret", "", "/webhooks/%76ero/***"},
        {"/", "", "/"},
        {"//x//", "", "//x//"},
        {"/a\x1b[1m", "", "/a\\x1b[1m"},
        {"", "", ""},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(masked_target(row.path, row.query, "/webhooks/vero"), row.expected) << row.path;
    }
    const std::string many(10'000, '/');
    EXPECT_LT(masked_target(many, "", "/webhooks/vero").size(), 300U);
}

}  // namespace
}  // namespace verohook::ingest

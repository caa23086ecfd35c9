#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogTest : public testing::Test {
protected:
    LogTest() {
        set_output([this](Record record) { records.push_back(std::move(record)); });
    }
    ~LogTest() override {
        set_output(nullptr);
        set_level(Level::info);
    }
    std::vector<std::string> messages() {
        std::vector<std::string> all;
        for (const Record& record : std::exchange(records, {})) {
            all.push_back(record.message);
        }
        return all;
    }

    std::vector<Record> records;
};

TEST_F(LogTest, TheLevelChangesWhileItRuns) {
    const auto say_all = [] {
        debug("debug");
        info("info");
        warn("warn");
        warn_of("kind", "warn of");
        error("error");
    };
    say_all();
    EXPECT_THAT(messages(), ElementsAre("info", "warn", "warn of", "error"));
    set_level(Level::error);
    EXPECT_FALSE(is_enabled(Level::warn));
    say_all();
    EXPECT_THAT(messages(), ElementsAre("error"));
    set_level(Level::debug);
    say_all();
    EXPECT_THAT(messages(), ElementsAre("debug", "info", "warn", "warn of", "error"));
}

TEST_F(LogTest, TextFromOutsideIsOneLine) {
    warn("a\nb\x1b[31m");
    EXPECT_THAT(messages(), ElementsAre("a\\nb\\x1b[31m"));
}

TEST_F(LogTest, WhatConcernsARequestSaysWhich) {
    info("before");
    {
        const RequestScope outer("outer");
        info("within");
        {
            const RequestScope inner("inner");
            info("further within");
        }
        info("within again");
    }
    info("after");
    std::vector<std::string> ids;
    for (const Record& record : records) {
        ids.push_back(record.fields.empty() ? "" : record.fields.front().value);
    }
    EXPECT_THAT(ids, ElementsAre("", "outer", "inner", "outer", ""));
    EXPECT_EQ(records[1].fields.front().name, "request_id");
}

}  // namespace
}  // namespace verohook::log

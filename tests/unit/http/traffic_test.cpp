#include "raw_client.hpp"
#include "server_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace verohook::http {
namespace {

std::uint64_t count_of(const Traffic& traffic, unsigned status, std::string_view reason) {
    const auto found = std::find_if(
        traffic.answers.begin(), traffic.answers.end(),
        [&](const auto& each) { return each.status == status && each.reason == reason; });
    return found == traffic.answers.end() ? 0 : found->count;
}

TEST(Traffic, CountsEveryAnswerByStatusAndReason) {
    TestServer server({}, 2);
    for (int round = 0; round < 3; ++round) {
        RawClient client(server.address());
        client.send(post("/hook", "1") + post("/none", "") + "GET / HTTP/1.1\r\n\r\n");
        while (client.read_answer()) {
        }
    }
    const Traffic traffic = server.server().traffic();
    EXPECT_EQ(count_of(traffic, 200, ""), 3U);
    EXPECT_EQ(count_of(traffic, 404, "not_found"), 3U);
    EXPECT_EQ(count_of(traffic, 400, "bad_request"), 3U);
    EXPECT_EQ(traffic.count(), 9U);
    // Only what got as far as the handler was waited for.
    EXPECT_EQ(traffic.latency.count(), 3U);
}

TEST(Traffic, NamesWhatWasRefusedForTooManyConnections) {
    HttpLimits limits;
    limits.connections_max = 1;
    TestServer server(limits);
    RawClient first(server.address());
    first.send(post("/hook", "1"));
    ASSERT_TRUE(first.read_answer());
    RawClient second(server.address());
    ASSERT_TRUE(second.read_answer());
    EXPECT_EQ(count_of(server.server().traffic(), 503, "too_many_connections"), 1U);
}

TEST(Traffic, CountsMorePairsThanThereIsRoomForAllTheSame) {
    // Not on the stack, where AddressSanitizer of g++ 12 aligns it too little.
    const auto counter = std::make_unique<TrafficCounter>();
    for (unsigned status = 1; status <= 100; ++status) {
        counter->answered(status, "some");
    }
    Traffic traffic;
    counter->add_to(traffic);
    EXPECT_EQ(traffic.count(), 100U);
    EXPECT_EQ(traffic.answers.size(), 64U);
}

}  // namespace
}  // namespace verohook::http

#include "http/descriptors.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace verohook::http {
namespace {

TEST(Descriptors, TheSoftLimitIsRaisedToTheHardOne) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit low{128, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    rlimit after{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Descriptors, ConnectionsLeaveARest) {
    struct Row {
        std::size_t limit;
        std::size_t descriptors;
        std::size_t connections;
        std::size_t refused;
    };
    const Row rows[] = {
        {0, 0, 1, 0},          {64, 16, 12, 4},         {256, 64, 48, 16},
        {1024, 768, 576, 192}, {4096, 3840, 3584, 256}, {1'048'576, 1'048'320, 10'000, 256},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.limit);
        const std::size_t descriptors = descriptors_for_connections(row.limit);
        EXPECT_EQ(descriptors, row.descriptors);
        const HttpLimits fitted = fit_connections({}, descriptors);
        EXPECT_EQ(fitted.connections_max, row.connections);
        EXPECT_EQ(fitted.refused_connections_max, row.refused);
    }
}

}  // namespace
}  // namespace verohook::http

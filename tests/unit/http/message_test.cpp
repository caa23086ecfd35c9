#include "http/message.hpp"

#include <gtest/gtest.h>

namespace verohook::http {
namespace {

TEST(Message, Placeholder) {
    EXPECT_EQ(percent_decode("%41"), "A");
}

}  // namespace
}  // namespace verohook::http

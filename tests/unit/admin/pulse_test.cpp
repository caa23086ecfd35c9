#include "admin/pulse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace verohook::admin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Something that comes round when it is told to.
struct Worker {
    std::vector<std::shared_ptr<const void>> held;
    [[nodiscard]] Pulse::Part part(std::string name) {
        return {std::move(name),
                [this](std::shared_ptr<const void> thing) { held.push_back(std::move(thing)); }};
    }
    void come_round() { held.clear(); }
};

TEST(Pulse, NamesThoseThatHaveNotComeRound) {
    Worker first;
    Worker second;
    Pulse pulse({first.part("first"), second.part("second")});
    EXPECT_THAT(pulse.look(), IsEmpty()) << "nobody has been asked yet";
    EXPECT_THAT(pulse.look(), ElementsAre("first", "second"));
    first.come_round();
    EXPECT_THAT(pulse.look(), ElementsAre("second"));
    EXPECT_TRUE(first.held.empty()) << "nobody is asked anew before all have come round";
    second.come_round();
    EXPECT_THAT(pulse.look(), IsEmpty());
    EXPECT_EQ(first.held.size(), 1U);
    first.come_round();
    second.come_round();
    EXPECT_THAT(pulse.look(), IsEmpty());
}

}  // namespace
}  // namespace verohook::admin

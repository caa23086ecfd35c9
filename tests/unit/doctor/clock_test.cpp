#include "doctor/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace verohook::doctor {
namespace {

using std::chrono::seconds;

/// The machine's clock, off by what a test says.
class OffClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return system_clock().now() + off; }
    seconds off{0};
};

struct ClockCase {
    const char* name;
    seconds off_before;
    seconds off_after;
    std::optional<seconds> newest;  ///< From now on.
    const char* words;
};

TEST(ClockCheck, ComparesTheClocks) {
    config::Settings settings;
    settings.state_dir = std::filesystem::temp_directory_path();
    const ClockCase cases[] = {
        {"all agree", seconds{0}, seconds{0}, std::nullopt, ""},
        {"an event of just now", seconds{0}, seconds{0}, seconds{0}, ""},
        {"it jumps ahead", seconds{0}, seconds{100}, std::nullopt, "jumped by"},
        {"it jumps back", seconds{0}, seconds{-100}, std::nullopt, "jumped by -"},
        {"an event of tomorrow", seconds{0}, seconds{0}, seconds{86'400}, "in the future"},
        {"files are dated otherwise", seconds{100}, seconds{100}, std::nullopt, "is dated"},
        {"files are of the future", seconds{-100}, seconds{-100}, std::nullopt, "is dated"},
    };
    for (const ClockCase& each : cases) {
        SCOPED_TRACE(each.name);
        OffClock clock;
        clock.off = each.off_before;
        const ClockCheck check(clock);
        clock.off = each.off_after;
        Report report;
        check.tell(report, settings,
                   each.newest ? std::optional(clock.now() + *each.newest) : std::nullopt);
        ASSERT_EQ(report.findings().size(), 1U);
        const Finding& finding = report.findings()[0];
        EXPECT_EQ(finding.verdict, *each.words == '\0' ? Verdict::ok : Verdict::warning);
        EXPECT_THAT(finding.sentence, testing::HasSubstr(each.words));
    }
}

}  // namespace
}  // namespace verohook::doctor

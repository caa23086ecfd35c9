// Checkpoints are off the path of whoever waits for an answer.

#include "fault/journal/disk_fixture.hpp"

namespace verohook::journal::test {
namespace {

class CheckpointTest : public DiskFaultTest {
public:
    /// Fails where it is not taken in time; the disk is let go then, so that the test can end.
    void add_in_time(const std::string& name) {
        auto outcome = append_later(*journal, timed(name + std::string(4000, '.')));
        const auto status = outcome.wait_for(std::chrono::seconds(30));
        if (status != std::future_status::ready) {
            disk.release();
        }
        EXPECT_TRUE(outcome.get());
        ASSERT_EQ(status, std::future_status::ready) << name << " has waited for a checkpoint";
    }
};

TEST_F(CheckpointTest, CommitsGoOnWhileOneRuns) {
    settings.checkpoint_bytes = std::size_t{64} * 1024;
    open();
    disk.hold(FaultyDisk::Held::database);
    int before = 0;
    for (; !disk.is_held(); ++before) {
        ASSERT_NO_FATAL_FAILURE(add_in_time("before " + std::to_string(before)));
        ASSERT_LT(before, 10'000) << "there is no checkpoint at all";
    }
    for (int during = 0; during < 200; ++during) {
        ASSERT_NO_FATAL_FAILURE(add_in_time("during " + std::to_string(during)));
    }
    EXPECT_TRUE(disk.is_held());
    EXPECT_EQ(journal->newest(), static_cast<Seq>(before) + 200);
    disk.release();
}

TEST_F(CheckpointTest, NoCommitRunsOneItself) {
    // SQLite would by itself after 1,000 pages of 4 KiB.
    settings.checkpoint_bytes = std::size_t{64} * 1024 * 1024;
    settings.log_restart_bytes = std::size_t{64} * 1024 * 1024;
    open();
    const std::uint64_t syncs = disk.calls(Call::database_sync);
    for (int index = 0; index < 100; ++index) {
        add(std::to_string(index) + std::string(100'000, '.'));
    }
    EXPECT_EQ(disk.calls(Call::database_sync), syncs);
}

}  // namespace
}  // namespace verohook::journal::test

#pragma once

#include "fault/journal/faulty_vfs.hpp"
#include "unit/journal/journal_fixture.hpp"

namespace verohook::journal::test {

/// What a run of the matrix did, so that it can be held against what is on the disk.
class DiskFaultTest : public JournalTest {
public:
    void SetUp() override {
        settings.vfs = disk.name();
        settings.limits.recent_bytes_max = 20'000;
    }
    void TearDown() override { close(); }

    /// Appends until it is taken; a refusal must be an honest one.
    void insist(const std::string& body) {
        for (;;) {
            const Result<Receipt> outcome = append(*journal, untimed(body));
            if (outcome) {
                acknowledged.push_back(body);
                EXPECT_EQ(outcome->seq, acknowledged.size());
                return;
            }
            ASSERT_EQ(outcome.error().code, ErrorCode::unavailable) << outcome.error().message;
            ASSERT_TRUE(eventually([&] { return journal->health().writable; }));
        }
    }
    void insist_many(int batches) {
        for (int batch = 0; batch < batches; ++batch) {
            // Of several in one commit all are taken or none, so each is offered until it is.
            std::vector<std::future<Result<Receipt>>> outcomes;
            std::vector<std::string> offered;
            for (int each = 0; each < 3; ++each) {
                offered.push_back("batch " + std::to_string(batch) + "/" + std::to_string(each) +
                                  std::string(3000, '.'));
                outcomes.push_back(append_later(*journal, untimed(offered.back())));
            }
            std::vector<std::string> again;
            for (std::size_t each = 0; each < outcomes.size(); ++each) {
                const Result<Receipt> outcome = outcomes[each].get();
                if (outcome) {
                    acknowledged.push_back(offered[each]);
                    EXPECT_EQ(outcome->seq, acknowledged.size());
                } else {
                    again.push_back(offered[each]);
                }
            }
            for (const std::string& body : again) {
                ASSERT_NO_FATAL_FAILURE(insist(body));
            }
        }
    }
    /// Every acknowledged record, once, in order, and nothing else.
    void expect_all(Journal& there, const std::string& what) {
        std::vector<std::string> found;
        Seq after = 0;
        for (;;) {
            const auto records = there.read(after, {});
            ASSERT_TRUE(records) << what << records.error().message;
            if (records->empty()) {
                break;
            }
            for (const RecordPtr& record : *records) {
                EXPECT_EQ(record->seq, after + 1) << what;
                after = record->seq;
                found.push_back(record->body);
            }
        }
        ASSERT_EQ(found.size(), acknowledged.size()) << what;
        EXPECT_TRUE(found == acknowledged) << what;
    }
    void expect_survives_power_cut(const std::string& what) {
        struct Row {
            FaultyDisk::Unsynced unsynced;
            unsigned seed;
        };
        for (const Row& row :
             {Row{FaultyDisk::Unsynced::lost, 0}, Row{FaultyDisk::Unsynced::random, 1},
              Row{FaultyDisk::Unsynced::random, 2}}) {
            const std::filesystem::path there = folder.path() / "after-power-cut";
            std::filesystem::remove_all(there);
            disk.power_cut(there, row.unsynced, row.seed);
            SqliteJournalSettings after = settings;
            after.directory = there;
            after.vfs = undisturbed.name();
            const auto opened = open_sqlite_journal(after, clock);
            ASSERT_TRUE(opened) << what << opened.error().message;
            expect_all(**opened, what + " power cut " + std::to_string(row.seed) + ": ");
        }
    }

    FaultyDisk disk;
    FaultyDisk undisturbed;  ///< For what is only looked at.
    std::vector<std::string> acknowledged;
};

}  // namespace verohook::journal::test

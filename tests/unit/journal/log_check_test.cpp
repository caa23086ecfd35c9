#include "unit/journal/journal_fixture.hpp"

#include <fstream>
#include <iterator>

namespace verohook::journal::test {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t header_bytes = 32;
constexpr std::size_t frame_bytes = 24 + 4096;
constexpr const char* names[] = {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"};

/// What a killed daemon leaves: 20 commits in the log, and then what a row makes of it.
class LogCheckTest : public JournalTest {
public:
    void SetUp() override {
        open();
        for (int index = 0; index < 20; ++index) {
            add(std::to_string(index));
        }
        for (const char* name : names) {
            std::ifstream in(settings.directory / name, std::ios::binary);
            left[name].assign(std::istreambuf_iterator<char>(in), {});
        }
        frames = (left["journal.db-wal"].size() - header_bytes) / frame_bytes;
        ASSERT_GT(frames, 20U);
    }
    void flip(const std::string& name, std::size_t at) {
        left[name][at] = static_cast<char>(left[name][at] ^ 0x10);
    }
    [[nodiscard]] static std::size_t page_of(std::size_t frame) {
        return header_bytes + frame * frame_bytes + 24 + 500;
    }
    void put(const std::filesystem::path& there) {
        std::filesystem::create_directory(there);
        for (const auto& [name, bytes] : left) {
            std::ofstream(there / name, std::ios::binary) << bytes;
        }
    }
    void expect_untouched(const std::filesystem::path& there) {
        for (const auto& [name, bytes] : left) {
            std::ifstream in(there / name, std::ios::binary);
            const std::string now(std::istreambuf_iterator<char>(in), {});
            EXPECT_TRUE(name == "journal.lock" || now == bytes) << name;
        }
        EXPECT_EQ(std::filesystem::exists(there / "journal.db"), left.contains("journal.db"));
    }

    std::map<std::string, std::string> left;
    std::size_t frames = 0;
};

struct Row {
    const char* name;
    std::function<void(LogCheckTest&)> damage;
    const char* message;  ///< Empty: it can be opened.
    Seq newest = 0;       ///< Then.
};

class DamagedLogTest : public LogCheckTest, public ::testing::WithParamInterface<Row> {};

TEST_P(DamagedLogTest, IsRefusedWhereEventsAreLost) {
    const Row& row = GetParam();
    row.damage(*this);
    SqliteJournalSettings there = settings;
    there.directory = folder.path() / "left";
    put(there.directory);
    const Result<void> checked = check_journal_files(there.directory);
    const auto opened = open_sqlite_journal(there, clock);
    if (*row.message == '\0') {
        EXPECT_TRUE(checked);
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ((*opened)->newest(), row.newest);
        return;
    }
    for (const Error& error : {checked.error(), opened.error()}) {
        EXPECT_EQ(error.code, ErrorCode::corrupt) << error.message;
        EXPECT_THAT(error.message, HasSubstr(row.message));
        EXPECT_THAT(error.message, HasSubstr("put a backup in place"));
    }
    expect_untouched(there.directory);
}

const Row rows[] = {
    {"Nothing", [](LogCheckTest&) {}, "", 20},
    {"ABitInTheMiddle",
     [](LogCheckTest& test) { test.flip("journal.db-wal", test.page_of(test.frames / 2)); },
     "commits with acknowledged events, which can no longer be read"},
    {"ABitInTheMiddleAfterAPowerCut",
     [](LogCheckTest& test) {
         test.flip("journal.db-wal", test.page_of(test.frames / 2));
         test.left.erase("journal.db-shm");
     },
     "commits with acknowledged events"},
    {"ABitInTheHeader", [](LogCheckTest& test) { test.flip("journal.db-wal", 5); },
     "it has no valid header"},
    {"ABitInTheSalt", [](LogCheckTest& test) { test.flip("journal.db-wal", 17); },
     "it has no valid header"},
    {"CutToHalf",
     [](LogCheckTest& test) { test.left["journal.db-wal"].resize(test.page_of(test.frames / 2)); },
     "journal.db-wal has lost acknowledged events"},
    {"ABitInTheLastCommit",
     [](LogCheckTest& test) { test.flip("journal.db-wal", test.page_of(test.frames - 1)); },
     "journal.db-wal has lost acknowledged events"},
    {"Missing", [](LogCheckTest& test) { test.left.erase("journal.db-wal"); },
     "journal.db-wal has lost acknowledged events"},
    {"Emptied", [](LogCheckTest& test) { test.left["journal.db-wal"].clear(); },
     "journal.db-wal has lost acknowledged events"},
    {"TheDatabaseIsMissing", [](LogCheckTest& test) { test.left.erase("journal.db"); },
     "journal.db is missing or empty beside its write-ahead log"},
    {"TheDatabaseIsEmpty", [](LogCheckTest& test) { test.left["journal.db"].clear(); },
     "journal.db is missing or empty beside its write-ahead log"},
    // A power cut: the last commit was not acknowledged, and what is synced late may be older.
    {"TornByAPowerCut",
     [](LogCheckTest& test) {
         test.flip("journal.db-wal", test.page_of(test.frames - 1));
         test.left.erase("journal.db-shm");
     },
     "", 19},
    {"ZeroesAfterAPowerCut",
     [](LogCheckTest& test) {
         test.left["journal.db-wal"].append(2 * frame_bytes, '\0');
         test.left.erase("journal.db-shm");
     },
     "", 20},
    {"SharedMemoryHalfWritten", [](LogCheckTest& test) { test.left["journal.db-shm"][35] ^= 1; },
     "", 20},
};

INSTANTIATE_TEST_SUITE_P(Rows, DamagedLogTest, ::testing::ValuesIn(rows),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(LogCheckTest, SharedMemoryFromBeforeAPowerCutIsNotBelieved) {
    close();
    // What a clean stop leaves, but for the shared memory, which is as it was long before.
    std::ofstream(settings.directory / "journal.db-shm", std::ios::binary)
        << left["journal.db-shm"];
    std::ofstream(settings.directory / "journal.lock") << "123\nanother-boot\n";
    open();
    EXPECT_EQ(journal->newest(), 20U);
}

TEST_F(LogCheckTest, AReaderDoesNotRemoveTheLogOfAMissingDatabase) {
    left.erase("journal.db");
    put(folder.path() / "left");
    const auto reader = open_journal_reader(folder.path() / "left");
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, ErrorCode::corrupt);
    expect_untouched(folder.path() / "left");
}

}  // namespace
}  // namespace verohook::journal::test

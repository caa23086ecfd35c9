#include "support/paths.hpp"
#include "unit/journal/journal_fixture.hpp"

#include <sqlite3.h>

#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

namespace verohook::journal::test {
namespace {

using ::testing::HasSubstr;

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void overwrite(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class OpenTest : public JournalTest {
public:
    void make_one(int records = 3) {
        open();
        for (int index = 0; index < records; ++index) {
            add("body number " + std::to_string(index) + std::string(300, '.'));
        }
        close();
    }
    void execute(const std::string& sql) {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }
    Error failure() {
        settings.directory = folder.path() / "state";
        Result<std::unique_ptr<Journal>> opened = open_sqlite_journal(settings, clock);
        EXPECT_FALSE(opened);
        return opened ? Error{} : opened.error();
    }
};

TEST_F(OpenTest, FilesAreTheOwnersAlone) {
    open();
    add("a");
    for (const char* name : {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"}) {
        struct stat status {};
        ASSERT_EQ(::stat((folder.path() / "state" / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "state").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(OpenTest, MakesTheFoldersAbove) {
    settings.directory = folder.path() / "a/b/c";
    ASSERT_TRUE(open_sqlite_journal(settings, clock));
}

TEST_F(OpenTest, SecondOneIsLockedOut) {
    open();
    const Error error = failure();
    EXPECT_EQ(error.code, ErrorCode::locked);
    EXPECT_THAT(error.message,
                HasSubstr("state is in use by process " + std::to_string(::getpid())));
    reopen();
}

TEST_F(OpenTest, SecondOneIsLockedOutWithoutTheLockFileToo) {
    open();
    add("a");
    std::filesystem::remove(folder.path() / "state/journal.lock");
    const Error error = failure();
    EXPECT_EQ(error.code, ErrorCode::locked);
    EXPECT_THAT(error.message, HasSubstr("journal.db is in use by another process"));
}

TEST_F(OpenTest, SymbolicLinksAreNotFollowed) {
    overwrite(folder.path() / "victim", "precious");
    for (const char* name : {"journal.lock", "journal.db"}) {
        std::filesystem::remove_all(folder.path() / "state");
        std::filesystem::create_directory(folder.path() / "state");
        std::filesystem::create_symlink(folder.path() / "victim", folder.path() / "state" / name);
        const Error error = failure();
        EXPECT_EQ(error.code, ErrorCode::unavailable) << name;
        EXPECT_THAT(error.message, HasSubstr(name));
        EXPECT_THAT(error.message, HasSubstr("symbolic link")) << name;
        EXPECT_EQ(contents(folder.path() / "victim"), "precious") << name;
    }
}

TEST_F(OpenTest, UnusableFolderIsUnavailable) {
    overwrite(folder.path() / "state", "a file");
    EXPECT_EQ(failure().code, ErrorCode::unavailable);
}

TEST_F(OpenTest, DamagedOrForeignFilesAreToldAndLeftAlone) {
    struct Row {
        const char* name;
        std::function<void(OpenTest&)> damage;
        ErrorCode code;
        const char* message;
    };
    const auto patch = [](OpenTest& test, std::size_t offset, const std::string& bytes) {
        std::string all = contents(test.file());
        all.replace(offset, bytes.size(), bytes);
        overwrite(test.file(), all);
    };
    const std::vector<Row> rows = {
        {"text", [](OpenTest& test) { overwrite(test.file(), std::string(20'000, 'x')); },
         ErrorCode::corrupt, "journal.db is damaged and was left as it is"},
        {"a few bytes", [](OpenTest& test) { overwrite(test.file(), "hello"); }, ErrorCode::corrupt,
         "move the file aside"},
        {"no header", [&](OpenTest& test) { patch(test, 0, std::string(100, '\0')); },
         ErrorCode::corrupt, "journal.db is damaged"},
        {"cut", [](OpenTest& test) { std::filesystem::resize_file(test.file(), 30'000); },
         ErrorCode::corrupt, "journal.db is damaged"},
        {"a flipped bit in a body",
         [&](OpenTest& test) { patch(test, contents(test.file()).rfind("body number 2"), "Body"); },
         ErrorCode::corrupt, "record 3 of the journal fails its checksum"},
        {"a changed block",
         [](OpenTest& test) { test.execute("UPDATE block SET records=x'00' WHERE first=2"); },
         ErrorCode::corrupt, "record 2 of the journal fails its checksum"},
        {"too many records",
         [](OpenTest& test) { test.execute("UPDATE block SET last=9 WHERE first=3"); },
         ErrorCode::corrupt, "record 9 of the journal fails its checksum"},
        {"too few records",
         [](OpenTest& test) { test.execute("UPDATE block SET last=2 WHERE first=3"); },
         ErrorCode::corrupt, "record 3 of the journal fails its checksum"},
        {"newer", [](OpenTest& test) { test.execute("PRAGMA user_version=99"); },
         ErrorCode::invalid_input, "newer verohook (schema version 99"},
        {"another program's", [](OpenTest& test) { test.execute("PRAGMA application_id=1"); },
         ErrorCode::corrupt, "it is a database of another program"},
        {"another program's without tables",
         [](OpenTest& test) {
             overwrite(test.file(), "");
             test.execute("PRAGMA application_id=1; PRAGMA journal_mode=DELETE; VACUUM");
         },
         ErrorCode::corrupt, "it is a database of another program"},
        {"another program's without tables and id",
         [](OpenTest& test) {
             overwrite(test.file(), "");
             test.execute("PRAGMA user_version=1; PRAGMA journal_mode=DELETE; VACUUM");
         },
         ErrorCode::corrupt, "it is a database of another program"},
    };
    for (const Row& row : rows) {
        std::filesystem::remove_all(folder.path() / "state");
        make_one();
        row.damage(*this);
        const std::string before = contents(file());
        const Error error = failure();
        EXPECT_EQ(error.code, row.code) << row.name << ": " << error.message;
        EXPECT_THAT(error.message, HasSubstr(row.message)) << row.name;
        EXPECT_THAT(error.message, HasSubstr("journal.db")) << row.name;
        EXPECT_TRUE(contents(file()) == before) << row.name;
    }
}

TEST_F(OpenTest, DamageFurtherBackIsToldWhenItIsRead) {
    settings.limits.recent_bytes_max = 0;
    make_one(300);
    execute("UPDATE block SET records='x' WHERE first=100");
    open();
    const std::vector<RecordPtr> records = read(0);
    ASSERT_EQ(records.size(), 300U);
    for (const RecordPtr& record : records) {
        EXPECT_EQ(record->kind == Kind::damaged, record->seq == 100) << record->seq;
    }
    EXPECT_EQ(records[99]->body, "");
    // Its dead letter has no copy of it, and hides no other.
    ASSERT_TRUE(journal->open_cursor("s", From::beginning));
    ASSERT_TRUE(journal->change_letters("s", {{{100, "damaged", {}}, {101, "no", {}}}, {}}));
    const auto letters = journal->letters("s", 0, {});
    ASSERT_TRUE(letters) << letters.error().message;
    ASSERT_EQ(letters->size(), 2U);
    EXPECT_EQ((*letters)[0].record, nullptr);
    EXPECT_NE((*letters)[1].record, nullptr);
}

TEST_F(OpenTest, AnEmptyFileIsANewJournal) {
    std::filesystem::create_directory(folder.path() / "state");
    overwrite(file(), "");
    open();
    EXPECT_EQ(add("a").seq, 1U);
}

TEST_F(OpenTest, AnOlderVersionsFileIsMigrated) {
    std::filesystem::create_directory(folder.path() / "state");
    overwrite(file(), "");
    execute("PRAGMA application_id=0x5645524F; PRAGMA journal_mode=WAL; CREATE TABLE older(x)");
    const auto reader = open_journal_reader(folder.path() / "state");
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, HasSubstr("is of an older version: start the daemon once"));
    open();
    EXPECT_EQ(add("a").seq, 1U);
    reopen();
    EXPECT_EQ(bodies(read(0)), std::vector<std::string>{"a"});
}

TEST_F(OpenTest, RecordsThatHadARowEachAreMovedToBlocks) {
    settings.limits.recent_bytes_max = 0;
    std::filesystem::create_directory(folder.path() / "state");
    execute(contents(verohook::test::source_folder() / "tests/data/journal/version-3.sql"));
    open();
    for (const std::size_t appended : {100U, 0U}) {
        const std::vector<RecordPtr> records = read(0);
        ASSERT_GE(records.size(), 7U);
        EXPECT_EQ(records.front()->seq, 2U);
        EXPECT_EQ(records[0]->duplicate_of, Seq{1});
        EXPECT_TRUE(records[0]->erased);
        EXPECT_EQ(records[0]->body, R"({"type":"sent","sent_at":1435016238})");
        EXPECT_EQ(records[2]->kind, Kind::unrecognized);
        EXPECT_EQ(to_hex(records[2]->id), "d2db27cfaf5b5c927fee08ee6beddbbc");
        EXPECT_EQ(records[3]->kind, Kind::malformed);
        EXPECT_EQ(records[3]->body, R"({"type": oops)");
        EXPECT_EQ(records[4]->request_id, "79fafca893da1937");
        EXPECT_EQ(records[4]->occurred_at, Timestamp(std::chrono::seconds(1'435'016'300)));
        EXPECT_EQ(records[5]->seq, 7U);
        EXPECT_EQ(records[5]->kind, Kind::damaged);
        EXPECT_EQ(records[6]->type, "clicked");
        EXPECT_EQ(*journal->open_cursor("out", From::now), 8U);
        const auto letters = journal->letters("out", 0, {});
        ASSERT_TRUE(letters) << letters.error().message;
        ASSERT_EQ(letters->size(), 3U);
        EXPECT_EQ((*letters)[0].record, nullptr);
        EXPECT_EQ((*letters)[1].reason, "refused");
        ASSERT_NE((*letters)[1].record, nullptr);
        EXPECT_EQ((*letters)[1].record->body, records[4]->body);
        EXPECT_EQ((*letters)[2].record, nullptr);
        EXPECT_EQ(journal->health().oldest, 2U);
        // So that what is damaged is no longer at the end, where it stops a start.
        for (std::size_t index = 0; index < appended; ++index) {
            add(untimed("more"));
        }
        reopen();
    }
    EXPECT_EQ(add(untimed("next")).seq, 109U);
    const Result<std::vector<RecordPtr>> opened = journal->read(5, {1, 1000});
    ASSERT_TRUE(opened);
    Draft again = timed(opened->front()->body);
    EXPECT_EQ(add(std::move(again)).duplicate_of, Seq{6});
}

TEST_F(OpenTest, ReaderWorksBesideTheDaemonAndWithoutIt) {
    const auto reading = [&] { return open_journal_reader(folder.path() / "state"); };
    ASSERT_FALSE(reading());
    EXPECT_EQ(reading().error().code, ErrorCode::not_found);
    open();
    std::vector<Timestamp> times;
    for (int index = 0; index < 50; ++index) {
        times.push_back(clock.now());
        add(std::to_string(index));
        clock.advance(std::chrono::seconds(index % 3));
    }
    for (const bool beside : {true, false}) {
        if (!beside) {
            close();
        }
        auto reader = reading();
        ASSERT_TRUE(reader) << reader.error().message;
        EXPECT_EQ(*(*reader)->newest(), 50U);
        EXPECT_EQ((*reader)->read(10, {})->size(), 40U);
        for (const Timestamp at : times) {
            Seq expected = 0;
            for (Seq seq = 1; seq <= 50; ++seq) {
                expected = times[seq - 1] < at ? seq : expected;
            }
            EXPECT_EQ(*(*reader)->last_before(at), expected);
        }
        EXPECT_EQ(*(*reader)->last_before(clock.now() + std::chrono::hours(1)), 50U);
        EXPECT_EQ(*(*reader)->last_before(Timestamp()), 0U);
    }
}

TEST_F(OpenTest, AFolderThatCannotBeReachedIsNotAnEmptyOne) {
    std::filesystem::create_symlink("state", folder.path() / "state");
    const auto reader = open_journal_reader(folder.path() / "state");
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, ErrorCode::unavailable);
    EXPECT_THAT(reader.error().message, HasSubstr("symbolic links"));
    EXPECT_THAT(reader.error().message, HasSubstr("check that this user may read there"));
}

TEST_F(OpenTest, ReaderBisectsBesideWhatRetentionRemoved) {
    settings.limits.retention_age_max = std::chrono::hours(1);
    open();
    for (int index = 0; index < 30; ++index) {
        add(std::to_string(index));
    }
    clock.advance(std::chrono::hours(2));
    const Timestamp later = clock.now();
    for (int index = 30; index < 40; ++index) {
        add(std::to_string(index));
    }
    close();
    auto reader = open_journal_reader(folder.path() / "state");
    ASSERT_TRUE(reader);
    EXPECT_EQ(*(*reader)->last_before(later), 0U);
    EXPECT_EQ(*(*reader)->last_before(later + std::chrono::seconds(1)), 40U);
}

TEST_F(OpenTest, TooManyWaitingAreRefused) {
    settings.limits.queue_requests_max = 10;
    open();
    std::vector<std::future<Result<Receipt>>> outcomes;
    for (int index = 0; index < 20'000; ++index) {
        outcomes.push_back(append_later(*journal, timed(std::to_string(index))));
    }
    int refused = 0;
    for (auto& outcome : outcomes) {
        const Result<Receipt> result = outcome.get();
        if (!result) {
            EXPECT_EQ(result.error().code, ErrorCode::full);
            ++refused;
        }
    }
    EXPECT_GT(refused, 0);
    EXPECT_EQ(journal->newest(), 20'000U - static_cast<unsigned>(refused));
}

}  // namespace
}  // namespace verohook::journal::test

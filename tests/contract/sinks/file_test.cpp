// What the file sink does beyond the contract of all sinks.

#include "fixtures.hpp"
#include "sink_maker.hpp"
#include "sinks/rotation.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include <sys/stat.h>
#include <zlib.h>

namespace verohook::sinks {
namespace {

namespace fs = std::filesystem;
using sink::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;

std::string read_gzip(const fs::path& path) {
    std::string text;
    std::vector<char> block(4096);
    const gzFile file = ::gzopen(path.c_str(), "rb");
    for (int count = 1; count > 0;) {
        count = ::gzread(file, block.data(), static_cast<unsigned>(block.size()));
        text.append(block.data(), static_cast<std::size_t>(std::max(count, 0)));
    }
    ::gzclose(file);
    return text;
}

class FileSinkTest : public testing::Test {
protected:
    void open(Changes changes = {}) {
        sink_.reset();
        changes.emplace_back("path", path().string());
        auto made = make_sink("file", changes, clock_);
        ASSERT_TRUE(made) << made.error().message;
        sink_ = std::move(*made);
    }

    /// Delivers so many events after those before.
    void deliver(std::size_t count) {
        const TestEvents events(ordinary_bodies(count), next_);
        const auto outcome = sink_->deliver(events.items());
        ASSERT_EQ(outcome.verdict, Verdict::delivered) << outcome.reason;
        ASSERT_EQ(outcome.taken, count);
        next_ += count;
    }

    [[nodiscard]] fs::path path() const { return folder_.path() / "events.jsonl"; }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const fs::path& file : rotated_files(path())) {
            names.push_back(file.filename().string());
        }
        return names;
    }
    [[nodiscard]] std::vector<std::uint64_t> seqs() const { return seqs_in(read_file(path())); }

    TemporaryFolder folder_;
    ManualClock clock_{*parse_rfc3339("2126-11-23T23:57:41Z")};  // Later than any file's birth.
    std::unique_ptr<sink::Sink> sink_;
    std::uint64_t next_ = 1;
};

TEST_F(FileSinkTest, MakesTheFileAndItsFoldersWithTheirModes) {
    const fs::path deep = folder_.path() / "a" / "b" / "events.jsonl";
    ::umask(0077);
    auto made = make_sink("file", {{"path", deep.string()}, {"mode", std::string("0644")}}, clock_);
    ::umask(0022);
    ASSERT_TRUE(made) << made.error().message;
    struct stat status {};
    ASSERT_EQ(::stat(deep.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

struct TornCase {
    const char* name;
    std::string before;
    std::string expected;
};

TEST_F(FileSinkTest, CutsATornLastLineAndNothingElse) {
    const std::vector<TornCase> cases{
        {"empty", "", ""},
        {"whole", "{\"seq\":1}\n{\"seq\":2}\n", "{\"seq\":1}\n{\"seq\":2}\n"},
        {"torn", "{\"seq\":1}\n{\"se", "{\"seq\":1}\n"},
        {"torn in the first line", "{\"se", ""},
        {"torn in a line longer than a block", "{}\n{" + std::string(200'000, 'x'), "{}\n"},
        {"the line end at a block's edge", "{}\n{" + std::string(64 * 1024 - 1, 'x'), "{}\n"},
        {"an empty last line", "{}\n\n", "{}\n\n"},
    };
    for (const TornCase& each : cases) {
        SCOPED_TRACE(each.name);
        sink_.reset();
        write_file(path(), each.before);
        open();
        EXPECT_EQ(read_file(path()), each.expected);
    }
}

TEST_F(FileSinkTest, LeavesTheLastLineOfAForeignFile) {
    const std::string notes = "my notes\nwithout an end";
    write_file(path(), notes);
    const auto made = make_sink("file", {{"path", path().string()}}, clock_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::unavailable);
    EXPECT_THAT(made.error().message, testing::HasSubstr("not verohook's"));
    EXPECT_EQ(read_file(path()), notes);
}

TEST_F(FileSinkTest, AFullDiskTearsNothingAndIsNamed) {
    open();
    deliver(3);
    const std::string before = read_file(path());
    const TestEvents events(ordinary_bodies(5), 4);
    sink::Outcome outcome;
    {
        const FileSizeLimit limit(before.size() + 700);
        outcome = sink_->deliver(events.items());
    }
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_EQ(outcome.taken, 0U);
    EXPECT_THAT(outcome.reason, HasSubstr("cannot write to '" + path().string() + "'"));
    EXPECT_EQ(read_file(path()), before) << "what was written in part is cut off again";
    deliver(5);
    EXPECT_EQ(seqs(), range(1, 8));
}

TEST_F(FileSinkTest, RotatesBeforeTheFileGetsTooLarge) {
    constexpr std::int64_t size = 3000;
    open({{"rotate_size", size}});
    deliver(60);
    std::string all;
    for (const fs::path& file : rotated_files(path())) {
        EXPECT_LE(fs::file_size(file), static_cast<std::uintmax_t>(size)) << file;
        all += read_file(file);
    }
    EXPECT_GT(names().size(), 3U);
    EXPECT_EQ(names()[0], "events.jsonl-21261123T235741Z");
    EXPECT_EQ(names()[1], "events.jsonl-21261123T235741Z.1");
    EXPECT_EQ(seqs_in(all + read_file(path())), range(1, 60));
}

TEST_F(FileSinkTest, ALineLargerThanTheBoundGetsAFileOfItsOwn) {
    open({{"rotate_size", std::int64_t{100}}});
    deliver(3);
    EXPECT_EQ(names().size(), 2U);
    EXPECT_EQ(seqs(), range(3, 3));
}

TEST_F(FileSinkTest, RotatesByTheAgeOfTheFirstLine) {
    const Changes daily{{"rotate_age", std::chrono::milliseconds{std::chrono::hours{24}}}};
    open(daily);
    clock_.advance(std::chrono::hours{48});
    deliver(1);
    EXPECT_THAT(names(), testing::IsEmpty()) << "an empty file does not get old";
    clock_.advance(std::chrono::hours{23});
    deliver(1);
    EXPECT_THAT(names(), testing::IsEmpty());
    clock_.advance(std::chrono::hours{1});
    deliver(1);
    EXPECT_EQ(names().size(), 1U);
    EXPECT_EQ(seqs(), range(3, 3));
    open(daily);  // The birth of the file is the system's, long ago for this clock.
    deliver(1);
    EXPECT_EQ(names().size(), 2U);
}

TEST_F(FileSinkTest, CompressesAndKeepsTheNewest) {
    open({{"rotate_size", std::int64_t{1}}, {"gzip", true}, {"keep", std::int64_t{2}}});
    for (int round = 0; round < 5; ++round) {
        deliver(1);
        clock_.advance(std::chrono::seconds{1});
    }
    EXPECT_THAT(names(), ElementsAre("events.jsonl-21261123T235744Z.gz",
                                     "events.jsonl-21261123T235745Z.gz"));
    EXPECT_EQ(seqs_in(read_gzip(rotated_files(path())[0])), range(3, 3));
    EXPECT_EQ(seqs_in(read_gzip(rotated_files(path())[1])), range(4, 4));
    struct stat status {};
    ASSERT_EQ(::stat(rotated_files(path())[0].c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(FileSinkTest, KeepsTheNewestOfOneSecondAndAfterTheClockWasSetBack) {
    open({{"rotate_size", std::int64_t{1}}, {"keep", std::int64_t{2}}});
    for (int round = 0; round < 7; ++round) {
        deliver(1);
    }
    EXPECT_EQ(seqs_in(read_file(rotated_files(path())[0])), range(5, 5));
    EXPECT_EQ(seqs_in(read_file(rotated_files(path())[1])), range(6, 6));
    clock_.advance(-std::chrono::hours{1});
    deliver(1);
    EXPECT_EQ(seqs_in(read_file(rotated_files(path())[0])), range(6, 6));
    EXPECT_EQ(seqs_in(read_file(rotated_files(path())[1])), range(7, 7));
}

TEST_F(FileSinkTest, RotatesWhatALinkPointsTo) {
    const fs::path folder = folder_.path() / "elsewhere";
    fs::create_directory(folder);
    fs::create_symlink("between", path());
    fs::create_symlink("elsewhere/real.jsonl", folder_.path() / "between");
    open({{"rotate_size", std::int64_t{1}}, {"gzip", true}, {"keep", std::int64_t{1}}});
    deliver(1);
    clock_.advance(std::chrono::seconds{1});
    deliver(1);
    EXPECT_TRUE(fs::is_symlink(path()));
    EXPECT_EQ(seqs_in(read_file(folder / "real.jsonl")), range(2, 2));
    const fs::path rotated = folder / "real.jsonl-21261123T235742Z.gz";
    EXPECT_THAT(rotated_files(path()), ElementsAre(rotated));
    EXPECT_EQ(seqs_in(read_gzip(rotated)), range(1, 1));
    // Somebody moves one away, and leaves a link.
    const fs::path moved = folder_.path() / "moved";
    fs::rename(rotated, moved);
    const fs::path link = folder / "real.jsonl-20200101T000000Z";
    fs::create_symlink(moved, link);
    clock_.advance(std::chrono::seconds{1});
    deliver(1);
    EXPECT_THAT(rotated_files(path()),
                ElementsAre(link, folder / "real.jsonl-21261123T235743Z.gz"));
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(seqs_in(read_gzip(moved)), range(1, 1));
}

TEST_F(FileSinkTest, FinishesWhatACrashInterrupted) {
    const std::string prefix = path().string() + "-20260101T00000";
    write_file(prefix + "1Z", "one\n");  // Before it was compressed.
    write_file(prefix + "2Z", "two\n");  // While it was: half of it is there.
    write_file(prefix + "2Z.gz.tmp", "hal");
    write_file(prefix + "3Z", "three\n");  // After the rename, before the removal.
    write_file(prefix + "3Z.gz", "finished");
    write_file(prefix + "3Z.backup", "not ours");
    write_file(path().string() + "-notes", "not ours");
    open({{"gzip", true}});
    deliver(1);
    EXPECT_THAT(names(),
                ElementsAre("events.jsonl-20260101T000001Z.gz", "events.jsonl-20260101T000002Z.gz",
                            "events.jsonl-20260101T000003Z.gz"));
    EXPECT_EQ(read_gzip(prefix + "1Z.gz"), "one\n");
    EXPECT_EQ(read_gzip(prefix + "2Z.gz"), "two\n");
    EXPECT_EQ(read_file(prefix + "3Z.gz"), "finished");
    EXPECT_FALSE(fs::exists(prefix + "2Z.gz.tmp"));
    EXPECT_TRUE(fs::exists(prefix + "3Z.backup"));
    EXPECT_TRUE(fs::exists(path().string() + "-notes"));
}

TEST_F(FileSinkTest, AFileThatWasRemovedIsMadeAnew) {
    open();
    deliver(1);
    fs::remove(path());
    deliver(1);
    EXPECT_EQ(seqs(), range(2, 2));
}

TEST_F(FileSinkTest, AMissingFolderIsARetryThatNamesThePath) {
    open();
    deliver(1);
    fs::rename(folder_.path(), folder_.path().string() + ".away");
    write_file(folder_.path(), "a file where a folder should be");
    sink_->request_reopen();
    const TestEvents events(ordinary_bodies(1), 2);
    const auto outcome = sink_->deliver(events.items());
    EXPECT_EQ(outcome.verdict, Verdict::retry);
    EXPECT_THAT(outcome.reason, HasSubstr(path().string()));
    fs::remove(folder_.path());
    fs::rename(folder_.path().string() + ".away", folder_.path());
    deliver(1);
    EXPECT_EQ(seqs(), range(1, 2));
}

TEST_F(FileSinkTest, ASecondWriterIsKeptOut) {
    open();
    const auto second = make_sink("file", {{"path", path().string()}}, clock_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::unavailable);
    EXPECT_THAT(second.error().message, HasSubstr("another sink or process writes to"));
}

struct FileOptionCase {
    const char* name;
    Changes changes;
    ErrorCode code;
    const char* message;
};

TEST_F(FileSinkTest, TellsWrongOptionsFromTargetsThatAreDown) {
    write_file(folder_.path() / "file", "");
    const std::string below_a_file = (folder_.path() / "file" / "events").string();
    const std::vector<FileOptionCase> cases{
        {"relative",
         {{"path", std::string("events")}},
         ErrorCode::invalid_input,
         "path: must be the absolute path"},
        {"empty",
         {{"path", std::string()}},
         ErrorCode::invalid_input,
         "path: must be the absolute"},
        {"a folder", {{"path", folder_.path().string()}}, ErrorCode::invalid_input, "is a folder"},
        {"a folder, said so",
         {{"path", std::string("/tmp/")}},
         ErrorCode::invalid_input,
         "of a file"},
        {"a device",
         {{"path", std::string("/dev/full")}},
         ErrorCode::invalid_input,
         "regular file"},
        {"a mode that is none",
         {{"path", path().string()}, {"mode", std::string("0888")}},
         ErrorCode::invalid_input,
         "mode: must be octal"},
        {"a mode too large",
         {{"path", path().string()}, {"mode", std::string("7777")}},
         ErrorCode::invalid_input,
         "mode: must be octal"},
        {"below a file", {{"path", below_a_file}}, ErrorCode::unavailable, "Not a directory"},
    };
    for (const FileOptionCase& each : cases) {
        SCOPED_TRACE(each.name);
        const auto made = make_sink("file", each.changes, clock_);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, each.code);
        EXPECT_THAT(made.error().message, HasSubstr(each.message));
        EXPECT_EQ(complaints("file", each.changes).empty(), each.code != ErrorCode::invalid_input);
    }
}

TEST_F(FileSinkTest, ComplainsOfEveryOptionAtOnce) {
    EXPECT_THAT(complaints("file", {{"path", std::string("rel")}, {"mode", std::string("9999")}}),
                ElementsAre(HasSubstr("path: must be the absolute path of a file"),
                            "mode: must be octal, from \"0000\" to \"0777\""));
    EXPECT_THAT(complaints("file", {{"path", path().string()}}), testing::IsEmpty());
    EXPECT_FALSE(fs::exists(path())) << "looking makes nothing";
}

TEST_F(FileSinkTest, ErasesAPersonFromCompressedFilesToo) {
    const std::string jo = R"({"type":"sent","user":{"id":5,"email":"jo@person.example"}})";
    const std::string mary = R"({"type":"sent","user":{"id":6,"email":"mary@person.example"}})";
    open({{"rotate_size", std::int64_t{1}}, {"gzip", true}});
    const TestEvents first({jo, mary, jo, mary});
    ASSERT_EQ(sink_->deliver(first.items()).verdict, Verdict::delivered);
    open({{"gzip", false}});
    const TestEvents second({jo, mary, jo}, 5);
    ASSERT_EQ(sink_->deliver(second.items()).verdict, Verdict::delivered);
    // What a crash in the middle has left holds everybody's data.
    write_file(path().string() + ".erase.tmp", jo);
    ASSERT_EQ(names().size(), 3U);
    const auto before = names();
    struct stat status {};
    ASSERT_EQ(::chmod((folder_.path() / before[0]).c_str(), 0604), 0);
    const auto erased = sink_->erase({.ids = {"5"}, .emails = {}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 4U);
    EXPECT_EQ(erased->out_of_reach, "");
    EXPECT_EQ(names(), before);
    EXPECT_EQ(::stat((folder_.path() / before[0]).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0604U);
    EXPECT_EQ(read_gzip(folder_.path() / before[0]), "");
    EXPECT_EQ(seqs_in(read_gzip(folder_.path() / before[1])), range(2, 2));
    EXPECT_EQ(seqs(), (std::vector<std::uint64_t>{4, 6}));
    EXPECT_FALSE(fs::exists(path().string() + ".erase.tmp"));
    const TestEvents third({mary}, 8);
    ASSERT_EQ(sink_->deliver(third.items()).verdict, Verdict::delivered);
    EXPECT_EQ(seqs(), (std::vector<std::uint64_t>{4, 6, 8}));
}

TEST_F(FileSinkTest, ErasesBehindASymbolicLink) {
    const std::string jo = R"({"type":"sent","user":{"id":5}})";
    const std::string mary = R"({"type":"sent","user":{"id":6}})";
    const fs::path real = folder_.path() / "elsewhere" / "real.jsonl";
    fs::create_directory(real.parent_path());
    write_file(real, "");
    fs::create_symlink(real, path());
    open();
    const TestEvents events({jo, mary});
    ASSERT_EQ(sink_->deliver(events.items()).verdict, Verdict::delivered);
    write_file(real.string() + ".erase.tmp", jo);
    const auto erased = sink_->erase({.ids = {"5"}, .emails = {}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 1U);
    EXPECT_EQ(erased->out_of_reach, "");
    EXPECT_TRUE(fs::is_symlink(path()));
    EXPECT_FALSE(fs::exists(real.string() + ".erase.tmp"));
    const TestEvents later({mary}, 3);
    ASSERT_EQ(sink_->deliver(later.items()).verdict, Verdict::delivered);
    EXPECT_EQ(seqs_in(read_file(real)), range(2, 3));
}

TEST_F(FileSinkTest, ErasingDoesNotChangeItsAge) {
    const std::string jo = R"({"type":"sent","user":{"id":5}})";
    const std::string ann = R"({"type":"sent","user":{"id":7}})";
    open({{"rotate_age", std::chrono::milliseconds{std::chrono::hours{24}}}});
    const TestEvents events({jo, ann, R"({"type":"sent","user":{"id":6}})"});
    ASSERT_EQ(sink_->deliver(events.items()).verdict, Verdict::delivered);
    next_ = 4;
    // The system says of the new files that they are of today, long ago for this clock.
    for (const char* id : {"5", "7"}) {
        clock_.advance(std::chrono::hours{11});
        ASSERT_EQ(sink_->erase({.ids = {id}, .emails = {}})->records, 1U);
        deliver(1);
        EXPECT_THAT(names(), testing::IsEmpty());
    }
    clock_.advance(std::chrono::hours{2});
    deliver(1);
    EXPECT_EQ(names().size(), 1U);
}

TEST_F(FileSinkTest, ErasingTellsWhatItCannotReach) {
    open();
    const std::string jo = R"({"type":"sent","user":{"id":5,"email":"jo@person.example"}})";
    const TestEvents events({jo});
    ASSERT_EQ(sink_->deliver(events.items()).verdict, Verdict::delivered);
    // As logrotate does; nobody has told the sink yet.
    fs::rename(path(), path().string() + ".1");
    write_file(path().string() + "-20200101T000000Z.gz", "\x1f\x8b no gzip");
    const auto erased = sink_->erase({.ids = {"5"}, .emails = {}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->records, 0U);
    EXPECT_THAT(erased->out_of_reach, HasSubstr("cannot be decompressed"));
    EXPECT_THAT(erased->out_of_reach, HasSubstr("events.jsonl.1' beside the file"));
    EXPECT_EQ(read_file(path()), "");
}

TEST_F(FileSinkTest, ErasesFromEveryFormat) {
    const std::string jo =
        R"({"type":"opened","user":{"id":"5","email":"jo\u0040person.example"},"link":"a\/b"})";
    for (const auto format :
         {event::Format::json, event::Format::raw, event::Format::cloudevents}) {
        const TestEvents events({jo, huge_body(10)}, 1, format);
        for (const sink::Person& person :
             {sink::Person{{"5"}, {}}, sink::Person{{}, {"JO@person.example"}}}) {
            fs::remove(path());
            open();
            ASSERT_EQ(sink_->deliver(events.items()).verdict, Verdict::delivered);
            EXPECT_EQ(sink_->erase(person)->records, 1U) << static_cast<int>(format);
            const std::string left = read_file(path());
            EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), 1);
        }
    }
}

}  // namespace
}  // namespace verohook::sinks

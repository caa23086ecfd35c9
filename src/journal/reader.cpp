#include "journal/sqlite_journal.hpp"

#include "base/text.hpp"
#include "journal/folder.hpp"
#include "journal/log_check.hpp"
#include "journal/record_reader.hpp"
#include "journal/schema.hpp"

#include <utility>

namespace verohook::journal {

namespace {

/// Opens the file anew for each call. A command may wait for hours between two, for a pager or for
/// new events; a daemon that has to recover needs the file for itself meanwhile.
class ShortReader final : public JournalReader {
public:
    ShortReader(std::filesystem::path file, sqlite::OpenMode mode)
        : file_(std::move(file)), mode_(mode) {}

    [[nodiscard]] Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit) override {
        return with([&](RecordReader& reader) { return reader.read(after, limit); });
    }
    [[nodiscard]] Result<Seq> newest() override {
        return with([](RecordReader& reader) { return reader.newest(); });
    }
    [[nodiscard]] Result<Seq> last_before(Timestamp at) override {
        return with([&](RecordReader& reader) { return reader.last_before(at); });
    }
    [[nodiscard]] Result<std::map<std::string, Seq>> positions() override {
        return with([](RecordReader& reader) { return reader.positions(); });
    }
    [[nodiscard]] Result<std::vector<StoredLetter>> letters(const std::string& sink, Seq after,
                                                            ReadLimit limit) override {
        return with([&](RecordReader& reader) { return reader.letters(sink, after, limit); });
    }
    [[nodiscard]] Result<std::map<std::string, std::uint64_t>> letter_counts() override {
        return with([](RecordReader& reader) { return reader.letter_counts(); });
    }
    [[nodiscard]] Result<std::vector<ErasureReport>> erasure_reports() override {
        return with([](RecordReader& reader) { return reader.erasure_reports(); });
    }
    [[nodiscard]] Result<std::vector<UnfinishedErasure>> unfinished_erasures() override {
        return with([](RecordReader& reader) { return reader.unfinished_erasures(); });
    }
    [[nodiscard]] Result<Health> health() override {
        return with([](RecordReader& reader) { return reader.health(); });
    }

private:
    template <class Use>
    auto with(Use use) const -> decltype(use(std::declval<RecordReader&>())) {
        const Result<std::unique_ptr<RecordReader>> reader = RecordReader::open(file_, mode_, {});
        if (!reader) {
            return reader.error();
        }
        return use(**reader);
    }

    const std::filesystem::path file_;
    const sqlite::OpenMode mode_;
};

Result<FileState> state_of(const std::filesystem::path& file, sqlite::OpenMode mode) {
    Result<sqlite::Database> database = sqlite::Database::open(file, mode, {});
    if (!database) {
        return database.error();
    }
    return inspect(*database, file);
}

}  // namespace

Result<std::unique_ptr<JournalReader>> open_journal_reader(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "journal.db";
    if (const auto there = check_database_is_there(file); !there) {
        return there.error();
    }
    std::error_code code;
    if (!std::filesystem::exists(file, code)) {
        if (code) {
            return Error{ErrorCode::unavailable,
                         file.string() + " cannot be reached: " + system_words(code.value()) +
                             "; check that this user may read there"};
        }
        return Error{ErrorCode::not_found, "there is no journal in " + directory.string()};
    }
    sqlite::OpenMode mode = sqlite::OpenMode::read_only;
    Result<FileState> state = state_of(file, mode);
    if (!state && state.error().code == ErrorCode::unavailable &&
        holds_nothing(file.string() + "-wal")) {
        // On a medium that cannot be written the shared memory cannot be made, nor is it needed.
        mode = sqlite::OpenMode::immutable;
        state = state_of(file, mode);
    }
    if (!state) {
        return state.error();
    }
    if (*state != FileState::current) {
        return Error{ErrorCode::not_found,
                     file.string() + (*state == FileState::fresh
                                          ? " holds no events yet"
                                          : " is of an older version: start the daemon once")};
    }
    return std::unique_ptr<JournalReader>(std::make_unique<ShortReader>(file, mode));
}

}  // namespace verohook::journal

#include "journal/record_reader.hpp"
#include "journal/schema.hpp"

namespace verohook::journal {

namespace {

Result<std::unique_ptr<JournalReader>> open_as(const std::filesystem::path& file,
                                               sqlite::OpenMode mode) {
    Result<std::unique_ptr<RecordReader>> reader = RecordReader::open(file, mode, {});
    if (!reader) {
        return reader.error();
    }
    return std::unique_ptr<JournalReader>(std::move(*reader));
}

Result<FileState> state_of(const std::filesystem::path& file, sqlite::OpenMode mode) {
    Result<sqlite::Database> database = sqlite::Database::open(file, mode, {});
    if (!database) {
        return database.error();
    }
    return inspect(*database, file);
}

bool nothing_in_log(const std::filesystem::path& file) {
    std::error_code code;
    const auto size = std::filesystem::file_size(file.string() + "-wal", code);
    return code || size == 0;
}

}  // namespace

Result<std::unique_ptr<JournalReader>> open_journal_reader(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "journal.db";
    std::error_code code;
    if (!std::filesystem::exists(file, code)) {
        return Error{ErrorCode::not_found, "there is no journal in " + directory.string()};
    }
    sqlite::OpenMode mode = sqlite::OpenMode::read_only;
    Result<FileState> state = state_of(file, mode);
    if (!state && state.error().code == ErrorCode::unavailable && nothing_in_log(file)) {
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
    return open_as(file, mode);
}

}  // namespace verohook::journal

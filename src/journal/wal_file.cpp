#include "journal/wal_file.hpp"

#include "journal/folder.hpp"
#include "sqlite/error.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace verohook::journal {

namespace {

constexpr std::uint64_t header_bytes = 32;
constexpr std::uint64_t frame_header_bytes = 24;
constexpr int salt_offset = 16;

std::filesystem::path log_of(const std::filesystem::path& database) {
    return database.string() + "-wal";
}

}  // namespace

void WalFile::Close::operator()(sqlite3_file* file) const {
    if (file->pMethods != nullptr) {
        file->pMethods->xClose(file);
    }
    std::free(file);
}

WalFile::WalFile(const std::filesystem::path& database, const std::string& vfs,
                 std::uint32_t page_bytes)
    : path_(log_of(database)), vfs_(vfs), page_bytes_(page_bytes) {
    names_ = sqlite3_create_filename(database.c_str(), (database.string() + "-journal").c_str(),
                                     path_.c_str(), 0, nullptr);
}

WalFile::~WalFile() {
    file_.reset();
    sqlite3_free_filename(names_);
}

Result<sqlite3_file*> WalFile::file() {
    if (file_) {
        return file_.get();
    }
    sqlite3_vfs* vfs = sqlite3_vfs_find(vfs_.empty() ? nullptr : vfs_.c_str());
    void* memory = std::calloc(1, static_cast<std::size_t>(vfs->szOsFile));
    std::unique_ptr<sqlite3_file, Close> file(static_cast<sqlite3_file*>(memory));
    int flags = 0;
    const int code = vfs->xOpen(vfs, sqlite3_filename_wal(names_), file.get(),
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, &flags);
    if (code != SQLITE_OK) {
        return failure(code, "cannot be opened");
    }
    file_ = std::move(file);
    return file_.get();
}

Error WalFile::failure(int code, std::string_view what) const {
    return sqlite::database_error(nullptr, code, path_.string() + " " + std::string(what));
}

Result<std::uint64_t> WalFile::salt() {
    const Result<sqlite3_file*> log = file();
    if (!log) {
        return log.error();
    }
    std::uint64_t salt = 0;
    std::array<char, sizeof salt> bytes{};
    const int code = (*log)->pMethods->xRead(*log, bytes.data(), sizeof salt, salt_offset);
    if (code == SQLITE_IOERR_SHORT_READ) {
        return std::uint64_t{0};
    }
    if (code != SQLITE_OK) {
        return failure(code, "cannot be read");
    }
    std::memcpy(&salt, bytes.data(), sizeof salt);
    return salt;
}

Result<void> WalFile::cut(const WalMark& mark) {
    // A file that was open while a sync failed is told of it once more; one opened now is not.
    file_.reset();
    const Result<std::uint64_t> now = salt();
    if (!now) {
        return now.error();
    }
    sqlite3_file* log = file_.get();
    const std::uint64_t confirmed = *now == mark.salt ? bytes(mark.frames) : 0;
    sqlite3_int64 size = 0;
    int code = log->pMethods->xFileSize(log, &size);
    if (code == SQLITE_OK && static_cast<std::uint64_t>(size) > confirmed) {
        code = log->pMethods->xTruncate(log, static_cast<sqlite3_int64>(confirmed));
    }
    if (code != SQLITE_OK) {
        return failure(code, "cannot be cut back to what is known to be on the disk");
    }
    code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_OK) {
        return failure(code, "cannot be synced");
    }
    return forget_cached(path_);
}

std::uint64_t WalFile::bytes(std::uint32_t frames) const {
    return frames == 0 ? 0 : header_bytes + frames * (frame_header_bytes + page_bytes_);
}

}  // namespace verohook::journal

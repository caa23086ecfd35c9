#pragma once

#include <verohook/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3_file;

namespace verohook::journal {

/// How far the write-ahead log is known to be on the disk: the log's generation (its salts change
/// whenever SQLite starts it anew) and the number of frames at the last successful commit.
struct WalMark {
    std::uint64_t salt = 0;
    std::uint32_t frames = 0;
};

/// The write-ahead log beside a database, seen as a file, through the same VFS as the database.
/// The format: https://www.sqlite.org/fileformat2.html#walformat
class WalFile {
public:
    WalFile(const std::filesystem::path& database, const std::string& vfs,
            std::uint32_t page_bytes);
    ~WalFile();
    WalFile(const WalFile&) = delete;
    WalFile& operator=(const WalFile&) = delete;

    /// Salts of the log's header; 0: the log is empty.
    [[nodiscard]] Result<std::uint64_t> salt();

    /// Cuts off what came after `mark`, and syncs. Where the log was started anew after the mark,
    /// nothing of it is confirmed: all that the mark covered had been synced in the database
    /// before, for SQLite starts a log anew only then.
    [[nodiscard]] Result<void> cut(const WalMark& mark);

    [[nodiscard]] std::uint64_t bytes(std::uint32_t frames) const;

private:
    struct Close {
        void operator()(sqlite3_file* file) const;
    };
    [[nodiscard]] Result<sqlite3_file*> file();
    [[nodiscard]] Error failure(int code, std::string_view what) const;

    std::filesystem::path path_;
    std::string vfs_;
    std::uint32_t page_bytes_;
    const char* names_ = nullptr;  ///< SQLite's own form of the file's names; a VFS may rely on it.
    std::unique_ptr<sqlite3_file, Close> file_;
};

}  // namespace verohook::journal

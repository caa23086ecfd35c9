#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace verohook::journal {

/// Holds `journal.lock`, so that one daemon writes a folder. The kernel lets go of it when the
/// process ends, however it ends; the file stays, since removing it would let two hold it.
class LockFile {
public:
    /// Errors: `locked`, naming the folder and the holder; `unavailable`.
    [[nodiscard]] static Result<std::unique_ptr<LockFile>> take(
        const std::filesystem::path& directory);
    /// The same for the database itself, in case somebody removes `journal.lock`. It must be let go
    /// of after the last connection to the database: closing any descriptor of a file drops all
    /// locks that SQLite has in this process.
    [[nodiscard]] static Result<std::unique_ptr<LockFile>> take_database(
        const std::filesystem::path& file);
    /// Who holds the lock of a folder, as words: `process 123`. Nothing where nobody does, or where
    /// this user cannot see it.
    [[nodiscard]] static std::optional<std::string> holder(const std::filesystem::path& directory);
    /// Whether the last one to take the lock did so since the machine was started.
    [[nodiscard]] static bool taken_since_boot(const std::filesystem::path& directory);
    ~LockFile();
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;

private:
    explicit LockFile(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace verohook::journal

#pragma once

#include "base/posix.hpp"

#include <verohook/base/result.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace verohook::backup {

/// A file that was not there before, for its owner alone.
class NewFile {
public:
    [[nodiscard]] static Result<NewFile> make(const std::filesystem::path& file);
    [[nodiscard]] Result<void> write(std::string_view bytes);
    /// Syncs it.
    [[nodiscard]] Result<void> finish();

private:
    Descriptor descriptor_;
    std::filesystem::path path_;
};

/// Reads a file from its beginning to its end; stops at the first error that `take` returns.
[[nodiscard]] Result<void> each_piece(const std::filesystem::path& file,
                                      const std::function<Result<void>(std::string_view)>& take);

/// 64 hexadecimal digits.
[[nodiscard]] Result<std::string> sha256_of(const std::filesystem::path& file);

[[nodiscard]] Result<void> sync_file(const std::filesystem::path& file);

/// Whether there is anything of that name, be it a link to nothing.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// Gives a file that was synced another name, in another file system too, and syncs that. Nothing
/// is overwritten: `invalid_input` where `to` is there.
[[nodiscard]] Result<void> place(const std::filesystem::path& from,
                                 const std::filesystem::path& to);

/// Where the superuser does this for a daemon of another user, files are to be that one's.
[[nodiscard]] Result<void> give_to_owner_of(const std::filesystem::path& folder,
                                            const std::filesystem::path& file);

/// A folder beside `file`, removed with what is in it.
class WorkFolder {
public:
    [[nodiscard]] static Result<WorkFolder> make_beside(const std::filesystem::path& file);
    WorkFolder(WorkFolder&& other) noexcept;
    WorkFolder& operator=(WorkFolder&&) = delete;
    ~WorkFolder();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit WorkFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace verohook::backup

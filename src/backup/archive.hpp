#pragma once

#include <verohook/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct archive;

/// Tape archives (tar), as everybody's tools read and write them, through libarchive.
namespace verohook::backup {

/// How many bytes more have been read or written.
using BytesMore = std::function<void(std::uint64_t bytes)>;

/// Writes a new archive, for its owner alone. By the name of the file it is compressed: `.gz` and
/// `.tgz` by gzip, `.zst` by Zstandard, else not.
class ArchiveWriter {
public:
    [[nodiscard]] static Result<ArchiveWriter> make(const std::filesystem::path& file,
                                                    const std::filesystem::path& name);

    [[nodiscard]] Result<void> add_text(std::string_view name, std::string_view text);
    [[nodiscard]] Result<void> add_file(std::string_view name, const std::filesystem::path& file,
                                        const BytesMore& more);
    /// Ends the archive and syncs its file.
    [[nodiscard]] Result<void> finish();

private:
    struct Free {
        void operator()(archive* writer) const;
    };
    [[nodiscard]] Result<void> begin_member(std::string_view name, std::uint64_t bytes);
    [[nodiscard]] Error failure() const;

    std::unique_ptr<archive, Free> writer_;
    std::filesystem::path file_;
};

/// Reads an archive, member by member.
class ArchiveReader {
public:
    /// Errors: `not_found`, `unavailable`; `invalid_input` where the file is no archive.
    [[nodiscard]] static Result<ArchiveReader> open(const std::filesystem::path& file);

    /// The name of the next member; empty at the end.
    [[nodiscard]] Result<std::string> next();
    /// What the member holds, as far as `bytes_max`.
    [[nodiscard]] Result<std::string> text(std::size_t bytes_max);
    /// Writes what the member holds to a new file, for its owner alone, and syncs it.
    [[nodiscard]] Result<void> extract(const std::filesystem::path& file, const BytesMore& more);

private:
    struct Free {
        void operator()(archive* reader) const;
    };
    [[nodiscard]] Error failure() const;

    std::unique_ptr<archive, Free> reader_;
    std::filesystem::path file_;
};

}  // namespace verohook::backup

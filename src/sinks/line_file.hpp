#pragma once

#include "base/posix.hpp"

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>

struct stat;

namespace verohook::sinks {

struct LineFileSettings {
    std::filesystem::path path;  ///< Absolute.
    mode_t mode = 0640;          ///< Of a file that is made.
    bool sync = true;            ///< Whether `append` waits for the disk.
    /// What a line may begin with: an object's brace, or a year. A torn line that begins otherwise
    /// is somebody else's and stays.
    std::string_view line_begin = "{2";
};

/// What is wrong with a path that cannot name a file to append to: relative, a folder, a device.
/// Looks at what is there, and changes nothing.
[[nodiscard]] std::optional<std::string> complaint_of_path(const std::filesystem::path& path);

/// A file of whole lines that is only appended to, and locked against a second writer.
///
/// After a failed write or sync nobody knows what the disk holds, and a second sync that succeeds
/// proves nothing: the file is cut back to where the last append that succeeded ended, closed, and
/// opened anew for the next one. One thread.
class LineFile {
public:
    /// Opens nothing yet. `clock` outlives it.
    LineFile(LineFileSettings settings, const Clock& clock);
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Opens the file, or makes it and the folders above it; cuts a torn last line. Does nothing if
    /// it is open and still has a name.
    [[nodiscard]] Result<void> open();
    /// Appends whole lines, all or none of them; opens the file first where needed. Errors:
    /// `unavailable`, with the path.
    [[nodiscard]] Result<void> append(std::string_view lines);
    void close();

    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Since when the file has had lines; nothing while it is empty.
    [[nodiscard]] std::optional<Timestamp> born() const { return born_; }
    /// What is open is a copy of a file that has had lines since then.
    void continue_age(const std::optional<Timestamp>& born);
    [[nodiscard]] const std::filesystem::path& path() const { return settings_.path; }

private:
    /// Up to where a file can be trusted whose end is unknown.
    struct Suspect {
        dev_t device = 0;
        ino_t inode = 0;
        std::uint64_t size = 0;
    };

    [[nodiscard]] Result<void> open_descriptor();
    [[nodiscard]] Result<void> cut_untrusted(const struct stat& status);
    [[nodiscard]] Result<void> cut_to(std::uint64_t size);
    [[nodiscard]] Result<void> find_line_end();
    void give_up();
    [[nodiscard]] bool has_name() const;

    LineFileSettings settings_;
    const Clock& clock_;
    Descriptor descriptor_;
    std::uint64_t size_ = 0;
    std::optional<Timestamp> born_;
    dev_t device_ = 0;  ///< Of the file that is or was open.
    ino_t inode_ = 0;
    std::optional<Suspect> suspect_;
};

}  // namespace verohook::sinks

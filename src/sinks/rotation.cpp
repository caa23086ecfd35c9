#include "sinks/rotation.hpp"

#include "base/log.hpp"
#include "base/posix.hpp"
#include "sinks/gzip_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace verohook::sinks {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view gz = ".gz";
constexpr std::string_view tmp = ".gz.tmp";
/// Names that are tried; beyond that something is wrong.
constexpr unsigned names_max = 10'000;

/// `20261123T235741Z`
std::string compact(Timestamp at) {
    std::string text = format_seconds(at);
    std::erase_if(text, [](char character) { return character == '-' || character == ':'; });
    return text;
}

bool exists(const fs::path& path) {
    std::error_code ignored;  // What cannot be looked at cannot be written over either.
    return fs::exists(fs::symlink_status(path, ignored));
}

/// Behind symbolic links: what is rotated is the file itself, and its links stay. As many as the
/// system would follow.
fs::path behind_links(fs::path path) {
    constexpr int links_max = 40;
    for (int count = 0; count < links_max; ++count) {
        std::error_code error;
        const fs::path next = fs::read_symlink(path, error);
        if (error) {
            break;
        }
        path = next.is_absolute() ? next : path.parent_path() / next;
    }
    return path;
}

bool is_link(const fs::path& path) {
    std::error_code ignored;  // What cannot be looked at is no link.
    return fs::is_symlink(fs::symlink_status(path, ignored));
}

bool is_stamp(std::string_view text) {
    constexpr std::string_view pattern = "00000000T000000Z";
    return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                      [](char character, char expected) {
                          return expected == '0' ? character >= '0' && character <= '9'
                                                 : character == expected;
                      });
}

/// Second and place within it: the order of rotated files.
using Age = std::pair<std::string, unsigned>;

/// Nothing for a name that is none of ours: only those may be compressed or removed.
std::optional<Age> age_of(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    name.remove_prefix(prefix.size());
    for (const std::string_view ending : {tmp, gz}) {
        if (name.ends_with(ending)) {
            name.remove_suffix(ending.size());
            break;
        }
    }
    constexpr std::size_t stamp_length = 16;
    if (!is_stamp(name.substr(0, stamp_length))) {
        return std::nullopt;
    }
    Age age{name.substr(0, stamp_length), 0};
    name.remove_prefix(stamp_length);
    if (name.empty()) {
        return age;
    }
    const char* const end = name.data() + name.size();
    const auto [read, error] = std::from_chars(name.data() + 1, end, age.second);
    if (name.front() != '.' || error != std::errc{} || read != end) {
        return std::nullopt;
    }
    return age;
}

void remove_file(const fs::path& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error) {
        log::warn("cannot remove '" + path.string() + "': " + error.message());
    }
}

/// Every file that `rotate` or `gzip_file` made for a path, half-done ones too, oldest first.
std::vector<std::pair<Age, fs::path>> aged_files(const fs::path& given) {
    const fs::path path = behind_links(given);
    const std::string prefix = path.filename().string() + "-";
    std::vector<std::pair<Age, fs::path>> found;
    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        if (auto age = age_of(entry->path().filename().string(), prefix)) {
            found.emplace_back(std::move(*age), entry->path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<fs::path> all_files(const fs::path& path) {
    std::vector<fs::path> paths;
    for (auto& [age, file] : aged_files(path)) {
        paths.push_back(std::move(file));
    }
    return paths;
}

/// Later than all that are there: a name that was set free by the removal of an old file would make
/// the newest the oldest, and so would a clock that was set back.
Age next_age(const fs::path& path, Timestamp now) {
    Age next{compact(now), 0};
    const auto files = aged_files(path);
    if (!files.empty() && files.back().first >= next) {
        next = files.back().first;
        ++next.second;
    }
    return next;
}

bool ends_with(const fs::path& path, std::string_view ending) {
    return path.native().ends_with(ending);
}

}  // namespace

Result<void> rotate(const fs::path& given, Timestamp now) {
    const fs::path path = behind_links(given);
    Age age = next_age(given, now);
    const std::string stamped = path.string() + "-" + age.first;
    const auto named = [&] {
        return age.second == 0 ? stamped : stamped + "." + std::to_string(age.second);
    };
    std::string name = named();
    for (unsigned tried = 0; exists(name) || exists(name + ".gz"); ++tried) {
        if (tried > names_max) {
            return Error{ErrorCode::unavailable, "too many files are named '" + stamped + "'"};
        }
        ++age.second;
        name = named();
    }
    if (::rename(path.c_str(), name.c_str()) != 0) {
        return system_error("cannot set aside", path);
    }
    return sync_parent(path);
}

std::vector<fs::path> rotated_files(const fs::path& path) {
    std::vector<fs::path> files = all_files(path);
    std::erase_if(files, [](const fs::path& file) { return ends_with(file, tmp); });
    return files;
}

void tidy_rotated(const fs::path& path, const RotationSettings& settings) {
    for (const fs::path& file : all_files(path)) {
        const bool unfinished = ends_with(file, tmp);
        // A link in the place of a rotated file is somebody's who moved that away.
        if ((!unfinished && ends_with(file, gz)) || is_link(file)) {
            continue;
        }
        // Of a half-done file the source is still there: that goes only after the rename. Where
        // both are there, the crash came between the rename and the removal.
        if (unfinished || exists(file.string() + std::string(gz))) {
            remove_file(file);
        } else if (settings.gzip) {
            if (const auto compressed = gzip_file(file); !compressed) {
                log::warn(compressed.error().message + "; it stays uncompressed for now");
                // Of no use, and the disk may be full.
                remove_file(file.string() + std::string(tmp));
            }
        }
    }
    if (settings.keep > 0) {
        std::vector<fs::path> files = rotated_files(path);
        std::erase_if(files, is_link);
        const auto keep = static_cast<std::size_t>(settings.keep);
        for (std::size_t index = 0; index + keep < files.size(); ++index) {
            remove_file(files[index]);
        }
    }
}

}  // namespace verohook::sinks

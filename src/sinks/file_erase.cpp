#include "sinks/file_erase.hpp"

#include "base/log.hpp"
#include "base/posix.hpp"
#include "sinks/rotation.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace verohook::sinks {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished_ending = ".erase.tmp";
constexpr unsigned buffer_bytes = 256 * 1024;

/// A file as zlib reads it, compressed or not, or writes it.
struct CloseGzip {
    void operator()(gzFile file) const { ::gzclose(file); }
};
using GzipFile = std::unique_ptr<gzFile_s, CloseGzip>;

GzipFile open_gzip(const fs::path& file, int flags, const char* mode) {
    const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
    GzipFile opened(descriptor < 0 ? nullptr : ::gzdopen(descriptor, mode));
    if (!opened && descriptor >= 0) {
        ::close(descriptor);
    }
    if (opened) {
        ::gzbuffer(opened.get(), buffer_bytes);
    }
    return opened;
}

/// Calls `take` with each line of a file, with its line end where it has one; false ends it.
template <class Take>
Result<void> each_line(const fs::path& file, Take take) {
    const GzipFile source = open_gzip(file, O_RDONLY, "rb");
    if (!source) {
        return system_error("cannot read", file);
    }
    std::string rest;
    std::array<char, 65'536> block{};
    for (;;) {
        const int count = ::gzread(source.get(), block.data(), block.size());
        int code = Z_OK;
        ::gzerror(source.get(), &code);
        // What ends in the middle of its stream would lose what comes after.
        if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) {
            return Error{ErrorCode::corrupt, "'" + file.string() + "' cannot be decompressed"};
        }
        rest.append(block.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end = rest.find('\n'); end != std::string::npos;
             end = rest.find('\n', begin)) {
            if (!take(std::string_view(rest).substr(begin, end + 1 - begin))) {
                return {};
            }
            begin = end + 1;
        }
        rest.erase(0, begin);
        if (count == 0) {
            if (!rest.empty()) {
                static_cast<void>(take(std::string_view(rest)));
            }
            return {};
        }
    }
}

/// Writes what is to stay of a file into another one, durably.
Result<std::uint64_t> write_rest(const fs::path& file, const fs::path& target,
                                 const event::PersonFinder& person) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return system_error("cannot read", file);
    }
    const GzipFile source = open_gzip(file, O_RDONLY, "rb");
    if (!source) {
        return system_error("cannot read", file);
    }
    // zlib's `T` writes what it gets as it is.
    const bool plain = ::gzdirect(source.get()) == 1;
    GzipFile out = open_gzip(target, O_WRONLY | O_CREAT | O_TRUNC, plain ? "wbT" : "wb");
    if (!out || ::chmod(target.c_str(), status.st_mode & 07777U) != 0) {
        return system_error("cannot make", target);
    }
    // Only root can give a file to somebody else; the file is ours in any other case.
    [[maybe_unused]] const int ignored = ::chown(target.c_str(), status.st_uid, status.st_gid);
    std::uint64_t erased = 0;
    bool written = true;
    const auto read = each_line(file, [&](std::string_view line) {
        if (person.concerns(line)) {
            ++erased;
        } else {
            written = ::gzwrite(out.get(), line.data(), static_cast<unsigned>(line.size())) ==
                      static_cast<int>(line.size());
        }
        return written;
    });
    if (!read) {
        return read.error();
    }
    const Descriptor synced{::open(target.c_str(), O_RDONLY | O_CLOEXEC)};
    written = ::gzclose(out.release()) == Z_OK && written;
    if (!written || ::fsync(synced.get()) != 0) {
        return system_error("cannot write to", target);
    }
    return erased;
}

/// The file itself, where a symbolic link stands at its path: what replaced the link would leave
/// everything in the file.
fs::path real_file(const fs::path& file) {
    std::error_code error;
    fs::path found = fs::canonical(file, error);
    return error ? file : found;
}

fs::path unfinished(const fs::path& file) {
    return file.string() + std::string(unfinished_ending);
}

/// Files beside it that somebody else has set aside, such as `events.jsonl.1`.
std::vector<fs::path> foreign_files(const fs::path& path) {
    std::set<fs::path> own{path, real_file(path)};
    for (const fs::path& file : rotated_files(path)) {
        own.insert({file, real_file(file)});
    }
    std::vector<fs::path> found;
    std::error_code error;
    fs::directory_iterator entry(path.parent_path(), error);
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(path.filename().string()) && !own.contains(entry->path())) {
            found.push_back(entry->path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Result<std::uint64_t> erase_lines(const fs::path& name, const event::PersonFinder& person) {
    const fs::path file = real_file(name);
    bool any = false;
    const auto looked = each_line(file, [&](std::string_view line) {
        any = person.concerns(line);
        return !any;
    });
    if (!looked || !any) {
        return looked ? Result<std::uint64_t>(std::uint64_t{0}) : looked.error();
    }
    const fs::path target = unfinished(file);
    auto erased = write_rest(file, target, person);
    if (erased && ::rename(target.c_str(), file.c_str()) != 0) {
        erased = system_error("cannot replace", file);
    }
    if (!erased) {
        // Of no use, and full of others' data.
        ::unlink(target.c_str());
        return erased;
    }
    if (const auto synced = sync_parent(file); !synced) {
        return synced.error();
    }
    return erased;
}

void remove_unfinished_erasures(const fs::path& path) {
    std::vector<fs::path> files = rotated_files(path);
    files.push_back(path);
    for (const fs::path& file : files) {
        const fs::path left = unfinished(real_file(file));
        if (::unlink(left.c_str()) != 0 && errno != ENOENT) {
            log::warn(system_error("cannot remove", left).message);
        }
    }
}

Result<sink::Erased> erase_from_files(const fs::path& path, const sink::Person& person) {
    const event::PersonFinder finder(person.ids, person.emails);
    sink::Erased erased;
    remove_unfinished_erasures(path);
    std::vector<fs::path> files = rotated_files(path);
    files.push_back(path);
    for (const fs::path& file : files) {
        const auto lines = erase_lines(file, finder);
        if (lines) {
            erased.records += *lines;
        } else if (lines.error().code != ErrorCode::corrupt) {
            return lines.error();
        } else {
            erased.out_of_reach +=
                (erased.out_of_reach.empty() ? "" : "; ") + lines.error().message;
        }
    }
    const std::vector<fs::path> foreign = foreign_files(path);
    if (!foreign.empty()) {
        erased.out_of_reach +=
            (erased.out_of_reach.empty() ? "" : "; ") + std::string("'") +
            foreign.front().string() + "'" +
            (foreign.size() > 1 ? " and " + std::to_string(foreign.size() - 1) + " more" : "") +
            " beside the file were set aside by somebody else: erase there, or remove them";
    }
    return erased;
}

}  // namespace verohook::sinks

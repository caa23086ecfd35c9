#include "sinks/line_file.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::sinks {

namespace {

/// When a file was made, as far as its file system keeps that.
std::optional<Timestamp> birth_of(int descriptor) {
    struct statx status {};
    if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 ||
        (status.stx_mask & STATX_BTIME) == 0) {
        return std::nullopt;
    }
    return Timestamp{std::chrono::seconds{status.stx_btime.tv_sec} +
                     std::chrono::microseconds{status.stx_btime.tv_nsec / 1000}};
}

}  // namespace

std::optional<std::string> complaint_of_path(const std::filesystem::path& path) {
    if (!path.is_absolute() || !path.has_filename()) {
        return "must be the absolute path of a file, such as \"/var/log/verohook/events.ndjson\"";
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    return "'" + printable(path.string()) + "' is " +
           (S_ISDIR(status.st_mode) ? "a folder; name a file in it"
                                    : "no regular file; name another one");
}

LineFile::LineFile(LineFileSettings settings, const Clock& clock)
    : settings_(std::move(settings)), clock_(clock) {}

Result<void> LineFile::open() {
    if (descriptor_.is_open() && has_name()) {
        return {};
    }
    close();
    auto opened = open_descriptor();
    if (!opened) {
        descriptor_.close();
    }
    return opened;
}

Result<void> LineFile::open_descriptor() {
    const char* path = settings_.path.c_str();
    constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    descriptor_ = Descriptor{::open(path, flags)};
    if (!descriptor_.is_open() && errno == ENOENT) {
        if (auto made = make_parents(settings_.path); !made) {
            return made;
        }
        descriptor_ = Descriptor{::open(path, flags | O_CREAT, settings_.mode)};
        // The process's umask has no say in a mode that was configured.
        if (descriptor_.is_open() && ::fchmod(descriptor_.get(), settings_.mode) != 0) {
            return system_error("cannot set the mode of", settings_.path);
        }
    }
    struct stat status {};
    if (!descriptor_.is_open() || ::fstat(descriptor_.get(), &status) != 0) {
        return system_error("cannot open", settings_.path);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{ErrorCode::unavailable,
                     "'" + settings_.path.string() + "' is not a regular file"};
    }
    if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) {
        return system_error("another sink or process writes to", settings_.path);
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
    if (auto cut = cut_untrusted(status); !cut) {
        return cut;
    }
    const bool is_other = status.st_dev != device_ || status.st_ino != inode_;
    device_ = status.st_dev;
    inode_ = status.st_ino;
    if (size_ == 0) {
        born_.reset();
    } else if (is_other || !born_) {
        born_ = birth_of(descriptor_.get()).value_or(clock_.now());
    }
    // Also of a file that was there: the process that made it may have died before it did this.
    return settings_.sync ? sync_parent(settings_.path) : Result<void>{};
}

Result<void> LineFile::cut_untrusted(const struct stat& status) {
    if (suspect_ && suspect_->device == status.st_dev && suspect_->inode == status.st_ino &&
        suspect_->size < size_) {
        if (auto cut = cut_to(suspect_->size); !cut) {
            return cut;
        }
    }
    suspect_.reset();
    return find_line_end();
}

/// A crash may have left a part of a line at the end; what follows must not be glued to it.
Result<void> LineFile::find_line_end() {
    std::array<char, 65'536> block{};
    std::uint64_t end = size_;
    while (end > 0) {
        const std::uint64_t length = std::min<std::uint64_t>(end, block.size());
        const ssize_t count =
            ::pread(descriptor_.get(), block.data(), length, static_cast<off_t>(end - length));
        if (count < 0 || static_cast<std::uint64_t>(count) != length) {
            return system_error("cannot read the end of", settings_.path);
        }
        const std::string_view text(block.data(), length);
        if (const std::size_t found = text.rfind('\n'); found != std::string_view::npos) {
            end = end - length + found + 1;
            break;
        }
        end -= length;
    }
    if (end == size_) {
        return {};
    }
    char first = '\0';
    if (::pread(descriptor_.get(), &first, 1, static_cast<off_t>(end)) != 1) {
        return system_error("cannot read the end of", settings_.path);
    }
    if (settings_.line_begin.find(first) == std::string_view::npos) {
        return Error{ErrorCode::unavailable,
                     "'" + settings_.path.string() +
                         "' ends in a line that is not complete and not verohook's; end it, or "
                         "name another file"};
    }
    log::warn("'" + settings_.path.string() + "' ended in a torn line; cut " +
              std::to_string(size_ - end) + " bytes, its event is delivered again");
    return cut_to(end);
}

Result<void> LineFile::cut_to(std::uint64_t size) {
    if (::ftruncate(descriptor_.get(), static_cast<off_t>(size)) != 0) {
        return system_error("cannot cut", settings_.path);
    }
    size_ = size;
    return {};
}

Result<void> LineFile::append(std::string_view lines) {
    if (auto opened = open(); !opened) {
        return opened;
    }
    if (lines.empty()) {
        return {};
    }
    const Written written = write_fully(descriptor_.get(), lines);
    if (written.error != 0) {
        errno = written.error;
        Error error = system_error("cannot write to", settings_.path);
        give_up();
        return error;
    }
    if (settings_.sync && ::fdatasync(descriptor_.get()) != 0) {
        Error error = system_error("cannot sync", settings_.path);
        give_up();
        return error;
    }
    if (!born_) {
        born_ = clock_.now();
    }
    size_ += lines.size();
    return {};
}

void LineFile::give_up() {
    struct stat status {};
    if (::fstat(descriptor_.get(), &status) == 0) {
        suspect_ = Suspect{status.st_dev, status.st_ino, size_};
    }
    // If it cannot be cut now, it will be when it is opened again.
    const int ignored = ::ftruncate(descriptor_.get(), static_cast<off_t>(size_));
    static_cast<void>(ignored);
    close();
}

void LineFile::continue_age(const std::optional<Timestamp>& born) {
    if (born_ && born) {
        born_ = born;
    }
}

void LineFile::close() {
    descriptor_.close();
}

/// A file that was removed takes lines without a complaint, and they are gone.
bool LineFile::has_name() const {
    struct stat status {};
    return ::fstat(descriptor_.get(), &status) == 0 && status.st_nlink > 0;
}

}  // namespace verohook::sinks

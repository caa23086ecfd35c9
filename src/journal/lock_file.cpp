#include "journal/lock_file.hpp"

#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::journal {

namespace {

std::string name_in(int descriptor) {
    std::array<char, 16> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size() - 1, 0);
    std::string digits;
    for (ssize_t at = 0; at < count; ++at) {
        const char character = text[static_cast<std::size_t>(at)];
        if (character < '0' || character > '9') {
            break;
        }
        digits += character;
    }
    return digits.empty() ? "another process" : "process " + digits;
}

/// Another one after each start of the machine; empty where the system does not tell.
std::string boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

}  // namespace

Result<std::unique_ptr<LockFile>> LockFile::take(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "journal.lock";
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return Error{ErrorCode::unavailable, file.string() +
                                                 " cannot be opened: " + system_words(errno) +
                                                 "; check that this user may write there"};
    }
    std::unique_ptr<LockFile> lock(new LockFile(descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return Error{ErrorCode::locked, "the journal in " + directory.string() +
                                                " is in use by " + name_in(descriptor) +
                                                "; stop it, or use another folder"};
        }
        return Error{ErrorCode::unavailable,
                     file.string() + " cannot be locked: " + system_words(errno)};
    }
    const std::string text = std::to_string(::getpid()) + "\n" + boot_id() + "\n";
    // Who holds it is told for people's sake; the lock itself does not depend on the text.
    [[maybe_unused]] const bool ignored =
        ::ftruncate(descriptor, 0) == 0 &&
        ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    return lock;
}

Result<std::unique_ptr<LockFile>> LockFile::take_database(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        return Error{ErrorCode::unavailable, file.string() +
                                                 " cannot be opened: " + system_words(errno) +
                                                 "; check that this user may write there"};
    }
    std::unique_ptr<LockFile> lock(new LockFile(descriptor));
    // SQLite's own locks are of another sort, and know nothing of this one.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        return lock;
    }
    if (errno == EWOULDBLOCK) {
        return Error{ErrorCode::locked, file.string() +
                                            " is in use by another process, though "
                                            "nobody holds its journal.lock; stop that"};
    }
    return Error{ErrorCode::unavailable,
                 file.string() + " cannot be locked: " + system_words(errno)};
}

std::optional<std::string> LockFile::holder(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "journal.lock";
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return std::nullopt;
    }
    const LockFile trial(descriptor);
    if (::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return name_in(descriptor);
    }
    return std::nullopt;
}

bool LockFile::taken_since_boot(const std::filesystem::path& directory) {
    std::ifstream in(directory / "journal.lock");
    std::string pid;
    std::string boot;
    return in >> pid >> boot && boot == boot_id();
}

LockFile::~LockFile() {
    ::close(descriptor_);
}

}  // namespace verohook::journal

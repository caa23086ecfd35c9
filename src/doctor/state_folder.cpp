#include "doctor/state_folder.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::doctor {

namespace {

/// Folders that were made for a trial, and are removed after it.
class TrialFolders {
public:
    TrialFolders() = default;
    TrialFolders(const TrialFolders&) = delete;
    TrialFolders& operator=(const TrialFolders&) = delete;
    ~TrialFolders() {
        for (auto made = made_.rbegin(); made != made_.rend(); ++made) {
            // Somebody who uses it by now may keep it.
            [[maybe_unused]] const int ignored = ::rmdir(made->c_str());
        }
    }

    /// Makes a folder that is missing; false, with `errno`, where that fails.
    bool make(const std::filesystem::path& folder) {
        struct stat status {};
        if (::stat(folder.c_str(), &status) == 0) {
            return true;
        }
        if (errno != ENOENT || ::mkdir(folder.c_str(), S_IRWXU) != 0) {
            return false;
        }
        made_.push_back(folder);
        return true;
    }

private:
    std::vector<std::filesystem::path> made_;
};

Error failure(const std::filesystem::path& path, std::string_view what) {
    return {ErrorCode::unavailable, path.string() + " " + std::string(what) + ": " +
                                        system_words(errno) +
                                        "; let the user that runs verohook write there"};
}

bool write_and_remove(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRWXU);
    if (descriptor < 0) {
        return false;
    }
    const bool written = ::write(descriptor, "\n", 1) == 1;
    const int number = errno;
    ::close(descriptor);
    ::unlink(file.c_str());
    errno = number;
    return written;
}

}  // namespace

Result<void> try_state_folder(const std::filesystem::path& folder) {
    std::error_code ignored;  // A folder that is not there any more is told by the first step.
    const std::filesystem::path absolute = std::filesystem::absolute(folder, ignored);
    TrialFolders folders;
    std::filesystem::path step;
    for (const std::filesystem::path& part : absolute) {
        step /= part;
        if (!folders.make(step)) {
            return failure(step, "cannot be made");
        }
    }
    if (!write_and_remove(absolute / ("check-" + std::to_string(::getpid())))) {
        return failure(absolute, "cannot be written");
    }
    for (const char* name : {"journal.lock", "journal.db"}) {
        const int descriptor = ::open((absolute / name).c_str(), O_RDWR | O_CLOEXEC);
        if (descriptor < 0 && errno != ENOENT) {
            return failure(absolute / name, "cannot be written");
        }
        ::close(descriptor);
    }
    return {};
}

}  // namespace verohook::doctor

#include "journal/folder.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::journal {

namespace {

Error failure(const std::filesystem::path& path, std::string_view what, int error_number) {
    return {ErrorCode::unavailable, path.string() + " " + std::string(what) + ": " +
                                        system_words(error_number) +
                                        "; check that this user may write there"};
}

Result<void> sync_folder(const std::filesystem::path& directory) {
    const std::string name = directory.empty() ? "." : directory.string();
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return failure(directory, "cannot be opened", errno);
    }
    const int synced = ::fsync(descriptor);
    const int error_number = errno;
    ::close(descriptor);
    // Some file systems know no sync of a folder; they have nothing that could be waited for.
    if (synced != 0 && error_number != EINVAL) {
        return failure(directory, "cannot be synced", error_number);
    }
    return {};
}

}  // namespace

Result<void> make_folder(const std::filesystem::path& directory) {
    std::error_code code;
    if (std::filesystem::is_directory(directory, code)) {
        return {};
    }
    const std::filesystem::path parent = std::filesystem::absolute(directory, code).parent_path();
    std::filesystem::create_directories(parent, code);
    if (code) {
        return failure(parent, "cannot be made", code.value());
    }
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return failure(directory, "cannot be made", errno);
    }
    return sync_folder(parent);
}

Result<void> make_file(const std::filesystem::path& file) {
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        if (errno == EEXIST) {
            return {};
        }
        return failure(file, "cannot be made", errno);
    }
    ::close(descriptor);
    return sync_folder(file.parent_path());
}

bool holds_nothing(const std::filesystem::path& file) {
    std::error_code code;
    const auto size = std::filesystem::file_size(file, code);
    return code == std::errc::no_such_file_or_directory || (!code && size == 0);
}

Result<void> forget_cached(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return {};
    }
    const int synced = ::fdatasync(descriptor);
    const int error_number = errno;
    // Only advice: what the kernel keeps all the same is made whole by the checkpoint that follows.
    [[maybe_unused]] const int ignored = ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
    if (synced != 0) {
        return failure(file, "cannot be synced", error_number);
    }
    return {};
}

}  // namespace verohook::journal

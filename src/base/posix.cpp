#include "base/posix.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook {

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

Descriptor::~Descriptor() {
    close();
}

void Descriptor::close() {
    if (is_open()) {
        // What had to reach the disk was synced before; an error here says nothing new.
        const int ignored = ::close(std::exchange(number_, -1));
        static_cast<void>(ignored);
    }
}

Error system_error(std::string_view what, const std::filesystem::path& path) {
    const int number = errno;
    return {ErrorCode::unavailable,
            std::string(what) + " '" + path.string() + "': " + system_words(number)};
}

Written write_fully(int descriptor, std::string_view bytes) {
    Written written;
    while (written.bytes < bytes.size()) {
        const ssize_t count =
            ::write(descriptor, bytes.data() + written.bytes, bytes.size() - written.bytes);
        if (count > 0) {
            written.bytes += static_cast<std::size_t>(count);
        } else if (count == 0) {
            // Not to be asked for ever: nothing explains a write of nothing.
            written.error = EIO;
            return written;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            pollfd waiting{descriptor, POLLOUT, 0};
            const int ignored = ::poll(&waiting, 1, -1);  // The next write tells what happened.
            static_cast<void>(ignored);
        } else if (errno != EINTR) {
            written.error = errno;
            return written;
        }
    }
    return written;
}

Result<void> sync_parent(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.parent_path();
    const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open()) {
        return system_error("cannot open the folder", folder);
    }
    // Some file systems know no sync of a folder; they have nothing that could be waited for.
    if (::fsync(opened.get()) != 0 && errno != EINVAL) {
        return system_error("cannot sync the folder", folder);
    }
    return {};
}

Result<void> make_parents(const std::filesystem::path& path) {
    constexpr mode_t folder_mode = 0750;
    const std::filesystem::path folder = path.parent_path();
    struct stat status {};
    if (folder == folder.root_path() || ::stat(folder.c_str(), &status) == 0) {
        return {};
    }
    if (auto made = make_parents(folder); !made) {
        return made;
    }
    if (::mkdir(folder.c_str(), folder_mode) != 0 && errno != EEXIST) {
        return system_error("cannot make the folder", folder);
    }
    return sync_parent(folder);
}

}  // namespace verohook

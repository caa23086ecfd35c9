#include "backup/new_file.hpp"

#include "base/digest.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::backup {

namespace {

constexpr std::size_t step_bytes = std::size_t{256} * 1024;

Result<void> copy_bytes(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code code;
    std::filesystem::remove(to, code);  // Of somebody who was killed; what stays is told next.
    Result<NewFile> made = NewFile::make(to);
    if (!made) {
        return made.error();
    }
    const Result<void> copied =
        each_piece(from, [&](std::string_view piece) { return made->write(piece); });
    return copied ? made->finish() : copied;
}

/// With the error in `errno`: EEXIST where `to` is there.
bool rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return false;
    }
    // NFS and others cannot promise that, but know links, which never replace.
    if (::link(from.c_str(), to.c_str()) != 0) {
        return false;
    }
    [[maybe_unused]] const int ignored = ::unlink(from.c_str());  // Its folder goes soon.
    return true;
}

/// To another file system.
Result<void> place_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    const std::filesystem::path beside = to.string() + ".unfinished";
    Result<void> placed = copy_bytes(from, beside);
    if (placed) {
        placed = place(beside, to);
    }
    if (!placed) {
        std::error_code ignored;  // The first error is the one to tell.
        std::filesystem::remove(beside, ignored);
    }
    return placed;
}

}  // namespace

Result<NewFile> NewFile::make(const std::filesystem::path& file) {
    NewFile made;
    made.path_ = file;
    made.descriptor_ = Descriptor(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!made.descriptor_.is_open()) {
        return system_error("cannot make", file);
    }
    return made;
}

Result<void> NewFile::write(std::string_view bytes) {
    const Written written = write_fully(descriptor_.get(), bytes);
    if (written.error != 0) {
        errno = written.error;
        return system_error("cannot write to", path_);
    }
    return {};
}

Result<void> NewFile::finish() {
    if (::fsync(descriptor_.get()) != 0) {
        return system_error("cannot sync", path_);
    }
    return {};
}

Result<void> each_piece(const std::filesystem::path& file,
                        const std::function<Result<void>(std::string_view)>& take) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open()) {
        return system_error("cannot open", file);
    }
    std::vector<char> piece(step_bytes);
    for (;;) {
        const ssize_t count = ::read(opened.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return system_error("cannot read", file);
        }
        if (count == 0) {
            return {};
        }
        if (auto taken = take({piece.data(), static_cast<std::size_t>(count)}); !taken) {
            return taken;
        }
    }
}

Result<std::string> sha256_of(const std::filesystem::path& file) {
    Sha256 digest;
    const Result<void> read = each_piece(file, [&](std::string_view piece) -> Result<void> {
        digest.update(piece);
        return {};
    });
    return read ? Result<std::string>(digest.hex()) : read.error();
}

Result<void> sync_file(const std::filesystem::path& file) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open() || ::fsync(opened.get()) != 0) {
        return system_error("cannot sync", file);
    }
    return {};
}

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;  // What cannot be seen is told by whoever wants it.
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

Result<void> place(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (!rename_to_new(from, to)) {
        if (errno == EXDEV) {
            return place_copy(from, to);
        }
        if (errno == EEXIST) {
            return Error{ErrorCode::invalid_input,
                         "'" + to.string() +
                             "' is there already and was left as it is: move it "
                             "aside, or choose another name"};
        }
        return system_error("cannot make", to);
    }
    return sync_parent(std::filesystem::absolute(to));
}

Result<void> give_to_owner_of(const std::filesystem::path& folder,
                              const std::filesystem::path& file) {
    struct stat status {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0 || status.st_uid == 0) {
        return {};
    }
    if (::lchown(file.c_str(), status.st_uid, status.st_gid) != 0) {
        return system_error("cannot give to the owner of its folder", file);
    }
    return {};
}

Result<WorkFolder> WorkFolder::make_beside(const std::filesystem::path& file) {
    std::string name = file.string() + ".unfinished-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        return system_error("cannot make a folder beside", file);
    }
    return WorkFolder(name);
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

WorkFolder::~WorkFolder() {
    if (!path_.empty()) {
        std::error_code ignored;  // What cannot be removed tells by its name what it is.
        std::filesystem::remove_all(path_, ignored);
    }
}

}  // namespace verohook::backup

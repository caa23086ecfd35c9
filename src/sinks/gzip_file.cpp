#include "sinks/gzip_file.hpp"

#include "base/posix.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace verohook::sinks {

namespace {

constexpr std::size_t block_bytes = 65'536;
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to ask for a gzip header.
constexpr int memory_level = 8;            // zlib's default.

/// One pass of zlib over a file; ends the stream however it comes out.
class Deflater {
public:
    Deflater() {
        ready_ = ::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits,
                                memory_level, Z_DEFAULT_STRATEGY) == Z_OK;
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() {
        if (ready_) {
            ::deflateEnd(&stream_);
        }
    }

    /// Compresses one block to a file; 0, or an `errno`.
    [[nodiscard]] int put(std::string_view block, bool last, int target) {
        if (!ready_) {
            return ENOMEM;
        }
        std::string input(block);  // zlib wants bytes that it could change.
        stream_.next_in = reinterpret_cast<Bytef*>(input.data());
        stream_.avail_in = static_cast<uInt>(input.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
            stream_.avail_out = static_cast<uInt>(output_.size());
            ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            const std::size_t length = output_.size() - stream_.avail_out;
            const Written written = write_fully(target, {output_.data(), length});
            if (written.error != 0) {
                return written.error;
            }
        } while (stream_.avail_out == 0);
        return 0;
    }

private:
    z_stream stream_{};
    bool ready_ = false;
    std::array<char, block_bytes> output_{};
};

int compress(int source, int target) {
    std::array<char, block_bytes> block{};
    Deflater deflater;
    while (true) {
        const ssize_t count = ::read(source, block.data(), block.size());
        if (count < 0) {
            return errno;
        }
        const std::string_view text(block.data(), static_cast<std::size_t>(count));
        if (const int error = deflater.put(text, count == 0, target); error != 0 || count == 0) {
            return error;
        }
    }
}

}  // namespace

Result<void> gzip_file(const std::filesystem::path& file) {
    const std::filesystem::path finished = file.string() + ".gz";
    const std::filesystem::path unfinished = finished.string() + ".tmp";
    const Descriptor source{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status {};
    if (!source.is_open() || ::fstat(source.get(), &status) != 0) {
        return system_error("cannot read", file);
    }
    const Descriptor target{
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status.st_mode)};
    if (!target.is_open() || ::fchmod(target.get(), status.st_mode & 07777U) != 0) {
        return system_error("cannot make", unfinished);
    }
    if (const int error = compress(source.get(), target.get()); error != 0) {
        errno = error;
        return system_error("cannot compress to", unfinished);
    }
    if (::fsync(target.get()) != 0 || ::rename(unfinished.c_str(), finished.c_str()) != 0) {
        return system_error("cannot finish", finished);
    }
    if (auto synced = sync_parent(finished); !synced) {
        return synced;
    }
    if (::unlink(file.c_str()) != 0) {
        return system_error("cannot remove", file);
    }
    return {};
}

}  // namespace verohook::sinks

#include "http/gzip.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <limits>
#include <memory>

#include <zlib.h>

namespace verohook::http {

namespace {

/// zlib's own number for "gzip framing, the largest window".
constexpr int gzip_window = 15 + 16;
constexpr std::size_t step_bytes = std::size_t{16} * 1024;

struct EndInflate {
    void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

/// zlib wants a pointer to bytes it never writes to.
Bytef* input_of(std::string_view bytes) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

/// Takes what has come out of one step of inflate; the last byte over the bound is only a probe.
class Inflater {
public:
    Inflater(std::string_view bytes, std::size_t bytes_max) : bytes_(bytes), bytes_max_(bytes_max) {
        stream_.next_in = input_of(bytes);
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }

    boost::system::result<std::string, GunzipError> run() {
        if (::inflateInit2(&stream_, gzip_window) != Z_OK) {
            return fail("memory ran out");
        }
        const std::unique_ptr<z_stream, EndInflate> end(&stream_);
        for (;;) {
            const int status = step();
            if (out_.size() > bytes_max_) {
                return GunzipError{true, offset(), "more bytes come out than are allowed"};
            }
            if (status == Z_STREAM_END) {
                if (stream_.avail_in == 0) {
                    return std::move(out_);
                }
                first_member_ = false;
                member_start_ = offset();
                ::inflateReset(&stream_);
            } else if (status == Z_BUF_ERROR ||
                       (status == Z_OK && stream_.avail_out > 0 && stream_.avail_in == 0)) {
                return fail("the gzip data ends too early");
            } else if (status != Z_OK) {
                return fail(describe());
            }
        }
    }

private:
    int step() {
        const std::size_t room = std::min(step_bytes, bytes_max_ + 1 - out_.size());
        const std::size_t before = out_.size();
        if (out_.capacity() < before + room) {
            // The string's own doubling could take twice the bound.
            out_.reserve(std::min(std::max(2 * before, before + room), bytes_max_ + 1));
        }
        out_.resize(before + room);
        stream_.next_out = reinterpret_cast<Bytef*>(out_.data() + before);
        stream_.avail_out = static_cast<uInt>(room);
        const int status = ::inflate(&stream_, Z_NO_FLUSH);
        out_.resize(out_.size() - stream_.avail_out);
        return status;
    }

    [[nodiscard]] std::size_t offset() const { return bytes_.size() - stream_.avail_in; }

    [[nodiscard]] std::string describe() const {
        const std::string reason = stream_.msg != nullptr ? stream_.msg : "invalid data";
        if (!first_member_ && stream_.total_out == 0 && offset() - member_start_ <= 2) {
            return "bytes that are no gzip follow the gzip data: " + reason;
        }
        return "the gzip data is broken: " + reason;
    }

    [[nodiscard]] GunzipError fail(std::string message) const {
        return {false, offset(), std::move(message)};
    }

    std::string_view bytes_;
    std::size_t bytes_max_;
    z_stream stream_{};
    std::string out_;
    std::size_t member_start_ = 0;
    bool first_member_ = true;
};

}  // namespace

boost::system::result<std::string, GunzipError> gunzip(std::string_view bytes,
                                                       std::size_t bytes_max) {
    if (bytes.size() > std::numeric_limits<uInt>::max()) {
        return GunzipError{true, 0, "the gzip data is too large"};
    }
    return Inflater(bytes, bytes_max).run();
}

}  // namespace verohook::http

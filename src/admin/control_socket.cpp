#include "admin/control_socket.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace verohook::admin {

Result<ControlSocket> ControlSocket::in(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable,
                     folder.string() + " cannot be opened: " + system_words(errno)};
    }
    return ControlSocket(descriptor);
}

ControlSocket::~ControlSocket() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

std::string ControlSocket::path() const {
    return "/proc/self/fd/" + std::to_string(descriptor_) + "/admin.sock";
}

}  // namespace verohook::admin

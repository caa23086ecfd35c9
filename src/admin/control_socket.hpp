#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>
#include <string>

namespace verohook::admin {

/// The path of the control socket in a state folder. The address of a unix socket has room for 107
/// bytes, and a folder may lie deeper than that, so the path leads through an open descriptor of
/// the folder; it is good for as long as this lives.
class ControlSocket {
public:
    /// Errors: `not_found`, `unavailable`.
    [[nodiscard]] static Result<ControlSocket> in(const std::filesystem::path& folder);
    ~ControlSocket();
    ControlSocket(ControlSocket&& other) noexcept;
    ControlSocket& operator=(ControlSocket&&) = delete;

    /// `unix:/…/admin.sock`
    [[nodiscard]] std::string listen_address() const { return "unix:" + path(); }
    /// `http+unix:/…/admin.sock:TARGET`
    [[nodiscard]] std::string url(const std::string& target) const {
        return "http+unix://" + path() + ":" + target;
    }
    [[nodiscard]] std::string path() const;

private:
    explicit ControlSocket(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace verohook::admin

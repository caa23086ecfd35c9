#pragma once

#include "base/listen_address.hpp"

#include <verohook/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

namespace verohook::http {

/// Who has a socket beside this process, such as systemd.
enum class Holder { nobody, somebody };

/// One that a process which takes over gets, too.
struct SharedSocket {
    int descriptor = -1;  ///< Owned by whoever gets this.
    Holder holder = Holder::nobody;
};

/// Owns one bound and listening socket, and the file of a unix socket, which it removes at the end.
class ListeningSocket {
public:
    /// `shared_port`: other sockets of this process will listen at the same port.
    [[nodiscard]] static Result<ListeningSocket> bind_tcp(const ListenAddress& listen,
                                                          bool shared_port);
    /// Removes a file that a dead server left behind; a live one is an error.
    [[nodiscard]] static Result<ListeningSocket> bind_unix(const ListenAddress& listen,
                                                           unsigned mode);
    /// One that listens already. If somebody else holds it too, what waits there when this ends is
    /// not lost, but left to whoever listens next, and so is a unix socket's file. Takes the
    /// descriptor over.
    [[nodiscard]] static ListeningSocket adopt(int descriptor, ListenAddress address,
                                               Holder holder);
    ~ListeningSocket();
    ListeningSocket(ListeningSocket&& other) noexcept;
    ListeningSocket& operator=(ListeningSocket&&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// From now on somebody else holds it too: who gets what is returned. Nothing: there is no
    /// descriptor to be had.
    [[nodiscard]] std::optional<SharedSocket> share();
    [[nodiscard]] bool is_held_elsewhere() const { return held_elsewhere_; }
    /// With the real port.
    [[nodiscard]] const ListenAddress& address() const { return address_; }

private:
    ListeningSocket(int descriptor, ListenAddress address)
        : descriptor_(descriptor), address_(std::move(address)) {}
    /// The file at its path is the one that it removes.
    void own_file();

    int descriptor_ = -1;
    ListenAddress address_;
    bool held_elsewhere_ = false;
    dev_t file_device_ = 0;
    ino_t file_inode_ = 0;  ///< 0: no file was made.
};

/// Whether no socket at all is bound to a port: those that share theirs would silently share it
/// with another process of the same user, too. Port 0 is always free.
[[nodiscard]] Result<void> check_port_free(const ListenAddress& listen);

}  // namespace verohook::http

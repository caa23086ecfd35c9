#pragma once

#include "http/listening_socket.hpp"

#include <list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace verohook::http {

/// Sockets that listen already and were handed to this process by whoever has started it, such as
/// systemd. Each is taken by the server that is to listen at its address. One thread.
class HandedSockets {
public:
    HandedSockets() = default;
    HandedSockets(const HandedSockets&) = delete;
    HandedSockets& operator=(const HandedSockets&) = delete;

    /// Takes the descriptor over. Error: `invalid_input` for what is no stream socket that listens
    /// at a TCP or unix address.
    [[nodiscard]] Result<void> add(int descriptor, Holder holder);
    /// Addresses of servers that take theirs later: where port 0 stands for any port, it does not
    /// stand for one of these.
    void reserve(std::span<const std::string> listen);
    /// The one at this address; port 0 stands for any port that is not reserved.
    [[nodiscard]] std::optional<ListeningSocket> take(const ListenAddress& wanted);
    /// Those that nobody has taken.
    [[nodiscard]] std::vector<std::string> rest() const;
    /// Closes them.
    void close_rest() { sockets_.clear(); }
    /// They come from an earlier life of this process: what nobody has taken is not wanted any
    /// more.
    void set_own() { own_ = true; }
    [[nodiscard]] bool are_own() const { return own_; }

private:
    [[nodiscard]] bool is_wanted(const ListenAddress& there, const ListenAddress& wanted) const;

    std::list<ListeningSocket> sockets_;
    std::vector<ListenAddress> reserved_;
    bool own_ = false;
};

}  // namespace verohook::http

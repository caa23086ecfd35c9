#pragma once

#include "http/io.hpp"
#include "http/listening_socket.hpp"
#include "http/message.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace verohook::http {

class IoThread;

/// Accepts the connections of one socket, on one thread, and hands them to its targets in turn.
/// Out of descriptors or memory it pauses; beyond the bound of connections it answers 503, and
/// beyond the bound of those that were answered so it closes at once.
class Listener {
public:
    /// Accepts nothing before `start`. `thread` and `targets` outlive the listener.
    Listener(IoThread& thread, ListeningSocket socket, std::vector<IoThread*> targets);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Before the thread runs, or on it.
    void start();
    /// As `ListeningSocket::share`. Any thread, before `stop`.
    [[nodiscard]] std::optional<SharedSocket> share() { return socket_->share(); }
    /// On the thread. Accepts what was complete by now, then closes the socket.
    void stop();

private:
    /// What came of accepting.
    enum class Outcome {
        go_on,  ///< Wait for the next connection.
        more,   ///< There may be more already.
        pause,  ///< Out of something; try again a little later.
    };

    [[nodiscard]] Awaitable run();
    [[nodiscard]] Outcome accept_waiting();
    [[nodiscard]] Outcome judge_failure(int number);
    void hand_over(int descriptor, int family, const Peer& peer, bool over_bound);

    IoThread& thread_;
    std::optional<ListeningSocket> socket_;  ///< None once stopped.
    std::vector<IoThread*> targets_;
    /// The same file description under a number of its own, so that each owner can close.
    boost::asio::posix::basic_stream_descriptor<Executor> descriptor_;
    Timer pause_;
    std::size_t next_target_ = 0;
    bool stopped_ = false;
};

}  // namespace verohook::http

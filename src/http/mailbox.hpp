#pragma once

#include "http/io.hpp"
#include "http/server.hpp"

#include <mutex>
#include <vector>

namespace verohook::http {

class Connection;

/// Brings answers back to the thread that owns their connections. However many are pushed while the
/// thread is busy, it is woken once.
class Mailbox {
public:
    /// `context` outlives the mailbox.
    explicit Mailbox(boost::asio::io_context& context) : context_(context) {}

    /// Any thread. The connection waits for this, so it is alive until it was delivered. With
    /// `Wake::later` the same thread's next push with `Wake::now`, into whichever mailbox, wakes
    /// the owner of this one too.
    void push(Connection& connection, Wake wake);

private:
    void wake();
    void deliver();

    boost::asio::io_context& context_;
    std::mutex mutex_;
    std::vector<Connection*> waiting_;    ///< Guarded by `mutex_`.
    std::vector<Connection*> delivered_;  ///< The context's thread only; kept for its memory.
};

}  // namespace verohook::http

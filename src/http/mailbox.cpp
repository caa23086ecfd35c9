#include "http/mailbox.hpp"

#include "http/connection.hpp"

#include <boost/asio/post.hpp>

namespace verohook::http {

namespace {

/// Mailboxes into which this thread has pushed without waking their owners yet.
thread_local std::vector<Mailbox*> unwoken;

}  // namespace

void Mailbox::push(Connection& connection, Wake wake) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = waiting_.empty();
        waiting_.push_back(&connection);
    }
    if (was_empty) {
        unwoken.push_back(this);
    }
    if (wake == Wake::now) {
        for (Mailbox* const mailbox : unwoken) {
            mailbox->wake();
        }
        unwoken.clear();
    }
}

void Mailbox::wake() {
    boost::asio::post(context_, [this] { deliver(); });
}

void Mailbox::deliver() {
    {
        const std::lock_guard lock(mutex_);
        delivered_.swap(waiting_);
    }
    // Every answer goes out before any connection reads on: by then the next requests are there,
    // and a read that finds none costs as much as one that does.
    for (Connection* const connection : delivered_) {
        connection->take_answer();
    }
    for (Connection* const connection : delivered_) {
        connection->resume();
    }
    delivered_.clear();
}

}  // namespace verohook::http

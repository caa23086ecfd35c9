#include "http/mailbox.hpp"

#include "http/connection.hpp"

#include <boost/asio/post.hpp>

namespace verohook::http {

void Mailbox::push(Connection& connection) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = waiting_.empty();
        waiting_.push_back(&connection);
    }
    if (was_empty) {
        boost::asio::post(context_, [this] { deliver(); });
    }
}

void Mailbox::deliver() {
    {
        const std::lock_guard lock(mutex_);
        delivered_.swap(waiting_);
    }
    for (Connection* const connection : delivered_) {
        connection->resume();
    }
    delivered_.clear();
}

}  // namespace verohook::http

#include "http/connection.hpp"
#include "http/io_thread.hpp"

#include <array>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace verohook::http {

Response too_many_connections() {
    Response response = problem(503, "unavailable", "too many connections are open");
    response.headers.emplace_back("Retry-After", "1");
    response.reason = "too_many_connections";
    return response;
}

void refuse_connection(IoThread& thread, int descriptor) {
    std::string bytes;
    thread.writer().append(bytes, too_many_connections(),
                           {.request_id = thread.request_ids().next(), .keep_alive = false});
    // Who does not take so little at once gets none of it.
    const ssize_t ignored = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    static_cast<void>(ignored);
    ::shutdown(descriptor, SHUT_WR);
    // Closing with unread bytes resets the connection, and the client would lose the answer.
    std::array<char, 16 * 1024> discarded{};
    while (::recv(descriptor, discarded.data(), discarded.size(), 0) ==
           static_cast<ssize_t>(discarded.size())) {
    }
    ::close(descriptor);
}

}  // namespace verohook::http

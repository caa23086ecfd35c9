#include "http/unavailable.hpp"

#include "http/io_thread.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace verohook::http {

namespace {

Response unavailable(std::string_view reason, std::string_view detail, std::string retry_after) {
    Response response = problem(503, "unavailable", detail);
    response.headers.emplace_back("Retry-After", std::move(retry_after));
    response.reason = reason;
    return response;
}

}  // namespace

Response too_many_connections() {
    return unavailable("too_many_connections", "too many connections are open", "1");
}

Response stopping() {
    return unavailable("stopping", "the program is stopping; send the request again", "5");
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
    std::array<char, 16'384> discarded{};
    while (::recv(descriptor, discarded.data(), discarded.size(), 0) ==
           static_cast<ssize_t>(discarded.size())) {
    }
    ::close(descriptor);
}

}  // namespace verohook::http

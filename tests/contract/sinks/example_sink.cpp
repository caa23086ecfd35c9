#include <verohook/sink/sink.hpp>

#include <cerrno>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::sinks {
namespace {

/// Sends each event as one datagram to a unix socket.
class DatagramSink final : public sink::Sink {
public:
    explicit DatagramSink(const std::string& path) { path.copy(address_.sun_path, path.size()); }
    ~DatagramSink() override { ::close(socket_); }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        for (std::size_t taken = 0; taken < batch.size(); ++taken) {
            const std::string_view text = batch[taken].text;
            if (::sendto(socket_, text.data(), text.size(), MSG_DONTWAIT,
                         reinterpret_cast<const sockaddr*>(&address_), sizeof address_) >= 0) {
                continue;
            }
            if (errno == EMSGSIZE) {
                return sink::Outcome::reject(taken, "the event does not fit into a datagram");
            }
            return sink::Outcome::retry(taken, "nobody takes datagrams at the socket");
        }
        return sink::Outcome::all(batch.size());
    }

private:
    int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address_{AF_UNIX, {}};
};

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    const std::string& path = context.options.text("path");
    if (path.size() >= sizeof sockaddr_un{}.sun_path) {
        return Error{ErrorCode::invalid_input, "path is too long for a socket: " + path};
    }
    return std::unique_ptr<sink::Sink>(std::make_unique<DatagramSink>(path));
}

}  // namespace

const sink::SinkKind& datagram_kind() {
    static const sink::SinkKind kind{
        .name = "datagram",
        .summary = "One datagram an event to a unix socket.",
        .options = {{.name = "path", .help = "The socket's path.", .required = true}},
        .make = make};
    return kind;
}

}  // namespace verohook::sinks

#include "fixtures.hpp"
#include "test_events.hpp"

#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace verohook::sinks {

namespace {

/// A socket of datagrams; what is in its queue is read when somebody looks.
class DatagramFixture final : public SinkFixture {
public:
    DatagramFixture() { bring_back(); }
    ~DatagramFixture() override { ::close(socket_); }
    DatagramFixture(const DatagramFixture&) = delete;
    DatagramFixture& operator=(const DatagramFixture&) = delete;

    void set_options(Options& options) override { options.set("path", path()); }

    std::string contents() override {
        std::vector<char> datagram(256 * 1024);
        while (true) {
            const ssize_t count = ::recv(socket_, datagram.data(), datagram.size(), MSG_DONTWAIT);
            if (count < 0) {
                return contents_;
            }
            contents_.append(datagram.data(), static_cast<std::size_t>(count));
            contents_ += '\n';
        }
    }

    void take_away() override {
        static_cast<void>(contents());
        ::close(socket_);
        std::filesystem::remove(path());
    }

    void bring_back() override {
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{AF_UNIX, {}};
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }

    [[nodiscard]] std::size_t body_bytes_max() const override { return 100 * 1024; }
    [[nodiscard]] std::optional<std::string> poison() const override {
        return huge_body(1024 * 1024);
    }

private:
    [[nodiscard]] std::string path() const { return (folder_.path() / "socket").string(); }

    TemporaryFolder folder_;
    int socket_ = -1;
    std::string contents_;
};

}  // namespace

std::unique_ptr<SinkFixture> make_datagram_fixture() {
    return std::make_unique<DatagramFixture>();
}

}  // namespace verohook::sinks

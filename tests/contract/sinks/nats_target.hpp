#pragma once

#include "sink_fixture.hpp"
#include "support/child_process.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace verohook::sinks {

/// One message of a stream.
struct StreamMessage {
    std::string subject;
    std::string data;
    std::map<std::string, std::string> headers;
};

/// The real nats-server with JetStream, on a port and in a folder of its own; it may be killed, and
/// comes back where it was.
class NatsTarget {
public:
    /// `configuration` goes into the server's file.
    explicit NatsTarget(const std::string& configuration = "");
    NatsTarget(const NatsTarget&) = delete;
    NatsTarget& operator=(const NatsTarget&) = delete;

    void start();
    /// Starts it again, with another configuration and what it has stored.
    void restart(const std::string& configuration);
    void kill() { process_.reset(); }
    void signal(int number) const { process_->signal(number); }
    /// `nats://127.0.0.1:PORT`
    [[nodiscard]] std::string url(const std::string& scheme = "nats") const;
    /// For files that the server shares with the test.
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

    struct Stream {
        std::string name = "VERO";
        std::string subjects = "vero.>";
        int message_bytes_max = -1;
        std::int64_t messages_max = -1;  ///< New ones are refused beyond.
    };
    void create(const Stream& stream) const;
    void change(const Stream& stream) const;
    /// Publishes past the sink.
    void publish(const std::string& subject, const std::string& data) const;
    /// All that a stream holds, in its order.
    [[nodiscard]] std::vector<StreamMessage> messages(const std::string& stream = "VERO") const;

private:
    void create_or_change(const Stream& stream, bool change) const;

    void configure(const std::string& configuration) const;

    TemporaryFolder folder_;
    std::string port_ = "-1";  ///< Any; then the one that it got.
    std::unique_ptr<test::ChildProcess> process_;
};

}  // namespace verohook::sinks

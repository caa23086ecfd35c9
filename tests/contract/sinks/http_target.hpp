#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace verohook::sinks {

/// A request as a target got it.
struct TargetRequest {
    std::string line;                            ///< `POST /hook HTTP/1.1`
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
    std::size_t connection = 0;  ///< Counted from 1.
};

/// `HTTP/1.1 200 OK` and so on, whole; `headers` are whole lines.
[[nodiscard]] std::string http_answer(unsigned status, const std::string& body = "",
                                      const std::string& headers = "");

/// A real HTTP server on a free port or a unix socket, whose every byte the test decides.
class HttpTarget {
public:
    /// The bytes of an answer; the connection closes after an empty one, and after one with
    /// `Connection: close`. Called by a thread for each connection.
    using Answer = std::function<std::string(const TargetRequest&)>;

    explicit HttpTarget(Answer answer, std::filesystem::path unix_socket = {});
    ~HttpTarget();
    HttpTarget(const HttpTarget&) = delete;
    HttpTarget& operator=(const HttpTarget&) = delete;

    [[nodiscard]] std::string url(const std::string& path = "/hook") const;
    /// `127.0.0.1:PORT`
    [[nodiscard]] std::string place() const;
    /// Listens no more and cuts every connection; nobody else gets the port meanwhile.
    void stop();
    void start();

    /// All that was answered with 2xx, and all that came at all.
    [[nodiscard]] std::vector<TargetRequest> taken() const;
    [[nodiscard]] std::vector<TargetRequest> seen() const;
    [[nodiscard]] std::size_t connections() const { return connections_; }

private:
    [[nodiscard]] int open_socket() const;
    void accept_all();
    void serve(int socket, std::size_t connection);

    const Answer answer_;
    const std::filesystem::path path_;
    int reserve_ = -1;  ///< Bound and not listening: it keeps the port.
    unsigned short port_ = 0;
    int listener_ = -1;
    std::atomic<std::size_t> connections_{0};
    mutable std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::vector<TargetRequest> seen_;
    std::vector<TargetRequest> taken_;
    std::thread acceptor_;
};

}  // namespace verohook::sinks

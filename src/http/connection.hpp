#pragma once

#include "http/io.hpp"
#include "http/request_reader.hpp"
#include "http/server.hpp"

#include <boost/asio/any_completion_handler.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace verohook::http {

class IoThread;

/// One client's connection: a coroutine that reads requests, hands them to the handler and writes
/// the answers, one after the other. Owned by that coroutine; called on its thread alone, but for
/// `respond`.
class Connection final : public Exchange {
public:
    Connection(IoThread& thread, Socket socket, const Peer& peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] const RequestHead& head() const override { return reader_.head(); }
    [[nodiscard]] std::string& body() override { return reader_.body(); }
    [[nodiscard]] Timestamp received_at() const override { return received_at_; }
    void respond(Response response, Wake wake) override;

    /// The whole life of a connection.
    [[nodiscard]] static Awaitable run(std::unique_ptr<Connection> connection, bool over_bound);
    /// Writes the answer that `respond` gave, and chooses what comes next.
    void take_answer() noexcept;
    /// Wakes the coroutine that waited for the answer, once that has been sent.
    void resume();
    /// Cancels what the coroutine waits for if its time is up, or if it is idle while draining.
    void check_deadline(std::chrono::steady_clock::time_point now);
    void cancel();

    [[nodiscard]] std::size_t place() const { return place_; }
    void set_place(std::size_t place) { place_ = place; }

private:
    /// What the coroutine does next.
    enum class Step { read, wait, send, flush, linger, end };
    /// Which deadline counts.
    enum class Phase { none, idle, head, body, handler, write, linger };

    void begin(bool over_bound);
    void begin_request();
    void enter(Phase phase);
    void take_input(const boost::system::error_code& error, std::size_t size);
    void take_interruption();
    void advance();
    [[nodiscard]] bool accept_head();
    void choose_request_id();
    void call_handler();
    void refuse(const Refusal& refusal);
    void answer(Response response, bool close);
    void send_continue();
    void send_answer();
    void end_at_once();
    void count_answer(std::size_t bytes);
    void after_flush(const boost::system::error_code& error, std::size_t size);
    void after_answer();
    void begin_linger();
    void take_discarded(const boost::system::error_code& error, std::size_t size);
    [[nodiscard]] std::size_t send_now(std::string_view bytes);
    [[nodiscard]] boost::asio::const_buffer unsent() const;

    IoThread& thread_;
    Socket socket_;
    RequestReader reader_;
    Timestamp received_at_;
    std::optional<Response> answer_;
    boost::asio::any_completion_handler<void()> waiter_;
    std::string unsent_;  ///< What the kernel did not take of an answer.
    std::size_t unsent_from_ = 0;
    std::size_t discarded_ = 0;
    std::size_t body_bytes_ = 0;  ///< The handler may move the body away.
    std::size_t place_ = 0;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    Phase phase_ = Phase::none;
    Step step_ = Step::read;
    bool in_handler_ = false;
    bool answered_at_once_ = false;
    bool must_close_ = false;  ///< The server wants this answer to be the last.
    bool keep_alive_ = true;
};

/// Starts the coroutine of a new connection. `over_bound`: it is only told 503.
void start_connection(IoThread& thread, Socket socket, const Peer& peer, bool over_bound);

}  // namespace verohook::http

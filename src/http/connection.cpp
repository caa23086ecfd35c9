#include "http/connection.hpp"

#include "base/log.hpp"
#include "http/io_thread.hpp"
#include "http/unavailable.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace verohook::http {

namespace {

namespace asio = boost::asio;

/// An interim answer that says nothing but "go on" (RFC 9110, section 15.2.1).
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

/// What a thread keeps of the memory in which its answers are put together.
constexpr std::size_t scratch_kept_bytes = std::size_t{64} * 1024;

void give_up() {
    log::error("a connection was given up: memory ran out");
}

/// Stands in an ordinary function, because g++ 12 destroys closures in an awaited expression twice.
template <class Token>
auto async_answer(asio::any_completion_handler<void()>& waiter, const Token& token) {
    return asio::async_initiate<const Token, void()>(
        [&waiter](auto handler) {
            // Swapped in: in Boost 1.81 its assignment wraps a handler in itself without an end.
            asio::any_completion_handler<void()> taken(std::move(handler));
            taken.swap(waiter);
        },
        token);
}

}  // namespace

Connection::Connection(IoThread& thread, Socket socket, const Peer& peer)
    : thread_(thread),
      socket_(std::move(socket)),
      reader_(thread.limits(), peer, thread.is_proxied()) {
    thread_.add(*this);
}

Connection::~Connection() {
    thread_.remove(*this);
}

Awaitable Connection::run(std::unique_ptr<Connection> connection, bool over_bound) {
    Connection& self = *connection;
    self.begin(over_bound);
    while (self.step_ != Step::end) {
        switch (self.step_) {
            case Step::read: {
                const asio::mutable_buffer room = self.reader_.prepare();
                const auto [error, size] =
                    co_await self.socket_.async_read_some(room, awaited_tuple);
                self.take_input(error, size);
                break;
            }
            case Step::wait:
                // Whoever wakes it has sent the answer and chosen the next step.
                co_await async_answer(self.waiter_, awaited);
                break;
            case Step::send:
                self.send_answer();
                break;
            case Step::flush: {
                const asio::const_buffer rest = self.unsent();
                const auto [error, size] =
                    co_await self.socket_.async_write_some(rest, awaited_tuple);
                self.after_flush(error, size);
                break;
            }
            case Step::linger: {
                const asio::mutable_buffer room = self.reader_.discard_buffer();
                const auto [error, size] =
                    co_await self.socket_.async_read_some(room, awaited_tuple);
                self.take_discarded(error, size);
                break;
            }
            case Step::end:
                break;
        }
    }
}

void Connection::begin(bool over_bound) {
    if (over_bound) {
        answer(too_many_connections(), true);
        return;
    }
    begin_request();
    if (const auto refusal = thread_.refuse_peer(reader_.head().peer)) {
        refuse(*refusal);
    }
}

void Connection::begin_request() {
    reader_.next_request();
    phase_ = Phase::none;
    step_ = Step::read;
    must_close_ = false;
    body_bytes_ = 0;
    advance();
}

void Connection::enter(Phase phase) {
    if (phase == phase_) {
        return;
    }
    phase_ = phase;
    const HttpLimits& limits = thread_.limits();
    switch (phase) {
        case Phase::idle:
            deadline_ = thread_.deadline(limits.idle_timeout);
            break;
        case Phase::head:
            deadline_ = thread_.deadline(limits.head_timeout);
            break;
        case Phase::body:
            deadline_ = thread_.deadline(limits.body_timeout);
            break;
        case Phase::write:
            deadline_ = thread_.deadline(limits.write_timeout);
            break;
        case Phase::linger:
            deadline_ = thread_.deadline(limits.linger_timeout);
            break;
        case Phase::none:
        case Phase::handler:
            // How long the handler takes is its own affair, and its answer must be waited for.
            deadline_ = std::chrono::steady_clock::time_point::max();
            break;
    }
}

void Connection::take_input(const boost::system::error_code& error, std::size_t size) {
    if (error == asio::error::operation_aborted) {
        take_interruption();
    } else if (error == asio::error::eof) {
        if (reader_.refuse_end()) {
            refuse(reader_.refusal());
        } else {
            step_ = Step::end;
        }
    } else if (error) {
        step_ = Step::end;
    } else {
        reader_.commit(size);
        advance();
    }
}

void Connection::take_interruption() {
    if (thread_.is_cut_off()) {
        step_ = Step::end;
        // Nobody has seen this request, and whoever sends it is to know that.
        if (phase_ == Phase::head || phase_ == Phase::body) {
            answer(stopping(), true);
        }
        return;
    }
    if (phase_ != Phase::idle) {
        refuse({408, "timeout", "the request did not come to its end in time"});
        return;
    }
    // A request may have come just when the connection was about to be closed for idleness.
    boost::system::error_code error;
    const std::size_t size = socket_.read_some(reader_.prepare(), error);
    if (error || size == 0) {
        step_ = Step::end;
        return;
    }
    reader_.commit(size);
    advance();
}

void Connection::advance() {
    for (;;) {
        switch (reader_.advance()) {
            case RequestReader::Progress::more:
                enter(reader_.in_body()     ? Phase::body
                      : reader_.has_begun() ? Phase::head
                                            : Phase::idle);
                return;
            case RequestReader::Progress::head:
                if (!accept_head()) {
                    return;
                }
                break;
            case RequestReader::Progress::complete:
                call_handler();
                return;
            case RequestReader::Progress::refused:
                refuse(reader_.refusal());
                return;
        }
    }
}

bool Connection::accept_head() {
    choose_request_id();
    const log::RequestScope scope(reader_.head().request_id);
    if (std::optional<Response> early = thread_.handler().on_head(reader_.head())) {
        // What is left of the body would be taken for the next request.
        answer(std::move(*early), reader_.has_body());
        return false;
    }
    if (const auto refusal = reader_.body_refusal()) {
        refuse(*refusal);
        return false;
    }
    if (reader_.wants_continue()) {
        send_continue();
    }
    return true;
}

void Connection::choose_request_id() {
    RequestHead& head = reader_.head();
    const auto given = head.header("X-Request-Id");
    if (given && is_sane_request_id(*given)) {
        head.request_id = *given;
    } else {
        head.request_id = thread_.request_ids().next();
    }
}

void Connection::call_handler() {
    received_at_ = thread_.clock().now();
    enter(Phase::handler);
    answered_at_once_ = false;
    body_bytes_ = reader_.body().size();
    const log::RequestScope scope(reader_.head().request_id);
    in_handler_ = true;
    thread_.handler().on_request(*this);
    in_handler_ = false;
    // Nothing but this flag may be looked at: another thread may be writing the answer right now.
    step_ = answered_at_once_ ? Step::send : Step::wait;
}

void Connection::respond(Response response, Wake wake) {
    VEROHOOK_CHECK(!answer_.has_value());
    answer_.emplace(std::move(response));
    if (thread_.is_current() && in_handler_) {
        answered_at_once_ = true;
        return;
    }
    thread_.mailbox().push(*this, wake);
}

void Connection::take_answer() noexcept {
    try {
        send_answer();
    } catch (const std::exception&) {
        // As if it had been thrown inside the coroutine, which ends one connection only.
        give_up();
        step_ = Step::end;
    }
}

void Connection::resume() {
    asio::any_completion_handler<void()> taken;
    taken.swap(waiter_);
    taken();
}

void Connection::refuse(const Refusal& refusal) {
    auto& counters = thread_.counters();
    auto& counter = refusal.status == 408 ? counters.timeouts : counters.bad_requests;
    counter.fetch_add(1, std::memory_order_relaxed);
    if (refusal.is_told) {
        RequestHead& head = reader_.head();
        if (head.request_id.empty()) {
            head.request_id = thread_.request_ids().next();
        }
        const log::RequestScope scope(head.request_id);
        log::warn_of(refusal.detail, "refused a request from " + head.peer.address.to_string() +
                                         ": " + std::string(refusal.detail));
    }
    answer(problem(refusal.status, refusal.code, refusal.detail), true);
}

void Connection::answer(Response response, bool close) {
    answer_.emplace(std::move(response));
    must_close_ = close;
    step_ = Step::send;
}

void Connection::send_continue() {
    const std::size_t sent = send_now(continue_line);
    // Where nothing could be sent the client goes on without it; half of it must be completed.
    if (sent > 0 && sent < continue_line.size()) {
        unsent_.assign(continue_line.substr(sent));
    }
}

void Connection::send_answer() {
    RequestHead& head = reader_.head();
    if (head.request_id.empty()) {
        head.request_id = thread_.request_ids().next();
    }
    must_close_ = must_close_ || answer_->close || thread_.is_draining();
    keep_alive_ = !must_close_ && reader_.wants_keep_alive();
    std::string& bytes = thread_.scratch();
    bytes.assign(unsent_);
    const std::size_t before = bytes.size();
    unsent_.clear();
    thread_.writer().append(bytes, *answer_,
                            {.request_id = head.request_id,
                             .version = head.version,
                             .is_head = head.method == "HEAD",
                             .keep_alive = keep_alive_});
    count_answer(bytes.size() - before);
    answer_.reset();
    const std::size_t sent = send_now(bytes);
    if (sent < bytes.size()) {
        unsent_.assign(bytes, sent);
    }
    if (bytes.capacity() > scratch_kept_bytes) {
        std::string().swap(bytes);
    }
    if (step_ == Step::end) {
        return;
    }
    if (thread_.is_cut_off()) {
        end_at_once();
        return;
    }
    if (unsent_.empty()) {
        after_answer();
        return;
    }
    unsent_from_ = 0;
    enter(Phase::write);
    step_ = Step::flush;
}

void Connection::count_answer(std::size_t bytes) {
    TrafficCounter& traffic = thread_.traffic();
    traffic.answered(answer_->status, answer_->reason);
    std::optional<std::chrono::microseconds> duration;
    if (phase_ == Phase::handler) {
        // Both times were read anyway: one for the record, one for the answer's date.
        duration = thread_.writer().written_at() - received_at_;
        traffic.took(*duration);
    }
    if (AccessObserver* const observer = thread_.access()) {
        observer->answered({.head = reader_.head(),
                            .status = answer_->status,
                            .reason = answer_->reason,
                            .body_bytes = body_bytes_,
                            .answer_bytes = bytes,
                            .duration = duration});
    }
}

std::size_t Connection::send_now(std::string_view bytes) {
    boost::system::error_code error;
    const std::size_t sent = socket_.write_some(asio::buffer(bytes), error);
    if (error && error != asio::error::would_block) {
        step_ = Step::end;
    }
    return error ? 0 : sent;
}

asio::const_buffer Connection::unsent() const {
    return asio::buffer(unsent_) + unsent_from_;
}

void Connection::after_flush(const boost::system::error_code& error, std::size_t size) {
    if (error) {
        if (error == asio::error::operation_aborted && !thread_.is_cut_off()) {
            thread_.counters().timeouts.fetch_add(1, std::memory_order_relaxed);
        }
        step_ = Step::end;
        return;
    }
    unsent_from_ += size;
    if (unsent_from_ == unsent_.size()) {
        // Assigning an empty string would keep the memory.
        std::string().swap(unsent_);
        after_answer();
    }
}

void Connection::after_answer() {
    if (keep_alive_) {
        begin_request();
    } else if (must_close_ || reader_.buffered() > 0) {
        begin_linger();
    } else {
        // The client asked for the end and has sent nothing more that could reset the connection.
        step_ = Step::end;
    }
}

void Connection::begin_linger() {
    // Closing with unread bytes resets the connection, and the client would lose the answer.
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    enter(Phase::linger);
    step_ = error ? Step::end : Step::linger;
}

void Connection::end_at_once() {
    begin_linger();
    // What has not come by now is not waited for.
    while (step_ == Step::linger) {
        boost::system::error_code error;
        take_discarded(error, socket_.read_some(reader_.discard_buffer(), error));
    }
}

void Connection::take_discarded(const boost::system::error_code& error, std::size_t size) {
    discarded_ += size;
    if (error || discarded_ > thread_.limits().linger_bytes_max) {
        step_ = Step::end;
    }
}

void Connection::check_deadline(std::chrono::steady_clock::time_point now) {
    if (now >= deadline_ || (phase_ == Phase::idle && now >= thread_.idle_end())) {
        cancel();
    }
}

void Connection::cancel() {
    boost::system::error_code ignored;  // A socket that cannot be cancelled has nothing pending.
    socket_.cancel(ignored);
}

void start_connection(IoThread& thread, Socket socket, const Peer& peer, bool over_bound) {
    auto connection = std::make_unique<Connection>(thread, std::move(socket), peer);
    asio::co_spawn(thread.context().get_executor(),
                   Connection::run(std::move(connection), over_bound),
                   [](const std::exception_ptr& failure) {
                       if (failure) {
                           give_up();
                       }
                   });
}

}  // namespace verohook::http

#pragma once

#include "base/limits.hpp"
#include "http/head_scanner.hpp"
#include "http/message.hpp"
#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace verohook::http {

/// Turns bytes into requests, one after the other; knows nothing of sockets. The bytes that follow
/// a request stay in the buffer and begin the next one.
///
///     reader.next_request();
///     while (reader.advance() == Progress::more) { reader.commit(read(reader.prepare())); }
class RequestReader {
public:
    enum class Progress {
        more,      ///< `prepare`, `commit`, and call again.
        head,      ///< The head is there and checked; call again for the body.
        complete,  ///< The body is there too.
        refused,   ///< `refusal` says why; nothing can be read after it.
    };

    /// `limits` outlive the reader. Whatever changes in them holds from the next request on.
    /// `proxied`: a PROXY header comes before the first request.
    RequestReader(const HttpLimits& limits, const Peer& peer, bool proxied = false);

    /// Forgets the last request and gives memory back, so that an idle connection costs little.
    void next_request();
    [[nodiscard]] Progress advance();
    /// Where the next bytes go: never empty after `more`.
    [[nodiscard]] boost::asio::mutable_buffer prepare();
    void commit(std::size_t size);
    /// No more bytes will come: false if that is fine here, else `refusal` says what is missing.
    [[nodiscard]] bool refuse_end();
    /// A buffer for bytes that nobody will look at; the reader cannot go on after it.
    [[nodiscard]] boost::asio::mutable_buffer discard_buffer();

    [[nodiscard]] bool has_begun() const { return in_body() || buffer_.size() > 0; }
    [[nodiscard]] bool in_body() const { return stage_ > Stage::head; }
    [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    [[nodiscard]] RequestHead& head() { return head_; }
    [[nodiscard]] const RequestHead& head() const { return head_; }
    [[nodiscard]] std::string& body() { return body_; }

    /// These are known after `Progress::head`.
    [[nodiscard]] bool has_body() const { return stage_ != Stage::complete; }
    [[nodiscard]] bool wants_keep_alive() const { return parser_ && parser_->wants_keep_alive(); }
    /// 413 for a declared length over the limit, 417 for an unknown expectation.
    [[nodiscard]] std::optional<Refusal> body_refusal() const;
    /// Whether the client waits for `100 Continue` and has not begun the body without it.
    [[nodiscard]] bool wants_continue() const;

private:
    enum class Stage { proxy_header, head, length, chunked, complete };

    [[nodiscard]] Progress advance_proxy_header();
    [[nodiscard]] Progress advance_head();
    [[nodiscard]] Progress parse_head(std::size_t head_size);
    void plan_body(const Framing& framing);
    [[nodiscard]] Progress advance_length();
    [[nodiscard]] Progress advance_chunked();
    [[nodiscard]] Progress refuse(const Refusal& refusal);

    void take_limits();

    const HttpLimits& current_limits_;
    HttpLimits limits_;  ///< Those of the request under way.
    Peer peer_;
    bool awaits_proxy_header_;
    boost::beast::flat_buffer buffer_;
    HeadScanner scanner_;
    std::optional<RequestParser> parser_;
    RequestHead head_;
    std::string body_;
    Stage stage_ = Stage::head;
    bool blank_line_skipped_ = false;
    bool expects_ = false;
    bool expectation_known_ = false;
    std::size_t length_ = 0;      ///< What Content-Length declares.
    std::size_t received_ = 0;    ///< How much of it is in `body_`.
    std::size_t wire_bytes_ = 0;  ///< Of a chunked body, its framing included.
    Refusal refusal_;
};

}  // namespace verohook::http

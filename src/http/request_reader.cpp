#include "http/request_reader.hpp"

#include "base/text.hpp"
#include "http/proxy_header.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace verohook::http {

namespace {

namespace beast_http = boost::beast::http;

/// Enough for a webhook behind a proxy in one read, and little enough to keep for idle connections.
constexpr std::size_t buffer_start = std::size_t{2} * 1024;
constexpr std::size_t read_room_min = 512;
constexpr std::size_t body_step_min = std::size_t{64} * 1024;
/// `0\r\n\r\n`: no chunked body has less to come before its end, and Beast 1.81 fails an assertion
/// when it is shown a part of that.
constexpr std::size_t chunked_rest_min = 5;
constexpr std::size_t discard_bytes = std::size_t{16} * 1024;
constexpr std::size_t kept_headers_max = 16;
constexpr std::size_t kept_text_bytes = 256;

constexpr Refusal body_too_large{413, "body_too_large", "the request's body is too large"};

/// Assigning an empty string, or an empty list to a vector, would keep the memory.
void give_back(std::string& text) {
    std::string().swap(text);
}

std::string_view view_of(const boost::beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

RequestReader::RequestReader(const HttpLimits& limits, const Peer& peer, bool proxied)
    : current_limits_(limits),
      limits_(limits),
      peer_(peer),
      awaits_proxy_header_(proxied),
      buffer_(limits.head_bytes_max + limits.chunk_buffer_bytes) {}

void RequestReader::take_limits() {
    limits_ = current_limits_;
    buffer_.max_size(std::max(buffer_.size(), limits_.head_bytes_max + limits_.chunk_buffer_bytes));
}

void RequestReader::next_request() {
    parser_.reset();
    scanner_.reset();
    if (head_.headers.capacity() > kept_headers_max) {
        decltype(head_.headers)().swap(head_.headers);
    }
    for (std::string* const text : {&head_.method, &head_.path, &head_.query}) {
        if (text->capacity() > kept_text_bytes) {
            give_back(*text);
        }
    }
    head_.method.clear();
    head_.path.clear();
    head_.query.clear();
    head_.version = 11;
    head_.headers.clear();
    head_.request_id.clear();
    head_.peer = peer_;
    give_back(body_);
    stage_ = awaits_proxy_header_ ? Stage::proxy_header : Stage::head;
    blank_line_skipped_ = expects_ = expectation_known_ = false;
    length_ = received_ = wire_bytes_ = 0;
    if (buffer_.size() == 0 && buffer_.capacity() > buffer_start) {
        buffer_.clear();
        buffer_.shrink_to_fit();
    }
}

RequestReader::Progress RequestReader::advance() {
    switch (stage_) {
        case Stage::proxy_header:
            return advance_proxy_header();
        case Stage::head:
            return advance_head();
        case Stage::length:
            return advance_length();
        case Stage::chunked:
            return advance_chunked();
        case Stage::complete:
            break;
    }
    return Progress::complete;
}

boost::asio::mutable_buffer RequestReader::prepare() {
    if (stage_ == Stage::length) {
        if (body_.size() == received_) {
            // Grown as bytes come: a length that is only declared must not cost memory.
            body_.resize(std::min(length_, received_ + std::max(received_, body_step_min)));
        }
        return {body_.data() + received_, body_.size() - received_};
    }
    const std::size_t spare = buffer_.capacity() - buffer_.size();
    const std::size_t wanted = buffer_.size() == 0 ? buffer_start : read_room_min;
    return buffer_.prepare(std::min(std::max(spare, wanted), buffer_.max_size() - buffer_.size()));
}

void RequestReader::commit(std::size_t size) {
    if (stage_ == Stage::length) {
        received_ += size;
    } else {
        buffer_.commit(size);
    }
}

bool RequestReader::refuse_end() {
    if (!has_begun()) {
        return false;
    }
    refusal_ = {400, "bad_request",
                in_body()              ? "the connection ended inside the request's body"
                : awaits_proxy_header_ ? "the connection ended inside the PROXY header"
                                       : "the connection ended inside the request's head"};
    return true;
}

boost::asio::mutable_buffer RequestReader::discard_buffer() {
    buffer_.clear();
    return buffer_.prepare(std::min(discard_bytes, buffer_.max_size()));
}

std::optional<Refusal> RequestReader::body_refusal() const {
    if (stage_ == Stage::length && length_ > limits_.body_bytes_max) {
        return body_too_large;
    }
    if (expects_ && !expectation_known_) {
        return Refusal{417, "bad_request", "the only expectation understood is 100-continue"};
    }
    return std::nullopt;
}

bool RequestReader::wants_continue() const {
    return expects_ && expectation_known_ && has_body() && buffer_.size() == 0;
}

RequestReader::Progress RequestReader::advance_proxy_header() {
    const ProxyHeader header = read_proxy_header(view_of(buffer_));
    switch (header.state) {
        case ProxyHeader::State::more:
            return Progress::more;
        case ProxyHeader::State::refused:
            return refuse(header.refusal);
        case ProxyHeader::State::complete:
            break;
    }
    buffer_.consume(header.size);
    awaits_proxy_header_ = false;
    peer_.is_proxied = true;
    peer_.is_unnamed = !header.client;
    if (header.client) {
        peer_.address = *header.client;
    }
    head_.peer = peer_;
    stage_ = Stage::head;
    return advance_head();
}

RequestReader::Progress RequestReader::advance_head() {
    take_limits();
    if (!blank_line_skipped_ && view_of(buffer_).starts_with("\r\n")) {
        // RFC 9112, section 2.2: some clients end a body with a line too many.
        buffer_.consume(2);
        blank_line_skipped_ = true;
    }
    switch (scanner_.scan(view_of(buffer_), limits_.head_bytes_max)) {
        case HeadScanner::State::more:
            return Progress::more;
        case HeadScanner::State::refused:
            return refuse(scanner_.refusal());
        case HeadScanner::State::complete:
            break;
    }
    return parse_head(scanner_.head_size());
}

RequestReader::Progress RequestReader::parse_head(std::size_t head_size) {
    parser_.emplace(head_, body_, limits_);
    boost::beast::error_code error;
    const std::size_t parsed =
        parser_->put(boost::asio::buffer(buffer_.data().data(), head_size), error);
    if (parser_->has_too_many_fields()) {
        return refuse({431, "head_too_large", "the request has too many headers"});
    }
    if (error || parsed != head_size) {
        return refuse({400, "bad_request", "the request's head cannot be parsed"});
    }
    if (const auto refusal = check_framing(parser_->framing())) {
        return refuse(*refusal);
    }
    plan_body(parser_->framing());
    buffer_.consume(head_size);
    return Progress::head;
}

void RequestReader::plan_body(const Framing& framing) {
    // HTTP/1.0 knows no expectations (RFC 9110, section 10.1.1).
    expects_ = framing.expectations > 0 && framing.version >= 11;
    expectation_known_ =
        framing.expectations == 1 && equals_ignoring_case(framing.expectation, "100-continue");
    if (framing.codings > 0) {
        stage_ = Stage::chunked;
        return;
    }
    const auto declared = framing.lengths > 0 ? parse_number(framing.length) : std::nullopt;
    length_ = declared.value_or(0);
    stage_ = length_ > 0 ? Stage::length : Stage::complete;
}

RequestReader::Progress RequestReader::advance_length() {
    if (received_ == 0 && buffer_.size() > 0) {
        received_ = std::min(length_, buffer_.size());
        body_.reserve(std::min(length_, body_step_min));
        body_.assign(view_of(buffer_).substr(0, received_));
        buffer_.consume(received_);
    }
    if (received_ < length_) {
        return Progress::more;
    }
    stage_ = Stage::complete;
    return Progress::complete;
}

RequestReader::Progress RequestReader::advance_chunked() {
    while (buffer_.size() >= chunked_rest_min) {
        const std::string_view bytes = view_of(buffer_);
        boost::beast::error_code error;
        const std::size_t parsed = parser_->put(buffer_.data(), error);
        wire_bytes_ += parsed;
        if (error == beast_http::error::body_limit) {
            return refuse(body_too_large);
        }
        const std::size_t incomplete =
            error == beast_http::error::need_more ? bytes.size() - parsed : 0;
        if (incomplete > limits_.head_bytes_max ||
            wire_bytes_ >
                limits_.chunk_overhead_bytes + limits_.chunk_overhead_factor * body_.size()) {
            return refuse({400, "bad_request", "the chunked body has too much beside its chunks"});
        }
        if (error && error != beast_http::error::need_more) {
            return refuse({400, "bad_request", "the chunked body is malformed"});
        }
        if (parser_->is_done()) {
            const char* const start = parser_->trailer_start();
            const std::string_view trailer(start,
                                           static_cast<std::size_t>(bytes.data() + parsed - start));
            if (trailer.find("\r\n ") != std::string_view::npos ||
                trailer.find("\r\n\t") != std::string_view::npos) {
                return refuse({400, "bad_request", "a trailer line is folded"});
            }
            buffer_.consume(parsed);
            stage_ = Stage::complete;
            return Progress::complete;
        }
        buffer_.consume(parsed);
        if (error == beast_http::error::need_more) {
            break;
        }
    }
    return Progress::more;
}

RequestReader::Progress RequestReader::refuse(const Refusal& refusal) {
    refusal_ = refusal;
    return Progress::refused;
}

}  // namespace verohook::http

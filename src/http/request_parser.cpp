#include "http/request_parser.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace verohook::http {

namespace {

namespace beast_http = boost::beast::http;

}  // namespace

RequestParser::RequestParser(RequestHead& head, std::string& body, const HttpLimits& limits)
    : head_(head), body_(body), limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
    // Beast's own limit answers before it is known who asks, and counts a chunk once more each time
    // that it is shown a part of the chunk's extensions.
    body_limit(boost::none);
    eager(true);
}

void RequestParser::on_request_impl(Verb, View method, View target, int version, ErrorCode&) {
    head_.method.assign(method.data(), method.size());
    std::string_view rest(target.data(), target.size());
    if (!rest.starts_with('/')) {
        // In absolute form (RFC 9112, section 3.2.2): `http://authority/path?query`.
        rest.remove_prefix(std::min(rest.size(), rest.find("://") + 3));
        const std::size_t end = std::min(rest.size(), rest.find_first_of("/?"));
        framing_.is_absolute = true;
        framing_.authority = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    const std::size_t question = std::min(rest.size(), rest.find('?'));
    head_.path = question == 0 ? "/" : rest.substr(0, question);
    head_.query = rest.substr(std::min(rest.size(), question + 1));
    head_.version = static_cast<unsigned>(version);
    framing_.version = head_.version;
}

void RequestParser::on_field_impl(Field field, View name, View value, ErrorCode& error) {
    const std::string_view text(value.data(), value.size());
    if (head_done_) {
        return;
    }
    if (head_.headers.size() == limits_.header_fields_max) {
        too_many_fields_ = true;
        error = beast_http::error::header_limit;
        return;
    }
    const auto count = [&text](unsigned& number, std::string_view& last) {
        ++number;
        last = text;
    };
    switch (field) {
        case Field::host:
            count(framing_.hosts, framing_.host);
            break;
        case Field::content_length:
            count(framing_.lengths, framing_.length);
            break;
        case Field::transfer_encoding:
            count(framing_.codings, framing_.coding);
            break;
        case Field::expect:
            count(framing_.expectations, framing_.expectation);
            break;
        default:
            break;
    }
    head_.headers.emplace_back(std::string_view(name.data(), name.size()), text);
}

void RequestParser::on_header_impl(ErrorCode&) {
    head_done_ = true;
    // Taken here, because a Connection field in a trailer would still change Beast's mind.
    keep_alive_ = keep_alive();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode&) {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
}

std::size_t RequestParser::on_body_impl(View bytes, ErrorCode&) {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& error) {
    if (size > limits_.body_bytes_max - body_.size()) {
        error = beast_http::error::body_limit;
        return;
    }
    if (size == 0) {
        trailer_start_ = extensions.data();
    }
}

void RequestParser::on_response_impl(int, View, int, ErrorCode&) {}
void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) {}
void RequestParser::on_finish_impl(ErrorCode&) {}

}  // namespace verohook::http

#pragma once

#include "base/limits.hpp"
#include "http/framing.hpp"
#include "http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>

namespace verohook::http {

/// Beast's parser, writing straight into this server's own head and body. Once the head is done,
/// nothing that comes later, a trailer above all, gets into it.
class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    /// All of them outlive the parser. A chunked body stays within the limits.
    RequestParser(RequestHead& head, std::string& body, const HttpLimits& limits);

    [[nodiscard]] const Framing& framing() const { return framing_; }
    [[nodiscard]] bool has_too_many_fields() const { return too_many_fields_; }
    [[nodiscard]] bool wants_keep_alive() const { return keep_alive_; }
    /// After the last `put`: where in its bytes the last chunk's extensions and the trailer begin.
    [[nodiscard]] const char* trailer_start() const { return trailer_start_; }

private:
    using Field = boost::beast::http::field;
    using Verb = boost::beast::http::verb;
    using View = boost::beast::string_view;
    using ErrorCode = boost::beast::error_code;

    void on_request_impl(Verb verb, View method, View target, int version,
                         ErrorCode& error) override;
    void on_response_impl(int code, View reason, int version, ErrorCode& error) override;
    void on_field_impl(Field field, View name, View value, ErrorCode& error) override;
    void on_header_impl(ErrorCode& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override;
    std::size_t on_body_impl(View bytes, ErrorCode& error) override;
    void on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remaining, View bytes, ErrorCode& error) override;
    void on_finish_impl(ErrorCode& error) override;

    RequestHead& head_;
    std::string& body_;
    const HttpLimits& limits_;
    Framing framing_;
    const char* trailer_start_ = nullptr;
    bool head_done_ = false;
    bool too_many_fields_ = false;
    bool keep_alive_ = false;
};

}  // namespace verohook::http

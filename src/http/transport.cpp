#include "http/transport.hpp"

#include "http/certificate.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <netinet/tcp.h>

namespace verohook::http {

namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace beast_http = boost::beast::http;
using Deadline = std::chrono::steady_clock::time_point;
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using UnixSocket =
    asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;
using TlsStream = ssl::stream<TcpSocket>;

constexpr std::uint32_t response_head_bytes_max = 64 * 1024;
constexpr std::size_t response_block_bytes = 16UL * 1024;
/// Interim answers before the final one.
constexpr int interim_answers_max = 16;

/// Runs asynchronous operations one at a time, each until it is done or time is up: blocking calls
/// know no time-outs.
class Waiter {
public:
    explicit Waiter(Deadline deadline) : deadline_(deadline) {}
    void set_deadline(Deadline deadline) { deadline_ = deadline; }
    [[nodiscard]] asio::io_context& context() { return context_; }

    /// `start` gets the completion handler; `cancel` ends the operation early.
    template <class Start, class Cancel>
    boost::system::error_code wait(Start start, Cancel cancel) {
        std::optional<boost::system::error_code> result;
        start(
            [&result](const boost::system::error_code& error, const auto&...) { result = error; });
        context_.restart();
        while (!result && context_.run_one_until(deadline_) > 0) {
        }
        if (result) {
            return *result;
        }
        cancel();
        context_.restart();
        while (!result && context_.run_one() > 0) {
        }
        return asio::error::timed_out;
    }

private:
    asio::io_context context_{1};
    Deadline deadline_;
};

Error unreachable(const Url& url, std::string_view what, const boost::system::error_code& error) {
    const std::string& where = url.socket_path.empty() ? url.authority : url.socket_path;
    return {ErrorCode::unavailable, where + ": " + std::string(what) + ": " + error.message()};
}

beast_http::request<beast_http::string_body> make_request(const Url& url,
                                                          const ClientRequest& request) {
    beast_http::request<beast_http::string_body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(url.target);
    message.set(beast_http::field::host, url.authority);
    message.set(beast_http::field::user_agent, "verohook");
    if (!url.authorization.empty()) {
        message.set(beast_http::field::authorization, url.authorization);
    }
    for (const auto& [name, value] : request.headers) {
        message.set(name, value);
    }
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

template <class Stream>
class StreamTransport final : public Transport {
public:
    template <class... Arguments>
    StreamTransport(const ClientSettings& settings, Deadline deadline, Arguments&... arguments)
        : settings_(settings), waiter_(deadline), stream_(waiter_.context(), arguments...) {}

    [[nodiscard]] Waiter& waiter() { return waiter_; }
    [[nodiscard]] Stream& stream() { return stream_; }

    template <class Start>
    boost::system::error_code wait(Start start) {
        return waiter_.wait(std::move(start), [this] {
            boost::system::error_code ignored;  // The connection is given up either way.
            stream_.lowest_layer().close(ignored);
        });
    }

    [[nodiscard]] Outcome exchange(const Url& url, const ClientRequest& request,
                                   Deadline deadline) override {
        waiter_.set_deadline(deadline);
        auto message = make_request(url, request);
        auto error = wait(
            [&](auto handler) { beast_http::async_write(stream_, message, std::move(handler)); });
        // A server that answers early may close before it has read everything: its answer counts.
        if (error == asio::error::timed_out) {
            return {unreachable(url, "sending", error), false, false};
        }
        const bool sent = !error;
        for (int interim = 0; interim < interim_answers_max; ++interim) {
            Parser parser;
            parser.header_limit(response_head_bytes_max);
            parser.body_limit(boost::none);
            parser.skip(request.method == "HEAD");
            std::string body;
            error = read(parser, body);
            const bool is_interim = parser.is_header_done() && parser.get().result_int() / 100 == 1;
            if (error && !(settings_.status_suffices && parser.is_header_done() && !is_interim)) {
                return {unreachable(url, "reading the answer", error), parser.got_some(), false};
            }
            if (!is_interim) {
                return {take(parser.get(), std::move(body)), true,
                        sent && !error && parser.keep_alive()};
            }
        }
        return {Error{ErrorCode::unavailable, url.authority + " sends interim answers only"}, true,
                false};
    }

private:
    /// A body of Beast's that is a string takes as much memory at once as an answer says that it
    /// will have.
    using Parser = beast_http::response_parser<beast_http::buffer_body>;

    boost::system::error_code read(Parser& parser, std::string& body) {
        auto error = wait([&](auto handler) {
            beast_http::async_read_header(stream_, buffer_, parser, std::move(handler));
        });
        std::array<char, response_block_bytes> block;
        while (!error && !parser.is_done()) {
            beast_http::buffer_body::value_type& part = parser.get().body();
            part.data = block.data();
            part.size = block.size();
            error = wait([&](auto handler) {
                beast_http::async_read_some(stream_, buffer_, parser, std::move(handler));
            });
            body.append(block.data(), block.size() - part.size);
            if (error == beast_http::error::need_buffer) {
                error = {};
            }
            if (body.size() > settings_.response_bytes_max) {
                body.resize(settings_.response_bytes_max);
                return beast_http::error::body_limit;
            }
        }
        return error;
    }

    static ClientResponse take(const beast_http::response<beast_http::buffer_body>& message,
                               std::string body) {
        ClientResponse response;
        response.status = message.result_int();
        for (const auto& field : message) {
            response.headers.emplace_back(field.name_string(), field.value());
        }
        response.body = std::move(body);
        return response;
    }

    const ClientSettings settings_;
    Waiter waiter_;
    Stream stream_;
    boost::beast::flat_buffer buffer_;
};

using Results = asio::ip::tcp::resolver::results_type;

/// An address needs nobody to be asked, which would take a thread.
std::optional<asio::ip::tcp::endpoint> as_endpoint(const Url& url) {
    boost::system::error_code is_no_address;
    const auto address = asio::ip::make_address(url.host, is_no_address);
    std::uint16_t port = 0;
    const char* const end = url.port.data() + url.port.size();
    const auto [last, is_no_number] = std::from_chars(url.port.data(), end, port);
    if (is_no_address || is_no_number != std::errc{} || last != end) {
        return std::nullopt;
    }
    return asio::ip::tcp::endpoint(address, port);
}

boost::system::error_code look_up(Waiter& waiter, const Url& url, Results& found) {
    if (const auto endpoint = as_endpoint(url)) {
        found = Results::create(*endpoint, url.host, url.port);
        return {};
    }
    asio::ip::basic_resolver<asio::ip::tcp, asio::io_context::executor_type> resolver(
        waiter.context());
    return waiter.wait(
        [&](auto handler) {
            resolver.async_resolve(
                url.host, url.port,
                [&found, handler](const boost::system::error_code& failure, Results results) {
                    found = std::move(results);
                    handler(failure);
                });
        },
        [&] { resolver.cancel(); });
}

/// `socket` is the transport's own, or the one below its TLS.
template <class Stream>
std::optional<Error> connect_tcp(StreamTransport<Stream>& transport, TcpSocket& socket,
                                 const Url& url, Way* way) {
    Results found;
    if (const auto error = look_up(transport.waiter(), url, found)) {
        return unreachable(url, "looking up the host", error);
    }
    if (way != nullptr) {
        way->link = Way::Link::connect;
        for (const auto& each : found) {
            way->addresses.push_back(each.endpoint().address().to_string());
        }
    }
    const auto error = transport.wait(
        [&](auto handler) { asio::async_connect(socket, found, std::move(handler)); });
    if (error) {
        return unreachable(url, "connecting", error);
    }
    boost::system::error_code ignored;  // Without it an exchange is slower, and right all the same.
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    return std::nullopt;
}

Result<std::unique_ptr<Transport>> connect_unix(const Url& url, const ClientSettings& settings,
                                                Deadline deadline) {
    asio::local::stream_protocol::endpoint endpoint;
    try {
        endpoint.path(url.socket_path);
    } catch (const boost::system::system_error& failure) {
        return unreachable(url, "the path of the unix socket", failure.code());
    }
    auto transport = std::make_unique<StreamTransport<UnixSocket>>(settings, deadline);
    const auto error = transport->wait(
        [&](auto handler) { transport->stream().async_connect(endpoint, std::move(handler)); });
    if (error) {
        return unreachable(url, "connecting", error);
    }
    return std::unique_ptr<Transport>(std::move(transport));
}

Error unusable(const std::filesystem::path& file, std::string_view what,
               const boost::system::error_code& error) {
    return {ErrorCode::unavailable,
            "cannot use " + file.string() + " as " + std::string(what) + ": " + error.message()};
}

/// Reads whom to trust; the error names the file. A stream that was made with the context before
/// learns of them, too.
std::optional<Error> read_authorities(ssl::context& context, const ClientSettings& settings) {
    boost::system::error_code error;
    if (settings.verify_tls && settings.ca_file.empty()) {
        context.set_default_verify_paths(error);
        if (error) {
            return Error{ErrorCode::unavailable,
                         "cannot read the system's certificate authorities: " + error.message()};
        }
    }
    if (settings.verify_tls && !settings.ca_file.empty()) {
        context.load_verify_file(settings.ca_file.string(), error);
        if (error) {
            return unusable(settings.ca_file, "the certificate authorities", error);
        }
    }
    return std::nullopt;
}

/// Reads what a stream takes over from the context when it is made; the error names the file.
std::optional<Error> prepare(ssl::context& context, const ClientSettings& settings) {
    boost::system::error_code error;
    // OpenSSL's macro casts in the old style. RFC 8996: what is older is broken.
    ::SSL_CTX_ctrl(context.native_handle(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION,
                   nullptr);
    if (!settings.certificate_file.empty()) {
        context.use_certificate_chain_file(settings.certificate_file.string(), error);
        if (error) {
            return unusable(settings.certificate_file, "the client's certificate", error);
        }
        context.use_private_key_file(settings.key_file.string(), ssl::context::pem, error);
        if (error) {
            return unusable(settings.key_file, "the client's key", error);
        }
    }
    return std::nullopt;
}

Result<std::unique_ptr<Transport>> connect_tls(const Url& url, const ClientSettings& settings,
                                               Deadline deadline) {
    // A stream keeps OpenSSL's own reference to the context, so this object need not live on.
    ssl::context context(ssl::context::tls_client);
    if (auto failure = prepare(context, settings)) {
        return *failure;
    }
    boost::system::error_code error;
    auto transport = std::make_unique<StreamTransport<TlsStream>>(settings, deadline, context);
    TlsStream& stream = transport->stream();
    if (settings.verify_tls) {
        stream.set_verify_mode(ssl::verify_peer, error);
        if (!error) {
            stream.set_verify_callback(CertificateCheck(url.host, settings.way), error);
        }
    }
    if (error) {
        return unreachable(url, "preparing TLS", error);
    }
    if (auto failure = connect_tcp(*transport, stream.next_layer(), url, settings.way)) {
        return *failure;
    }
    if (settings.way != nullptr) {
        settings.way->link = Way::Link::tls;
    }
    // Only now, as it takes some 20 ms of processor time to read the system's, and a target that is
    // away is asked again and again.
    if (auto failure = read_authorities(context, settings)) {
        return *failure;
    }
    boost::system::error_code is_no_address;
    asio::ip::make_address(url.host, is_no_address);
    if (is_no_address) {
        // RFC 6066: a name is sent only where there is one. OpenSSL's macro casts in the old style.
        std::string name = url.host;
        ::SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   name.data());
    }
    error = transport->wait([&](auto handler) {
        stream.async_handshake(ssl::stream_base::client, std::move(handler));
    });
    if (error) {
        return unreachable(url, "the TLS handshake", error);
    }
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace

Result<void> check_tls(const ClientSettings& settings) {
    ssl::context context(ssl::context::tls_client);
    auto failure = prepare(context, settings);
    if (!failure) {
        failure = read_authorities(context, settings);
    }
    if (failure) {
        return Error{ErrorCode::invalid_input, std::move(failure->message)};
    }
    return {};
}

namespace {

Result<std::unique_ptr<Transport>> connect_by_kind(const Url& url, const ClientSettings& settings,
                                                   Deadline deadline) {
    if (!url.socket_path.empty()) {
        return connect_unix(url, settings, deadline);
    }
    if (url.is_tls) {
        return connect_tls(url, settings, deadline);
    }
    auto transport = std::make_unique<StreamTransport<TcpSocket>>(settings, deadline);
    if (auto failure = connect_tcp(*transport, transport->stream(), url, settings.way)) {
        return *failure;
    }
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace

Result<std::unique_ptr<Transport>> connect(const Url& url, const ClientSettings& settings,
                                           Deadline deadline) {
    if (settings.way != nullptr) {
        *settings.way = {};
        settings.way->link = url.socket_path.empty() ? Way::Link::look_up : Way::Link::connect;
    }
    auto transport = connect_by_kind(url, settings, deadline);
    if (transport && settings.way != nullptr) {
        settings.way->link = Way::Link::exchange;
    }
    return transport;
}

}  // namespace verohook::http

#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

/// The concrete types of this module's input and output: no type-erased executor anywhere, because
/// one costs an eighth of a request.
namespace verohook::http {

using Executor = boost::asio::io_context::executor_type;
/// TCP and unix sockets alike.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Awaitable = boost::asio::awaitable<void, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> awaited{};
/// Completes with a tuple that begins with the error code; throws nothing.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> awaited_tuple{
    awaited};

}  // namespace verohook::http

#pragma once

#include "http/message.hpp"

/// What the server itself answers 503, whatever the request.
namespace verohook::http {

class IoThread;

[[nodiscard]] Response too_many_connections();
/// The time to stop is over, and the request has not come to its end.
[[nodiscard]] Response stopping();

/// Tells an accepted, non-blocking socket that there are too many connections and closes it,
/// without waiting for anything.
void refuse_connection(IoThread& thread, int descriptor);

}  // namespace verohook::http

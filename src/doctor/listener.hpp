#pragma once

#include "base/listen_address.hpp"

#include <optional>
#include <string>

#include <sys/types.h>

namespace verohook::doctor {

/// Who listens at an address, as /proc tells. `unknown`: somebody, who this user cannot see.
enum class Listener { nobody, daemon, other, unknown };

struct FoundListener {
    Listener who = Listener::nobody;
    std::string process = {};  ///< `nginx (process 12)`; empty: not to be seen.
    bool is_init = false;      ///< The first process: systemd, which hands sockets over.
};

/// Looks without a connection, which would be counted and might reach the wrong one. `daemon`: the
/// process that holds the state folder.
[[nodiscard]] FoundListener find_listener(const ListenAddress& address,
                                          std::optional<pid_t> daemon);

}  // namespace verohook::doctor

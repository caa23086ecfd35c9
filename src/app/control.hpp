#pragma once

#include "admin/control.hpp"
#include "app/exit_status.hpp"
#include "config/config.hpp"

#include <memory>
#include <set>
#include <string>

namespace verohook::app {

/// Whoever changes things for a command: the daemon that holds the state folder, or, while none
/// does, this process, which holds it then. `sinks`: those that are to be given tasks. Errors:
/// `not_found` (no journal, no such sink), `locked` (held by a daemon that does not answer), and
/// those of opening the journal and making the sinks.
[[nodiscard]] Result<std::unique_ptr<admin::Control>> open_control(
    const config::Settings& settings, const std::set<std::string>& sinks);

/// As the daemon says, or, while none runs, as the file does.
[[nodiscard]] Result<admin::Status> find_status(const config::Settings& settings);

/// The exit status that goes with an error of `open_control`.
[[nodiscard]] ExitStatus control_status(const Error& error);

/// Whether somebody has wished the end of a task already.
enum class Signal { none, sent };

/// Waits for the end of a task: draws its progress where standard error is a terminal, tells there
/// what keeps it from going on, and cancels it at SIGINT or SIGTERM. Its last status.
[[nodiscard]] Result<delivery::TaskStatus> follow(admin::Control& control,
                                                  delivery::TaskStatus status,
                                                  Signal signal = Signal::none);

}  // namespace verohook::app

#pragma once

#include "admin/control.hpp"
#include "config/config.hpp"
#include "doctor/report.hpp"

#include <memory>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace verohook::doctor {

/// The daemon on a state folder, as far as it shows.
struct Daemon {
    std::optional<pid_t> process;             ///< Who holds the folder.
    std::unique_ptr<admin::Control> control;  ///< Null: it does not answer.
};

/// Whether a sink's last attempt has failed and something is left to deliver: also while it makes
/// the next one.
[[nodiscard]] bool is_in_trouble(const admin::SinkReport& sink);

/// Whether one runs and answers (`daemon`), and what it says of itself (`ready`, `silence`).
[[nodiscard]] Daemon check_daemon(Report& report, const config::Settings& settings);

/// Who listens at each of http.listen: it is to be the daemon (`port ADDRESS`).
void check_ports(Report& report, const config::Settings& settings, const Daemon& daemon);

/// How each sink is, as the daemon says, or as the file does while none runs (`sink NAME`).
/// `known`: the configuration's.
void check_sinks(Report& report, const config::Settings& settings, const Daemon& daemon,
                 const std::vector<admin::KnownSink>& known);

}  // namespace verohook::doctor

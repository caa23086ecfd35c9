#pragma once

#include <verohook/base/result.hpp>

namespace verohook::app {

/// Exit statuses, as documented in `verohook --help`.
enum ExitStatus : int {
    exit_success = 0,
    exit_failure = 1,        ///< It ran and something did not work.
    exit_usage = 2,          ///< The command line is wrong.
    exit_configuration = 3,  ///< The configuration is wrong, or would leave the port open to all.
    exit_state = 4,          ///< The state folder is locked, corrupt, or cannot be written.
    exit_address = 5,        ///< An address cannot be listened on.
};

/// Prints `verohook: MESSAGE` on standard error and returns `status`.
int fail(ExitStatus status, const Error& error);

}  // namespace verohook::app

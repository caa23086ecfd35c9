#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

/// Things of `base` live in the namespace `verohook` itself; every other folder has its own.
namespace verohook {

/// What kind of failure it was; for `if`. The sentence for people is in `Error::message`.
enum class ErrorCode {
    invalid_input,  ///< What was given is wrong, and will be wrong the next time too.
    not_found,      ///< What was named does not exist.
    locked,         ///< Another process holds it.
    corrupt,        ///< What was stored cannot be trusted.
    unavailable,    ///< It did not work now; it may work later (disk, network).
    full,           ///< A bound was reached (queue, journal size).
    stopping,       ///< The program is shutting down.
};

/// An expected failure. `message` is one sentence that names the thing and says what to do.
struct Error {
    ErrorCode code = ErrorCode::unavailable;
    std::string message;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Called by `Result::value()` on an error. Reaching it is a programmer's error: prints and aborts.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

/// Prints `what` and aborts. For states that only a programmer's error can bring about.
[[noreturn]] void fail_check(std::string_view what, std::string_view file, int line);

}  // namespace verohook

/// A check that is always on.
#define VEROHOOK_CHECK(condition)                                   \
    do {                                                            \
        if (!(condition)) {                                         \
            ::verohook::fail_check(#condition, __FILE__, __LINE__); \
        }                                                           \
    } while (false)

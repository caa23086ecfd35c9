#pragma once

#include <string_view>

namespace verohook::http {

/// Why the server answers a request by itself and closes. All texts are constants.
struct Refusal {
    unsigned status = 400;
    std::string_view code = "bad_request";
    std::string_view detail;
    /// Said in the log too, because whoever runs the server has to know.
    bool is_told = false;
};

}  // namespace verohook::http

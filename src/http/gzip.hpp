#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace verohook::http {

struct GunzipError {
    bool too_large = false;  ///< More than `bytes_max` came out.
    std::size_t offset = 0;  ///< Where in the input it stopped.
    std::string message;
};

/// RFC 1952, several members in a row included. Never uses more memory than `bytes_max` and a bit.
[[nodiscard]] boost::system::result<std::string, GunzipError> gunzip(std::string_view bytes,
                                                                     std::size_t bytes_max);

}  // namespace verohook::http

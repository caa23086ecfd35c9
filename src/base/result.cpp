#include <verohook/base/result.hpp>

#include <cstdio>
#include <cstdlib>

namespace verohook {

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
    fail_check("a failed result was used: " + error.message, at.file_name(),
               static_cast<int>(at.line()));
}

void fail_check(std::string_view what, std::string_view file, int line) {
    std::fprintf(stderr, "verohook: internal error at %.*s:%d: %.*s\n",
                 static_cast<int>(file.size()), file.data(), line, static_cast<int>(what.size()),
                 what.data());
    std::abort();
}

}  // namespace verohook

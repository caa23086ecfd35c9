#include "support/paths.hpp"

namespace verohook::test {

std::filesystem::path source_folder() {
    return VEROHOOK_SOURCE_DIR;
}

}  // namespace verohook::test

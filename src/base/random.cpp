#include "base/random.hpp"

#include <random>

namespace verohook {

std::uint64_t random_number() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace verohook

#include "admin/pulse.hpp"

#include <cstddef>
#include <utility>

namespace verohook::admin {

Pulse::Pulse(std::vector<Part> parts) : parts_(std::move(parts)), asked_(parts_.size()) {}

std::vector<std::string> Pulse::look() {
    std::vector<std::string> missing;
    for (std::size_t index = 0; index < parts_.size(); ++index) {
        if (!asked_[index].expired()) {
            missing.push_back(parts_[index].name);
        }
    }
    if (!missing.empty()) {
        return missing;
    }
    for (std::size_t index = 0; index < parts_.size(); ++index) {
        auto thing = std::make_shared<const char>('\0');
        asked_[index] = thing;
        parts_[index].let_go(std::move(thing));
    }
    return {};
}

}  // namespace verohook::admin

#pragma once

#include "delivery/person_search.hpp"
#include "journal/journal.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Whom an erasure that was cut off, or that a sink has missed, is about. The journal keeps it:
/// what is erased tells no more which customers had the address.
namespace verohook::admin {

[[nodiscard]] std::string to_json(const sink::Person& person);

/// Gives a person the names, too, of those unfinished erasures that share one with it; the numbers
/// of these.
[[nodiscard]] std::vector<std::uint64_t> take_up(
    sink::Person& person, const std::vector<journal::UnfinishedErasure>& unfinished);

}  // namespace verohook::admin

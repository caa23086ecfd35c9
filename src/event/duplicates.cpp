#include "event/duplicates.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace verohook::event {

namespace {

/// Up to this size comparing each name with each is quicker than sorting.
constexpr std::size_t small_object = 24;

const std::string& name_at(const Object& object, std::size_t index) {
    return (object.begin() + static_cast<std::ptrdiff_t>(index))->first;
}

/// One of 64 bits; equal names have the same.
std::uint64_t bit_of(const std::string& name) {
    if (name.empty()) {
        return 1;
    }
    const std::size_t first = static_cast<unsigned char>(name.front());
    const std::size_t last = static_cast<unsigned char>(name.back());
    const std::size_t mixed = name.size() + first * 7 + last * 13;
    return std::uint64_t{1} << (mixed % 64);
}

bool small_has_duplicates(const Object& object) {
    std::uint64_t seen = 0;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const std::uint64_t bit = bit_of(member->first);
        // Most names are known to be new by their bit alone.
        if ((seen & bit) != 0 && std::any_of(object.begin(), member, [&](const auto& earlier) {
                return earlier.first == member->first;
            })) {
            return true;
        }
        seen |= bit;
    }
    return false;
}

/// Places of the members, sorted by name, and by place among equal names.
std::vector<std::size_t> sorted_places(const Object& object) {
    std::vector<std::size_t> places(object.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::sort(places.begin(), places.end(), [&](std::size_t left, std::size_t right) {
        const int order = name_at(object, left).compare(name_at(object, right));
        return order != 0 ? order < 0 : left < right;
    });
    return places;
}

}  // namespace

void merge_duplicates(Object& object, std::vector<std::string>* names) {
    if (object.size() <= small_object && !small_has_duplicates(object)) {
        return;
    }
    const std::vector<std::size_t> places = sorted_places(object);
    // For each place, the place whose value it gets; its own number where nothing is merged.
    std::vector<std::size_t> source(object.size());
    std::iota(source.begin(), source.end(), std::size_t{0});
    std::vector<bool> dropped(object.size(), false);
    bool any = false;
    for (std::size_t begin = 0; begin < places.size();) {
        std::size_t end = begin + 1;
        for (;
             end < places.size() && name_at(object, places[end]) == name_at(object, places[begin]);
             ++end) {
            dropped[places[end]] = true;
            any = true;
        }
        source[places[begin]] = places[end - 1];
        begin = end;
    }
    if (!any) {
        return;
    }
    Object merged;
    for (std::size_t place = 0; place < source.size(); ++place) {
        const auto member = object.begin() + static_cast<std::ptrdiff_t>(place);
        if (dropped[place]) {
            if (names != nullptr) {
                names->push_back(member->first);
            }
            continue;
        }
        const auto value = object.begin() + static_cast<std::ptrdiff_t>(source[place]);
        merged.push_back(std::move(member->first), std::move(value->second));
    }
    object = std::move(merged);
}

}  // namespace verohook::event

#include "base/histogram.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <numeric>

namespace verohook {

std::uint64_t Distribution::count() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

Distribution& Distribution::operator+=(const Distribution& other) {
    if (counts.empty()) {
        return *this = other;
    }
    VEROHOOK_CHECK(
        std::equal(bounds.begin(), bounds.end(), other.bounds.begin(), other.bounds.end()));
    std::transform(counts.begin(), counts.end(), other.counts.begin(), counts.begin(),
                   std::plus<>());
    sum += other.sum;
    return *this;
}

Histogram::Histogram(std::span<const std::uint64_t> bounds) : bounds_(bounds) {
    VEROHOOK_CHECK(bounds.size() <= bounds_max && std::is_sorted(bounds.begin(), bounds.end()));
}

Distribution Histogram::distribution() const {
    Distribution copy{.bounds = bounds_, .counts = {}, .sum = sum_.value()};
    for (std::size_t index = 0; index <= bounds_.size(); ++index) {
        copy.counts.push_back(counts_[index].value());
    }
    return copy;
}

}  // namespace verohook

#include "app/send_report.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace verohook::app {

namespace {

double milliseconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

double seconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

void SendReport::add(const SendReport& other) {
    for (const auto& [status, count] : other.statuses) {
        statuses[status] += count;
    }
    failures += other.failures;
    latencies.insert(latencies.end(), other.latencies.begin(), other.latencies.end());
    if (example.empty()) {
        example = other.example;
    }
}

bool SendReport::all_accepted() const {
    return failures == 0 && std::all_of(statuses.begin(), statuses.end(),
                                        [](const auto& entry) { return entry.first == 200; });
}

std::string SendReport::text() const {
    std::string out = fmt::format(
        "{} events in {:.2f} s, {:.0f} a second\n", with_thousands(latencies.size()),
        seconds(elapsed), static_cast<double>(latencies.size()) / std::max(1e-9, seconds(elapsed)));
    for (const auto& [status, count] : statuses) {
        out += fmt::format("  status {}: {}\n", status, with_thousands(count));
    }
    if (failures > 0) {
        out += fmt::format("  no answer: {}\n", with_thousands(failures));
    }
    if (!latencies.empty()) {
        auto sorted = latencies;
        std::sort(sorted.begin(), sorted.end());
        const auto at = [&](double share) {
            return milliseconds(
                sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]);
        };
        out += fmt::format("  latency ms: p50 {:.2f}, p90 {:.2f}, p99 {:.2f}, max {:.2f}\n",
                           at(0.5), at(0.9), at(0.99), at(1.0));
    }
    if (!example.empty()) {
        out += "  the first that was not taken: " + printable(example) + "\n";
    }
    return out;
}

void draw_progress(std::uint64_t done, std::uint64_t total,
                   std::chrono::steady_clock::duration elapsed) {
    constexpr std::uint64_t width = 40;
    const std::uint64_t filled = total == 0 ? width : done * width / total;
    std::string bar;
    for (std::uint64_t index = 0; index < width; ++index) {
        bar += index < filled ? "█" : "░";
    }
    const std::string line =
        fmt::format("\r{} {} of {}  {:.0f}/s ", bar, with_thousands(done), with_thousands(total),
                    static_cast<double>(done) / std::max(1e-9, seconds(elapsed)));
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace verohook::app

#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/send_report.hpp"
#include "base/text.hpp"
#include "event/samples.hpp"
#include "http/client.hpp"

#include <verohook/event/event.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

#include <unistd.h>

namespace verohook::app {

namespace {

using Steady = std::chrono::steady_clock;

Result<std::vector<std::string_view>> choose_types(const std::vector<std::string>& wanted) {
    const auto& known = event::known_types();
    std::vector<std::string_view> types;
    for (const std::string& type : wanted) {
        if (type == "all") {
            return known;
        }
        const auto found = std::find(known.begin(), known.end(), type);
        if (found == known.end()) {
            std::string list;
            for (const std::string_view each : known) {
                list.append(list.empty() ? "" : ", ").append(each);
            }
            return Error{ErrorCode::invalid_input, "'" + printable(type, 64) +
                                                       "' is no type of Vero's: choose all, " +
                                                       std::move(list)};
        }
        types.push_back(*found);
    }
    return types.empty() ? known : types;
}

/// Sends `total` events over several connections; event k goes out at k / rate.
class Sender {
public:
    Sender(const SendArguments& arguments, std::vector<std::string_view> types)
        : arguments_(arguments),
          types_(std::move(types)),
          total_(arguments.count * types_.size()),
          first_number_(arguments.first_number) {}

    SendReport run() {
        started_ = Steady::now();
        std::vector<std::jthread> threads;
        const auto connections =
            std::min<std::uint64_t>(std::max(1U, arguments_.concurrency), total_);
        std::vector<SendReport> reports(connections);
        for (std::uint64_t index = 0; index < connections; ++index) {
            threads.emplace_back([this, &report = reports[index]] { send_some(report); });
        }
        if (!arguments_.quiet && ::isatty(STDERR_FILENO) == 1) {
            show_progress();
        }
        threads.clear();
        SendReport all;
        for (const SendReport& report : reports) {
            all.add(report);
        }
        all.elapsed = Steady::now() - started_;
        return all;
    }

    [[nodiscard]] std::string body(std::uint64_t index) const {
        return event::sample_body(types_[index % types_.size()], first_number_ + index,
                                  system_clock().now());
    }
    [[nodiscard]] std::uint64_t total() const { return total_; }

private:
    void send_some(SendReport& report) {
        auto client = http::Client::make(arguments_.to);
        if (!client) {
            return;  // The URL was checked before.
        }
        http::ClientRequest request;
        request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "verohook send"}};
        for (std::uint64_t index = next_++; index < total_; index = next_++) {
            request.body = body(index);
            if (arguments_.rate > 0) {
                std::this_thread::sleep_until(started_ + due(index));
            }
            const auto before = Steady::now();
            const auto response = (*client)->exchange(request);
            report.latencies.push_back(Steady::now() - before);
            if (response) {
                ++report.statuses[response->status];
                if (response->status != 200 && report.example.empty()) {
                    report.example = response->body;
                }
            } else {
                ++report.failures;
                if (report.example.empty()) {
                    report.example = response.error().message;
                }
            }
            ++done_;
        }
    }

    /// When an event is to go out; bounded, so that no clock overflows.
    [[nodiscard]] Steady::duration due(std::uint64_t index) const {
        constexpr double seconds_max = 1e9;
        return std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(
            std::min(seconds_max, static_cast<double>(index) / arguments_.rate)));
    }

    void show_progress() {
        while (done_ < total_) {
            draw_progress(done_, total_, Steady::now() - started_);
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
        draw_progress(total_, total_, Steady::now() - started_);
        std::fputc('\n', stderr);
    }

    const SendArguments& arguments_;
    std::vector<std::string_view> types_;
    std::uint64_t total_;
    std::uint64_t first_number_;
    Steady::time_point started_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<std::uint64_t> done_{0};
};

}  // namespace

int send(const SendArguments& arguments) {
    const auto types = choose_types(arguments.types);
    if (!types) {
        return fail(exit_usage, types.error());
    }
    SendArguments effective = arguments;
    if (effective.first_number == 0) {
        // Different customers at each call, so that nothing is taken for a duplicate.
        effective.first_number = std::random_device{}();
    }
    Sender sender(effective, *types);
    if (arguments.dry_run) {
        for (std::uint64_t index = 0; index < sender.total(); ++index) {
            std::printf("%s\n", sender.body(index).c_str());
        }
        return exit_success;
    }
    if (const auto client = http::Client::make(arguments.to); !client) {
        return fail(exit_usage, client.error());
    }
    const SendReport report = sender.run();
    if (!arguments.quiet) {
        std::fputs(report.text().c_str(), stdout);
    }
    return report.all_accepted() ? exit_success : exit_failure;
}

}  // namespace verohook::app

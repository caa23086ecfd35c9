#include "sinks/http_sender.hpp"
#include "sinks/http_settings.hpp"

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

/// Forwards events to a URL: each by itself or in batches, signed, over one connection or several.
namespace verohook::sinks {

namespace {

using sink::Outcome;
using sink::Verdict;
using Items = std::span<const sink::Item>;

/// Cuts a batch into what one request each may carry.
std::vector<Items> cut(Items batch, const HttpSettings& settings) {
    std::vector<Items> requests;
    std::size_t begin = 0;
    std::size_t bytes = 0;
    for (std::size_t next = 0; next < batch.size(); ++next) {
        const std::size_t more = batch[next].text.size() + 1;
        const bool is_full =
            next - begin >= settings.events_max || bytes + more > settings.bytes_max;
        if (next > begin && is_full) {
            requests.push_back(batch.subspan(begin, next - begin));
            begin = next;
            bytes = 0;
        }
        bytes += more;
    }
    if (begin < batch.size()) {
        requests.push_back(batch.subspan(begin));
    }
    return requests;
}

/// Requests that several threads send, each the next one that nobody has taken yet, until the first
/// that is not delivered.
class Round {
public:
    explicit Round(const std::vector<Items>& requests)
        : requests_(requests), outcomes_(requests.size()) {}

    void take_part(HttpSender& sender) {
        while (!failed_) {
            const std::size_t index = next_++;
            if (index >= requests_.size()) {
                return;
            }
            outcomes_[index] = sender.send(requests_[index]);
            if (outcomes_[index]->verdict != Verdict::delivered) {
                failed_ = true;
            }
        }
    }

    /// When nobody takes part any more: what came before the first failure is safe. What was
    /// delivered beyond it will be sent again.
    [[nodiscard]] Outcome result() const {
        std::size_t taken = 0;
        for (std::size_t index = 0; index < requests_.size(); ++index) {
            // Requests are taken in order, so none is missing before the one that failed.
            Outcome outcome = outcomes_[index].value();
            taken += outcome.taken;
            if (outcome.verdict != Verdict::delivered) {
                outcome.taken = taken;
                return outcome;
            }
        }
        return Outcome::all(taken);
    }

private:
    const std::vector<Items>& requests_;
    std::vector<std::optional<Outcome>> outcomes_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> failed_{false};
};

class HttpSink final : public sink::Sink {
public:
    HttpSink(HttpSettings settings, const Clock& clock)
        : settings_(std::move(settings)), clock_(clock) {}

    [[nodiscard]] Result<void> make_senders(std::size_t count) {
        while (senders_.size() < count) {
            auto made = HttpSender::make(settings_, clock_);
            if (!made) {
                return made.error();
            }
            senders_.push_back(std::move(*made));
        }
        return {};
    }

    Outcome deliver(Items batch) override {
        if (reconnect_.exchange(false)) {
            senders_.clear();
        }
        const std::vector<Items> requests = cut(batch, settings_);
        const std::size_t count = std::min(settings_.concurrency, requests.size());
        if (auto made = make_senders(count); !made) {
            return Outcome::retry(0, made.error().message);
        }
        Round round(requests);
        {
            std::vector<std::jthread> others;
            for (std::size_t index = 1; index < count; ++index) {
                try {
                    others.emplace_back([&, index] { round.take_part(*senders_[index]); });
                } catch (const std::system_error&) {
                    break;  // No more threads to be had: fewer deliver all the same.
                }
            }
            if (!requests.empty()) {
                round.take_part(*senders_.front());
            }
        }
        return round.result();
    }

    void request_reopen() override { reconnect_.store(true); }

private:
    const HttpSettings settings_;
    const Clock& clock_;
    std::vector<std::unique_ptr<HttpSender>> senders_;
    std::atomic<bool> reconnect_{false};
};

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    auto settings = http_settings(context);
    if (!settings) {
        return settings.error();
    }
    auto made = std::make_unique<HttpSink>(std::move(*settings), context.clock);
    // Files for TLS that cannot be used are told now; a target that is down is not asked for yet.
    if (auto ready = made->make_senders(1); !ready) {
        return ready.error();
    }
    return std::unique_ptr<sink::Sink>(std::move(made));
}

}  // namespace

const sink::SinkKind& http_kind() {
    static const sink::SinkKind kind{
        .name = "http",
        .summary = "Forwards each event, or batches of them, to a URL; signed as a webhook.",
        .options = http_option_specs(),
        .make = make,
        .check = check_http_options,
        .erase_by_hand = "the receiver keeps its own copies: ask it to erase the person"};
    return kind;
}

}  // namespace verohook::sinks

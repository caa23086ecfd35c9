// make_journal FOLDER EVENTS CUSTOMERS: a journal as a busy account would leave it, for benchmarks:
// mails go out to one customer after the other; answers, bounces and changes come from any of them.

#include "event/samples.hpp"
#include "journal/sqlite_journal.hpp"

#include <verohook/event/codec.hpp>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <string_view>

namespace {

using namespace verohook;

/// Of 100 events.
struct Share {
    std::string_view type;
    unsigned percent;
};
constexpr std::array<Share, 9> shares{{{"sent", 27},
                                       {"delivered", 26},
                                       {"opened", 22},
                                       {"clicked", 8},
                                       {"user_updated", 10},
                                       {"user_created", 3},
                                       {"bounced", 2},
                                       {"unsubscribed", 1},
                                       {"converted", 1}}};

/// How many appends are under way, so that the journal's queue does not overflow.
class UnderWay {
public:
    void begin() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return count_ < 4096; });
        ++count_;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        --count_;
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;
};

class Append final : public journal::AppendRequest {
public:
    explicit Append(UnderWay& under_way) : under_way_(under_way) {}
    void completed(const Result<journal::Receipt>& outcome, journal::Rest) noexcept override {
        VEROHOOK_CHECK(outcome.has_value());
        under_way_.end();
    }

private:
    UnderWay& under_way_;
};

std::string_view choose_type(std::uint64_t number) {
    std::uint64_t at = number % 100;
    for (const Share& share : shares) {
        if (at < share.percent) {
            return share.type;
        }
        at -= share.percent;
    }
    return shares.front().type;
}

int run(const char* folder, std::uint64_t events, std::uint64_t customers) {
    auto opened = journal::open_sqlite_journal({.directory = folder, .limits = {}}, system_clock());
    if (!opened) {
        std::fprintf(stderr, "make_journal: %s\n", opened.error().message.c_str());
        return 1;
    }
    UnderWay under_way;
    std::mt19937_64 random(20261124);
    // A second apart, so that no two bodies are the same.
    const Timestamp begin = system_clock().now() - std::chrono::seconds{events};
    for (std::uint64_t index = 0; index < events; ++index) {
        const Timestamp now = begin + std::chrono::seconds{index};
        auto request = std::make_unique<Append>(under_way);
        const std::string_view type = choose_type(random());
        const bool in_order = type == "sent" || type == "delivered";
        const std::uint64_t number = (in_order ? index : random()) % customers;
        request->draft.body = event::sample_body(type, number, now);
        const auto classified = event::classify(request->draft.body);
        const auto& found = std::get<event::Classification>(classified);
        request->draft.kind = journal::Kind::recognized;
        request->draft.type = found.type.value_or("");
        request->draft.occurred_at = found.occurred_at;
        request->draft.received_at = now;
        request->draft.remote = "192.0.2.1";
        request->draft.request_id = std::to_string(index);
        under_way.begin();
        (*opened)->append(std::move(request));
    }
    (*opened)->close();
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    constexpr int decimal = 10;
    if (count != 4) {
        std::fprintf(stderr, "usage: make_journal FOLDER EVENTS CUSTOMERS\n");
        return 2;
    }
    return run(arguments[1], std::strtoull(arguments[2], nullptr, decimal),
               std::strtoull(arguments[3], nullptr, decimal));
}

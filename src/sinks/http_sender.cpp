#include "sinks/http_sender.hpp"

#include "sinks/http_answer.hpp"
#include "sinks/http_message.hpp"

#include <utility>

namespace verohook::sinks {

using sink::Outcome;
using sink::Verdict;

Result<std::unique_ptr<HttpSender>> HttpSender::make(const HttpSettings& settings,
                                                     const Clock& clock) {
    auto client = http::Client::make(settings.url, settings.client);
    if (!client) {
        return client.error();
    }
    return std::make_unique<HttpSender>(settings, clock, std::move(*client));
}

HttpSender::HttpSender(const HttpSettings& settings, const Clock& clock,
                       std::unique_ptr<http::Client> client)
    : settings_(settings), clock_(clock), client_(std::move(client)) {}

Outcome HttpSender::send(std::span<const sink::Item> items) {
    Outcome whole = attempt(items);
    if (whole.verdict != Verdict::reject || items.size() == 1) {
        return whole;
    }
    for (std::size_t index = 0; index < items.size(); ++index) {
        Outcome one = attempt(items.subspan(index, 1));
        if (one.verdict != Verdict::delivered) {
            one.taken = index;
            return one;
        }
    }
    return Outcome::all(items.size());
}

Outcome HttpSender::attempt(std::span<const sink::Item> items) {
    const http::ClientRequest request = make_http_request(settings_, items, clock_.now());
    // Twice is better than never, so a kept connection that the target closed is no failure yet.
    constexpr bool may_be_repeated = true;
    const auto answer = client_->exchange(request, may_be_repeated);
    if (!answer) {
        return Outcome::retry(0, answer.error().message);
    }
    return judge_answer(settings_.target, *answer, items.size(), clock_.now());
}

}  // namespace verohook::sinks

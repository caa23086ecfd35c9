#include "admin/inspector/send_samples.hpp"

#include "admin/json_support.hpp"
#include "event/samples.hpp"
#include "http/client.hpp"

#include <verohook/event/event.hpp>

#include <chrono>
#include <utility>

namespace verohook::admin {

namespace {

constexpr std::chrono::seconds timeout{5};

}  // namespace

Result<std::string> send_samples(const std::string& url, Timestamp now) {
    const auto client = http::Client::make(url, {.timeout = timeout, .connect_timeout = timeout});
    if (!client) {
        return client.error();
    }
    http::ClientRequest request;
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "verohook inspector"}};
    std::uint64_t sent = 0;
    Json refused = Json::array();
    // Another number each time, so that they are no duplicates of the last ones.
    auto number = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (const std::string_view type : event::known_types()) {
        request.body = event::sample_body(type, number++, now);
        const auto answer = (*client)->exchange(request);
        if (!answer) {
            return answer.error();
        }
        ++sent;
        if (answer->status != 200) {
            refused.push_back({{"status", answer->status},
                               {"detail", text_of(parse_object(answer->body), "detail")}});
        }
    }
    return dump({{"sent", sent}, {"refused", std::move(refused)}});
}

}  // namespace verohook::admin

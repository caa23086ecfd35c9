#include "admin/desk.hpp"

#include "admin/answers.hpp"
#include "admin/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "delivery/replay.hpp"
#include "delivery/retry_letters.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace verohook::admin {

namespace {

http::Response nothing_here() {
    return http::problem(404, "not_found", "There is nothing here.");
}

}  // namespace

http::Response Desk::answer(std::string_view method, std::string_view path, std::string_view body) {
    constexpr std::string_view sinks = "/sinks/";
    constexpr std::string_view tasks = "/tasks/";
    if (path == "/status") {
        return status();
    }
    if (path == "/forget") {
        return forget(method, body);
    }
    if (path.starts_with(tasks)) {
        return task(method, path.substr(tasks.size()));
    }
    const std::size_t slash = path.rfind('/');
    if (method == "POST" && path.starts_with(sinks) && slash > sinks.size()) {
        return post(std::string(path.substr(sinks.size(), slash - sinks.size())),
                    path.substr(slash + 1), body);
    }
    return nothing_here();
}

http::Response Desk::status() {
    const auto status = collect(journal_, delivery_, sinks_.all(), clock_.now());
    return status ? success(to_json(*status)) : refusal(status.error());
}

http::Response Desk::post(const std::string& sink, std::string_view action, std::string_view body) {
    if (action == "replay") {
        auto request = parse_replay(body);
        return request ? submit(sink, delivery::make_replay(request->range,
                                                            std::move(request->selection)))
                       : refusal(request.error());
    }
    if (action == "retry") {
        const auto letters = parse_letters(body);
        return letters ? submit(sink, delivery::make_retry(std::set<journal::Seq>(
                                          letters->seqs.begin(), letters->seqs.end())))
                       : refusal(letters.error());
    }
    return action == "drop" ? drop(sink, body) : nothing_here();
}

http::Response Desk::submit(const std::string& sink, std::unique_ptr<delivery::Task> task) {
    delivery::Delivery* const delivery = delivery_;
    if (delivery == nullptr) {
        return http::problem(503, "unavailable", "The sinks have not been started yet.");
    }
    const auto submitted = delivery->submit(sink, std::move(task));
    if (!submitted) {
        return refusal(submitted.error());
    }
    log::info("sink '" + sink + "': " + submitted->what + " " + std::to_string(submitted->id) +
              " was asked for");
    return success(to_json(*submitted), 202);
}

http::Response Desk::forget(std::string_view method, std::string_view body) {
    if (method == "GET") {
        const ForgetStatus status = forgetting_.status();
        return status.state.empty() ? nothing_here() : success(to_json(status));
    }
    delivery::Delivery* const delivery = delivery_;
    if (method != "POST" || delivery == nullptr) {
        return nothing_here();
    }
    const auto request = parse_forget_request(body);
    const auto begun = request ? forgetting_.begin(*request, *delivery) : request.error();
    return begun ? success(to_json(*begun), 202) : refusal(begun.error());
}

http::Response Desk::drop(const std::string& sink, std::string_view body) {
    const auto letters = parse_letters(body);
    if (!letters) {
        return refusal(letters.error());
    }
    const std::set<journal::Seq> wanted(letters->seqs.begin(), letters->seqs.end());
    std::uint64_t dropped = 0;
    for (journal::Seq after = 0;;) {
        const auto found = journal_.letters(sink, after, {});
        if (!found) {
            return refusal(found.error());
        }
        if (found->empty()) {
            break;
        }
        after = found->back().seq;
        journal::LetterChange change;
        for (const journal::StoredLetter& letter : *found) {
            if (wanted.empty() || wanted.contains(letter.seq)) {
                change.removed.push_back(letter.seq);
            }
        }
        const std::size_t count = change.removed.size();
        if (const auto changed = journal_.change_letters(sink, std::move(change)); !changed) {
            return refusal(changed.error());
        }
        dropped += count;
    }
    log::info("sink '" + sink + "': " + std::to_string(dropped) + " dead letters were dropped");
    return success(dropped_json(dropped));
}

http::Response Desk::task(std::string_view method, std::string_view id_text) {
    const auto id = parse_number(id_text);
    delivery::Delivery* const delivery = delivery_;
    if (!id || delivery == nullptr) {
        return nothing_here();
    }
    if (method == "DELETE") {
        const auto cancelled = delivery->cancel(*id);
        return cancelled ? success(to_json(*cancelled), 202) : nothing_here();
    }
    for (const delivery::SinkStatus& sink : delivery->status()) {
        for (const delivery::TaskStatus& task : sink.tasks) {
            if (task.id == *id) {
                return success(to_json(task));
            }
        }
    }
    return nothing_here();
}

}  // namespace verohook::admin

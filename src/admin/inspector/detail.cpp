#include "admin/inspector/detail.hpp"

#include "admin/inspector/view.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

namespace verohook::admin {

namespace {

Json line_json(const View& view) {
    if (!view.event) {
        return {};
    }
    const journal::Record& record = *view.record;
    std::string line;
    event::encode(
        event::Format::json,
        {record.seq, to_hex(record.id), record.received_at, record.duplicate_of, record.erased},
        *view.event, record.body, line);
    // Numbers beyond 64 bits would become others in a reader of JSON, so the text goes as it is.
    return line;
}

Json headers_json(std::string_view headers) {
    Json pairs = Json::array();
    while (!headers.empty()) {
        const std::string_view line = headers.substr(0, headers.find('\n'));
        headers.remove_prefix(std::min(headers.size(), line.size() + 1));
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) {
            pairs.push_back(
                {std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
        }
    }
    return pairs;
}

Json malformed_json(const journal::Record& record) {
    if (record.kind != journal::Kind::malformed || record.erased) {
        return {};
    }
    const auto verdict = event::classify(record.body);
    const auto* const malformed = std::get_if<event::Malformed>(&verdict);
    return malformed == nullptr
               ? Json()
               : Json{{"message", malformed->message}, {"offset", malformed->offset}};
}

Json sinks_json(journal::Journal& journal, const delivery::Delivery* delivery,
                const journal::Record& record) {
    Json sinks = Json::array();
    const bool is_delivered = record.kind == journal::Kind::recognized ||
                              record.kind == journal::Kind::unrecognized ||
                              record.kind == journal::Kind::damaged;
    if (delivery == nullptr || !is_delivered) {
        return sinks;
    }
    for (const delivery::SinkStatus& sink : delivery->status()) {
        const auto letters = journal.letters(sink.name, record.seq - 1, {.records_max = 1});
        Json json = {{"name", sink.name},
                     {"state", sink.position >= record.seq ? "delivered" : "waiting"},
                     {"reason", Json()}};
        if (!letters) {
            json["state"] = "unknown";
            json["reason"] = letters.error().message;
        } else if (!letters->empty() && letters->front().seq == record.seq) {
            json["state"] = "dead";
            json["reason"] = letters->front().reason;
        }
        sinks.push_back(std::move(json));
    }
    return sinks;
}

/// For a POSIX shell; a body is one argument, whatever is in it.
std::string curl_line(const journal::Record& record, const std::string& webhook) {
    std::string line = "curl -H 'Content-Type: application/json' --data-binary '";
    for (const char letter : record.body) {
        if (letter == '\'') {
            line += "'\\''";
        } else {
            line += letter;
        }
    }
    return line + "' '" + webhook + "'";
}

}  // namespace

Result<std::string> detail_json(journal::Journal& journal, const delivery::Delivery* delivery,
                                journal::Seq seq, const std::string& webhook) {
    const auto records = seq == 0 ? Result<std::vector<journal::RecordPtr>>({})
                                  : journal.read(seq - 1, {.records_max = 1});
    if (!records) {
        return records.error();
    }
    if (records->empty() || records->front()->seq != seq) {
        return Error{ErrorCode::not_found, "There is no event " + std::to_string(seq) + "."};
    }
    const View view(records->front());
    const journal::Record& record = *view.record;
    Json problems = Json::array();
    if (view.event) {
        problems = event::common(*view.event).problems;
    }
    return dump({{"summary", summary_json(view)},
                 {"line", line_json(view)},
                 {"body", record.body},
                 {"headers", headers_json(record.headers)},
                 {"remote", record.remote},
                 {"request_id", record.request_id},
                 {"problems", std::move(problems)},
                 {"malformed", malformed_json(record)},
                 {"sinks", sinks_json(journal, delivery, record)},
                 {"curl", curl_line(record, webhook)}});
}

}  // namespace verohook::admin

#include "ingest/endpoint.hpp"

#include "base/log.hpp"
#include "base/refusal_reasons.hpp"
#include "base/text.hpp"
#include "event/test_event.hpp"
#include "http/gzip.hpp"
#include "ingest/client_address.hpp"
#include "ingest/malformed.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace verohook::ingest {

namespace {

/// Kept with a body for whoever looks into a problem later. None of them ever holds a secret.
constexpr std::array<std::string_view, 5> kept_headers{"Host", "User-Agent", "Content-Type",
                                                       "X-Forwarded-For", "Forwarded"};
constexpr std::size_t kept_header_bytes_max = 512;
/// One allocation instead of three for what Vero and a proxy send.
constexpr std::size_t kept_headers_usual_bytes = 224;
/// A type that is longer than any of Vero's is cut in the answer (never in the journal).
constexpr std::size_t answered_type_bytes_max = 128;

/// `still_compressed`: the body is kept as it came, and only with its coding can it be understood.
std::string headers_to_keep(const http::RequestHead& head, bool still_compressed) {
    std::string kept;
    kept.reserve(kept_headers_usual_bytes);
    const auto keep = [&](std::string_view name) {
        if (const auto value = head.header(name)) {
            kept.append(name).append(": ").append(value->substr(0, kept_header_bytes_max));
            kept += '\n';
        }
    };
    std::for_each(kept_headers.begin(), kept_headers.end(), keep);
    if (still_compressed) {
        keep("Content-Encoding");
    }
    return kept;
}

http::Response unavailable(ErrorCode code) {
    std::string_view detail = "The event could not be written to the disk; send it again later.";
    std::string_view reason = "unavailable";
    if (code == ErrorCode::full) {
        detail = "The receiver has no room for the event now; send it again later.";
        reason = "full";
    } else if (code == ErrorCode::stopping) {
        detail = "The receiver is shutting down; send the event again.";
        reason = "stopping";
    }
    http::Response response = http::problem(503, "unavailable", detail);
    response.reason = reason;
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

/// One body on its way to the disk, and the answer that it will get.
class Append final : public journal::AppendRequest {
public:
    Append(http::Exchange& exchange, event::EventCounts& counts)
        : exchange_(exchange), counts_(counts) {}

    /// Judges the body and fills the draft.
    void take(std::string body) {
        draft.body = std::move(body);
        if (event::probe_of_test_event(draft.body)) {
            is_test_ = true;
            draft.kind = journal::Kind::test;
            type_ = event::test_event_type;
            draft.type = event::test_event_type;
            return;
        }
        auto verdict = event::classify(draft.body);
        if (auto* malformed = std::get_if<event::Malformed>(&verdict)) {
            malformed_ = std::move(*malformed);
            return;
        }
        auto& classification = std::get<event::Classification>(verdict);
        draft.kind =
            classification.recognized ? journal::Kind::recognized : journal::Kind::unrecognized;
        type_ = std::move(classification.type);
        draft.type = type_.value_or("");
        draft.occurred_at = classification.occurred_at;
        known_ = classification.known;
    }

    /// Keeps a body that could not even be decompressed.
    void take_compressed(std::string body) {
        draft.body = std::move(body);
        malformed_ = explain_malformed(draft.body, draft.headers);
    }

    void completed(const Result<journal::Receipt>& outcome, journal::Rest rest) noexcept override {
        // What was stored is told by the journal's one thread, what is refused by any.
        if (outcome && is_test_) {
            counts_.add_test();
        } else if (outcome && malformed_) {
            counts_.add_malformed();
        } else if (outcome) {
            counts_.add_event(known_, outcome->duplicate_of.has_value());
        }
        exchange_.respond(answer(outcome),
                          rest == journal::Rest::none ? http::Wake::now : http::Wake::later);
    }

private:
    [[nodiscard]] http::Response answer(const Result<journal::Receipt>& outcome) const {
        if (!outcome) {
            return unavailable(outcome.error().code);
        }
        if (malformed_) {
            return http::problem(400, "malformed_json", malformed_->message,
                                 "\"offset\":" + std::to_string(malformed_->offset) +
                                     ",\"seq\":" + std::to_string(outcome->seq));
        }
        return success(*outcome);
    }

    [[nodiscard]] http::Response success(const journal::Receipt& receipt) const {
        std::string_view status = known_ ? "accepted" : "unrecognized";
        if (is_test_) {
            status = "test";
        } else if (receipt.duplicate_of) {
            status = "duplicate";
        }
        http::Response response;
        response.reason = status;
        std::string& body = response.body;
        body.reserve(160);
        body.append(R"({"status":")").append(status);
        body.append(R"(","id":")");
        append_hex(body, receipt.id);
        body.append(R"(","seq":)").append(std::to_string(receipt.seq));
        if (receipt.duplicate_of) {
            body.append(R"(,"duplicate_of":)").append(std::to_string(*receipt.duplicate_of));
        }
        body.append(R"(,"type":)");
        if (type_) {
            append_json_string(body, std::string_view(*type_).substr(0, answered_type_bytes_max));
        } else {
            body += "null";
        }
        body += '}';
        return response;
    }

    http::Exchange& exchange_;
    event::EventCounts& counts_;
    std::optional<std::string> type_;
    std::optional<std::size_t> known_;  ///< Of Vero's types; nothing: none of them.
    std::optional<event::Malformed> malformed_;
    bool is_test_ = false;
};

http::Response not_found() {
    return http::problem(404, "not_found", "There is nothing at this path.");
}

}  // namespace

Endpoint::Endpoint(EndpointSettings settings, journal::Journal& journal)
    : owned_policy_(std::make_shared<const Policy>(std::move(settings))),
      policy_(owned_policy_.get()),
      journal_(journal) {}

std::shared_ptr<const void> Endpoint::change(EndpointSettings settings) {
    auto next = std::make_shared<const Policy>(std::move(settings));
    policy_.store(next.get(), std::memory_order_release);
    return std::exchange(owned_policy_, std::move(next));
}

std::optional<http::Response> Endpoint::on_head(const http::RequestHead& head) {
    const Policy& policy = this->policy();
    const std::string& own_path = policy.settings.path;
    const std::string_view path = head.path;
    std::optional<std::string_view> path_secret;
    if (path != own_path) {
        const std::size_t length = own_path.size();
        if (!path.starts_with(own_path) || path[length] != '/' ||
            path.find('/', length + 1) != std::string_view::npos || path.size() == length + 1) {
            return not_found();
        }
        path_secret = path.substr(length + 1);
    }
    if (auto refusal = refuse_unauthenticated(policy, head, path_secret)) {
        return refusal;
    }
    const std::string coding = head.joined("Content-Encoding");
    if (!coding.empty() && !is_gzip(coding) && !equals_ignoring_case(coding, "identity")) {
        http::Response response = http::problem(
            415, "unsupported_encoding", "Send the body as it is, or with Content-Encoding: gzip.");
        response.headers.emplace_back("Accept-Encoding", "gzip");
        return response;
    }
    return std::nullopt;
}

std::optional<http::Response> Endpoint::refuse_unauthenticated(
    const Policy& policy, const http::RequestHead& head,
    std::optional<std::string_view> path_secret) {
    const EndpointSettings& settings = policy.settings;
    const auto verdict = policy.authenticator.check(head, path_secret);
    const bool passed = verdict == Authenticator::Verdict::passed;
    const IpAddress client = client_address(head, settings.trusted_proxies);
    // A path that is no secret of ours does not exist, whatever is asked of it.
    if (path_secret && (!passed || settings.secrets.empty())) {
        log::warn_of(
            "wrong_path_secret",
            "refused a request from " + client.to_string() +
                (settings.secrets.empty() ? " with a secret in its path; auth.secrets has none"
                                          : " with a wrong secret in its path"));
        http::Response response = not_found();
        response.reason = refusal_reason::wrong_secret;
        return response;
    }
    if (head.method != "POST") {
        http::Response response =
            http::problem(405, "method_not_allowed", "Vero's webhooks are sent with POST.");
        response.headers.emplace_back("Allow", "POST");
        return response;
    }
    // A client that is not known, as behind a unix socket without X-Forwarded-For, is in no list.
    if (!settings.allow.empty() && !contains(settings.allow, client)) {
        log::warn_of("forbidden", "refused a request from " + client.to_string() +
                                      ", which is not in auth.allow");
        // Whoever is refused is told as whom, since behind a proxy that is the usual mistake.
        return http::problem(403, "forbidden", "This address may not send events.",
                             R"("client":")" + client.to_string() + '"');
    }
    if (passed) {
        return std::nullopt;
    }
    std::string_view reason = refusal_reason::proxied;
    if (verdict == Authenticator::Verdict::proxied) {
        log::warn_of(
            refusal_reason::proxied,
            "refused a request that came through a proxy or from another machine (" +
                client.to_string() +
                "), since no secret is set: put one into auth.secrets and into the URL that Vero "
                "posts to, or write auth.required = false to take events from everybody");
    } else {
        const bool wrong = verdict == Authenticator::Verdict::wrong;
        reason = wrong ? refusal_reason::wrong_secret : refusal_reason::missing_secret;
        log::warn_of(reason, "refused a request from " + client.to_string() + " with " +
                                 (wrong ? "a wrong secret"
                                        : "no secret; Vero's URL needs one of auth.secrets"));
    }
    http::Response response =
        http::problem(401, "unauthorized", "The request carries no valid secret.");
    response.reason = reason;
    response.headers.emplace_back("WWW-Authenticate", "Bearer, Basic realm=\"verohook\"");
    return response;
}

void Endpoint::on_request(http::Exchange& exchange) {
    const EndpointSettings& settings = policy().settings;
    const http::RequestHead& head = exchange.head();
    auto append = std::make_unique<Append>(exchange, *counts_);
    journal::Draft& draft = append->draft;
    draft.received_at = exchange.received_at();
    draft.remote = client_address(head, settings.trusted_proxies).to_string();
    draft.request_id = head.request_id;
    if (!is_gzip(head.joined("Content-Encoding"))) {
        draft.headers = headers_to_keep(head, false);
        append->take(std::move(exchange.body()));
        journal_.append(std::move(append));
        return;
    }
    auto unpacked = http::gunzip(exchange.body(), settings.body_bytes_max);
    if (!unpacked && unpacked.error().too_large) {
        exchange.respond(http::problem(413, "body_too_large",
                                       "The decompressed body is larger than " +
                                           std::to_string(settings.body_bytes_max) + " bytes."));
        return;
    }
    draft.headers = headers_to_keep(head, !unpacked);
    if (unpacked) {
        append->take(std::move(*unpacked));
    } else {
        append->take_compressed(std::move(exchange.body()));
    }
    journal_.append(std::move(append));
}

}  // namespace verohook::ingest

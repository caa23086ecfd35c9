#pragma once

#include "base/address.hpp"
#include "event/counts.hpp"
#include "http/server.hpp"
#include "ingest/authenticator.hpp"
#include "journal/journal.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// The only place where a request becomes a record.
namespace verohook::ingest {

struct EndpointSettings {
    std::string path = "/webhooks/vero";
    bool auth_required = true;
    std::vector<std::string> secrets = {};
    std::vector<Cidr> allow = {};  ///< Empty: everybody.
    std::vector<Cidr> trusted_proxies = {};
    std::size_t body_bytes_max = 1024UL * 1024;  ///< After decompression.
};

/// The webhook: authenticates, classifies, appends, and answers once the journal says that the body
/// is on the disk. Called by all I/O threads at once.
class Endpoint final : public http::Handler {
public:
    /// `journal` outlives the endpoint, and every append that it made.
    Endpoint(EndpointSettings settings, journal::Journal& journal);

    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead& head) override;
    void on_request(http::Exchange& exchange) override;
    /// What was stored. Any thread.
    [[nodiscard]] const event::EventCounts& counts() const { return *counts_; }

private:
    /// Nothing: the request may go on. `path_secret`: what follows the webhook's path.
    [[nodiscard]] std::optional<http::Response> refuse_unauthenticated(
        const http::RequestHead& head, std::optional<std::string_view> path_secret);

    EndpointSettings settings_;
    Authenticator authenticator_;
    journal::Journal& journal_;
    /// The journal's thread counts; apart from what the I/O threads read all the time.
    const std::unique_ptr<event::EventCounts> counts_ = std::make_unique<event::EventCounts>();
};

}  // namespace verohook::ingest

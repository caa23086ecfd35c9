#pragma once

#include "base/address.hpp"
#include "event/counts.hpp"
#include "http/server.hpp"
#include "ingest/authenticator.hpp"
#include "journal/journal.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
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
    /// From each thread's next call on. What is returned must live until no call is under way that
    /// began before this. One thread at a time.
    [[nodiscard]] std::shared_ptr<const void> change(EndpointSettings settings);
    /// What was stored. Any thread.
    [[nodiscard]] const event::EventCounts& counts() const { return *counts_; }

private:
    /// What requests are judged by; never changed, only replaced as a whole.
    struct Policy {
        explicit Policy(EndpointSettings given)
            : settings(std::move(given)), authenticator(settings.auth_required, settings.secrets) {}
        const EndpointSettings settings;
        const Authenticator authenticator;
    };
    /// For the length of one call: the I/O threads pay for it no more than for a plain pointer.
    [[nodiscard]] const Policy& policy() const { return *policy_.load(std::memory_order_acquire); }
    /// Nothing: the request may go on. `path_secret`: what follows the webhook's path.
    [[nodiscard]] std::optional<http::Response> refuse_unauthenticated(
        const Policy& policy, const http::RequestHead& head,
        std::optional<std::string_view> path_secret);

    std::shared_ptr<const Policy> owned_policy_;
    std::atomic<const Policy*> policy_;
    journal::Journal& journal_;
    /// The journal's thread counts; apart from what the I/O threads read all the time.
    const std::unique_ptr<event::EventCounts> counts_ = std::make_unique<event::EventCounts>();
};

}  // namespace verohook::ingest

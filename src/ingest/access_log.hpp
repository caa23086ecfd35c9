#pragma once

#include "base/address.hpp"
#include "base/log.hpp"
#include "http/server.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::ingest {

struct AccessSettings {
    log::AccessMode mode = log::AccessMode::off;
    std::uint64_t every = 100;  ///< Sampled: one request of so many.
    std::string path = "/webhooks/vero";
    std::vector<Cidr> trusted_proxies = {};
};

/// Tells the program's own log of each request at the webhook's port, or of some. Any thread. While
/// it is off, a request costs it one look at a flag.
class AccessLog final : public http::AccessObserver {
public:
    explicit AccessLog(AccessSettings settings) { configure(std::move(settings)); }

    /// From now on.
    void configure(AccessSettings settings);
    void answered(const http::Access& access) override;

private:
    /// Whether this request is one to be told of.
    [[nodiscard]] bool chooses(const AccessSettings& settings, unsigned status);

    std::atomic<bool> is_off_{true};
    std::atomic<std::uint64_t> seen_{0};
    std::mutex mutex_;
    std::shared_ptr<const AccessSettings> settings_;  ///< Guarded by `mutex_`.
};

/// A request's target without what may be a secret in it: `***` for whatever follows the webhook's
/// path, for a query, and at other paths for each segment that has the length of a secret, since
/// one may have been sent to the wrong path. Printable, and not longer than a line should be.
[[nodiscard]] std::string masked_target(std::string_view path, std::string_view query,
                                        std::string_view webhook_path);

}  // namespace verohook::ingest

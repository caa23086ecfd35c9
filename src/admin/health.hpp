#pragma once

#include "admin/silence.hpp"
#include "delivery/delivery.hpp"
#include "http/server.hpp"
#include "journal/journal.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::admin {

/// `starting`, `idle`, …
[[nodiscard]] std::string_view state_text(delivery::State state);

/// Whether events can be taken, and what an operator should know. Common to the admin port and the
/// control socket of one daemon. Any thread.
class Health {
public:
    /// `journal` and `silence` outlive it. `folder` holds the journal; with less than
    /// `disk_free_min` bytes free there, it is not ready.
    Health(const journal::Journal& journal, const SilenceWatch& silence,
           std::filesystem::path folder, std::uint64_t disk_free_min)
        : journal_(journal),
          silence_(silence),
          folder_(std::move(folder)),
          disk_free_min_(disk_free_min) {}
    /// Tells the sinks' state too, from now on; `delivery` outlives the servers that use this.
    void watch(const delivery::Delivery& delivery) { delivery_ = &delivery; }
    /// From the next look on.
    void set_disk_free_min(std::uint64_t bytes) { disk_free_min_ = bytes; }
    /// Not ready any more, since the program is stopping.
    void set_draining() { draining_ = true; }

    struct Check {
        std::string_view name;
        std::string problem;  ///< One sentence; empty: all is well.
    };
    [[nodiscard]] std::vector<Check> checks() const;
    [[nodiscard]] bool ready() const;
    /// What the journal's disk has room for; nothing: it cannot be asked.
    [[nodiscard]] std::optional<std::filesystem::space_info> disk() const;
    /// What `/readyz` answers.
    [[nodiscard]] http::Response readiness() const;

private:
    [[nodiscard]] std::string disk_problem() const;

    const journal::Journal& journal_;
    const SilenceWatch& silence_;
    const std::filesystem::path folder_;
    std::atomic<std::uint64_t> disk_free_min_;
    std::atomic<const delivery::Delivery*> delivery_{nullptr};
    std::atomic<bool> draining_{false};
};

}  // namespace verohook::admin

#pragma once

#include "customers/customer.hpp"
#include "customers/ledger.hpp"

#include <verohook/event/codec.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::customers {

inline constexpr Timestamp start{std::chrono::seconds{1'795'392'000}};

/// Events as they arrive, one a second from `start`; `seq` counts from 1.
class Arrivals {
public:
    Arrivals() = default;
    explicit Arrivals(const std::vector<std::string>& bodies) {
        for (const std::string& body : bodies) {
            add(body);
        }
    }

    event::Envelope& add(std::string_view body) {
        const std::uint64_t seq = stored_.size() + 1;
        auto decoded = event::decode(body);
        VEROHOOK_CHECK(decoded.has_value());
        Stored& stored = stored_.emplace_back();
        stored.envelope.seq = seq;
        stored.envelope.id = "id-" + std::to_string(seq);
        stored.envelope.received_at = start + std::chrono::seconds{seq};
        stored.event = *std::move(decoded);
        stored.body = body;
        return stored.envelope;
    }

    [[nodiscard]] std::size_t size() const { return stored_.size(); }
    /// By `seq`, which is from 1.
    [[nodiscard]] Fact fact(std::uint64_t seq) const {
        const Stored& stored = stored_[seq - 1];
        return {seq, stored.envelope, stored.event, stored.body};
    }
    [[nodiscard]] std::vector<Fact> facts() const {
        std::vector<Fact> facts;
        for (std::uint64_t seq = 1; seq <= stored_.size(); ++seq) {
            facts.push_back(fact(seq));
        }
        return facts;
    }

private:
    struct Stored {
        event::Envelope envelope;
        event::Event event;
        std::string body;
    };
    std::deque<Stored> stored_;  ///< Facts refer to it, so nothing may move.
};

/// All that is known of a customer, on one line.
inline std::string shown(Customer& customer) {
    const ProfileText& profile = customer.profile.text();
    std::string text = customer.email.value_or("-") + " " + profile.properties + " " + profile.tags;
    text += customer.subscribed ? "" : " unsubscribed";
    text += customer.hard_bounced ? " hard_bounced" : "";
    text += customer.soft_bounces > 0 ? " soft=" + std::to_string(customer.soft_bounces) : "";
    text += customer.complained ? " complained" : "";
    text += customer.mailable() ? " mailable" : "";
    return text;
}

}  // namespace verohook::customers

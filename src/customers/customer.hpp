#pragma once

#include "customers/fact.hpp"
#include "customers/profile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace verohook::customers {

/// Something that happened, or did not yet: when it last did, and which event said so.
struct Mark {
    Timestamp at;
    Seq seq = 0;  ///< 0: it never did.

    [[nodiscard]] bool is_set() const { return seq != 0; }
    /// Takes the later one, by time and then by `seq`; true: something changed.
    bool raise(Timestamp other_at, Seq other_seq);
    bool operator==(const Mark&) const = default;
};

/// A row of the table `customers`, and the rules by which events change it. Applying the same
/// events in another order ends with the same customer.
struct Customer {
    /// What an event, or a batch of them, changed; so that no more is written than has to be.
    struct Changed {
        bool any = false;
        bool email = false;  ///< The index on it is to be changed, too.
        bool is_new = false;
    };

    Seq number = 0;          ///< Of the first event that was applied; unique, never used again.
    std::string id;          ///< The id as text.
    bool is_number = false;  ///< Whether it ever came as a JSON number.
    std::optional<std::string> email;  ///< Without blanks around it.
    Seq email_seq = 0;
    Timestamp first_seen;  ///< Arrival of the first event, and of the last.
    Timestamp last_seen;
    bool subscribed = true;     ///< Until an event says otherwise.
    Mark subscription;          ///< The last `unsubscribed` or `resubscribed`.
    bool hard_bounced = false;  ///< Nothing that Vero sends clears it.
    Mark hard_bounce;
    std::uint64_t soft_bounces = 0;
    bool complained = false;  ///< Nothing that Vero sends clears it.
    Mark complaint;
    Profile profile;
    Changed changed;  ///< Since it was loaded.

    [[nodiscard]] bool mailable() const { return subscribed && !hard_bounced && !complained; }
    /// Why not, in words, and since when; empty where it is.
    [[nodiscard]] std::vector<std::pair<std::string_view, Mark>> obstacles() const;
    /// Takes in an event of this customer: not a duplicate, and none that was applied before.
    void apply(const Fact& fact);

private:
    void apply_email(const Fact& fact);
    void apply_profile(const Fact& fact);
    void apply_reaction(const Fact& fact);
    void set_email(std::optional<std::string> address, Seq seq);
};

/// A customer that nothing but this event is known of.
[[nodiscard]] Customer make_customer(const Fact& fact);

/// Whether an event may change properties or tags.
[[nodiscard]] bool touches_profile(const event::Event& event);

}  // namespace verohook::customers

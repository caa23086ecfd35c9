#pragma once

#include "customers/campaign.hpp"
#include "customers/customer.hpp"
#include "customers/event_row.hpp"

#include <verohook/base/result.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace verohook::customers {

/// A customer that a batch speaks of.
struct WantedCustomer {
    std::string_view id;
    /// Whether properties and tags are needed; else they may stay unread, and are not changed.
    bool profile = false;
};

/// One mail: which campaign it belonged to is asked for.
struct WantedMail {
    std::string_view user_id;
    std::string_view message_id;
    Seq before = 0;  ///< Only events that came earlier count, so that batches make no difference.
};

/// The campaign of a mail, copied.
struct MailCampaign {
    std::string id;
    std::optional<std::string> name;
    std::optional<std::string> variation;
};

/// A customer that was reached by a campaign in one way: a flag of a row of `campaign_customers`.
struct Reached {
    Seq campaign = 0;  ///< `Campaign::number`
    Measure measure = Measure::sent;
    Seq customer = 0;  ///< `Customer::number`
    bool operator==(const Reached&) const = default;
    bool operator<(const Reached& other) const {
        return std::tie(campaign, customer, measure) <
               std::tie(other.campaign, other.customer, other.measure);
    }
};

/// The tables of an SQL target, as the rules see them. Every call happens inside one transaction,
/// which the sink begins and commits together with its cursor; nobody else writes meanwhile.
class Store {
public:
    virtual ~Store() = default;

    /// Inserts the rows whose `seq` is not there yet; `inserted` says which, one for each.
    [[nodiscard]] virtual Result<void> insert_events(std::span<const EventRow> rows,
                                                     std::vector<char>& inserted) = 0;
    /// Appends to `out` those customers that are there, in any order. `wanted` has each id once.
    [[nodiscard]] virtual Result<void> load_customers(std::span<const WantedCustomer> wanted,
                                                      std::vector<Customer>& out) = 0;
    /// Inserts those that are new, and writes the others; their profile only if it has changed.
    [[nodiscard]] virtual Result<void> save_customers(std::span<Customer* const> customers) = 0;
    /// For each mail the campaign with an id that the first event of this customer and mail has.
    [[nodiscard]] virtual Result<void> find_mails(
        std::span<const WantedMail> wanted, std::vector<std::optional<MailCampaign>>& out) = 0;
    /// Fills in what is stored of each by its `key`; one that is not there keeps `number` 0.
    [[nodiscard]] virtual Result<void> load_campaigns(std::span<Campaign* const> campaigns) = 0;
    /// Sets the flags that are not set yet; `inserted` says which. Each comes once, those of a
    /// campaign and customer behind each other.
    [[nodiscard]] virtual Result<void> insert_reached(std::span<const Reached> rows,
                                                      std::vector<char>& inserted) = 0;
    [[nodiscard]] virtual Result<void> save_campaigns(std::span<Campaign* const> campaigns) = 0;

protected:
    Store() = default;
    Store(const Store&) = default;
    Store& operator=(const Store&) = default;
};

}  // namespace verohook::customers

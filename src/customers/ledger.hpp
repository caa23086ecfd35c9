#pragma once

#include "customers/store.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace verohook::customers {

/// Applies batches of events to the tables of a target: each event once, however often it is
/// offered. Keeps its memory from batch to batch. One thread.
class Ledger {
public:
    /// Works inside the caller's transaction; after an error that is to be rolled back. The facts
    /// must live until it returns.
    [[nodiscard]] Result<void> apply(std::span<const Fact> facts, Store& store);

private:
    Result<void> insert(std::span<const Fact> facts, Store& store);
    Result<void> apply_to_customers(std::span<const Fact> facts, Store& store);
    Result<void> apply_to_campaigns(std::span<const Fact> facts, Store& store);
    Result<void> name_campaigns(std::span<const Fact> facts, Store& store);
    Result<void> count(std::span<const Fact> facts, Store& store);
    void want(std::string_view id, bool profile);

    /// An event that a campaign counts.
    struct Counted {
        std::size_t fact = 0;
        Measure measure = Measure::sent;
        CampaignName named;
        Campaign* campaign = nullptr;
    };

    std::vector<EventRow> rows_;
    std::vector<char> inserted_;
    std::vector<std::size_t> fresh_;  ///< Facts that are new and no duplicates.
    std::vector<WantedCustomer> wanted_;
    std::unordered_map<std::string_view, std::size_t> places_;  ///< By id: in `wanted_`.
    std::vector<Customer> loaded_;
    std::vector<Customer*> by_place_;
    std::vector<Counted> counted_;
    std::vector<std::optional<MailCampaign>> mails_;
    std::map<CampaignKey, Campaign> campaigns_;
    std::vector<Reached> reached_;
};

}  // namespace verohook::customers

#pragma once

#include "customers/store.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace verohook::customers {

/// The tables in memory.
class MemoryStore final : public Store {
public:
    struct Mail {
        std::string user_id;
        std::string message_id;
        MailCampaign campaign;
    };
    struct StoredCustomer {
        Customer scalars;  ///< Its profile stands beside it.
        ProfileText profile;
    };

    std::map<Seq, Mail> events;
    std::map<std::string, StoredCustomer> customers;
    std::map<CampaignKey, Campaign> campaigns;
    std::set<std::tuple<Seq, Measure, Seq>> reached;

    Result<void> insert_events(std::span<const EventRow> rows,
                               std::vector<char>& inserted) override {
        inserted.clear();
        for (const EventRow& row : rows) {
            Mail mail{std::string(row.user_id.value_or("")),
                      std::string(row.message_id.value_or("")),
                      {std::string(row.campaign_id.value_or("")), {}, {}}};
            if (row.campaign_name) {
                mail.campaign.name = *row.campaign_name;
            }
            if (row.variation) {
                mail.campaign.variation = *row.variation;
            }
            inserted.push_back(events.emplace(row.seq, std::move(mail)).second ? 1 : 0);
        }
        return {};
    }

    Result<void> load_customers(std::span<const WantedCustomer> wanted,
                                std::vector<Customer>& out) override {
        for (const WantedCustomer& each : wanted) {
            const auto found = customers.find(std::string(each.id));
            if (found != customers.end()) {
                out.push_back(scalars_of(found->second.scalars));
                // What was not asked for is missing, and must not be missed.
                out.back().profile = each.profile ? Profile(found->second.profile) : Profile();
            }
        }
        return {};
    }

    Result<void> save_customers(std::span<Customer* const> changed) override {
        for (Customer* const customer : changed) {
            StoredCustomer& stored = customers[customer->id];
            stored.scalars = scalars_of(*customer);
            if (customer->profile.changed()) {
                stored.profile = customer->profile.text();
            }
        }
        return {};
    }

    Result<void> find_mails(std::span<const WantedMail> wanted,
                            std::vector<std::optional<MailCampaign>>& out) override {
        for (const WantedMail& each : wanted) {
            const auto found = std::find_if(events.begin(), events.end(), [&](const auto& entry) {
                const auto& [seq, mail] = entry;
                return seq < each.before && mail.user_id == each.user_id &&
                       mail.message_id == each.message_id && !mail.campaign.id.empty();
            });
            out.push_back(found == events.end() ? std::nullopt
                                                : std::optional(found->second.campaign));
        }
        return {};
    }

    Result<void> load_campaigns(std::span<Campaign* const> wanted) override {
        for (Campaign* const campaign : wanted) {
            const auto found = campaigns.find(campaign->key);
            if (found != campaigns.end()) {
                *campaign = found->second;
            }
        }
        return {};
    }

    Result<void> insert_reached(std::span<const Reached> rows,
                                std::vector<char>& inserted) override {
        inserted.clear();
        for (const Reached& row : rows) {
            const bool is_new = reached.emplace(row.campaign, row.measure, row.customer).second;
            inserted.push_back(is_new ? 1 : 0);
        }
        return {};
    }

    Result<void> save_campaigns(std::span<Campaign* const> changed) override {
        for (Campaign* const campaign : changed) {
            campaigns[campaign->key] = *campaign;
            campaigns[campaign->key].is_new = false;
        }
        return {};
    }

private:
    static Customer scalars_of(const Customer& from) {
        Customer to;
        to.number = from.number;
        to.id = from.id;
        to.is_number = from.is_number;
        to.email = from.email;
        to.email_seq = from.email_seq;
        to.first_seen = from.first_seen;
        to.last_seen = from.last_seen;
        to.subscribed = from.subscribed;
        to.subscription = from.subscription;
        to.hard_bounced = from.hard_bounced;
        to.hard_bounce = from.hard_bounce;
        to.soft_bounces = from.soft_bounces;
        to.complained = from.complained;
        to.complaint = from.complaint;
        return to;
    }
};

}  // namespace verohook::customers

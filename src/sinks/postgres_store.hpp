#pragma once

#include "customers/store.hpp"
#include "sinks/postgres_connection.hpp"
#include "sinks/postgres_fields.hpp"

#include <verohook/base/result.hpp>

namespace verohook::sinks {

/// The tables of the `postgres` sink, inside a transaction of `begin_writing`. Each call is one or
/// two statements, whatever the number of rows: what is new goes in by COPY, the rest in arrays.
/// Since nobody else writes meanwhile, what a call has read holds until the end of the transaction.
class PostgresStore final : public customers::Store {
public:
    explicit PostgresStore(PostgresConnection& connection);

    Result<void> insert_events(std::span<const customers::EventRow> rows,
                               std::vector<char>& inserted) override;
    Result<void> load_customers(std::span<const customers::WantedCustomer> wanted,
                                std::vector<customers::Customer>& out) override;
    Result<void> save_customers(std::span<customers::Customer* const> customers) override;
    Result<void> find_mails(std::span<const customers::WantedMail> wanted,
                            std::vector<std::optional<customers::MailCampaign>>& out) override;
    Result<void> load_campaigns(std::span<customers::Campaign* const> campaigns) override;
    Result<void> insert_reached(std::span<const customers::Reached> rows,
                                std::vector<char>& inserted) override;
    Result<void> save_campaigns(std::span<customers::Campaign* const> campaigns) override;

private:
    Result<void> load(PostgresColumns& ids, bool profile, std::vector<customers::Customer>& out);
    /// Runs a statement over rows, unless there are none.
    Result<void> run(const std::string& sql, PostgresColumns& rows);
    Result<void> copy(const std::string& into, PostgresRows& rows);

    PostgresConnection& connection_;
    PostgresRows event_rows_;
    PostgresRows customer_rows_;
    PostgresColumns customer_changes_;
};

}  // namespace verohook::sinks

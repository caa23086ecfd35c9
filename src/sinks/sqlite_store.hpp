#pragma once

#include "customers/store.hpp"
#include "sinks/sqlite_rows.hpp"
#include "sqlite/database.hpp"

#include <verohook/base/result.hpp>

#include <array>
#include <memory>
#include <string>

namespace verohook::sinks {

/// The tables of the `sqlite` sink, over prepared statements. Dies before its connection.
class SqliteStore final : public customers::Store {
public:
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> prepare(sqlite::Database& database);

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
    explicit SqliteStore(sqlite::Database& database) : database_(database) {}
    Result<void> save(customers::Customer& customer);
    Result<void> insert(customers::Customer& customer);

    sqlite::Database& database_;
    sqlite::Statement insert_event_;
    sqlite::Statement load_customer_;
    sqlite::Statement load_profile_;
    sqlite::Statement insert_customer_;
    sqlite::Statement save_standing_;
    sqlite::Statement save_email_;
    sqlite::Statement save_profile_;
    sqlite::Statement find_mail_;
    sqlite::Statement load_campaign_;
    std::array<sqlite::Statement, customers::measure_count> insert_reached_;
    sqlite::Statement save_campaign_;
    SqliteTimes times_;
};

}  // namespace verohook::sinks

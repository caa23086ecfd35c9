#include "sqlite_fixture.hpp"

#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>

namespace verohook::sinks {

std::vector<std::string> query(const std::filesystem::path& file, std::string_view sql) {
    auto database = sqlite::Database::open(file, sqlite::OpenMode::read_only);
    VEROHOOK_CHECK(database.has_value());
    auto statement = database->prepare(sql);
    if (!statement) {
        return {statement.error().message};
    }
    const sqlite::ResetLater later(*statement);
    std::vector<std::string> rows;
    for (auto row = statement->step(); row && *row; row = statement->step()) {
        std::string text;
        for (int column = 0; column < statement->column_count(); ++column) {
            text += (column == 0 ? "" : "|");
            text += statement->text_or_null(column).value_or("null");
        }
        rows.push_back(std::move(text));
    }
    return rows;
}

void run_sql(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
}

namespace {

/// A database on a disk that is full.
class SqliteFixture final : public SinkFixture {
public:
    void set_options(Options& options) override { options.set("path", path().string()); }

    std::string contents() override {
        std::string lines;
        for (const std::string& row :
             query(path(), "SELECT '\"seq\":' || seq FROM events ORDER BY seq")) {
            lines += row + "\n";
        }
        return lines;
    }
    void take_away() override { limit_ = std::make_unique<FileSizeLimit>(150); }
    void bring_back() override { limit_.reset(); }

private:
    [[nodiscard]] std::filesystem::path path() const {
        return folder_.path() / "new" / "customers.db";
    }

    TemporaryFolder folder_;
    std::unique_ptr<FileSizeLimit> limit_;
};

}  // namespace

std::unique_ptr<SinkFixture> make_sqlite_fixture() {
    return std::make_unique<SqliteFixture>();
}

}  // namespace verohook::sinks

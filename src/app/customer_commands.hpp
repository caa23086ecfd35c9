#pragma once

#include "app/commands.hpp"
#include "config/config.hpp"
#include "customers/reader.hpp"

#include <verohook/base/result.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name.
class App;
}  // namespace CLI

/// The commands that read what the SQL sinks have written.
namespace verohook::app {

/// Where the tables are.
struct TablesArguments {
    CommonArguments common;
    std::string from;  ///< A file or a URL; empty: the configuration's first sink that has tables.
    std::string schema;  ///< Of a URL.
};

struct CustomerArguments {
    TablesArguments tables;
    std::string who;  ///< Id or e-mail address.
    std::uint64_t lines = 20;
};
int show_customer(const CustomerArguments& arguments);

int show_campaigns(const TablesArguments& arguments);

struct ExportArguments {
    TablesArguments tables;
    std::string format;
    std::vector<std::string> types;
    std::string user;      ///< Id or e-mail address.
    std::string campaign;  ///< Id or name.
    std::string since;
    std::string until;
    std::string output;  ///< Empty: standard output.
};
int export_events(const ExportArguments& arguments);

/// Opens the tables, or says why not and what to do.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_tables(
    const TablesArguments& arguments);
/// Those of the first sink that keeps some. Error: `not_found`, where there is none.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_tables(
    const config::Settings& settings);
/// The exit status of a failure of `open_tables` or of the reader itself.
[[nodiscard]] int fail_reading(const Error& error);

/// Registers the three commands, and runs the one that was given. Outlives the parser.
class CustomerCommands {
public:
    void add_to(CLI::App& app);
    /// Nothing: it is none of these.
    [[nodiscard]] std::optional<int> run(const CLI::App& app) const;

private:
    CustomerArguments customer_;
    TablesArguments campaigns_;
    ExportArguments export_;
};

}  // namespace verohook::app

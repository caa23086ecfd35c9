#include "app/customer_commands.hpp"
#include "app/exit_status.hpp"
#include "app/export_row.hpp"
#include "app/progress_bar.hpp"
#include "app/since.hpp"
#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <unistd.h>

namespace verohook::app {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const {
        // Only where something failed before: what was written well is closed in `finish`.
        [[maybe_unused]] const int ignored = std::fclose(file);
    }
};

Error write_failure(const std::string& name) {
    return {ErrorCode::unavailable, "cannot write to '" + name + "': " + system_words(errno)};
}

/// A file that has its name only once it is complete, or standard output.
class Output {
public:
    explicit Output(std::string name) : name_(std::move(name)), part_(name_ + ".part") {}
    ~Output() {
        if (file_) {
            file_.reset();
            std::error_code ignored;  // A part that stays says by its name what it is.
            std::filesystem::remove(part_, ignored);
        }
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    [[nodiscard]] bool is_file() const { return !name_.empty(); }

    Result<void> open() {
        if (!is_file()) {
            return {};
        }
        file_.reset(std::fopen(part_.c_str(), "wbe"));
        return file_ ? Result<void>{} : write_failure(part_);
    }

    Result<void> write(const std::string& text) {
        std::FILE* const file = is_file() ? file_.get() : stdout;
        if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) {
            return write_failure(is_file() ? part_ : "standard output");
        }
        return {};
    }

    Result<void> finish() {
        if (!is_file()) {
            return {};
        }
        std::FILE* const file = file_.get();
        if (std::fflush(file) != 0 || ::fsync(::fileno(file)) != 0 ||
            std::rename(part_.c_str(), name_.c_str()) != 0) {
            return write_failure(name_);
        }
        file_.reset();
        return {};
    }

private:
    std::string name_;
    std::string part_;
    std::unique_ptr<std::FILE, CloseFile> file_;
};

/// A type that Vero has added since may be stored under its own name, so a name that is not known
/// is wrong only where no event has it: a misspelt one would quietly export nothing.
Result<void> check_types(const std::vector<std::string>& types, customers::Reader& reader) {
    const auto& known = event::known_types();
    for (const std::string& type : types) {
        if (std::find(known.begin(), known.end(), type) != known.end()) {
            continue;
        }
        const auto count = reader.count_events({.types = {type}});
        if (!count) {
            return count.error();
        }
        if (*count == 0) {
            const auto meant = nearest(type, known);
            return Error{ErrorCode::invalid_input,
                         "--type '" + printable(type, 64) +
                             "' is no type of Vero's, and no stored event has it" +
                             (meant ? "; did you mean '" + std::string(*meant) + "'?" : "")};
        }
    }
    return {};
}

Result<customers::EventFilter> filter_of(const ExportArguments& arguments,
                                         customers::Reader& reader) {
    if (auto checked = check_types(arguments.types, reader); !checked) {
        return checked.error();
    }
    customers::EventFilter filter;
    filter.types = arguments.types;
    filter.campaign = arguments.campaign;
    if (!arguments.user.empty()) {
        filter.user_ids = {arguments.user};
        filter.email = arguments.user;
        // Events that do not name the address belong to whoever has it.
        const auto known = reader.customers(arguments.user);
        if (!known) {
            return known.error();
        }
        for (const customers::Customer& customer : *known) {
            filter.user_ids.push_back(customer.id);
        }
    }
    if (!arguments.since.empty()) {
        const auto since = parse_moment("--since", arguments.since);
        if (!since) {
            return since.error();
        }
        filter.since = *since;
    }
    if (!arguments.until.empty()) {
        const auto until = parse_moment("--until", arguments.until);
        if (!until) {
            return until.error();
        }
        filter.until = *until;
    }
    return filter;
}

Result<void> write_all(const ExportArguments& arguments, customers::Reader& reader,
                       const customers::EventFilter& filter, Output& output) {
    // To a terminal go rows, and to a file beside one a bar.
    const bool to_terminal = !output.is_file() && ::isatty(STDOUT_FILENO) == 1;
    std::uint64_t total = 0;
    if (!to_terminal && ::isatty(STDERR_FILENO) == 1) {
        const auto count = reader.count_events(filter);
        if (!count) {
            return count.error();
        }
        total = *count;
    }
    ProgressBar progress("events", total, !to_terminal);
    const bool csv = arguments.format == "csv";
    Result<void> written = csv ? output.write(csv_head()) : Result<void>{};
    std::string text;
    if (written) {
        auto read = reader.each_event(filter, [&](const customers::EventRow& row) {
            text.clear();
            if (csv) {
                append_csv(text, row, to_terminal);
            } else {
                append_ndjson(text, row);
            }
            written = output.write(text);
            progress.advance();
            return written.has_value();
        });
        if (!read) {
            return read;
        }
    }
    return written;
}

}  // namespace

int export_events(const ExportArguments& arguments) {
    const auto reader = open_tables(arguments.tables);
    if (!reader) {
        return fail_reading(reader.error());
    }
    const auto filter = filter_of(arguments, **reader);
    if (!filter) {
        return filter.error().code == ErrorCode::invalid_input ? fail(exit_usage, filter.error())
                                                               : fail_reading(filter.error());
    }
    Output output(arguments.output);
    auto done = output.open();
    if (done) {
        done = write_all(arguments, **reader, *filter, output);
    }
    if (done) {
        done = output.finish();
    }
    return done ? exit_success : fail(exit_failure, done.error());
}

}  // namespace verohook::app

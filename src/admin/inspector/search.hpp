#pragma once

#include "admin/inspector/view.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::admin {

/// Which events somebody wants to see; all that is given must hold.
struct EventFilter {
    std::string type = {};                ///< As Vero gave it.
    std::string status = {};              ///< As `status_of`.
    std::string user = {};                ///< Id, or address in any case.
    std::string campaign = {};            ///< Id, or a part of the name in any case.
    std::string text = {};                ///< Part of the raw body, in any case.
    std::string id = {};                  ///< The event's, or the mail's.
    std::optional<Timestamp> since = {};  ///< By arrival, both included.
    std::optional<Timestamp> until = {};

    [[nodiscard]] bool empty() const;
};

/// Error: `invalid_input`, where a time or a number is none.
[[nodiscard]] Result<EventFilter> parse_filter(std::string_view query);
/// A value of a query, as browsers write forms (`+` is a space); empty where it is absent.
[[nodiscard]] std::string query_text(std::string_view query, std::string_view key);
/// A number of a query; nothing where it is absent.
[[nodiscard]] Result<std::optional<std::uint64_t>> query_number(std::string_view query,
                                                                std::string_view key);

/// The event, if the filter wants it. Decodes only what may be wanted. Times are not looked at.
[[nodiscard]] std::optional<View> match(const EventFilter& filter, journal::RecordPtr record);

struct Page {
    std::vector<View> events;          ///< Newest first.
    std::optional<journal::Seq> next;  ///< Where the search goes on; nothing: it is at its end.
};

/// Events before `before` that the filter wants, backwards, at most `limit`. Ends early when a
/// fraction of a second is over, with what it has.
[[nodiscard]] Result<Page> search(journal::Journal& journal, const EventFilter& filter,
                                  std::optional<journal::Seq> before, std::size_t limit);

}  // namespace verohook::admin

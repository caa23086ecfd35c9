#pragma once

#include "admin/json_support.hpp"
#include "journal/journal.hpp"

#include <verohook/event/event.hpp>

#include <optional>
#include <string_view>

namespace verohook::admin {

/// A record, and what is made of its body.
struct View {
    explicit View(journal::RecordPtr stored);

    journal::RecordPtr record;
    std::optional<event::Event> event;  ///< Nothing where the body is none.
};

/// `accepted`, `duplicate`, `unrecognized`, `malformed`, `test`, `erased` or `damaged`.
[[nodiscard]] std::string_view status_of(const journal::Record& record);

/// What a list shows of an event.
[[nodiscard]] Json summary_json(const View& view);

}  // namespace verohook::admin

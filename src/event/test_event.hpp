#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The marked test event that `verohook doctor` posts. It is these bytes and no others, so nothing
/// else can be hidden in one, and nothing that Vero sends can be taken for one.
namespace verohook::event {

inline constexpr std::string_view test_event_type = "verohook_test";

/// `probe`: 32 hexadecimal digits in lower case, which name it.
[[nodiscard]] std::string test_event_body(std::string_view probe);

/// The probe of a test event; nothing: the body is none.
[[nodiscard]] std::optional<std::string_view> probe_of_test_event(std::string_view body);

}  // namespace verohook::event

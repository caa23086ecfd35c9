#pragma once

#include "admin/forget.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// Which sinks an erasure has to do with. `positions` are those of the journal.
namespace verohook::admin {

/// Those of the configuration, and then those, without a kind, that only the journal knows any
/// more.
[[nodiscard]] std::vector<KnownSink> with_gone(
    const std::vector<KnownSink>& known, const std::map<std::string, journal::Seq>& positions);

/// What becomes of a person at a sink that is not asked itself; nothing: it is to be asked.
[[nodiscard]] std::optional<SinkErasure> known_of(
    const KnownSink& sink, const std::map<std::string, journal::Seq>& positions);

}  // namespace verohook::admin

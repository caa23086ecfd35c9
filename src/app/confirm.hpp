#pragma once

#include <string>

namespace verohook::app {

/// Whether somebody at a terminal says yes to `question`; elsewhere it says that `--yes` is needed,
/// and the answer is no. `what`: what cannot be brought back, as "They".
[[nodiscard]] bool confirmed(const std::string& question, const std::string& what);

}  // namespace verohook::app

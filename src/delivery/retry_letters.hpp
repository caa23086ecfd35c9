#pragma once

#include "delivery/task.hpp"

#include <memory>
#include <set>

namespace verohook::delivery {

/// Offers a sink's dead letters to it once more, from their copies: those in `seqs`, or all where
/// that is empty. What is taken is removed from them, what is rejected again stays with the new
/// reason. Ends as failed, with nothing lost, where the sink is down.
[[nodiscard]] std::unique_ptr<Task> make_retry(std::set<journal::Seq> seqs);

}  // namespace verohook::delivery

#pragma once

#include "event/leftovers.hpp"

#include <verohook/event/event.hpp>

#include <vector>

namespace verohook::event {

/// Some senders put a new customer's id, email and properties beside `type` and not into `user`.
/// Moves those `members` of the top level into the user. What `user` says itself wins: a member
/// that contradicts it goes to `leftovers`.
void adopt_profile(std::vector<Object::Member> members, Field<User>& user, Leftovers& leftovers);

}  // namespace verohook::event

#pragma once

#include "event/leftovers.hpp"

#include <verohook/event/event.hpp>

#include <optional>

namespace verohook::event {

/// The parts of an event that are objects in the body. Each moves what it knows into the typed
/// member; a member that the part does not know, or of a wrong type, goes to `leftovers`.
void decode_user(Value value, Field<User>& user, Leftovers& leftovers);
/// `message_id` gets the campaign's own, if there is one: it belongs to the mail.
void decode_campaign(Value value, Field<Campaign>& campaign, std::optional<Value>& message_id,
                     Leftovers& leftovers);
void decode_trigger(Value value, Field<Trigger>& trigger, Leftovers& leftovers);
void decode_changes(Value value, Field<Changes>& changes, Leftovers& leftovers);

}  // namespace verohook::event

#include "delivery/selection.hpp"

#include "base/text.hpp"

namespace verohook::delivery {

bool has_type(const journal::Record& record, const std::set<std::string, std::less<>>& types) {
    if (types.empty()) {
        return true;
    }
    const bool recognized = record.kind == journal::Kind::recognized;
    return types.contains(recognized ? std::string_view(record.type) : "unrecognized");
}

bool concerns(const event::Event& event, const Selection& selection) {
    const event::Common& common = event::common(event);
    if (!selection.user.empty()) {
        const auto& user = common.user;
        // An address means the same person in whatever case.
        if (!user || !((user->id && user->id->text == selection.user) ||
                       (user->email && equals_ignoring_case(*user->email, selection.user)))) {
            return false;
        }
    }
    const auto& campaign = common.campaign;
    return selection.campaign.empty() ||
           (campaign && ((campaign->id && campaign->id->text == selection.campaign) ||
                         (campaign->name && *campaign->name == selection.campaign)));
}

}  // namespace verohook::delivery

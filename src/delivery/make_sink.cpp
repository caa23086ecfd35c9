#include "delivery/make_sink.hpp"

#include <exception>

namespace verohook::delivery {

Result<std::unique_ptr<sink::Sink>> make_sink(const SinkSettings& settings,
                                              const std::string& journal_id, const Clock& clock) {
    try {
        return settings.kind->make({settings.name, settings.options, clock, settings.state_dir,
                                    journal_id, settings.format});
    } catch (const std::exception& thrown) {
        return Error{ErrorCode::unavailable, std::string("it threw: ") + thrown.what()};
    } catch (...) {
        return Error{ErrorCode::unavailable, "it threw something that is no exception"};
    }
}

}  // namespace verohook::delivery

#include "delivery/make_sink.hpp"

#include "base/thread.hpp"

#include <exception>
#include <thread>

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

Result<std::unique_ptr<sink::Sink>> make_sink_in_background(const SinkSettings& settings,
                                                            const std::string& journal_id,
                                                            const Clock& clock) {
    Result<std::unique_ptr<sink::Sink>> made = Error{};
    std::thread([&] {
        set_up_thread("sink:" + settings.name, Urgency::background);
        made = make_sink(settings, journal_id, clock);
    }).join();
    return made;
}

}  // namespace verohook::delivery

#include "base/thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace verohook {

namespace {

constexpr std::size_t name_length_max = 15;
constexpr int background_nice = 10;

}  // namespace

void set_up_thread(const std::string& name, Urgency urgency) {
    pthread_setname_np(pthread_self(), name.substr(0, name_length_max).c_str());
    if (urgency == Urgency::prompt) {
        return;
    }
    const sched_param parameters{};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &parameters);
    if (urgency == Urgency::background) {
        // Of this thread alone, as Linux has it (setpriority(2)).
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), background_nice);
    }
}

}  // namespace verohook

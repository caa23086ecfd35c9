#pragma once

#include <string>

namespace verohook {

/// How urgent a thread's work is beside that of the others.
enum class Urgency {
    prompt,      ///< Answers somebody.
    throughput,  ///< Does not interrupt a prompt thread on the same core: more gathers meanwhile.
    background,  ///< The same, and takes a small share of a core that others want too.
};

/// Names the calling thread (15 bytes are shown by `top -H`) and says how urgent it is. A system
/// that does not allow it leaves the thread as it is.
void set_up_thread(const std::string& name, Urgency urgency);

}  // namespace verohook

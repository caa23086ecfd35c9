#pragma once

namespace verohook::app {

/// Opens what is closed of standard input, output and error, before anything else is opened: the
/// next file would get its number, and events or messages would be written into the journal. What
/// is opened takes no bytes, so that writing fails as it does on a closed stream. False: not
/// possible.
[[nodiscard]] bool hold_standard_streams();

/// The exit status once standard output was flushed: a success that could not be written is none.
[[nodiscard]] int finish_output(int status);

}  // namespace verohook::app

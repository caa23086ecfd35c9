// placeholder: written with the sinks

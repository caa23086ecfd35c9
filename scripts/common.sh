# What the scripts share; it is sourced, from bash, by scripts that have `set -euo pipefail`.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit

# One builder's processes; a build of Beast takes about 1 GB each, so more need asking for.
jobs="${VEROHOOK_JOBS:-2}"

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# A second build of the same file costs nothing then, in whichever folder it is.
use_ccache() {
    if command -v ccache > /dev/null; then
        export CMAKE_CXX_COMPILER_LAUNCHER=ccache
        # Every checkout of the same tree shares its results; and a file that is new costs no
        # extra run of the preprocessor, since the compiler's list of headers tells what it read.
        export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
    fi
}

# build PRESET TARGET…: configures once, then builds; all output goes to standard error.
build() {
    local preset="$1"
    shift
    use_ccache
    if [ ! -f "build/$preset/build.ninja" ]; then
        # Several sources as one: a fourth of the time for whoever builds everything once, but more
        # for whoever changes one file.
        local together=()
        if [ -n "${VEROHOOK_TOGETHER:-}" ]; then
            together=(-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12)
        fi
        cmake --preset "$preset" "${together[@]}" >&2
    fi
    cmake --build --preset "$preset" -j "$jobs" --target "$@" >&2
}

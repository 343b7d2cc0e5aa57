# shellcheck shell=sh
# Read by ./run and ./test: finds uv, or gets it into .tools/, and makes the environment in .venv/.
# What it says goes to standard error, so that the output of the app stays its own.

: "${root:?the folder of the checkout}"
UV_VERSION=0.13.8
OLDEST_PYTHON=3.11
# Debian packages that Qt needs, first to draw at all, then to open a window.
SYSTEM_PACKAGES="libgl1 libegl1 libglib2.0-0 libfontconfig1 libxkbcommon0 libdbus-1-3
libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"

# uv takes a Python that is here already, and not an environment that happens to be active.
export UV_PYTHON_DOWNLOADS=never
unset VIRTUAL_ENV

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
}

# Print the first Python that is new enough. A name may be there and still not work, as pyenv's shims do.
find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        "$name" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON%.*}, ${OLDEST_PYTHON#*.}))" 2>/dev/null || continue
        command -v "$name"
        return
    done
    return 1
}

# Succeed when $1 is a uv that starts and knows dependency groups.
uv_works() {
    case $("$1" --version 2>/dev/null) in
        "uv 0."[0-7].*) return 1 ;;
        "uv "*) return 0 ;;
        *) return 1 ;;
    esac
}

find_uv() {
    for uv in "$root/.tools/uv/bin/uv" uv; do
        uv_works "$uv" && return
    done
    return 1
}

# Install Debian packages as root; tell anybody else the line to type.
install_packages() {
    line="apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null || stop "These are needed first, under the names your system has for them: $*"
    [ "$(id -u)" = 0 ] || stop "Some system packages are missing. Please run this once, then start again:
    sudo $line"
    say "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the line is a list of words
    { apt-get update && $line; } >/dev/null || stop "The system packages could not be installed; the lines above say why."
}

missing_packages() {
    for package in $SYSTEM_PACKAGES; do
        # Debian 13 and Ubuntu 24.04 call some of them ...t64 and take the old name for a new one.
        dpkg -s "$package" >/dev/null 2>&1 || dpkg -s "${package}t64" >/dev/null 2>&1 || printf ' %s' "$package"
    done
    # Debian keeps apart what `python3 -m venv` needs; with a uv on the machine it is not called.
    find_uv || "$python" -c 'import ensurepip, venv' 2>/dev/null || printf ' %s-venv' "${python##*/}"
}

get_uv() {
    say "Getting uv, the tool that installs Blockbuilders' packages ..."
    rm -rf "$root/.tools/uv"
    if ! { "$python" -m venv "$root/.tools/uv" &&
        "$root/.tools/uv/bin/python" -m pip install --quiet --retries 1 --disable-pip-version-check "uv==$UV_VERSION"; }; then
        rm -rf "$root/.tools/uv"
        stop_without_packages
    fi
    find_uv || stop "uv was installed into .tools/ but does not start on this machine."
}

stop_without_packages() {
    stop "
Setting up did not finish; the lines above say why. The first start needs the internet, later ones do not.
What was fetched so far is kept: start again and it goes on from there."
}

# Leave a working uv in `uv`, and an environment in .venv/. Arguments say which packages, in uv's words.
set_up() {
    if [ -x "$root/.venv/bin/python" ] && find_uv; then
        return
    fi
    [ -w "$root" ] || stop "The folder $root cannot be written to. Copy Blockbuilders to a folder of your own and start it there."
    python=$(find_python) || stop "Blockbuilders needs Python $OLDEST_PYTHON or newer, and found none here. Debian 12, Ubuntu 24.04 and what came after have it as python3."
    missing=$(missing_packages)
    # shellcheck disable=SC2086 # one word per package
    [ -z "$missing" ] || install_packages $missing
    find_uv || get_uv
    say "Setting up Blockbuilders. This happens once and takes about a minute."
    "$uv" sync --project "$root" --python "$python" --inexact --compile-bytecode "$@" >&2 || stop_without_packages
}

# shellcheck shell=sh
# Read by ./run and ./test: finds uv, or gets it into .tools/, and makes the environment in .venv/.
# What it says goes to standard error, so that the output of the app stays its own.

: "${root:?the folder of the checkout}"
UV_VERSION=0.13.8
OLDEST_PYTHON=3.11
# The libraries that Qt needs, first to draw at all, then to open a window, each with the Debian package that has it.
# Debian 13 and Ubuntu 24.04 call some packages ...t64 and take the old name for the new one.
QT_LIBRARIES="libGL.so.1:libgl1 libEGL.so.1:libegl1 libglib-2.0.so.0:libglib2.0-0 libfontconfig.so.1:libfontconfig1
libxkbcommon.so.0:libxkbcommon0 libdbus-1.so.3:libdbus-1-3 libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0
libxkbcommon-x11.so.0:libxkbcommon-x11-0"
INSTALL="apt-get install -y --no-install-recommends"

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

# Print the packages of the libraries that the system's loader does not know; nothing where there is no such list.
missing_for_qt() {
    known=$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null) || return 0
    for library in $QT_LIBRARIES; do
        case $known in
            *"${library%:*} "*) ;;
            *) printf ' %s' "${library#*:}" ;;
        esac
    done
}

# Print the package that Debian keeps apart from Python and that it takes to get uv; nothing where it is there.
missing_for_uv() {
    if find_uv || ! python=$(find_python) || "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        return
    fi
    printf ' %s' "${python##*/}-venv"
}

# Succeed when this user can install Debian packages.
can_install() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]
}

install_packages() {
    say "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the line is a list of words
    { apt-get update && $INSTALL "$@"; } >/dev/null
}

# Say how somebody else gets these packages.
say_how_to_install() {
    if command -v apt-get >/dev/null; then
        say "    sudo $INSTALL $*"
    else
        say "    $*   (under the names your system has for them)"
    fi
}

# Install what Qt lacks, as root; tell anybody else the line to type. Fails when something is still missing.
# What getting uv takes is named as well, so that there is one line.
qt_is_ready() {
    missing=$(missing_for_qt; missing_for_uv)
    # shellcheck disable=SC2086 # one word per package
    if [ -n "$missing" ] && can_install && install_packages $missing; then
        missing=$(missing_for_qt; missing_for_uv)
    fi
    [ -n "$missing" ] || return 0
    say "The window needs some system packages that are missing:"
    # shellcheck disable=SC2086
    say_how_to_install $missing
    return 1
}

# Install what getting uv takes, as root; tell anybody else the line to type, with what a window needs if one is wanted.
require_venv() {
    missing=$(missing_for_uv)
    # shellcheck disable=SC2086 # one word per package
    if [ -z "$missing" ] || { can_install && install_packages $missing; }; then
        return
    fi
    say "Some system packages are missing. Please get them, then start again:"
    # shellcheck disable=SC2046,SC2086
    say_how_to_install $missing $([ -z "${window:-}" ] || missing_for_qt)
    exit 1
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
    if ! find_uv; then
        require_venv
        get_uv
    fi
    say "Setting up Blockbuilders. This happens once and takes about a minute."
    "$uv" sync --project "$root" --python "$python" --inexact --compile-bytecode "$@" >&2 || stop_without_packages
}

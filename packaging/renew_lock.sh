#!/bin/sh
# shellcheck disable=SC2119
# Resolves all packages anew, as of the day in pyproject.toml, and writes them to requirements.lock with their hashes.
root=$(dirname -- "$(readlink -f -- "$0")")/..
. "$root/packaging/set_up.sh"

cd "$root" && set_up && "$uv" lock --upgrade && {
    echo "# Every package of every group, with hashes and without addresses. Written by packaging/renew_lock.sh."
    "$uv" export --quiet --frozen --all-groups --no-emit-project --no-annotate --no-header
} >.requirements.new && mv .requirements.new requirements.lock

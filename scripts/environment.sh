# Sourced by the other scripts: finds a Python and keeps one virtual environment a purpose, equal to its lock files.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
locks=$root/scripts/locks
export PIP_DISABLE_PIP_VERSION_CHECK=1

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "SMOODY needs Python 3.11 or later: install it, or name one with PYTHON=/path/to/python3." >&2
    return 1
}

# ensure_environment NAME LOCK…: make .venvs/NAME hold exactly these lock files; does nothing when it already does.
ensure_environment() {
    local name=$1 venv=$root/.venvs/$1 lock python wanted
    shift
    python=$(find_python) || return 1
    wanted=$( (cd "$locks" && cat "$@") | cksum; "$python" --version; echo "$root")
    environment=$venv
    if [ "$(cat "$venv/complete" 2>/dev/null)" = "$wanted" ]; then return; fi

    echo "Setting up .venvs/$name with $("$python" --version); this happens once and takes a few minutes …" >&2
    rm -rf "$venv"
    if ! "$python" -m venv "$venv"; then
        echo "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv." >&2
        rm -rf "$venv"
        return 1
    fi
    for lock in "$@"; do
        "$venv/bin/pip" install --quiet -r "$locks/$lock" || return 1
    done
    echo "$root" >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/smoody.pth"
    printf '#!/bin/sh\nexec "%s" -P -m bot "$@"\n' "$venv/bin/python" >"$venv/bin/smoody"
    chmod +x "$venv/bin/smoody"
    echo "$wanted" >"$venv/complete"
}

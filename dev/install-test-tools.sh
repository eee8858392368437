#!/bin/bash
# Installs what the end-to-end tests need and this machine lacks, and says which.
# Debian's python3 is externally managed, so the Python side lives in .build/test-venv.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/dev/packages.sh"
venv="$root/.build/test-venv"
requirements="$root/Tests/EndToEnd/requirements.txt"
stamp="$venv/requirements.sha256"

# command or file that shows a package is there, and the package
needed=(
    chromium:chromium
    chromedriver:chromium-driver
    wrk:wrk
    openssl:openssl
    tsc:node-typescript
    nginx:nginx
    caddy:caddy
    haproxy:haproxy
    apache2:apache2
    /usr/share/lua/5.3/socket.lua:lua-socket
    python3:python3
    curl:curl
)

missing=()
for pair in "${needed[@]}"; do
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null 2>&1 || [ -e "${pair%%:*}" ] || missing+=("${pair#*:}")
done
command -v python3 >/dev/null 2>&1 && python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
# Chromium draws boxes instead of letters when no font is there at all.
compgen -G '/usr/share/fonts/truetype/*/*.ttf' >/dev/null || missing+=(fonts-dejavu-core)

if [ ${#missing[@]} -gt 0 ]; then
    can_install "${missing[@]}"
    echo "installing Debian packages: ${missing[*]}"
    # The proxies are for the tests, which start them themselves: their packages are not to start them.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
        as_root chmod +x /usr/sbin/policy-rc.d
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    # Nor at the next boot. One that was here before is its owner's.
    for service in nginx caddy haproxy apache2; do
        [[ " ${missing[*]} " == *" $service "* ]] && command -v systemctl >/dev/null || continue
        as_root systemctl disable "$service" >/dev/null 2>&1 || true
    done
fi

wanted="$(sha256sum <"$requirements" | cut -d' ' -f1) $(python3 --version)"
if [ ! -x "$venv/bin/pytest" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "installing Python packages into ${venv#"$root"/}"
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"
    echo "$wanted" >"$stamp"
fi

# What the machine must have; sourced by build.sh.

# has_library NAME: whether the dynamic linker knows it.
has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -q "[[:space:]]$1 "; }

# missing_packages TASK: names of the distribution's packages that would have to be installed, one a line.
missing_packages() {
    local need
    while read -r probe need; do
        case $probe in
        lib*) has_library "$probe" || echo "$need" ;;
        *) command -v "$probe" >/dev/null || echo "$need" ;;
        esac
    done <<'EOF'
g++ g++
make make
setpriv util-linux
dpkg-deb dpkg
libuv.so.1 libuv1
libcares.so.2 libc-ares2
libnghttp2.so.14 libnghttp2-14
libbrotlidec.so.1 libbrotli1
libicui18n.so.72 libicu72
EOF
    # npm fetches the sandbox set-up files and, for the tests, the real peers. Its package pulls in node.
    command -v npm >/dev/null || printf 'nodejs\nnpm\n'
}

install_packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            die "this machine lacks: $*. Type, as root:  apt-get install $*"
        fi

        as_root=(sudo)
        say "this machine lacks: $*. Installing with sudo, which may ask for your password"
    else
        say "this machine lacks: $*. Installing"
    fi

    command -v apt-get >/dev/null || die "this machine lacks: $*. Install them with its package manager, then try again"
    "${as_root[@]}" apt-get update -q || warn "apt-get update failed; trying with the lists that are there"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" ||
        die "apt-get could not install: $*"
}

check_prerequisites() {
    if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
        die "the .NET 10 SDK is missing: install the package dotnet-sdk-10.0 as https://dot.net/download describes, then try again"
    fi

    local missing
    mapfile -t missing < <(missing_packages "$1" | sort -u)
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
    if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
        die "node $(node --version) is too old: version 18 or newer is needed"
    fi
}

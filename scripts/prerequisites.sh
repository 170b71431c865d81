# What the machine must have; sourced by build.sh.

# missing_packages: names of the distribution's packages that would have to be installed, one a line.
missing_packages() {
    local probe package
    while read -r probe package; do
        case $probe in
        /*) [ -e "$probe" ] || echo "$package" ;;
        *) command -v "$probe" >/dev/null || echo "$package" ;;
        esac
    done <<'EOF'
g++ g++
make make
ld binutils
setpriv util-linux
/usr/include/zlib.h zlib1g-dev
/etc/ssl/certs/ca-certificates.crt ca-certificates
EOF
    # npm fetches the sandbox set-up files and, for the tests, the real peers. Its package pulls in node.
    command -v npm >/dev/null || echo npm
    command -v node >/dev/null || echo nodejs
    missing_libraries
    # What the Debian package is tried in. Without root it is not.
    if [ "$(id -u)" = 0 ] && [[ ${task-} = pack || ${task-} = test ]]; then
        command -v mmdebstrap >/dev/null || echo mmdebstrap
        command -v lintian >/dev/null || echo lintian
    fi
}

# V8 is taken from libnode without installing that (apt refuses it beside other packages of node), so what libnode
# itself depends on has to be named here.
missing_libraries() {
    local libnode package
    libnode=$(newest_libnode)
    [ -n "$libnode" ] || return 0
    for package in $(apt-cache depends "$libnode" | awk '$1 == "Depends:" && $2 ~ /^(lib|zlib)/ { print $2 }'); do
        dpkg -s "$package" >/dev/null 2>&1 || echo "$package"
    done
}

newest_libnode() { apt-cache --names-only search '^libnode[0-9]+$' 2>/dev/null | cut -d' ' -f1 | sort -V | tail -1; }

# as_root COMMAND...: with sudo when that needs to be. Fails when it may not.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        say "needs root, so sudo (it may ask for your password): $*"
        sudo "$@"
    else
        return 1
    fi
}

install_packages() {
    say "this machine lacks: $*"
    as_root apt-get update -q || warn "the package lists could not be refreshed; trying with those that are there"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" ||
        die "cannot install what is missing. Type, as root:  apt-get install $*"
}

check_prerequisites() {
    if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
        die "the .NET 10 SDK is missing: install the package dotnet-sdk-10.0 as https://dot.net/download describes, then try again"
    fi

    command -v apt-get >/dev/null ||
        die "this build knows Debian and its kin only (V8 comes from their libnode package); there is no apt-get here"
    if [ -z "$(newest_libnode)" ]; then
        say "the package lists are empty"
        as_root apt-get update -q || die "Type, as root:  apt-get update"
    fi

    local missing
    mapfile -t missing < <(missing_packages | sort -u)
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
    if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
        die "node $(node --version) is too old: version 18 or newer is needed"
    fi
}

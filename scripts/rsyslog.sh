# The syslog server that logs are tested against; sourced by build.sh.

rsyslog=artifacts/rsyslog

# fetch_rsyslog: unless the machine has rsyslogd, a copy from the distribution's packages that is installed nowhere: no
# service is started, nothing of the system changes, and it needs no root. Tests that need it say so when it is not there.
fetch_rsyslog() {
    ! command -v rsyslogd >/dev/null && [ ! -x "$rsyslog/rsyslogd" ] || return 0
    say "rsyslog (a private copy, for the tests of logs)"
    rm -rf "$rsyslog.new"
    mkdir -p "$rsyslog.new/root"
    if ! unpack_rsyslog "$rsyslog.new"; then
        warn "rsyslog cannot be downloaded: the tests that need it are skipped. Type, as root:  apt-get install rsyslog rsyslog-openssl"
        rm -rf "$rsyslog.new"
        return 0
    fi

    cat >"$rsyslog.new/rsyslogd" <<'RUN'
#!/bin/sh
# rsyslogd out of this folder, with its modules and libraries.
root=$(cd "$(dirname "$0")" && pwd)/root
modules=$(dirname "$(find "$root/usr/lib" -name imudp.so)")
LD_LIBRARY_PATH=$(dirname "$modules") exec "$root/usr/sbin/rsyslogd" -M "$modules" "$@"
RUN
    chmod 755 "$rsyslog.new/rsyslogd"
    rm -rf "$rsyslog"
    mv "$rsyslog.new" "$rsyslog"
}

# The libraries that no other package of a small system brings; the rest (zlib, OpenSSL, systemd) is there anyway.
unpack_rsyslog() {
    local package
    (cd "$1" && apt-get download -qq -o APT::Sandbox::User="" rsyslog rsyslog-openssl libestr0 libfastjson4 liblognorm5) || return 1
    for package in "$1"/*.deb; do
        dpkg -x "$package" "$1/root" || return 1
    done
    rm -f "$1"/*.deb
}

# What is tried with the package; sourced by run.sh. Each scenario goes on where the one before it ended.

account=0x95a1c1b4d7f0e5b2cf7ae1d1a2fbdd0b4b8a8a5e

unpack_system() {
    mkdir -p "$root"
    tar -xf "$archive" -C "$root"
    # As Debian's installer leaves it.
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
    # The kernel is not its own, and takes no modules from it.
    ln -s /dev/null "$root/etc/systemd/system/systemd-modules-load.service"
    mkdir "$root/root/packages"
    cp "$package" "$root/root/packages/"
}

# The module is tried with this machine's PowerShell, which comes from outside the package, and so does the .NET under it.
show_powershell() {
    local shell
    powershell=
    if shell=$(command -v pwsh) && command -v dotnet >/dev/null; then
        powershell=$(dirname "$(readlink -f "$shell")")
        dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
        export CLEAN_SHOWN="$powershell $dotnet"
    fi
}

# with_powershell COMMAND: in the booted system.
with_powershell() {
    in_clean_system env "DOTNET_ROOT=/mnt$dotnet" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 POWERSHELL_TELEMETRY_OPTOUT=1 \
        "/mnt$powershell/pwsh" -NoProfile -NonInteractive -Command "$1"
}

as_dcp() { echo "setpriv --reuid dcp --regid dcp --clear-groups env HOME=/opt/dcp DCP_RESOURCE_DIR=/opt/dcp/.dcp $*"; }

address() { in_clean_system dcp-worker keystore show /opt/dcp/.dcp/default.keystore; }

# Everything that there is, but what package managers and logs write for themselves.
inventory() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./root -o -path ./mnt \
        -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/systemd -o -path ./var/tmp \
        -o -path ./var/backups -o -path ./etc/ssl -o -path './etc/.pwd.lock' -o -path ./etc/machine-id -o -path ./.outside \) -prune -o -print | LC_ALL=C sort)
}

# --- the file itself ---

scenario_file() {
    if command -v lintian >/dev/null; then
        check "has no error that lintian knows" lintian --allow-root --fail-on error "$package"
    else
        skip "has no error that lintian knows" "lintian is not installed"
    fi
    check "tells nothing of the folder that it was built in" file_paths
    check "has files that belong to root, with times no later than its change log" file_owners
    check "says how much room it takes" file_size
}

file_paths() {
    dpkg-deb -R "$package" "$work/unpacked"
    not grep -rlF -e "$project" -e "${NUGET_PACKAGES:-$HOME/.nuget}" "$work/unpacked"
    rm -rf "$work/unpacked"
}

file_owners() {
    local date
    date=$(dpkg-deb --fsys-tarfile "$package" | tar -xO ./usr/share/doc/dcp-worker/changelog.gz | zcat | sed -n 's/^ -- .*>  //p')
    expect "owners" "$(dpkg-deb -c "$package" | awk '{ print $2 }' | sort -u)" root/root
    expect "times" "$(dpkg-deb -c "$package" | awk '{ print $4, $5 }' | sort -u)" "$(date -d "$date" '+%Y-%m-%d %H:%M')"
}

# As dpkg-gencontrol counts.
file_size() {
    expect "Installed-Size" "$(dpkg-deb -f "$package" Installed-Size)" \
        "$(dpkg-deb -c "$package" | awk '$6 == "./" { next } /^-/ { kib += int(($3 + 1023) / 1024); next } { kib++ } END { print kib }')"
}

# --- without systemd: an image that is being built, a chroot ---

scenario_image() {
    inventory >"$work/before"
    cp "$root/etc/passwd" "$root/etc/group" "$work/"
    check "is installed as the guide says, without a network" image_install
    or_give_up
    hide_node
    check "says the address of the new account" image_says_address
    check "makes a user and a group without shell, login and other groups" image_user
    check "leaves to the user dcp the folder of keystores and nothing else" image_owners
    check "copies the units and enables the two services" image_units
    check "has the set-up files compiled" image_cache
    check "has no .NET and no Node.js to go by, and lacks no library" image_needs_nothing
    check "has manual pages without a fault" image_manual
    check "computes a slice as the user dcp, without services" image_slice
}

in_image() { enter_clean_system "$root" bash -c "set -eu; $1"; }

image_install() { in_image "cd /root/packages; $(block install)" </dev/null 2>&1 | tee "$work/said"; }

# From here on there is no Node.js: Debian's library with V8 brings it along, and nothing of ours may use it.
hide_node() {
    mkdir "$work/node"
    find "$root/usr/bin" \( -name node -o -name nodejs \) -exec mv -t "$work/node" {} +
}

show_node() { find "$work/node" -mindepth 1 -exec mv -t "$root/usr/bin" {} +; }

image_says_address() {
    local shown
    shown=$(in_image 'dcp-worker keystore show /opt/dcp/.dcp/default.keystore')
    [[ $shown =~ ^0x[0-9a-fA-F]{40}$ ]]
    says "this machine earns for the new account $shown"
    not grep -q MSG: "$work/said"
}

image_user() {
    expect "user" "$(in_image 'getent passwd dcp' | cut -d: -f5-)" "DCP worker:/opt/dcp:/usr/sbin/nologin"
    expect "password" "$(in_image 'passwd --status dcp' | cut -d' ' -f2)" L
    expect "groups" "$(in_image 'id -Gn dcp')" dcp
    [ "$(in_image 'id -u dcp')" -lt 1000 ]
}

image_owners() {
    expect "folder of keystores" "$(in_image 'stat -c "%U:%G %a" /opt/dcp/.dcp')" "dcp:dcp 700"
    expect "keystore" "$(in_image 'stat -c "%U:%G %a" /opt/dcp/.dcp/default.keystore')" "dcp:dcp 600"
    expect "what others could change" "$(in_image 'find /opt/dcp /var/opt/dcp -path /opt/dcp/.dcp -prune -o \( ! -user root -o ! -group root -o ! -type l -perm /022 \) -print')" ""
    expect "what not all can read" "$(in_image 'find /opt/dcp /var/opt/dcp -path /opt/dcp/.dcp -prune -o ! -perm -444 -print')" ""
}

image_units() {
    local unit version
    for unit in "$root"/var/opt/dcp/etc/*.service "$root"/var/opt/dcp/etc/*.socket; do
        cmp "$unit" "$root/etc/systemd/system/${unit##*/}"
    done
    version=$(in_image 'systemctl --version' | sed -n 's/^systemd \([0-9]*\).*/\1/p')
    if [ "$version" -ge 254 ]; then
        grep -q '^RestartSteps=' "$root/etc/systemd/system/dcp-sa-worker.service"
        not grep 'systemd 254 or later' "$root"/etc/systemd/system/dcp-*
    else
        not grep '^RestartSteps=' "$root"/etc/systemd/system/dcp-*
    fi
    expect "enabled" "$(ls "$root/etc/systemd/system/multi-user.target.wants" | grep dcp)" "$(printf 'dcp-inet-daemon.service\ndcp-sa-worker.service')"
    [ ! -e "$root/etc/systemd/system/sockets.target.wants/dcp-evaluator.socket" ]
}

cache_is_complete() { expect "compiled files" "$(ls "$root/opt/dcp/libexec/sandbox/cache" | wc -l)" "$(grep -c '\.js",*$' "$root/opt/dcp/libexec/sandbox/sandbox.json")"; }

image_cache() {
    cache_is_complete
    expect "folders for temporary files left behind" "$(in_image 'ls -A /tmp /var/tmp')" "$(printf '/tmp:\n\n/var/tmp:')"
}

image_needs_nothing() {
    not in_image 'command -v dotnet || command -v node'
    expect "missing libraries" "$(in_image 'for program in dcp-worker dcp-scheduler dcp-evaluator; do ldd "$(readlink -f /opt/dcp/bin/$program)" | grep "not found"; done || true')" ""
    in_image 'dcp-evaluator --version; dcp-worker --version; dcp-scheduler --version'
    in_image '/opt/dcp/bin/get-config-value worker.maxSandboxes; /opt/dcp/bin/mkad show keystore /opt/dcp/.dcp/default.keystore >/dev/null'
}

image_manual() {
    expect "faults" "$(in_image 'for page in dcp-worker dcp-evaluator dcp-scheduler dcp-config mkad get-config-value; do man --warnings --encoding=utf8 "$page" >/dev/null; done' 2>&1)" ""
}

# Not at the guide's port: the worker remembers the address of a scheduler's key, and this scheduler's goes away with it.
image_slice() {
    expect "results" "$(in_image "
        mkdir /tmp/try; chown dcp: /tmp/try; cd /tmp/try
        echo 'async (x) => { progress(); return x * x; }' >square.js
        export DCP_SCHEDULER_LOCATION=http://127.0.0.1:8090/ DCP_CONTROL_DIR=/tmp/try/control
        $(as_dcp dcp-scheduler --listen 127.0.0.1:8090 --data /tmp/try/data) >scheduler.log 2>&1 &
        $(as_dcp dcp-worker inet-daemon) >/dev/null &
        $(as_dcp dcp-worker start) >worker.log 2>&1 &
        timeout 30 sh -c 'until grep -q listening scheduler.log; do sleep 0.2; done'
        $(as_dcp timeout 60 dcp-worker job run square.js --range 1..3) 2>job.log || tail -n 20 worker.log job.log")" "$(printf '1\n4\n9')"
    rm -rf "$root/tmp/try"
}

# --- the same system, started ---

scenario_running() {
    # Not inside a check, whose shell ends with it.
    boot_clean_system "$root" || true
    check "starts as a system in which nothing has failed" running_boot
    or_give_up
    check "passes the checks of the guide" running_checks
    check "runs both services as dcp, shut in" running_services
    check "has the account of the site credited" running_account
    check "writes to the journal" running_journal
    check "is started by hand as docs/operations.md says" running_by_hand
    check "admits nobody whom the unit's user namespace hides" running_hidden_user
    check "works for a scheduler of the site's own" guide scheduler
    check "computes the guide's job" running_job
    check "makes the code cache anew when V8 changes" running_trigger
    check "makes it, and gives nothing away, while somebody who is dcp plants links" running_planted_links
    if [ -n "$powershell" ]; then
        check "has a module that PowerShell finds, and that works" running_module
    else
        skip "has a module that PowerShell finds, and that works" "there is no pwsh on this machine"
    fi
}

running_boot() { expect "failed units" "$(in_clean_system systemctl --failed --plain --no-legend)" ""; }

running_checks() {
    guide check
    expect "states" "$(grep -x active "$work/said")" "$(printf 'active\nactive')"
}

running_services() {
    local unit pid
    for unit in dcp-inet-daemon dcp-sa-worker; do
        within 60 in_clean_system systemctl is-active --quiet "$unit"
        pid=$(in_clean_system systemctl show --property MainPID --value "$unit")
        expect "user of $unit" "$(in_clean_system stat -c %U "/proc/$pid")" dcp
        expect "privileges of $unit" "$(in_clean_system awk '/^(NoNewPrivs|CapEff|CapBnd)/ { print $2 }' "/proc/$pid/status")" "$(printf '0000000000000000\n0000000000000000\n1')"
    done
}

running_account() {
    guide account
    says "$account"
    says /opt/dcp/etc/dcp-site-config.js
    within 60 journal_has dcp-sa-worker "$account"
}

# Not by a pipe into grep -q, which would end journalctl before its time.
journal_has() { grep -qiF -- "$2" <<<"$(in_clean_system journalctl --no-pager -u "$1")"; }

running_journal() {
    guide journal
    says "Account"
}

running_job() {
    guide job
    expect "results" "$(grep -E '^[0-9]+$' "$work/said")" "$(for n in 1 2 3 4 5 6 7 8 9 10; do echo $((n * n)); done)"
    within 30 journal_has dcp-sa-worker "slice"
}

running_by_hand() {
    local command
    command=$(grep '^setpriv .* dcp-worker start$' "$project/docs/operations.md")
    in_clean_system systemctl stop dcp-sa-worker
    in_clean_system bash -c "cd /root; exec $command" >"$work/by-hand" 2>&1 &
    within 60 is_working_as dcp || {
        cat "$work/by-hand"
        return 1
    }
    in_clean_system dcp-worker stop --all --wait 60
    wait $!
    in_clean_system systemctl start dcp-sa-worker
}

is_working_as() { grep -q "\"user\":\"$1\"" <<<"$(in_clean_system dcp-worker status --json)"; }

# The unit has PrivateUsers=yes: all but its own user and root are number 65534 there.
running_hidden_user() {
    local site=$root/opt/dcp/etc/dcp-site-config.js
    cp -p "$site" "$work/site"
    in_clean_system dcp-worker config set inetDaemon.localUsers '["self", "65534"]'
    in_clean_system systemctl restart dcp-inet-daemon
    expect "octets for a stranger" "$(in_clean_system setpriv --reuid daemon --regid daemon --clear-groups bash -c 'exec 3<>/dev/tcp/127.0.0.1/9000; timeout 30 head -c 1 <&3 | wc -c')" 0
    within 30 journal_has dcp-inet-daemon "PrivateUsers="
    cp -p "$work/site" "$site"
    in_clean_system systemctl restart dcp-inet-daemon
}

# Whoever is dcp may write where the engine does, which is dcp's too.
running_planted_links() {
    local cache=$root/opt/dcp/libexec/sandbox/cache planter tries
    in_clean_system setpriv --reuid dcp --regid dcp --clear-groups bash -c '
        while [ ! -e /var/tmp/enough ]; do
            for folder in /tmp/dcp-code-cache-*/cache; do
                [ -d "$folder" ] || continue
                ln -s /etc/shadow "$folder/planted.v8cache" && : >/var/tmp/planted
                ln -sf /etc/shadow "$folder/bootstrap.js.v8cache"
            done
        done' >/dev/null 2>&1 &
    planter=$!
    for ((tries = 0; tries < 50; tries++)); do
        # Not made is right, too: what is there stays.
        in_clean_system /opt/dcp/libexec/package/make-code-cache || echo "refused"
        expect "what is no compiled code" "$(grep -rlE '^(root|dcp):' "$cache" || true)" ""
        [ ! -e "$root/var/tmp/planted" ] || break
    done
    : >"$root/var/tmp/enough"
    wait "$planter" || true
    rm "$root/var/tmp/enough" "$root/var/tmp/planted"
    [ ! -e "$cache/planted.v8cache" ]
    expect "owners and modes" "$(find "$cache" -type f -exec stat -c '%U:%G %a' {} + | sort -u)" "root:root 644"
    in_clean_system /opt/dcp/libexec/package/make-code-cache
    cache_is_complete
}

running_trigger() {
    local before cache=/opt/dcp/libexec/sandbox/cache
    before=$(in_clean_system stat -c %i "$cache")
    in_clean_system env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --reinstall "$(dpkg-deb -f "$package" Depends | grep -o 'libnode[0-9]*')"
    [ "$(in_clean_system stat -c %i "$cache")" != "$before" ]
}

running_module() {
    expect "module" "$(with_powershell '(Get-Module -ListAvailable DcpWorker).ModuleBase')" /usr/local/share/powershell/Modules/DcpWorker
    expect "evaluator" "$(with_powershell 'Test-DcpEvaluator')" True
    expect "configuration" "$(with_powershell 'Get-DcpConfigValue worker.paymentAddress -ValueOnly')" "$account"
}

# --- upgrade ---

# A later version of the package under test, with other units and another default file.
make_next_package() {
    local tree=$work/next
    dpkg-deb -R "$package" "$tree"
    sed -i 's/^Version: \(.*\)/Version: \1.next/' "$tree/DEBIAN/control"
    echo '# the next version' | tee -a "$tree/var/opt/dcp/etc/dcp-inet-daemon.service" "$tree/var/opt/dcp/etc/dcp-sa-worker.service" \
        "$tree/var/opt/dcp/etc/dcp-evaluator.socket" >/dev/null
    echo '// the next version' >>"$tree/opt/dcp/etc/dcp-default-config.js"
    rm -rf "$root"/root/packages/*
    dpkg-deb --build --root-owner-group -Znone "$tree" "$root/root/packages/dcp-worker_2_amd64.deb"
    rm -rf "$tree"
}

remember() { (cd "$root" && find opt/dcp/.dcp opt/dcp/etc/dcp-site-config.js -type f -exec sha256sum {} +) >"$work/kept"; }

kept() { (cd "$root" && sha256sum --check --quiet "$work/kept"); }

main_pid() { in_clean_system systemctl show --property MainPID --value "$1"; }

scenario_upgrade() {
    check "a later version can be made" make_next_package
    echo '# changed by the admin' >>"$root/etc/systemd/system/dcp-sa-worker.service"
    cp "$root/etc/systemd/system/dcp-sa-worker.service" "$work/admin.service"
    rm "$root/etc/systemd/system/dcp-evaluator.socket"
    remember
    main_pid dcp-sa-worker >"$work/pid"
    check "is upgraded as the guide says" guide upgrade
    check "keeps configuration and keystores" kept
    check "replaces the default file" grep -q 'the next version' "$root/opt/dcp/etc/dcp-default-config.js"
    check "keeps a unit that the admin changed, and says so" upgrade_keeps_unit
    check "keeps away a unit that the admin deleted, and says so" upgrade_keeps_deletion
    check "replaces a unit that nobody changed" cmp "$root/var/opt/dcp/etc/dcp-inet-daemon.service" "$root/etc/systemd/system/dcp-inet-daemon.service"
    check "shows the difference as the guide says" upgrade_compare
    check "restarts the services" upgrade_restarts
    check "computes the guide's job" running_job
}

upgrade_keeps_unit() {
    cmp "$root/etc/systemd/system/dcp-sa-worker.service" "$work/admin.service"
    says "/etc/systemd/system/dcp-sa-worker.service was changed here, so it stays as it is"
}

upgrade_keeps_deletion() {
    [ ! -e "$root/etc/systemd/system/dcp-evaluator.socket" ]
    says "you have removed /etc/systemd/system/dcp-evaluator.socket"
}

upgrade_compare() {
    guide compare
    says "# changed by the admin"
}

upgrade_restarts() {
    running_services
    not expect "process" "$(main_pid dcp-sa-worker)" "$(cat "$work/pid")"
}

# --- remove, and install again ---

scenario_remove() {
    remember
    dcp_uid=$(in_clean_system id -u dcp)
    check "is removed as the guide says" guide remove
    check "keeps configuration and keystores" kept
    check "keeps a unit that the admin changed where systemd does not look, and says so" remove_keeps_unit
    check "leaves no unit, no process, no program" remove_leaves_nothing
    in_clean_system systemctl --quiet is-system-running || true
    check "is installed again, with the same account and the admin's unit" remove_install_again
    check "does not put an older unit over one that came since" remove_newer_unit
    check "leaves a disabled service disabled and stopped" remove_disabled
}

remove_keeps_unit() {
    cmp "$root/var/opt/dcp/changed-units/dcp-sa-worker.service" "$work/admin.service"
    says "your /etc/systemd/system/dcp-sa-worker.service is kept as /var/opt/dcp/changed-units/dcp-sa-worker.service"
}

processes_of_dcp() { in_clean_system sh -c 'grep -l "^Uid:.$1[^0-9]" /proc/[0-9]*/status 2>/dev/null || true' of "$dcp_uid"; }

remove_leaves_nothing() {
    expect "processes of dcp" "$(processes_of_dcp)" ""
    expect "units" "$(cd "$root/etc/systemd/system" && find . -type f -name 'dcp-*')" ""
    expect "files" "$(cd "$root" && find opt/dcp ! -path 'opt/dcp/.dcp*' ! -path 'opt/dcp/etc*' -type f)" ""
    [ ! -L "$root/usr/local/share/powershell/Modules/DcpWorker" ]
    in_clean_system getent passwd dcp
}

remove_install_again() {
    local before
    before=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$root/opt/dcp/.dcp/default.keystore")
    guide install
    not says "new account" >/dev/null
    kept
    cmp "$root/etc/systemd/system/dcp-sa-worker.service" "$work/admin.service"
    running_services
    [ -n "$before" ] && expect "account" "$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$root/opt/dcp/.dcp/default.keystore")" "$before"
}

remove_newer_unit() {
    local unit=/etc/systemd/system/dcp-evaluator@.service aside=/var/opt/dcp/changed-units/dcp-evaluator@.service
    echo '# older' >>"$root$unit"
    in_clean_system /opt/dcp/libexec/package/units withdraw
    grep -q '# older' "$root$aside"
    echo '# newer' >"$root$unit"
    in_clean_system /opt/dcp/libexec/package/units install | tee "$work/said"
    expect "unit" "$(cat "$root$unit")" "# newer"
    grep -q '# older' "$root$aside"
    says "that one stays in $aside"
    in_clean_system /opt/dcp/libexec/package/units withdraw
    expect "unit" "$(cat "$root$aside")" "# newer"
    grep -q '# older' "$root$aside.~1~"
    rm "$root$aside" "$root$aside.~1~"
    in_clean_system /opt/dcp/libexec/package/units install
    in_clean_system systemctl daemon-reload
    cmp "$root/etc/systemd/system/dcp-sa-worker.service" "$work/admin.service"
}

remove_disabled() {
    in_clean_system systemctl disable --now dcp-sa-worker
    in_clean_system sh -c 'apt-get install -q -y --no-install-recommends --reinstall /root/packages/dcp-worker_*_amd64.deb'
    not in_clean_system systemctl is-enabled --quiet dcp-sa-worker
    not in_clean_system systemctl is-active --quiet dcp-sa-worker
    in_clean_system systemctl is-active --quiet dcp-inet-daemon
}

# --- purge ---

scenario_purge() {
    check "works for a scheduler of the site's own once more" guide scheduler
    (cd "$root/opt/dcp/.dcp" && find . -type f \( -name '*.keystore' \) -exec sha256sum {} +) >"$work/money"
    cp "$root/var/lib/dcp-scheduler/scheduler.key" "$work/scheduler.key"
    cp "$root/opt/dcp/.dcp/default.keystore" "$root/opt/dcp/etc/under another name.json"
    mkdir -p "$root/etc/systemd/system/dcp-sa-worker.service.d"
    echo '[Service]' >"$root/etc/systemd/system/dcp-sa-worker.service.d/override.conf"
    in_clean_system systemctl --quiet disable --now dcp-inet-daemon
    in_clean_system systemctl --quiet enable --now dcp-evaluator.socket
    show_node
    plant_folders
    check "is purged as the guide says, and asks nothing" guide purge
    check "moves keystores to where only root can read them, and says so" purge_money
    check "follows no link that somebody who was dcp planted there" purge_follows_no_link
    check "leaves nothing else" purge_leaves_nothing
    check "is installed in a running system, with another account, and works at once" purge_install_again
    in_clean_system apt-get purge -q -y dcp-worker >/dev/null 2>&1
    halt_clean_system
}

# Somebody who is dcp has a folder be now a folder with what looks like a keystore, now a link to /etc.
plant_folders() {
    cp -a "$root/etc/shadow" "$work/shadow"
    in_clean_system setpriv --reuid dcp --regid dcp --clear-groups bash -c '
        cd /opt/dcp/.dcp
        mkdir folder
        echo "{\"ciphertext\":\"\"}" >folder/shadow
        : >/var/tmp/planted
        while :; do
            mv -T folder put-aside && ln -s /etc folder
            rm folder && mv -T put-aside folder
        done' >/dev/null 2>&1 &
    within 30 test -e "$root/var/tmp/planted"
    rm "$root/var/tmp/planted"
}

purge_follows_no_link() {
    cmp "$root/etc/shadow" "$work/shadow" || grep -v '^dcp:' "$work/shadow" | cmp - "$root/etc/shadow"
    expect "owner and mode" "$(stat -c '%U:%G %a' "$root/etc/shadow")" "$(stat -c '%U:%G %a' "$work/shadow")"
    not grep -rl '^root:' "$root"/var/backups/dcp-keystores-*
}

purge_money() {
    local backup
    backup=$(echo "$root"/var/backups/dcp-keystores-*)
    [ -s "$work/money" ]
    expect "folder" "$(stat -c '%U:%G %a' "$backup")" "root:root 700"
    (cd "$backup/.dcp" && sha256sum --check --quiet "$work/money")
    cmp "$backup/.dcp/default.keystore" "$backup/etc/under another name.json"
    expect "owners and modes" "$(find "$backup" -type f -exec stat -c '%U:%G %a' {} + | sort -u)" "root:root 600"
    says "the keystores of this machine are in ${backup#"$root"} now"
    cmp "$backup/dcp-scheduler/scheduler.key" "$work/scheduler.key"
    [ -s "$backup/dcp-scheduler/scheduler.db" ]
    says "the key and the accounts of the scheduler that ran here"
}

# The libraries that apt had brought stay, as always: they are what "autoremove" is for.
purge_leaves_nothing() {
    in_clean_system env DEBIAN_FRONTEND=noninteractive apt-get autoremove --purge -q -y
    inventory >"$work/after"
    diff "$work/before" "$work/after" | grep '^>' | grep -v -e '/__pycache__' -e '/ld.so.cache' && return 1
    diff <(grep -v ^systemd "$work/passwd") <(grep -v ^systemd "$root/etc/passwd")
    diff <(grep -v ^systemd "$work/group") <(grep -v ^systemd "$root/etc/group")
    expect "units" "$(in_clean_system systemctl list-units --all --plain --no-legend 'dcp-*')" ""
    expect "processes of dcp" "$(processes_of_dcp)" ""
}

purge_install_again() {
    guide install
    says "this machine earns for the new account"
    running_services
    not expect "account" "$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$root/opt/dcp/.dcp/default.keystore")" \
        "$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$root"/var/backups/dcp-keystores-*/.dcp/default.keystore)"
}

# --- a person called dcp ---

scenario_name_taken() {
    in_image 'useradd --create-home dcp' >/dev/null
    check "refuses to take over a person's account" name_taken
}

name_taken() {
    not in_image "cd /root/packages; $(block install)" </dev/null >"$work/said" 2>&1
    says "this machine has a user 'dcp' already, whose home is /home/dcp"
    [ ! -e "$root/opt/dcp/bin/dcp-worker" ]
    expect "home" "$(in_image 'getent passwd dcp | cut -d: -f6')" /home/dcp
}

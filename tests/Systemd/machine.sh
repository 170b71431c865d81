#!/usr/bin/env bash
# A machine under a real systemd, in namespaces of its own: nothing of it outlives this script, and nothing that it does reaches the
# machine that it runs on. Its root is that machine's, seen through an overlay whose upper layer is memory.
#   machine.sh check                       says why it cannot be had here, on one line, with exit code 1
#   machine.sh boot FOLDER ARTIFACTS UNITS runs it until the end of stdin; FOLDER is an empty one for its mount points, ARTIFACTS
#                                          and UNITS become /opt/dcp and /etc/systemd/system in it. The first line of stdout is
#                                          the process whose only child is the machine's first one
set -euo pipefail

systemd=/usr/lib/systemd/systemd
self=$(readlink -f "$0")

# The second hierarchy where the first version of control groups is in use as well.
control_groups() {
    local folder
    for folder in /sys/fs/cgroup/unified /sys/fs/cgroup; do
        if [ -e "$folder/cgroup.procs" ] && [ "$(stat -f -c %T "$folder")" = cgroup2fs ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

isolated=(unshare --mount --pid --cgroup --net --uts --ipc --fork --kill-child --propagation private)

# remove GROUP: with those in it, once its processes are gone.
remove() {
    local attempt
    for attempt in {1..50}; do
        find "$1" -depth -type d -exec rmdir {} \; 2>/dev/null || true
        [ -d "$1" ] || return 0
        sleep 0.1
    done
    echo "the control group $1 is still in use" >&2
}

# Groups of machines whose scripts were killed; each is named after its script.
tidy() {
    local group
    for group in "$(control_groups)"/dcp-test-*; do
        [ ! -d "$group" ] || [ -e "/proc/${group##*-}" ] || remove "$group"
    done
}

check() {
    local groups probe
    [ "$(id -u)" = 0 ] || { echo "only root can start it"; return 1; }
    [ -x "$systemd" ] || { echo "there is no $systemd (package systemd)"; return 1; }
    groups=$(control_groups) || { echo "there is no second version of control groups"; return 1; }
    probe=$groups/dcp-test-check-$$
    mkdir "$probe" 2>/dev/null || { echo "no control group can be made below $groups"; return 1; }
    rmdir "$probe"
    "${isolated[@]}" sh -c 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r' 2>/dev/null ||
        { echo "namespaces or overlays are not allowed here"; return 1; }
}

# Not by a parent-death signal: that comes when the thread ends that started this, not the process.
boot() {
    local groups
    tidy
    groups=$(control_groups)
    group=$groups/dcp-test-$$
    mkdir "$group"
    export DCP_TEST_FOLDER=$1 DCP_TEST_ARTIFACTS=$2 DCP_TEST_UNITS=$3
    # a process that is in the group already, so that the group becomes the root of what it sees
    bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' bash "$group" "${isolated[@]}" bash "$self" inside </dev/null &
    starter=$!
    # unshare would ignore anything milder
    trap 'kill -KILL $starter 2>/dev/null; wait $starter || true; remove "$group"' EXIT
    echo "$starter"
    exec >/dev/null
    cat >/dev/null
}

# Runs as the first process of the new namespaces, and becomes systemd.
inside() {
    local folder=$DCP_TEST_FOLDER root=$DCP_TEST_FOLDER/root device
    mount -t tmpfs tmpfs "$folder"
    mkdir "$folder/upper" "$folder/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs sysfs "$root/sys" -o ro
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs tmpfs "$root/run" -o mode=755
    mount -t tmpfs tmpfs "$root/tmp" -o mode=1777
    mount -t tmpfs tmpfs "$root/dev" -o mode=755
    for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=666,mode=620
    mount -t tmpfs tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"

    rm -rf "$root/etc/systemd/system" "$root/opt/dcp" "$root/var/log/journal"
    mkdir -p "$root/etc/systemd/system" "$root/opt/dcp/bin" "$root/opt/dcp/libexec" "$root/opt/dcp/etc" "$root/opt/dcp/.dcp" "$root/opt/dcp/share/powershell/Modules" "$root/.old"
    mount --bind "$DCP_TEST_ARTIFACTS/bin" "$root/opt/dcp/bin"
    mount --bind "$DCP_TEST_ARTIFACTS/libexec" "$root/opt/dcp/libexec"
    mount --bind "$DCP_TEST_ARTIFACTS/module" "$root/opt/dcp/share/powershell/Modules"
    cp "$DCP_TEST_UNITS"/* "$root/etc/systemd/system/"
    echo 'dcp:x:990:990::/opt/dcp:/usr/sbin/nologin' >>"$root/etc/passwd"
    echo 'dcp:x:990:' >>"$root/etc/group"
    chown 990:990 "$root/opt/dcp/.dcp"
    chmod 700 "$root/opt/dcp/.dcp"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    cat >"$root/etc/systemd/system/dcp-test.target" <<'END'
[Unit]
DefaultDependencies=no
Requires=systemd-journald.service
After=systemd-journald.service
AllowIsolate=yes
END

    cd "$root"
    pivot_root . .old
    umount --lazy .old
    unset DCP_TEST_FOLDER DCP_TEST_ARTIFACTS DCP_TEST_UNITS
    exec env -i PATH="$PATH" container=dcp-test "$systemd" --system --unit=dcp-test.target --show-status=false --log-target=journal --log-level=info
}

case ${1:-} in
check) check ;;
boot) boot "$2" "$3" "$4" ;;
inside) inside ;;
*)
    echo "usage: $0 check | boot FOLDER ARTIFACTS UNITS" >&2
    exit 1
    ;;
esac

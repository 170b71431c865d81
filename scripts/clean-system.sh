# Clean Debian systems, made by mmdebstrap from this machine's own package sources and run in namespaces of their own, so
# that nothing of the machine is touched; sourced by build.sh and by the packages' tests. Needs root.

clean_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dcp-worker/clean-systems
clean_cache_days=7

can_make_clean_systems() { check_clean_systems >/dev/null; }

# check_clean_systems: says why they cannot be made here, on one line, with exit code 1.
check_clean_systems() {
    [ "$(id -u)" = 0 ] || { echo "only root can make one"; return 1; }
    command -v mmdebstrap >/dev/null || { echo "there is no mmdebstrap (package mmdebstrap)"; return 1; }
    unshare --mount --pid --net --uts --ipc --fork true 2>/dev/null || { echo "namespaces are not allowed here"; return 1; }
    findmnt --noheadings --types cgroup2 >/dev/null || { echo "there is no second version of control groups"; return 1; }
}

# debian_sources RELEASE: this machine's sources of Debian itself, for that release.
debian_sources() {
    local release=$1 own origin uri suite component key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$key" ] || die "there is no $key: install debian-archive-keyring"
    own=$(host_release)
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
        sort -u | while IFS='|' read -r origin uri suite component; do
        [ "$origin" = Debian ] || continue
        case $suite in
        "$own" | "$own"-security | "$own"-updates)
            printf 'deb [signed-by=%s] %s %s %s\n' "$key" "$uri" "${suite/#$own/$release}" "$component"
            ;;
        esac
    done
}

# clean_system RELEASE INSTALLED DOWNLOADED: prints a tar file of a system of that release in which the packages INSTALLED
# (comma-separated) are installed, and the packages DOWNLOADED, with all that they depend on, lie ready in apt's cache, so
# that apt needs no network. Kept for some days.
clean_system() {
    local release=$1 installed=$2 downloaded=$3 key archive sources hook=()
    sources=$(debian_sources "$release")
    [ -n "$sources" ] || die "apt has no source of Debian packages here: there should be one below /etc/apt"
    key=$(printf '%s\n' "$release" "$installed" "$downloaded" "$sources" | sha256sum | cut -c1-16)
    archive=$clean_cache/$release-$key.tar
    mkdir -p "$clean_cache"
    find "$clean_cache" -name '*.tar' -mtime "+$clean_cache_days" -delete
    if [ ! -e "$archive" ]; then
        say "a clean $release ($installed)" >&2
        # shellcheck disable=SC2016 # mmdebstrap's $1
        [ -z "$downloaded" ] ||
            hook=(--customize-hook='chroot "$1" apt-get install -q -y --no-install-recommends --download-only '"${downloaded//,/ }")
        mmdebstrap --quiet --mode=root --variant=apt --include="$installed" --skip=cleanup/apt ${hook[@]+"${hook[@]}"} \
            --format=tar "$release" "$archive.new" - <<<"$sources" >&2 || die "mmdebstrap could not make a clean $release; the lines above say why"
        mv "$archive.new" "$archive"
    fi

    printf '%s\n' "$archive"
}


# What happens in the namespaces before anything else: /proc, /dev and so on, of the system's own.
# shellcheck disable=SC2016 # for the shell in there
clean_mounts='
    set -e
    root=$1
    shift
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero full random urandom tty; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    for folder in ${CLEAN_SHOWN-}; do
        mkdir -p "$root/mnt$folder"
        mount --bind "$folder" "$root/mnt$folder"
        mount -o remount,bind,ro "$root/mnt$folder"
    done
    hostname clean
    cd "$root"
    mkdir -p .outside
    pivot_root . .outside
    umount -l /.outside
    rmdir /.outside
    cd /
'
clean_environment="env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8"

# enter_clean_system ROOT COMMAND...: runs the command in there, with processes, mounts, network (none but loopback) and
# host name of its own. Whatever it leaves running ends with it. Folders named in CLEAN_SHOWN are below /mnt there,
# read-only.
enter_clean_system() {
    local root=$1
    shift
    unshare --mount --pid --uts --ipc --net --fork --kill-child \
        bash -c "$clean_mounts"'ip link set lo up; exec '"$clean_environment"' "$@"' enter "$root" "$@"
}

# boot_clean_system ROOT: starts the systemd of that system and waits until it has started everything. Sets clean_init,
# the number of its process.
boot_clean_system() {
    local root=$1 hierarchy
    hierarchy=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) || die "this machine has no cgroup2 mounted, which systemd needs"
    clean_group=$hierarchy/dcp-clean-$$
    mkdir "$clean_group"
    # shellcheck disable=SC2016 # for the shells in there
    bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' group "$clean_group" \
        unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child \
        bash -c "$clean_mounts"'mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec env -i container=unshare /lib/systemd/systemd' boot "$root" \
        </dev/null >/dev/null 2>&1 &
    clean_boot=$!
    local waited=0
    until clean_init=$(pgrep -P "$clean_boot" -x systemd) && in_clean_system timeout 60 systemctl is-system-running --wait >/dev/null 2>&1; do
        kill -0 "$clean_boot" 2>/dev/null && [ $((waited += 1)) -lt 120 ] || return 1
        sleep 0.5
    done
}

# in_clean_system COMMAND...: runs the command in the system that was booted.
in_clean_system() {
    # shellcheck disable=SC2086 # a list of words
    nsenter --target "$clean_init" --mount --pid --uts --ipc --net --cgroup --root --wd $clean_environment "$@"
}

# halt_clean_system: ends everything in the system that was booted.
halt_clean_system() {
    [ -n "${clean_boot-}" ] || return 0
    # The end of the first process of a namespace is the end of all of them.
    kill -KILL "$clean_init" "$clean_boot" 2>/dev/null || true
    wait "$clean_boot" 2>/dev/null || true
    clean_boot=''
    # Deepest first; the kernel may still be at the last processes.
    local waited=0
    until find "$clean_group" -depth -type d -exec rmdir {} + 2>/dev/null || [ $((waited += 1)) -gt 20 ]; do sleep 0.2; done
}

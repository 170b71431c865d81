# Clean Debian systems, made by mmdebstrap from this machine's own package sources and run in namespaces of their own, so
# that nothing of the machine is touched; sourced by build.sh and by the packages' tests. Needs root.

clean_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dcp-worker/clean-systems
clean_cache_days=7

can_make_clean_systems() { [ "$(id -u)" = 0 ] && command -v mmdebstrap >/dev/null && command -v unshare >/dev/null; }

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
    local release=$1 installed=$2 downloaded=$3 key archive sources
    sources=$(debian_sources "$release")
    [ -n "$sources" ] || die "apt has no source of Debian packages here: there should be one below /etc/apt"
    key=$(printf '%s\n' "$release" "$installed" "$downloaded" "$sources" | sha256sum | cut -c1-16)
    archive=$clean_cache/$release-$key.tar
    mkdir -p "$clean_cache"
    find "$clean_cache" -name '*.tar' -mtime "+$clean_cache_days" -delete
    if [ ! -e "$archive" ]; then
        say "a clean $release ($installed)" >&2
        # shellcheck disable=SC2016 # mmdebstrap's $1
        mmdebstrap --quiet --mode=root --variant=apt --include="$installed" --skip=cleanup/apt \
            --customize-hook='chroot "$1" apt-get install -q -y --no-install-recommends --download-only '"${downloaded//,/ }" \
            --format=tar "$release" "$archive.new" - <<<"$sources" >&2 || die "mmdebstrap could not make a clean $release; the lines above say why"
        mv "$archive.new" "$archive"
    fi

    printf '%s\n' "$archive"
}

# enter_clean_system ROOT COMMAND...: runs the command in there with processes, mounts, network (loopback only) and host
# name of its own. Whatever it leaves running ends with it.
enter_clean_system() {
    local root=$1
    shift
    unshare --mount --pid --uts --ipc --net --fork --kill-child bash -c '
        set -e
        root=$1
        shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount -t sysfs -o ro sysfs "$root/sys"
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
        hostname clean
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            chroot "$root" "$@"' enter "$root" "$@"
}

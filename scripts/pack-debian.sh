# The Debian package; sourced by build.sh. What it installs is described in docs/install.md.
#
# Two builds of one commit give the same bytes: compilers map the paths of the checkout away (Directory.Build.props,
# native/Makefile), and every time in the package is that of the commit.

# pack_debian [RELEASE]: makes $packages/dcp-worker_VERSION_ARCHITECTURE.deb, for this machine's release of Debian
# unless another one is named. Sets deb_file, deb_release and deb_tree.
pack_debian() {
    local native=$bin
    deb_release=${1:-$(host_release)}
    if [ "$deb_release" != "$(host_release)" ]; then
        native=artifacts/pack/$deb_release/native
        say "dcp-evaluator in a clean $deb_release"
        build_in_clean_release "$deb_release" "$native" || die "dcp-evaluator was not built for $deb_release; what it printed above says why"
    fi

    deb_version=$(product_version)+$(release_suffix "$deb_release")
    deb_architecture=$(dpkg --print-architecture)
    deb_tree=artifacts/pack/$deb_release/tree
    deb_file=$packages/dcp-worker_${deb_version}_$deb_architecture.deb

    # shellcheck disable=SC2154 # SOURCE_DATE_EPOCH may be set by whoever calls
    export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_date)}
    standalone_programs "$native"
    say "dcp-worker $deb_version for $deb_release"
    lay_out_tree "$native"
    write_control "$native"
    close_tree
    assemble "$deb_tree" "$deb_file"
    say "$deb_file"
}

product_version() { sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props; }

# A package for a later release must be newer, so that an upgrade of the system brings it.
release_suffix() {
    case $1 in
    bookworm) echo deb12 ;;
    trixie) echo deb13 ;;
    noble) echo ubuntu24.04 ;;
    *) echo "$1" ;;
    esac
}

# The time of the commit; of a source archive, that of the newest entry of its change log.
source_date() { git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md; }

# build_in_clean_release RELEASE OUT: dcp-evaluator and its library, compiled in a clean system of that release, against the
# V8 of that release. The .NET SDK and its packages are this machine's.
build_in_clean_release() {
    local release=$1 out=$2 archive root sdk nuget=${NUGET_PACKAGES:-$HOME/.nuget/packages} status=0
    can_make_clean_systems || die "a package for another release is built in a clean system of it, which needs root and mmdebstrap"
    sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
    archive=$(clean_system "$release" g++,make,binutils,zlib1g-dev,libnode-dev,iproute2,mount '') || return 1
    root=$(mktemp -d "${TMPDIR:-/tmp}/dcp-build-XXXXXX")
    tar -xf "$archive" -C "$root"
    mkdir "$root/build"
    tar -cf - --exclude=bin --exclude=obj src/DcpEvaluator src/Directory.Build.targets Directory.*.props global.json .editorconfig | tar -xf - -C "$root/build"
    CLEAN_SHOWN="$sdk $nuget" enter_clean_system "$root" env "DOTNET_ROOT=/mnt$sdk" "PATH=/mnt$sdk:/usr/bin:/bin" "NUGET_FALLBACK_PACKAGES=/mnt$nuget" \
        DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
        /build/src/DcpEvaluator/build.sh /build/out || status=$?
    if [ "$status" = 0 ]; then
        rm -rf "$out"
        mkdir -p "$out"
        cp "$root/build/out/dcp-evaluator" "$root/build/out/libdcpv8.so" "$out/"
    fi

    rm -rf "$root"
    return "$status"
}

# standalone_programs: dcp-worker and dcp-scheduler with the .NET runtime, so that the host needs none, into one folder.
standalone_programs() {
    local inputs="src/DcpScheduler src/DcpWorker.Cli src/DcpWorker.Engine src/Directory.Build.targets Directory.Build.props Directory.Packages.props global.json"
    step "standalone programs" artifacts/standalone/dcp-worker "$inputs" publish_standalone
}

publish_standalone() {
    local project staging=artifacts/obj/standalone ready=true runtime file
    runtime=$(runtime_identifier)
    rm -rf "$staging" artifacts/standalone
    for project in DcpScheduler DcpWorker.Cli; do
        # as publish() does it, but with the runtime
        dotnet restore "src/$project" -r "$runtime" -p:SelfContained=true -p:PublishReadyToRun=true -v quiet || ready=false
        $ready || dotnet restore "src/$project" -r "$runtime" -p:SelfContained=true -v quiet
        dotnet publish "src/$project" --no-restore -c Release -r "$runtime" --self-contained true \
            -p:PublishReadyToRun=$ready -o "$staging/$project" -v quiet --nologo
    done

    # Both hold the runtime. A library that one has as a package and the other as a part of the runtime is taken from
    # the package, which is the newer one; nothing else may differ.
    while read -r file; do
        cmp -s "$staging/DcpScheduler/$file" "$staging/DcpWorker.Cli/$file" || case $file in
        Microsoft.Extensions.*.dll | System.Diagnostics.EventLog.dll) ;;
        *) die "dcp-worker and dcp-scheduler bring different versions of $file" ;;
        esac
    done < <(cd "$staging/DcpWorker.Cli" && find . -type f -printf '%P\n' | while read -r file; do [ ! -e "../DcpScheduler/$file" ] || echo "$file"; done)
    mv "$staging/DcpScheduler" artifacts/standalone
    cp -R "$staging/DcpWorker.Cli/." artifacts/standalone/
    rm -rf "$staging"
    rm -f artifacts/standalone/*.pdb artifacts/standalone/*.xml artifacts/standalone/*.staticwebassets.endpoints.json
}

# lay_out_tree NATIVE: the files of the package. NATIVE holds dcp-evaluator and its library.
lay_out_tree() {
    local native=$1 programs=$deb_tree/opt/dcp/libexec/dcp-worker bins=$deb_tree/opt/dcp/bin name
    rm -rf "$deb_tree"
    mkdir -p "$programs" "$bins" "$deb_tree"/opt/dcp/{etc,libexec/package,share/powershell/Modules} "$deb_tree/var/opt/dcp/etc" "$deb_tree/usr/bin"

    cp -R artifacts/standalone/. "$programs/"
    install -m 755 "$native/dcp-evaluator" "$native/libdcpv8.so" "$programs/"
    strip --strip-unneeded "$programs/libdcpv8.so" "$programs/libe_sqlite3.so"
    for name in dcp-worker dcp-evaluator dcp-scheduler; do
        ln -s "../libexec/dcp-worker/$name" "$bins/$name"
        ln -s "/opt/dcp/bin/$name" "$deb_tree/usr/bin/$name"
    done
    for name in get-config-value mkad dcp-inet-daemon inet-daemon; do
        cp src/DcpWorker.Cli/alias.sh "$bins/$name"
    done

    cp -R "$sandbox" "$deb_tree/opt/dcp/libexec/sandbox"
    # Made on the host, by its V8.
    rm -rf "$deb_tree/opt/dcp/libexec/sandbox/cache"
    cp src/DcpWorker.Engine/Configuration/Defaults/dcp-default-config.js "$deb_tree/opt/dcp/etc/"
    cp packaging/debian/package/* "$deb_tree/opt/dcp/libexec/package/"
    lay_out_units "$deb_tree/var/opt/dcp/etc"
    mkdir "$deb_tree/var/opt/dcp/etc/xinetd.d"
    cp packaging/xinetd/* "$deb_tree/var/opt/dcp/etc/xinetd.d/"
    cp -R "$module" "$deb_tree/opt/dcp/share/powershell/Modules/"
    lay_out_documentation "$deb_tree/usr/share"
}

# lay_out_units FOLDER: what the units have ready for a later systemd is in force where the release has that.
lay_out_units() {
    local unit later=()
    ! has_systemd_254 || later=(-e 's/^# systemd 254 or later: //')
    for unit in packaging/systemd/*; do
        sed -e '' ${later[@]+"${later[@]}"} "$unit" >"$1/${unit##*/}"
    done
}

# Those that are still about and have an older one; every release to come has a newer one.
has_systemd_254() {
    case $deb_release in
    bullseye | bookworm | jammy) return 1 ;;
    esac
}

lay_out_documentation() {
    local share=$1 documents=$1/doc/dcp-worker page section runtime_licences
    mkdir -p "$documents" "$share/lintian/overrides"
    for page in packaging/man/*; do
        section=${page##*.}
        mkdir -p "$share/man/man$section"
        gzip -9 -n -c "$page" >"$share/man/man$section/$(basename "$page").gz"
    done
    for page in mkad get-config-value inet-daemon dcp-inet-daemon; do
        ln -s dcp-worker.1.gz "$share/man/man1/$page.1.gz"
    done

    cp README.md SECURITY.md docs/*.md "$documents/"
    debian_changelog | gzip -9 -n >"$documents/changelog.gz"
    cp packaging/debian/copyright "$documents/copyright"
    cp packaging/debian/lintian-overrides "$share/lintian/overrides/dcp-worker"
    runtime_licences=$(dirname "$(readlink -f "$(command -v dotnet)")")
    mkdir "$documents/dotnet"
    cp "$runtime_licences/LICENSE.txt" "$runtime_licences/ThirdPartyNotices.txt" "$documents/dotnet/"
}

# debian_changelog: the newest entry of CHANGELOG.md as Debian's tools read it.
debian_changelog() {
    printf 'dcp-worker (%s) %s; urgency=medium\n\n' "$deb_version" "$deb_release"
    awk '/^## / { n++ } n == 1 && /^- / { sub(/^- /, "  * "); gsub(/`/, ""); print }' CHANGELOG.md | fold -s -w 78 | sed 's/^\([^ ]\)/    \1/'
    printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' packaging/debian/control)" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

write_control() {
    local native=$1 control=$deb_tree/DEBIAN name
    mkdir "$control"
    for name in preinst postinst prerm postrm; do
        install -m 755 "packaging/debian/$name" "$control/$name"
    done
    # A new libnode brings a new V8, which does not take the code that another one compiled.
    printf 'interest-noawait %s\n' "/usr/lib/$(gcc -print-multiarch)/$(libnode_soname "$native")" >"$control/triggers"
    sed -e "s/@VERSION@/$deb_version/" -e "s/@ARCHITECTURE@/$deb_architecture/" \
        -e "s/@DEPENDS@/$(dependencies "$native")/" -e "s/@SIZE@/$(installed_size)/" packaging/debian/control >"$control/control"
    (cd "$deb_tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$control/md5sums"
}

libnode_soname() { objdump -p "$1/libdcpv8.so" | awk '$1 == "NEEDED" && $2 ~ /^libnode/ { print $2 }'; }

# libnode.so.108 is in libnode108: the packages are named after what they hold. The C library must be as new as the
# newest symbol that is used of it.
dependencies() {
    local libnode glibc
    libnode=$(libnode_soname "$1")
    glibc=$(find "$deb_tree" -type f \( -name '*.so' -o -perm -u+x \) -exec objdump -T {} + 2>/dev/null |
        grep -o 'GLIBC_[0-9.]*' | sort -u -V | tail -1)
    printf 'libc6 (>= %s), libgcc-s1, libstdc++6 (>= 11), zlib1g, libnode%s, libssl3 | libssl3t64, ca-certificates, passwd' \
        "${glibc#GLIBC_}" "${libnode#libnode.so.}"
}

# As Debian's own tools count: each file and link rounded up to KiB, and one KiB for each folder, whatever file system
# the tree is on.
installed_size() {
    find "$deb_tree" -mindepth 1 -path "$deb_tree/DEBIAN" -prune -o -printf '%y %s\n' |
        awk '$1 == "d" { kib++; next } { kib += int(($2 + 1023) / 1024) } END { print kib }'
}

# close_tree: owner, modes and times do not depend on who builds, where and when.
close_tree() {
    find "$deb_tree" -type d -exec chmod 755 {} +
    find "$deb_tree" -type f -exec chmod 644 {} +
    chmod 755 "$deb_tree"/DEBIAN/{preinst,postinst,prerm,postrm} "$deb_tree"/opt/dcp/libexec/package/* \
        "$deb_tree"/opt/dcp/libexec/dcp-worker/{dcp-worker,dcp-evaluator,dcp-scheduler,createdump} \
        "$deb_tree"/opt/dcp/bin/{get-config-value,mkad,dcp-inet-daemon,inet-daemon}
    find "$deb_tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# assemble TREE FILE: with one compressing thread, since the bytes depend on their number; -z6 takes eight times as long to
# save a tenth.
assemble() { dpkg-deb --build --root-owner-group -Zxz -z1 --threads-max=1 "$1" "$2" >/dev/null; }

# check_debian: what was just packed, looked at before a release.
check_debian() {
    can_make_clean_systems || die "--check installs the package in a clean system, which needs root and mmdebstrap"
    tests/Packaging/run.sh "$deb_file" "$deb_release" || die "the package does not do what docs/install.md says; the lines above say where"
    check_reproducible
}

# Built once more, in another folder with nothing in it but the sources (and the files that were fetched by their hash).
check_reproducible() {
    local again file
    again=$(mktemp -d "${TMPDIR:-/tmp}/dcp-built-a-second-time-XXXXXX")
    say "the same once more, in another folder"
    tar -cf - --exclude=./.git --exclude=./artifacts --exclude=bin --exclude=obj --exclude=./tests . | tar -xf - -C "$again"
    (cd "$again" && ./build.sh pack --release "$deb_release") || die "the second build failed; it is left in $again"
    for file in "$deb_file" "$packages"/DcpWorker*"$(product_version)".{zip,nupkg}; do
        cmp "$file" "$again/$file" || die "two builds do not give the same bytes; the second one is left in $again"
        say "two builds gave the same bytes: $(sha256sum "$file")"
    done
    rm -rf "$again"
}

# Packages; sourced by build.sh. Each kind knows how to make itself.

packages=artifacts/packages

# run_pack [--release NAME] [--check]
run_pack() {
    local release='' check=false
    while [ $# -gt 0 ]; do
        case $1 in
        --release)
            [ $# -ge 2 ] || die "--release wants the code name of a Debian release, such as trixie"
            release=$2
            shift
            ;;
        --check) check=true ;;
        *) die "the task 'pack' does not know '$1'; it takes --release NAME and --check" ;;
        esac
        shift
    done

    mkdir -p "$packages"
    pack_module
    pack_debian "$release"
    ! $check || check_debian
}

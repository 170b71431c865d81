# docs/install.md: its commands, run as they are written; sourced by run.sh.

# block NAME: the commands under ```sh id=NAME.
block() {
    awk -v opening="\`\`\`sh id=$1" '$0 == opening { inside = 1; next } /^```/ { inside = 0 } inside' "$project/docs/install.md"
}

# guide NAME: runs a block in the booted system, in the folder where the packages are, with nobody to answer questions.
guide() {
    local commands
    commands=$(block "$1")
    [ -n "$commands" ] || {
        echo "docs/install.md has no commands '$1'"
        return 1
    }
    echo "$1" >>"$work/guided"
    in_clean_system bash -c "set -eu; cd /root/packages; $commands" </dev/null 2>&1 | tee "$work/said"
}

# Every block of commands has a name that was run above, or a reason.
guide_is_complete() {
    local fences
    fences=$(grep '^```[a-z]' "$project/docs/install.md")
    [ "$(echo "$fences" | wc -l)" -ge 10 ]
    while read -r fence attribute; do
        case $attribute in
        id=*) grep -qxF "${attribute#id=}" "$work/guided" || {
            echo "'${attribute#id=}' was not run"
            return 1
        } ;;
        not-run=?*) ;;
        *)
            echo "$fence $attribute: has neither a name nor a reason"
            return 1
            ;;
        esac
    done <<<"$fences"
}

# Completion of catalogc for bash: `source <(catalogc completions bash)`
_catalogc() {
    local line=${COMP_LINE:0:COMP_POINT} reply
    local -a words
    read -ra words <<< "$line"
    case $line in *[[:space:]]) words+=("") ;; esac
    # bash replaces what stands behind the last `=` or `:`.
    local current=${words[${#words[@]}-1]}
    local kept=${current%"${current##*[=:]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r reply _; do
        printf -v reply %q "${reply#"$kept"}"
        COMPREPLY+=("$reply")
    done < <("${words[0]}" complete -- "${words[@]:1}" 2> /dev/null)
    if [ ${#COMPREPLY[@]} -eq 1 ]; then
        case ${COMPREPLY[0]} in *=) compopt -o nospace 2> /dev/null ;; esac
    fi
    return 0
}
complete -o default -F _catalogc catalogc

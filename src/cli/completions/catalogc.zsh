#compdef catalogc
# Completion of catalogc for zsh: `catalogc completions zsh > ~/.zfunc/_catalogc`, with ~/.zfunc in fpath
_catalogc() {
    local -a replies inputs
    local line word
    for line in "${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
        [[ -n $line ]] || continue
        word=${line%%$'\t'*}
        if [[ $word == *= ]]; then
            inputs+=("${word//:/\\:}:${line#*$'\t'}")
        else
            replies+=("${word//:/\\:}:${line#*$'\t'}")
        fi
    done
    if (( $#replies + $#inputs == 0 )); then
        _files
        return
    fi
    (( $#inputs )) && _describe -t inputs input inputs -S ''
    (( $#replies )) && _describe -t values value replies
}
if [[ $funcstack[1] == _catalogc ]]; then
    _catalogc "$@"
else
    compdef _catalogc catalogc
fi

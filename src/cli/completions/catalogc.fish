# Completion of catalogc for fish: `catalogc completions fish > ~/.config/fish/completions/catalogc.fish`
function __catalogc_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    test (count $current) -gt 0; or set current ''
    catalogc complete -- $words $current 2>/dev/null
end
complete -c catalogc -f -a '(__catalogc_complete)'

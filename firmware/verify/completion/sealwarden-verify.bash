# bash completion of sealwarden-verify
_sealwarden_verify() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    case $before in
        --lang) mapfile -t COMPREPLY < <(compgen -W 'en es' -- "$current"); return ;;
        --words | --query | --since | --until) return ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--sheet --words --held --query --since --until --lang --json --progress --help' -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -o filenames -F _sealwarden_verify sealwarden-verify

# Completion of phial's commands, their words and options. Loaded by bash; what there is stands in
# the help of each command, so that nothing is listed twice.

_phial_options() {
    phial "$1" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
    echo --help
}

# "phial order enter|identify|show" tells the words.
_phial_words() {
    phial "$1" --help 2>/dev/null | grep -oE "^phial $1 [a-z]+(\|[a-z-]+)+" | cut -d' ' -f3 | tr '|' '\n'
    phial "$1" --help 2>/dev/null | grep -oE "^phial $1 [a-z]+ " | cut -d' ' -f3
}

_phial() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$(phial --help | awk '/^  [a-z]/ { print $1 }')
    elif [[ $word == -* ]]; then
        words=$(_phial_options "$command")
    elif [ "$COMP_CWORD" -eq 2 ]; then
        words=$(_phial_words "$command")
    fi
    if [ "$before" != --data ] && [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _phial phial

# bash completion for bascule, printed by `bascule completions bash`.
_bascule() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    local called="" index
    COMPREPLY=()
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "$called ${COMP_WORDS[index]}" in
            " watch") called="watch" ;;
            " sandbox") called="sandbox" ;;
            " status") called="status" ;;
            " mirrors") called="mirrors" ;;
            "mirrors list") called="mirrors list" ;;
            "mirrors show") called="mirrors show" ;;
            "mirrors pause") called="mirrors pause" ;;
            "mirrors resume") called="mirrors resume" ;;
            "mirrors stop") called="mirrors stop" ;;
            "mirrors restart-failed") called="mirrors restart-failed" ;;
            "mirrors restart") called="mirrors restart" ;;
            "mirrors create") called="mirrors create" ;;
            "mirrors delete") called="mirrors delete" ;;
            " mirror") called="mirror" ;;
            " sync") called="sync" ;;
            " groups") called="groups" ;;
            "groups list") called="groups list" ;;
            "groups show") called="groups show" ;;
            " offsets") called="offsets" ;;
            "offsets plan") called="offsets plan" ;;
            "offsets sync") called="offsets sync" ;;
            "offsets adopt") called="offsets adopt" ;;
            "offsets hold") called="offsets hold" ;;
            "offsets release") called="offsets release" ;;
            " freeze") called="freeze" ;;
            " thaw") called="thaw" ;;
            " traffic") called="traffic" ;;
            "traffic show") called="traffic show" ;;
            "traffic plan") called="traffic plan" ;;
            "traffic set") called="traffic set" ;;
            " failover") called="failover" ;;
            "failover plan") called="failover plan" ;;
            "failover start") called="failover start" ;;
            "failover resume") called="failover resume" ;;
            "failover approve") called="failover approve" ;;
            "failover status") called="failover status" ;;
            "failover report") called="failover report" ;;
            " keys") called="keys" ;;
            " completions") called="completions" ;;
            " man") called="man" ;;
            " help") called="help" ;;
        esac
    done
    case "$previous" in
        --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        --context)  return ;;
        --theme)  return ;;
        --log) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        --scenario)  return ;;
        --topics)  return ;;
        --groups)  return ;;
        --rate)  return ;;
        --seed)  return ;;
        -o|--output) mapfile -t COMPREPLY < <(compgen -W "text json yaml" -- "$current"); return ;;
        --print-scenario)  return ;;
        --timeout)  return ;;
        --topic)  return ;;
        --state) mapfile -t COMPREPLY < <(compgen -W "running paused stopped failed unassigned restarting not-flowing none double partitions-differ overtaken topic-missing unknown" -- "$current"); return ;;
        --direction) mapfile -t COMPREPLY < <(compgen -W "idc1:idc2 idc2:idc1 both" -- "$current"); return ;;
        --confirm)  return ;;
        --from) mapfile -t COMPREPLY < <(compgen -W "idc1 idc2" -- "$current"); return ;;
        --to) mapfile -t COMPREPLY < <(compgen -W "idc1 idc2" -- "$current"); return ;;
        --listen)  return ;;
        --credentials) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        --throttle)  return ;;
        --reason)  return ;;
        --split) mapfile -t COMPREPLY < <(compgen -W "50:50 100:0 0:100" -- "$current"); return ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "text md html json" -- "$current"); return ;;
        --language) mapfile -t COMPREPLY < <(compgen -W "en ko" -- "$current"); return ;;
    esac
    local words options
    case "$called" in
        "") words="watch sandbox status mirrors mirror sync groups offsets freeze thaw traffic failover keys completions man help" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "watch") words="" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "sandbox") words="" options="--scenario --topics --groups --rate --seed --headless --guided --output --print-scenario --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "status") words="" options="--once --output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors") words="list show pause resume stop restart-failed restart create delete" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors list") words="" options="--topic --state --direction --output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors show") words="" options="--output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors pause") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors resume") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors stop") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors restart-failed") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors restart") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors create") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirrors delete") words="" options="--topic --state --direction --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "mirror") words="" options="--from --to --topics --listen --credentials --throttle --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "sync") words="" options="--listen --credentials --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "groups") words="list show" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "groups list") words="" options="--output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "groups show") words="" options="--output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets") words="plan sync adopt hold release" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets plan") words="" options="--output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets sync") words="" options="--all --replace-foreign --dry-run --confirm --output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets adopt") words="" options="--all --dry-run --confirm --output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets hold") words="" options="--reason --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "offsets release") words="" options="--dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "freeze") words="" options="--reason --dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "thaw") words="" options="--dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "traffic") words="show plan set" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "traffic show") words="" options="--output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "traffic plan") words="50:50 100:0 0:100" options="--timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "traffic set") words="50:50 100:0 0:100" options="--dry-run --confirm --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover") words="plan start resume approve status report" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover plan") words="" options="--from --output --timeout --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover start") words="" options="--from --reason --split --confirm --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover resume") words="" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover approve") words="" options="--confirm --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover status") words="" options="--output --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "failover report") words="" options="--format --language --verify --config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "keys") words="" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "completions") words="bash zsh fish" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "man") words="" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
        "help") words="watch sandbox status mirrors mirror sync groups offsets freeze thaw traffic failover keys completions man help" options="--config --context --read-only --no-color --ascii --theme --mouse --log --show-config --version --help" ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    fi
}
complete -F _bascule bascule

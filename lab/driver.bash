# Sourced by lab/failover-*, after sync.bash: answers a guided run as a driver would.
# Expects: bascule, the program with its configuration; runbook; target, the IDC that takes over; kill_at, an action at
# which the driver is killed, or nothing; at_approval, which is given the run; and at_traffic, at_stop, at_start,
# at_restore, what the clients do when they are told, each with the line that was printed. Sets: run, asked.

choices=() asked=0 retried=0
answer() { # the choices stand in `choices`
    local choice=
    asked=$((asked + 1))
    [ "$asked" -lt 60 ] || choice=abort
    has() { local one; for one in "${choices[@]}"; do [ "$one" != "$1" ] || return 0; done; return 1; }
    [ -n "$choice" ] || for choice in go-on state; do has "$choice" && break || choice=; done
    if [ -z "$choice" ]; then
        # What is not as wanted is looked at again, and then taken as it is, where that is allowed. What a killed IDC
        # produced before was never measured by a program that began afterwards, so there it is taken at once.
        retried=$((retried + 1))
        choice=retry
        if [ "$retried" -gt 2 ] || { has put-back && [ "$runbook" = disaster ]; }; then
            for choice in waive accept retry abort; do has "$choice" && break; done
            # A broker that is too busy to answer has time to come round.
            [ "$choice" != retry ] || [ "$retried" -le 10 ] || choice=abort
        fi
    else
        retried=0
    fi
    say "$choice" >>"$scratch/driver.log"
    case $choice in
    go-on | retry) say "$choice" >&8 ;;
    waive) retried=0; say "$choice
a trial
${target^^}" >&8 ;;
    *) retried=0; say "$choice
a trial: seen with my own eyes" >&8 ;;
    esac
    choices=()
}
act() { # a line that the driver's program has printed
    case $1 in
    'run '*) run=${1#run } && run=${run%%:*} ;;
    *' people have approved.') at_approval "$run" ;;
    '   set-traffic ...') at_traffic ;;
    '   stop the clients of '*) at_stop "$1" ;;
    '   start the clients of '*' again; they stay there') at_restore "$1" ;;
    '   start the clients of '*) at_start "$1" ;;
    '  '[a-z]*': '*) local word=${1#  }; choices+=("${word%%:*}") ;;
    *'> ') answer ;;
    esac
}
number=0
drive() { # arguments of bascule failover: until it ends; its exit status
    local line status=0
    number=$((number + 1))
    mkfifo "$scratch/typed-$number" "$scratch/said-$number"
    bascule failover "$@" <"$scratch/typed-$number" 2>"$scratch/said-$number" >>"$scratch/driver.log" &
    pids[driver]=$!
    exec 8>"$scratch/typed-$number" 9<"$scratch/said-$number"
    while IFS= read -r line <&9; do
        say "$line" >>"$scratch/driver.log"
        if [ -n "$kill_at" ] && [ "$line" = "   $kill_at ..." ]; then
            # The program itself, which the function runs in a subshell.
            pkill -9 -P "${pids[driver]}" || kill -9 "${pids[driver]}"
            kill_at=
            act "$line"
            continue
        fi
        act "$line"
    done
    wait "${pids[driver]}" || status=$?
    exec 8>&- 9<&-
    unset 'pids[driver]'
    return "$status"
}

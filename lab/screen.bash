# Sourced by lab/failover-drill, after sync.bash: drives a run on the console's screen as a person does, key by key.
# Expects: program, scratch, source, target, runbook. Sets: run.

console=drill-$$
screen() { tmux -L "$console" capture-pane -p -t "$1"; }
type_keys() { tmux -L "$console" send-keys -t driver "$@"; }
type_line() { tmux -L "$console" send-keys -t driver -l -- "$1"; type_keys Enter; }
open_console() { # name arguments...: in a terminal of its own
    local name=$1
    shift
    tmux -L "$console" new-session -d -s "$name" -x 120 -y 40 -e TERM=tmux-256color \
        "'$program' --config '$scratch/bascule.yaml' --log '$scratch/$name.log' $*"
}
close_consoles() { tmux -L "$console" kill-server 2>/dev/null || true; }
shows() { screen "$1" | grep -- "$2" >/dev/null; }
await_screen() { # name text seconds
    local end=$((SECONDS + $3))
    until shows "$1" "$2"; do
        [ "$SECONDS" -lt "$end" ] || { screen "$1" >&2; fail "no \"$2\" on the screen of $1 after $3 s"; }
        sleep 0.3
    done
}
question() { # what is asked: the step, and what stands beneath "Now"
    screen driver | awk '/FAILOVER RUN/ { sub(/WAITS.*/, ""); print } / Now | End / { on = 1 } on' | sed -n 1,5p
}
drive_screen() { # until the run has ended
    local now before end soon looked=0 again=0
    type_keys F
    await_screen driver "A run would leave ${source^^} for ${target^^}" 60
    type_keys y
    await_screen driver "Type ${target^^}" 60
    type_line "a drill of $runbook"
    type_line "${target^^}"
    await_screen driver "FAILOVER RUN $runbook ${source^^} to ${target^^}" 120
    await_screen watching "FAILOVER RUN $runbook ${source^^} to ${target^^}" 60
    end=$((SECONDS + ${RUN_SECONDS:-900}))
    until shows driver "FINISHED"; do
        [ "$SECONDS" -lt "$end" ] || { screen driver >&2; fail "the run has not ended"; }
        if ! shows driver "WAITS FOR"; then sleep 0.3; continue; fi
        now=$(screen driver)
        before=$(question)
        case $now in
        *'How do you know'*) type_keys s; await_screen driver "leaves it undone" 20; type_line "the power is off, seen on site" ;;
        # A machine that carries both clusters and all clients may need a second look, and nothing is waived.
        *'v waive'*)
            again=$((again + 1))
            [ "$again" -le 3 ] || { screen driver >&2; fail "the run asks for a waiver: $before"; }
            type_keys y
            ;;
        # Users may have fewer requests than a minute ago: looked at twice, it is accepted.
        *'is not seen to take the traffic'*)
            looked=$((looked + 1))
            if [ "$looked" -eq 1 ]; then
                type_keys y
            else
                type_keys a
                await_screen driver "leaves it undone" 20
                type_line "nine in ten requests arrive, the rest were retries"
            fi
            ;;
        *'y go on'* | *'y look again'*) type_keys y ;;
        *) sleep 0.3; continue ;;
        esac
        asked=$((asked + 1))
        printf '%s\n\n' "$now" >>"$scratch/asked.log"
        # What is looked at again may be asked again in the same words.
        soon=$((SECONDS + 20))
        while shows driver "leaves it undone" || { [ "$(question)" = "$before" ] && [ "$SECONDS" -lt "$soon" ]; }; do
            [ "$SECONDS" -lt "$end" ] || { screen driver >&2; fail "nothing came of an answer"; }
            sleep 0.3
        done
    done
    end=$((SECONDS + 30))
    while shows watching "FAILOVER RUN"; do
        [ "$SECONDS" -lt "$end" ] || { screen watching >&2; fail "the console that watches does not see the end"; }
        sleep 0.3
    done
    run=$(screen driver | grep -o '2[0-9]\{7\}-[0-9]\{6\}-[a-z]*' | sed -n 1p)
    screen driver >"$scratch/finished.txt"
    say "drill: on the screen, $asked questions; $(grep -o 'moved [0-9]*, ready [0-9]*, blocked [0-9]* of [0-9]*' "$scratch/finished.txt" | sed -n 1p)"
}

# Sourced by lab/sync-*: a topic with mirrors, producers and a daemon on the running clusters, in a scratch folder.
# Sets: program, scratch, topic, traffic, pids; expects settings.bash, and `name` for messages.
[ -x "$program" ] || fail "$program cannot be run"
name_what_ends
is_up || fail "no lab in $LAB_DIR; lab/clusters up first"
partitions=4
traffic=$(traffic_program)
scratch=$(mktemp -d)
topic=$name-$$
declare -A pids=()
finish() {
    local status=$? pid
    trap - EXIT
    # What a trial alone has to take back.
    ! declare -F take_back >/dev/null || take_back || status=1
    for pid in "${pids[@]}"; do
        kill -CONT "$pid" 2>/dev/null || true
        kill -9 "$pid" 2>/dev/null || true
    done
    # A trial may have ended while it stood still.
    [ "${kind:-}" != sink ] || "$lab/clusters" resume idc2-connect >/dev/null 2>&1 || true
    for idc in "${idcs[@]}"; do "$lab/clusters" heal "$idc" >/dev/null || status=1; done
    # What Connect was told to do for this trial alone.
    case ${kind:-} in
    mirrormaker2)
        "$lab/clusters" unmirror idc1 idc2 "$topic" >/dev/null || status=1
        "$lab/clusters" unmirror idc2 idc1 "$topic" >/dev/null || status=1
        "$lab/clusters" uncheckpoint idc1 idc2 >/dev/null || status=1
        ;;
    sink)
        "$lab/clusters" unsink idc1 idc2 "$topic" >/dev/null || status=1
        "$lab/clusters" unsink idc2 idc1 "$topic" >/dev/null || status=1
        ;;
    timestamps) "$lab/clusters" unmirror idc1 idc2 "$topic" >/dev/null || status=1 ;;
    esac
    if [ "$status" -ne 0 ]; then
        tail -n 6 "$scratch"/*.log >&2 || true
        say "$name: FAILED; logs are in $scratch" >&2
    else
        rm -rf "$scratch"
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # name command...
    local name=$1
    shift
    "$@" >>"$scratch/$name.log" 2>&1 &
    pids[$name]=$!
    disown $!
}
stop() { # name signal: and waits for its end
    kill "-$2" "${pids[$1]}" 2>/dev/null || true
    while kill -0 "${pids[$1]}" 2>/dev/null; do sleep 0.05; done
}
mirrored_by_sinks() { # pattern line...: in the configuration
    local pattern=$1
    shift
    sed -i '/^mirrors:/d' "$scratch/bascule.yaml"
    cat >>"$scratch/bascule.yaml" <<-END
		mirrors:
		  kind: sink
		  sinkPattern: "$pattern"
		  topics: {include: ["$name-.*"]}
	END
    printf '  %s\n' "$@" >>"$scratch/bascule.yaml"
}
configure() { # kind of mirrors
    "$lab/config" "$scratch/bascule.yaml" >/dev/null
    sed -i "/^mirrors:/d" "$scratch/bascule.yaml"
    echo "mirrors: {kind: $1, topics: {include: [\"$name-.*\"]}}" >>"$scratch/bascule.yaml"
    # The lab's consumers are one application, wherever they run.
    echo 'sync: {bothSidesAreOne: true}' >>"$scratch/bascule.yaml"
    echo "$topic 1" >"$scratch/topics"
    local idc
    for idc in "${idcs[@]}"; do
        "$traffic" topics --bootstrap "$(bootstrap "$idc")" --list "$scratch/topics" --partitions "$partitions" --replication "$(replication)"
    done
    case $1 in
    bascule) start mirror "$program" --config "$scratch/bascule.yaml" --log "$scratch/mirror-library.log" mirror --topics "$topic" --listen "127.0.0.1:$((LAB_PORT_BASE + 711))" ;;
    mirrormaker2)
        "$lab/clusters" mirror idc1 idc2 "$topic"
        "$lab/clusters" mirror idc2 idc1 "$topic"
        ;;
    sink)
        "$lab/clusters" sink idc1 idc2 "$topic"
        "$lab/clusters" sink idc2 idc1 "$topic"
        mirrored_by_sinks 'copy-(?<from>[^-]+)-(?<to>[^-]+)-(?<topic>.+)' 'originHeader: copied-from'
        ;;
    timestamps)
        # As of connectors of which nothing is known but that they leave no record out: neither where they stand, nor what
        # marks their copies.
        "$lab/clusters" mirror idc1 idc2 "$topic"
        mirrored_by_sinks 'no-such-(?<from>x)-(?<to>y)-(?<topic>.+)' "producedOn: {idc1: [\"$topic\"]}"
        ;;
    *) misused "unknown kind of mirrors '$1'" ;;
    esac
}
daemon() { # number
    start "sync-$1" "$program" --config "$scratch/bascule.yaml" --log "$scratch/sync-library-$1.log" sync --listen "127.0.0.1:$((LAB_PORT_BASE + 720 + $1))"
}
produce() { # idc count rate
    start "fill-$1" "$traffic" fill --bootstrap "$(bootstrap "$1")" --topic "$topic" --origin "$1" \
        --partitions "$partitions" --count "$2" --rate "$3"
}
consume() { # idc group [rate]
    start "consume-$1-$2" "$traffic" consume --bootstrap "$(bootstrap "$1")" --group "$2" --topics "$topic" \
        --record "$scratch/$2-$1.list" --rate "${3:-0}"
}
drained() { # idc group: until its list grows no more, and has begun
    local last=-1 now _
    for _ in $(seq 120); do
        now=$(wc -l 2>/dev/null <"$scratch/$2-$1.list" || echo 0)
        [ "$now" -eq "$last" ] && [ "$now" -gt 0 ] && return
        last=$now
        sleep 3
    done
    fail "$2 still reads on $1"
}
metric() { # name group
    curl -fsS "http://127.0.0.1:$((LAB_PORT_BASE + 721))/metrics" |
        awk -v name="bascule_sync_group_$1{group=\"$2\"}" '$1 == name && $2 != "NaN" { print $2 }'
}
leads() { # daemon's number: until it holds partitions of bascule-sync on both sides
    local held _
    for _ in $(seq 240); do
        held=$({ curl -fsS "http://127.0.0.1:$((LAB_PORT_BASE + 720 + $1))/metrics" 2>/dev/null || true; } |
            awk '/^bascule_sync_partitions[{]/ && $2 > 0 { held++ } END { print held + 0 }')
        [ "$held" -lt 2 ] || return 0
        sleep 0.25
    done
    fail "daemon $1 does not hold the lease of both sides"
}
stands() { # idc group: prints the sum of what stands there; costs next to nothing
    local sum _
    for _ in 1 2 3 4; do
        if sum=$("$traffic" standing --bootstrap "$(bootstrap "$1")" --topic "$topic" --partitions "$partitions" --group "$2"); then
            echo "${sum%% *}"
            return 0
        fi
    done
    return 1
}
standing() { # idc group: the same, and fails when it is not safe; reads the whole log
    "$traffic" safe --bootstrap "$(bootstrap "$1")" --topic "$topic" --partitions "$partitions" --group "$2" \
        --lists "$scratch/$2-idc1.list,$scratch/$2-idc2.list" | tee -a "$scratch/standing.log" | awk '{ print $2 }'
}
compare() { # idc group: "records N lost N again N"
    "$traffic" processed --bootstrap "$(bootstrap "$1")" --topic "$topic" --partitions "$partitions" \
        --lists "$scratch/$2-idc1.list,$scratch/$2-idc2.list"
}

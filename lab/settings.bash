# Sourced by the lab's scripts: where things are, which ports they take, which processes are ours.
# Settings (environment), remembered by `lab/clusters up` for every later command:
#   KAFKA_HOME      a folder with libs/*.jar of Kafka 3.9 or 4.x
#   LAB_DIR         data, logs and process ids; ~/.cache/bascule-lab
#   LAB_PORT_BASE   idc1 takes ports from here, idc2 from 1000 further; 31000
#   BROKERS         brokers per IDC, 1 to 3; 3
#   WORKERS         Connect workers per IDC, 0 to 2; 1
#   LAB_JVM         quick: starts fast and stays small; full: the options of production, for measurements; quick
#   LAB_BROKER_SETTINGS  NAME=VALUE NAME=VALUE ...: more settings of every broker, which win
#   LAB_HEAP        heap of a broker; 320m.   LAB_CONNECT_HEAP  heap of a Connect worker; 512m
#   LAB_OFFSET_FLUSH_MS  how often a Connect worker writes down how far it is; 1000. Connect's own default is 60000

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
idcs=(idc1 idc2)
me=$(basename "$0")

say() { printf '%s\n' "$*"; }
fail() { printf 'lab/%s: %s\n' "$me" "$*" >&2; exit 1; }
misused() { printf 'lab/%s: %s\n' "$me" "$*" >&2; exit 64; }
# For trials: no command ends one without being named.
name_what_ends() {
    set -E
    trap 'printf "lab/%s: line %s: %s: ended with %s\n" "$me" "$LINENO" "$BASH_COMMAND" "$?" >&2' ERR
}

LAB_DIR=${LAB_DIR:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/bascule-lab}
case $LAB_DIR in /*) ;; *) LAB_DIR=$PWD/$LAB_DIR ;; esac

# What a running lab was started with wins over defaults, and `up` refuses to contradict it.
remembered=$LAB_DIR/settings
asked_brokers=${BROKERS:-} asked_workers=${WORKERS:-} asked_base=${LAB_PORT_BASE:-} asked_kafka=${KAFKA_HOME:-}
if [ -f "$remembered" ]; then
    # shellcheck disable=SC1090
    . "$remembered"
fi
LAB_PORT_BASE=${LAB_PORT_BASE:-31000}
BROKERS=${BROKERS:-3}
WORKERS=${WORKERS:-1}
LAB_JVM=${LAB_JVM:-quick}
LAB_HEAP=${LAB_HEAP:-320m}
LAB_CONNECT_HEAP=${LAB_CONNECT_HEAP:-512m}
LAB_OFFSET_FLUSH_MS=${LAB_OFFSET_FLUSH_MS:-1000}
LAB_BROKER_SETTINGS=${LAB_BROKER_SETTINGS:-}
KAFKA_HOME=${KAFKA_HOME:-}

known_idc() { case $1 in idc1 | idc2) ;; *) misused "unknown IDC '$1': idc1 or idc2" ;; esac; }
base() { case $1 in idc1*) echo "$LAB_PORT_BASE" ;; *) echo $((LAB_PORT_BASE + 1000)) ;; esac; }
broker_port() { echo $(($(base "$1") + 90 + $2)); }      # idc1: 31091 31092 31093
controller_port() { echo $(($(base "$1") + 190 + $2)); } # idc1: 31191 31192 31193
connect_port() { echo $(($(base "$1") + 82 + $2)); }     # idc1: 31083 31084
server_port() { echo $(($(base "$1") + 70 + $2)); }      # idc1: 31071 31072, behind HAProxy
request_port() { echo $((LAB_PORT_BASE + 70)); }         # 31070, HAProxy's front
bootstrap() {
    local number list=
    for number in $(seq "$BROKERS"); do list+=,127.0.0.1:$(broker_port "$1" "$number"); done
    echo "${list#,}"
}
connect_urls() {
    local number list=
    [ "$WORKERS" -gt 0 ] || return 0
    for number in $(seq "$WORKERS"); do list+=,http://127.0.0.1:$(connect_port "$1" "$number"); done
    echo "${list#,}"
}
replication() { echo $((BROKERS < 3 ? BROKERS : 3)); }
is_up() { [ -f "$remembered" ]; }

# MARK: Processes. Each has LAB_DIR/run/NAME.pid, and its command line names a file under LAB_DIR, so that a
# process id that the system has given to somebody else is never touched.

pid_file() { echo "$LAB_DIR/run/$1.pid"; }
pid_of() { # name: prints the process id when it runs and is ours
    local pid
    pid=$(cat "$(pid_file "$1")" 2>/dev/null) || return 1
    [[ $pid =~ ^[0-9]+$ ]] || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -F "$LAB_DIR/" >/dev/null || return 1
    echo "$pid"
}
alive() { pid_of "$1" >/dev/null; }
state_of() { # name: up, paused or down
    local pid
    if ! pid=$(pid_of "$1"); then echo down; return; fi
    case $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1) in
    T | t) echo paused ;;
    '' | Z | X) echo down ;;
    *) echo up ;;
    esac
}
launch() { # name command...: in the background, in a session of its own, output to LAB_DIR/log/NAME.log
    local name=$1
    shift
    [ ! -s "$LAB_DIR/log/$name.log" ] || mv -f "$LAB_DIR/log/$name.log" "$LAB_DIR/log/$name.log.before"
    setsid nohup "$@" >"$LAB_DIR/log/$name.log" 2>&1 </dev/null 9>&- &
    echo $! >"$(pid_file "$name")"
    # Until the process has become the command it is not known for ours, and would be taken for one that has ended.
    until alive "$name" || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
}
signal() { # name signal
    local pid
    pid=$(pid_of "$1") || return 0
    kill "-$2" "$pid" 2>/dev/null || true
}
gone() { # name seconds: waits until it has ended
    local _
    for _ in $(seq $(($2 * 20))); do
        case $(state_of "$1") in down) rm -f "$(pid_file "$1")"; return 0 ;; esac
        sleep 0.05
    done
    return 1
}
end_now() { # name: SIGKILL, and waits until it is gone
    signal "$1" KILL
    gone "$1" 10 || fail "$1 (process $(pid_of "$1")) does not end"
}
end_kindly() { # name seconds: SIGTERM, then SIGKILL
    signal "$1" CONT
    signal "$1" TERM
    gone "$1" "$2" || end_now "$1"
}
last_words() { # name: why it died, from its log
    printf '%s\n' "lab/$me: $1 ended; the last lines of $LAB_DIR/log/$1.log:" >&2
    { grep -E 'ERROR|Exception|FATAL' "$LAB_DIR/log/$1.log" || true; } | tail -5 >&2
    tail -5 "$LAB_DIR/log/$1.log" >&2
}

# MARK: The lab's applications

# Prints the path of the program of lab/traffic, building it when its source is newer.
traffic_program() {
    local program=$lab/../.build/lab/traffic
    if [ ! -x "$program" ] || [ -n "$(find "$lab/traffic" -name '*.swift' -newer "$program" -print -quit)" ]; then
        command -v swiftc >/dev/null || fail "no swiftc on the PATH (https://www.swift.org/install/linux/)"
        mkdir -p "$(dirname "$program")"
        # Under a name of its own first: two scripts may build at once.
        swiftc -O -swift-version 6 -warnings-as-errors -parse-as-library -static-stdlib -I "$lab/../Sources/CRdkafka" \
            "$lab"/traffic/*.swift -o "$program.$$" >&2 || fail "lab/traffic does not build"
        mv "$program.$$" "$program"
    fi
    echo "$program"
}

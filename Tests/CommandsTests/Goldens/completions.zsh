#compdef bascule
# zsh completion for bascule, printed by `bascule completions zsh`.
_bascule() {
    local current="$words[CURRENT]" previous="$words[CURRENT-1]" called="" index
    local -a commands options
    for ((index = 2; index < CURRENT; index++)); do
        case "$called $words[index]" in
            (" watch") called="watch" ;;
            (" sandbox") called="sandbox" ;;
            (" status") called="status" ;;
            (" mirrors") called="mirrors" ;;
            ("mirrors list") called="mirrors list" ;;
            ("mirrors show") called="mirrors show" ;;
            ("mirrors pause") called="mirrors pause" ;;
            ("mirrors resume") called="mirrors resume" ;;
            ("mirrors stop") called="mirrors stop" ;;
            ("mirrors restart-failed") called="mirrors restart-failed" ;;
            ("mirrors restart") called="mirrors restart" ;;
            ("mirrors create") called="mirrors create" ;;
            ("mirrors delete") called="mirrors delete" ;;
            (" mirror") called="mirror" ;;
            (" sync") called="sync" ;;
            (" groups") called="groups" ;;
            ("groups list") called="groups list" ;;
            ("groups show") called="groups show" ;;
            (" offsets") called="offsets" ;;
            ("offsets plan") called="offsets plan" ;;
            ("offsets sync") called="offsets sync" ;;
            ("offsets adopt") called="offsets adopt" ;;
            ("offsets hold") called="offsets hold" ;;
            ("offsets release") called="offsets release" ;;
            (" freeze") called="freeze" ;;
            (" thaw") called="thaw" ;;
            (" traffic") called="traffic" ;;
            ("traffic show") called="traffic show" ;;
            ("traffic plan") called="traffic plan" ;;
            ("traffic set") called="traffic set" ;;
            (" failover") called="failover" ;;
            ("failover plan") called="failover plan" ;;
            ("failover start") called="failover start" ;;
            ("failover resume") called="failover resume" ;;
            ("failover approve") called="failover approve" ;;
            ("failover status") called="failover status" ;;
            ("failover report") called="failover report" ;;
            (" keys") called="keys" ;;
            (" completions") called="completions" ;;
            (" man") called="man" ;;
            (" help") called="help" ;;
        esac
    done
    case "$previous" in
        (--config) _files; return ;;
        (--context)  return ;;
        (--theme)  return ;;
        (--log) _files; return ;;
        (--scenario)  return ;;
        (--topics)  return ;;
        (--groups)  return ;;
        (--rate)  return ;;
        (--seed)  return ;;
        (-o|--output) compadd -- text json yaml; return ;;
        (--print-scenario)  return ;;
        (--timeout)  return ;;
        (--topic)  return ;;
        (--state) compadd -- running paused stopped failed unassigned restarting not-flowing none double partitions-differ overtaken topic-missing unknown; return ;;
        (--direction) compadd -- idc1:idc2 idc2:idc1 both; return ;;
        (--confirm)  return ;;
        (--from) compadd -- idc1 idc2; return ;;
        (--to) compadd -- idc1 idc2; return ;;
        (--listen)  return ;;
        (--credentials) _files; return ;;
        (--throttle)  return ;;
        (--reason)  return ;;
        (--split) compadd -- 50:50 100:0 0:100; return ;;
        (--format) compadd -- text md html json; return ;;
        (--language) compadd -- en ko; return ;;
    esac
    case "$called" in
        ("")
            commands=('watch:open the console, unable to change anything' 'sandbox:open the console on a world of its own, without any cluster' 'status:print the overview as data' 'mirrors:list, pause, resume, stop, restart, create and delete mirrors' 'mirror:mirror topics between the two clusters, until told to stop' 'sync:keep all groups'\'' offsets on the other side, until told to stop' 'groups:list consumer groups, their side and their lag' 'offsets:plan, write and take over the groups'\'' offsets on the other side' 'freeze:the emergency brake: nobody writes anything until `thaw`' 'thaw:take the emergency brake off: writes go on' 'traffic:show and set the split of user traffic between the IDCs' 'failover:plan, drive, approve and report a failover' 'keys:print the console'\''s keys' 'completions:print a completion script for a shell' 'man:print the manual page' 'help:print the help of a command')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("watch")
            commands=()
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("sandbox")
            commands=()
            options=('--scenario:play this scenario: a file, or the name of a built-in one' '--topics:how many topics there are (12)' '--groups:how many consumer groups there are (12)' '--rate:records per second over both IDCs and all topics (200)' '--seed:the same seed gives the same records (1)' '--headless:play the scenario without a console and print what became of every record' '--guided:with --headless: drive the failovers that the scenario asks for at this terminal, line by line' '--output:how to print: text, json or yaml' '--print-scenario:print a built-in scenario'\''s file and exit' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("status")
            commands=()
            options=('--once:print once and exit' '--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors")
            commands=('list:list mirrors with their state and lag' 'show:show one topic'\''s mirrors in full' 'pause:pause mirrors' 'resume:resume paused or stopped mirrors' 'stop:stop mirrors' 'restart-failed:restart the failed tasks of mirrors' 'restart:restart mirrors with all their tasks' 'create:create the mirrors that are missing' 'delete:delete mirrors')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors list")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors show")
            commands=()
            options=('--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors pause")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors resume")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors stop")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors restart-failed")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors restart")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors create")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirrors delete")
            commands=()
            options=('--topic:only mirrors of topics that match; may be repeated' '--state:only mirrors in this state, one of running, paused, stopped, failed, unassigned, restarting, not-flowing, none, double, partitions-differ, overtaken, topic-missing, unknown; may be repeated' '--direction:only mirrors in this direction: idc1:idc2, idc2:idc1 or both' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("mirror")
            commands=()
            options=('--from:mirror only what is produced there' '--to:mirror only to there' '--topics:mirror the topics that match; may be repeated; needed' '--listen:where the REST interface listens; anywhere but on loopback --credentials is needed' '--credentials:demand the user and password that FILE holds as USER:PASSWORD' '--throttle:bytes of keys and values per second and mirror' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("sync")
            commands=()
            options=('--listen:where metrics and health are; anywhere but on loopback --credentials is needed' '--credentials:demand the user and password that FILE holds as USER:PASSWORD' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("groups")
            commands=('list:list consumer groups with their side and lag' 'show:show one consumer group in full')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("groups list")
            commands=()
            options=('--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("groups show")
            commands=()
            options=('--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets")
            commands=('plan:print what would be written on the other side, and why' 'sync:write groups'\'' offsets on the other side now' 'adopt:take over what MirrorMaker 2'\''s group sync wrote' 'hold:write nothing for groups until they are released' 'release:take holds back: offsets are written again')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets plan")
            commands=()
            options=('--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets sync")
            commands=()
            options=('--all:all groups' '--replace-foreign:also overwrite what somebody else has committed on the other side' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--output:how to print: text, json or yaml' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets adopt")
            commands=()
            options=('--all:all groups' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--output:how to print: text, json or yaml' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets hold")
            commands=()
            options=('--reason:why; it is shown wherever the group is' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("offsets release")
            commands=()
            options=('--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("freeze")
            commands=()
            options=('--reason:why; it is shown on every screen' '--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("thaw")
            commands=()
            options=('--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("traffic")
            commands=('show:show the configured and the measured split' 'plan:show what setting the split of user traffic would do' 'set:set the split of user traffic')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("traffic show")
            commands=()
            options=('--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("traffic plan")
            commands=('50\:50' '100\:0' '0\:100')
            options=('--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("traffic set")
            commands=('50\:50' '100\:0' '0\:100')
            options=('--dry-run:print the plan and change nothing' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--timeout:how long reading the clusters and seeing the effect may take' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover")
            commands=('plan:show what every step of a runbook would do now' 'start:begin a run of a runbook, and drive it at this terminal' 'resume:drive a run on from where its journal ends' 'approve:sign for a run that somebody else drives' 'status:list the runs that were driven from this machine' 'report:print the report of a run')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover plan")
            commands=()
            options=('--from:the IDC that is left' '--output:how to print: text, json or yaml' '--timeout:how long to wait for the clusters; what is missing then is printed as not known' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover start")
            commands=()
            options=('--from:the IDC that is left' '--reason:why; the report shows it' '--split:for the runbook traffic: the shares in percent' '--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover resume")
            commands=()
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover approve")
            commands=()
            options=('--confirm:answer the plan'\''s question with TEXT instead of on the terminal' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover status")
            commands=()
            options=('--output:how to print: text, json or yaml' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("failover report")
            commands=()
            options=('--format:text, md (Markdown), html (one file that prints well) or json' '--language:en or ko' '--verify:compare this host'\''s copy and both clusters'\''' '--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("keys")
            commands=()
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("completions")
            commands=('bash' 'zsh' 'fish')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("man")
            commands=()
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
        ("help")
            commands=('watch' 'sandbox' 'status' 'mirrors' 'mirror' 'sync' 'groups' 'offsets' 'freeze' 'thaw' 'traffic' 'failover' 'keys' 'completions' 'man' 'help')
            options=('--config:read the configuration from FILE' '--context:use this context of the configuration' '--read-only:change nothing: nothing that could write is even constructed' '--no-color:use no colours, as with the variable NO_COLOR' '--ascii:draw with plain ASCII characters only' '--theme:draw with this theme' '--mouse:let the mouse select rows; the terminal'\''s own copying then needs Shift' '--log:write the program'\''s own log to FILE' '--show-config:print the configuration that results, without secrets, and exit' '--version:print the version and exit' '--help:print the help of the command and exit')
            ;;
    esac
    if [[ $current == -* ]]; then
        _describe -o 'option' options
    elif (( ${#commands} )); then
        _describe 'command' commands
    fi
}
if [[ $funcstack[1] == _bascule ]]; then _bascule "$@"; else compdef _bascule bascule; fi

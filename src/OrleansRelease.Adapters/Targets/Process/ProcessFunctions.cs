namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Shell functions that start and end processes as this target does, and write its record: one line of JSON in the
/// order in which this build writes it. Whatever looks otherwise stops the script.
/// </summary>
internal static class ProcessFunctions
{
    public static readonly string Text = """
        PROCESS_HELD=''
        process_at() { PROCESS_DATA=$1 PROCESS_FOLDER=$2; [ "$PROCESS_HELD" = "$1" ] || process_hold; }

        # A server that came back while this runs would write over it. It finds its lock held until this shell has
        # ended, however it ends; what this shell starts does not have it.
        process_hold() {
          command -v flock >/dev/null 2>&1 \
            || stop 'there is no flock here: a server could start while this runs' 'install it (util-linux)'
          [ -d "$PROCESS_DATA" ] || stop "there is no $PROCESS_DATA here" 'run this where the processes run'
          lock=$PROCESS_DATA/server.lock
          if [ "$DRY" = no ]; then
            (: >> "$lock") 2>/dev/null || stop "$lock cannot be opened" 'run this as who may'
            exec 9>> "$lock"
            process_lock -x
            # One that was killed has left its address: with the lock held it would be believed.
            rm -f "$PROCESS_DATA/server.url"
          elif [ -r "$lock" ]; then
            exec 9< "$lock"
            process_lock -s
            exec 9<&-
          fi
          PROCESS_HELD=$PROCESS_DATA
        }

        process_lock() { # whoever looks for a server has it for a moment
          tries=0
          until flock -n "$1" 9; do
            tries=$((tries + 1))
            [ "$tries" -lt 3 ] || stop "a server of the system, or another run of this, is at work in $PROCESS_DATA" \
              'take the release back with orel release abort, or stop that server'
            sleep 1
          done
        }

        # The record of VERSION ("mine"), or those of all other versions ("others").
        process_record() { # mine|others VERSION
          [ -f "$PROCESS_FOLDER/slot.json" ] || return 0
          awk -v mode="$1" -v version="$2" '
            { text = text $0 }
            END {
              mark = "\"versions\":["
              at = index(text, mark)
              if (!at) exit 0
              rest = substr(text, at + length(mark))
              sub(/\]\}[ \r\n]*$/, "", rest)
              count = split(rest, part, /[{]"version":"/)
              for (i = 2; i <= count; i++) {
                sub(/,$/, "", part[i])
                name = part[i]
                sub(/".*/, "", name)
                one = "{\"version\":\"" part[i]
                if (name == version) mine = one
                else others = others (others == "" ? "" : ",") one
              }
              print mode == "mine" ? mine : others
            }' "$PROCESS_FOLDER/slot.json"
        }

        process_seen() { # SEEN is the fence that was accepted last
          SEEN='0 0 0'
          [ -f "$PROCESS_FOLDER/slot.json" ] || return 0
          case $(cut -c 1-400 "$PROCESS_FOLDER/slot.json") in
            '{"versions":'*) ;;
            '{"last":{"fence":{"epoch":'*)
              SEEN=$(sed -n \
                's/^{"last":{"fence":{"epoch":\([0-9]*\),"generation":\([0-9]*\),"ordinal":\([0-9]*\)}.*/\1 \2 \3/p' \
                "$PROCESS_FOLDER/slot.json") ;;
            *) SEEN='' ;;
          esac
          [ -n "$SEEN" ] || stop "$PROCESS_FOLDER/slot.json is not as this script knows it" \
            'get a script of the build that wrote it'
        }

        process_write() { # VERB VERSION VERSIONS: the record as it is from now on, whole or not at all
          process_seen
          fence_after $SEEN
          mkdir -p "$PROCESS_FOLDER/logs" || stop "$PROCESS_FOLDER cannot be written" 'run this as who may'
          printf '{"last":{"fence":%s,"verb":"%s","version":"%s","outcome":{"$type":"applied"}},"versions":[%s]}' \
            "$FENCE" "$1" "$2" "$3" | sed "s/@FENCE@/$FENCE/g" > "$PROCESS_FOLDER/slot.json.by-hand" \
            && mv "$PROCESS_FOLDER/slot.json.by-hand" "$PROCESS_FOLDER/slot.json" \
            || stop "$PROCESS_FOLDER/slot.json cannot be written" 'run this as who may, where there is space'
        }

        process_versions() { # of VERSION and all others, as they are
          mine=$(process_record mine "$1") others=$(process_record others "$1")
          printf '%s' "$others"
          [ -z "$mine" ] || [ -z "$others" ] || printf ','
          printf '%s' "$mine"
        }

        # A slot takes old versions down between leases, under a generation of its own. Only a lease starts something.
        process_look() {
          was_left && return
          process_seen
          is_newer $SEEN || return 0
          case $(cut -c 1-400 "$PROCESS_FOLDER/slot.json") in
            *'"verb":"Retire"'*) ;;
            *) leave "the target knows fence $SEEN, of a newer lease than this script is for" ;;
          esac
        }

        process_close() {
          was_left && return
          process_seen
          if is_closed $SEEN; then already "the target knows fence $SEEN"; return; fi
          doing 'the same versions as now, under a fence by hand' || return 0
          process_write Retire by-hand "$(process_versions "$FROM")"
          process_seen
          is_closed $SEEN || stop "the target knows fence $SEEN" 'run this script again'
          verified "the target knows fence $SEEN"
        }

        process_ports() { # VERSION
          process_record mine "$1" | awk '{
            while (match($0, /"port":[0-9]+/)) {
              print substr($0, RSTART + 7, RLENGTH - 7)
              $0 = substr($0, RSTART + RLENGTH)
            }
          }'
        }

        # VERSION: all that carries one of the marks on record. Another data folder of this machine may have the same
        # slot at the same version, and each start has a mark of its own.
        process_pids() {
          marks=$(process_record mine "$1" | tr '{},' '\n\n\n' | sed -n 's/^"marker":"\(.*\)"$/OREL_INSTANCE=\1/p')
          [ -n "$marks" ] || return 0
          grep -l -F "$marks" /proc/[0-9]*/environ 2>/dev/null | sed 's,^/proc/,,; s,/environ$,,'
        }

        process_answers() { # PORT VERSION VERSION-PATH
          curl -s --noproxy '*' --max-time 2 "http://127.0.0.1:$1$3" 2>/dev/null | tr -d ' \t\r\n' \
            | grep -q -F "\"version\":\"$2\""
        }

        process_is_ready() { # VERSION VERSION-PATH READY-PATH: every instance on record; LISTENS is where
          listens=''
          for port in $(process_ports "$1"); do
            process_answers "$port" "$1" "$2" || return 1
            curl -s -f -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$port$3" || return 1
            listens="$listens${listens:+,}\"http://127.0.0.1:$port/\""
          done
          [ -n "$listens" ] || return 1
          LISTENS=$listens
        }

        process_ports_of_all() { # slots of this machine: one that is down for a moment comes back on its own
          cat "${PROCESS_FOLDER%/*}"/*/slot.json 2>/dev/null | tr '{},' '\n\n\n' \
            | sed -n 's/^"port":\([0-9]*\)$/\1/p' | tr '\n' ' '
        }

        process_free_port() { # not taken now, and none of PORTS: NEXT_PORT
          tried=0
          while :; do
            [ "$tried" -lt 12000 ] || stop 'no port from 20000 to 31999 is free' 'end what has them'
            tried=$((tried + 1)) next_port=$((next_port + 1))
            [ "$next_port" -lt 32000 ] || next_port=20000
            case " $1 " in *" $next_port "*) continue ;; esac
            hex=$(printf ':%04X ' "$next_port")
            cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q -F "$hex" || return 0
          done
        }

        process_start() { # NUMBER PORT MARK FOLDER COMMAND...
          log="$PROCESS_FOLDER/logs/$TO.$1.log" port=$2 mark=$3 folder=$4
          shift 4
          count=$#
          while [ "$count" -gt 0 ]; do
            word=$1
            shift
            case $word in *@PORT@*) word=$(printf '%s' "$word" | sed "s/@PORT@/$port/g") ;; esac
            set -- "$@" "$word"
            count=$((count - 1))
          done
          printf -- '---- start %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.000Z)" "$mark" >> "$log"
          ( cd "$folder" && exec $process_session env -i @INHERITED@ \
            OREL_INSTANCE="$mark" "$@" < /dev/null >> "$log" 2>&1 9>&- ) &
        }

        process_end() { # VERSION: asks, and after five seconds insists
          tries=0
          while pids=$(process_pids "$1"); [ -n "$pids" ]; do
            [ "$tries" -lt 20 ] || stop "of $1 still run: $(printf '%s ' $pids)" 'end them as who may'
            if [ "$tries" -eq 0 ]; then kill -TERM $pids 2>/dev/null
            elif [ "$tries" -ge 5 ]; then kill -KILL $pids 2>/dev/null; fi
            tries=$((tries + 1))
            sleep 1
          done
        }

        process_ensure() { # VERSION-PATH READY-PATH SECONDS REPLICAS FOLDER RECORD COMMAND-JSON COMMAND...
          is_left && return
          version_path=$1 ready_path=$2 seconds=$3 replicas=$4 folder=$5 record=$6 json=$7
          shift 7
          case $(process_record mine "$TO") in
            *'"phase":"Stopping"'*) ;;
            *) if process_is_ready "$TO" "$version_path" "$ready_path"; then already "$TO runs: $LISTENS"; return; fi ;;
          esac
          doing "start $replicas of $TO in $folder" || return 0
          process_session=$(command -v setsid) || stop 'there is no setsid here' 'install it (util-linux)'
          process_end "$TO"
          known=$(process_ports "$TO" | tr '\n' ' ')
          ports="$known$(process_ports_of_all)" next_port=$((20000 + $$ % 12000)) instances='' number=0
          while [ "$number" -lt "$replicas" ]; do
            port=${known%% *} known=${known#* }
            [ -n "$port" ] || { process_free_port "$ports"; port=$next_port ports="$ports $port"; }
            eval "port_$number=\$port mark_$number='$SLOT/$TO/$number/by-hand-$$-$(date +%s)'"
            eval "mark=\$mark_$number"
            filled=$(printf '%s' "$json" | sed "s/@PORT@/$port/g")
            instances="$instances${instances:+,}{\"number\":$number,\"port\":$port,\"start\":{\"marker\":\"$mark\""
            instances="$instances,\"at\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"commandLine\":$filled},\"failures\":0}"
            number=$((number + 1))
          done
          others=$(process_record others "$TO")
          printf '%s' "$record" > "$tmp/record"
          printf '%s' "$instances" > "$tmp/instances"
          mine=$(awk 'FNR == NR { with = $0; next } {
            at = index($0, "@INSTANCES@"); print substr($0, 1, at - 1) with substr($0, at + 11) }' \
            "$tmp/instances" "$tmp/record")
          process_write Deploy "$TO" "$others${others:+,}$mine"
          number=0
          while [ "$number" -lt "$replicas" ]; do
            eval "process_start $number \$port_$number \"\$mark_$number\" \"\$folder\" \"\$@\""
            number=$((number + 1))
          done
          until process_is_ready "$TO" "$version_path" "$ready_path"; do
            seconds=$((seconds - 1))
            [ "$seconds" -gt 0 ] || stop "$TO is not ready; what it says is in $PROCESS_FOLDER/logs" 'see why'
            sleep 1
          done
          verified "$TO runs: $LISTENS"
        }

        process_take_down() { # VERSION-PATH
          is_left && return
          mine=$(process_record mine "$FROM")
          case $mine in
            '' | *'"phase":"Stopping"'*)
              [ -n "$(process_pids "$FROM")" ] || { already "no $FROM runs"; return; } ;;
          esac
          doing "end every process of $FROM" || return 0
          ports=$(process_ports "$FROM") others=$(process_record others "$FROM")
          mine=$(printf '%s' "$mine" | sed 's/"phase":"[A-Za-z]*"/"phase":"Stopping"/')
          process_write Retire "$FROM" "$others${others:+${mine:+,}}$mine"
          process_end "$FROM"
          for port in $ports; do
            process_answers "$port" "$FROM" "$1" \
              && stop "$FROM still answers on port $port, from a process without a mark" 'end it'
          done
          verified "no $FROM runs"
        }

        """.ReplaceLineEndings("\n").Replace("@INHERITED@", Environment(), StringComparison.Ordinal);

    // Each as one word, where it is set.
    private static string Environment() =>
        string.Join(' ', Instances.Inherited.Select(name => $"${{{name}:+\"{name}=${name}\"}}"));
}

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// Shell functions that set a slot of the router. The token is handed to curl by its standard input, so that it is in
/// no list of processes. What the router answers is one line of JSON in the order in which this build writes it;
/// whatever looks otherwise stops the script.
/// </summary>
internal static class YarpFunctions
{
    public static readonly string Text = """
        yarp_at() { YARP_URL=$1 YARP_KIND=$2 YARP_NAME=$3; }

        yarp_token() {
          { set +x; } 2>/dev/null
          token=''
          case $YARP_KIND in
            file)
              [ -r "$YARP_NAME" ] || stop "the router's token cannot be read: $YARP_NAME" 'run this as who may read it'
              token=$(tr -d ' \t\r\n' < "$YARP_NAME") ;;
            env)
              eval "token=\${$YARP_NAME:-}"
              [ -n "$token" ] || stop "the router's token is not there: the variable $YARP_NAME" 'export it' ;;
          esac
        }

        yarp_call() { # METHOD [FILE]: the answer is in $tmp/answer, its status in STATUS
          yarp_token
          if [ $# -gt 1 ]; then
            set -- -X "$1" -H 'Content-Type: application/json' --data-binary "@$2"
          else
            set -- -X "$1"
          fi
          STATUS=$(printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -sS --noproxy '*' --max-time 10 \
            -K - -o "$tmp/answer" -w '%{http_code}' "$@" "$YARP_URL/slots/$SLOT") \
            || stop "the router at $YARP_URL does not answer" 'see that it runs'
          token=''
        }

        yarp_look() { # what holds there: SEEN is its fence
          was_left && return
          yarp_call GET
          SEEN='0 0 0' WEIGHTS='' ADDRESSES='' TIMEOUT='' SHEDDING=''
          case $STATUS in
            200) ;;
            404) return ;;
            401 | 403) stop "the router does not take the token of $YARP_NAME" 'put the token there that it knows' ;;
            *) stop "the router answered $STATUS: $(yarp_answer)" 'see why, in what the router logs' ;;
          esac
          SEEN=$(sed -n \
            's/.*"fence":{"epoch":\([0-9]*\),"generation":\([0-9]*\),"ordinal":\([0-9]*\)}.*/\1 \2 \3/p' "$tmp/answer")
          WEIGHTS=$(sed -n 's/.*"weights":{\([^}]*\)}.*/\1/p' "$tmp/answer")
          ADDRESSES=$(sed -n 's/.*"addresses":{\([^}]*\)}.*/\1/p' "$tmp/answer")
          SHEDDING=$(sed -n 's/.*\("shedding":{[^}]*}\).*/\1/p' "$tmp/answer")
          TIMEOUT=$(sed -n 's/.*"requestTimeout":"\([^"]*\)".*/\1/p' "$tmp/answer")
          [ -n "$SEEN" ] && { [ -n "$WEIGHTS" ] || grep -q '"weights":{}' "$tmp/answer"; } \
            || stop "the router's answer is not one that this script knows: $(yarp_answer)" 'get a script of its build'
          yarp_is_ours
        }

        yarp_answer() { tr -d '\n' < "$tmp/answer" | cut -c 1-300; }

        # Somebody else's versions, or somebody else's lease, are not touched.
        yarp_is_ours() {
          others=''
          old_ifs=$IFS IFS=,
          for entry in $WEIGHTS; do
            case $entry in
              *:0 | "\"$FROM\":"*) ;;
              "\"$TO\":"*) [ -n "$TO" ] || others="$others $entry" ;;
              *) others="$others $entry" ;;
            esac
          done
          IFS=$old_ifs
          if [ -n "$others" ]; then
            leave "requests go to$others (of 10000): it was moved by somebody else since"
          elif is_newer $SEEN; then
            leave "the router knows fence $SEEN, of a newer lease than this script is for"
          fi
        }

        yarp_put() { # WEIGHTS ADDRESSES [VERSION-PATH]; what SHEDDING says goes on, without it nothing is refused
          fence_after $SEEN
          extra=''
          [ -z "$TIMEOUT" ] || extra=",\"requestTimeout\":\"$TIMEOUT\""
          [ -z "$SHEDDING" ] || extra="$extra,$SHEDDING"
          look='"needs":"OneOfEachVersion"'
          [ $# -lt 3 ] || look="\"paths\":{\"$TO\":\"$3\"},$look"
          printf '{"fence":%s,"weights":{%s},"addresses":{%s}%s,"firstLook":{%s}}' \
            "$FENCE" "$1" "$2" "$extra" "$look" > "$tmp/body"
          yarp_call PUT "$tmp/body"
          case $STATUS in
            200) ;;
            409) stop "somebody else sets this slot at this moment: $(yarp_answer)" \
              'see whether the system is there again; then leave it to it' ;;
            424) stop "$TO cannot be reached: $(yarp_answer)" 'see that it runs and answers' ;;
            *) stop "the router answered $STATUS: $(yarp_answer)" 'see why, in what the router logs' ;;
          esac
        }

        yarp_close() {
          was_left && return
          yarp_look
          was_left && return
          if is_closed $SEEN; then already "the router knows fence $SEEN"; return; fi
          doing 'the same shares as now, under a fence by hand' || return 0
          yarp_put "${WEIGHTS:-\"$FROM\":0}" "$ADDRESSES"
          yarp_look
          is_closed $SEEN || stop "the router says fence $SEEN" 'run this script again'
          verified "the router knows fence $SEEN"
        }

        yarp_is_back() {
          [ -z "$SHEDDING" ] || return 1
          if [ -z "$TO" ]; then
            case ",$WEIGHTS," in *:[1-9]*) return 1 ;; esac
            return 0
          fi
          case ",$WEIGHTS," in *",\"$TO\":10000,"*) ;; *) return 1 ;; esac
          # Its instances may have been started anew, and listen elsewhere.
          [ -n "$LISTENS" ] || return 0
          case $ADDRESSES in *"\"$TO\":[$LISTENS]"*) return 0 ;; *) return 1 ;; esac
        }

        # Where TO listens: as its target says, else as the router was told before.
        yarp_listens() {
          [ -z "$LISTENS" ] || { printf '%s' "$LISTENS"; return; }
          printf '%s' "$ADDRESSES" | awk -v key="\"$TO\":[" '{
            at = index($0, key)
            if (at) { rest = substr($0, at + length(key)); print substr(rest, 1, index(rest, "]") - 1) }
          }'
        }

        yarp_send_back() { # VERSION-PATH
          is_left && return
          yarp_look
          was_left && return
          if yarp_is_back && is_closed $SEEN; then already "requests go to ${TO:-nothing}: $WEIGHTS"; return; fi
          lifted=''
          if [ -n "$SHEDDING" ]; then
            lifted=', and none of class low refused any more'
            # It was told only of those that were ready then. No reason to stop: they are what there is to go back to.
            [ -z "$TO" ] || [ -n "$LISTENS" ] \
              || say "  attention: the router knows only the instances of $TO that were ready when it began to refuse" \
                'class low, and nothing here knows where the others listen; they get no requests until it is told'
          fi
          doing "all requests to ${TO:-nothing}$lifted" || return 0
          SHEDDING=''
          if [ -n "$TO" ]; then
            listens=$(yarp_listens)
            [ -n "$listens" ] || stop "nobody knows where $TO listens" "start $TO, and tell the router where it listens"
            yarp_put "\"$TO\":10000,\"$FROM\":0" "\"$TO\":[$listens]" "$1"
          else
            yarp_put "\"$FROM\":0" ''
          fi
          yarp_look
          yarp_is_back || stop "the router still says $WEIGHTS" 'run this script again'
          verified "requests go to ${TO:-nothing}: $WEIGHTS"
        }

        """.ReplaceLineEndings("\n");
}

using System.Globalization;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Scripts;

/// <summary>What every script of a way back has in common.</summary>
internal static class ScriptFunctions
{
    public static readonly string Text = """

        set -u
        LC_ALL=C
        export LC_ALL
        HAND=@HAND@
        DRY=no
        DONE=' '
        LEFT=' '
        STEP=0
        while [ $# -gt 0 ]; do
          case $1 in
            --dry-run) DRY=yes ;;
            --done) [ $# -gt 1 ] || { echo 'write: --done STEP' >&2; exit 2; }; DONE="$DONE$2 "; shift ;;
            *) echo "usage: sh $0 [--dry-run] [--done STEP]..." >&2; exit 2 ;;
          esac
          shift
        done

        say() { printf '%s\n' "$*"; }

        stop() { # WHY WHAT-TO-DO
          say "STOPPED at step $STEP: $1" >&2
          say "  to do: $2" >&2
          say '  then run this script again: what is so already is left as it is' >&2
          exit 1
        }

        for tool in awk curl grep mktemp sed tr; do
          command -v "$tool" >/dev/null 2>&1 || stop "there is no $tool here" "install it, or run this where it is"
        done
        tmp=$(mktemp -d) || exit 1
        trap 'rm -rf "$tmp"' EXIT
        trap 'exit 130' INT TERM

        SLOT=''
        part() { # said before each step: where TO listens is kept from one step of a slot to the next
          [ "$SLOT" = "$1" ] || LISTENS=''
          SLOT=$1 TO=$2 FROM=$3 EPOCH=$4 GENERATION=$5 LEASED=$6
        }

        step() { STEP=$1; say "step $1  $2"; }
        already() { say "  already so: $1"; }
        verified() { say "  verified: $1"; }

        doing() { # WHAT: false in a dry run
          if [ "$DRY" = yes ]; then say "  would: $1"; return 1; fi
          say "  doing: $1"
        }

        leave() { say "  left alone: $1"; LEFT="$LEFT$SLOT "; }

        was_left() { case $LEFT in *" $SLOT "*) return 0 ;; *) return 1 ;; esac; }

        is_left() {
          was_left || return 1
          say '  left alone, as said above'
        }

        by_hand() { # WHAT: nothing here can do it
          case $DONE in *" $STEP "*) already 'you say that it is done'; return 0 ;; esac
          is_left && return 0
          [ "$DRY" = no ] || { say "  would stop here: $1"; return 0; }
          stop 'no shell can do this' "$1. When that is done, add: --done $STEP"
        }

        # The fence that was accepted last is EPOCH GENERATION ORDINAL: FENCE is the next one by hand.
        fence_after() {
          next_epoch=$EPOCH next_generation=$GENERATION next_ordinal=$HAND
          if [ "$1" -gt "$EPOCH" ] || { [ "$1" -eq "$EPOCH" ] && [ "$2" -ge "$GENERATION" ]; }; then
            next_epoch=$1 next_generation=$2
            [ "$3" -lt "$HAND" ] || next_ordinal=$(($3 + 1))
          fi
          FENCE="{\"epoch\":$next_epoch,\"generation\":$next_generation,\"ordinal\":$next_ordinal}"
        }

        # Whether the fence EPOCH GENERATION ORDINAL is one by hand already.
        is_closed() { [ "$1" -ge "$EPOCH" ] && [ "$2" -ge "$GENERATION" ] && [ "$3" -ge "$HAND" ]; }

        # Whether EPOCH GENERATION is of a lease that somebody else was given since.
        is_newer() {
          [ "$LEASED" = leased ] || return 1
          [ "$1" -gt "$EPOCH" ] || { [ "$1" -eq "$EPOCH" ] && [ "$2" -gt "$GENERATION" ]; }
        }

        finish() { # RELEASE ENVIRONMENT
          [ "$LEFT" = ' ' ] || say "left alone:$LEFT"
          if [ "$DRY" = yes ]; then say 'nothing was changed'; else say "$1 is back in $2"; fi
        }

        """.ReplaceLineEndings("\n").Replace(
            "@HAND@", FenceQuestions.FirstByHand.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

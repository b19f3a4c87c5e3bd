using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Which combinations of phase, input and fault cannot come about, or only by chances not worth waiting for.
/// </summary>
internal static class Possible
{
    private const Faults Writing = Faults.WriteFailsBefore | Faults.WriteFailsAfter | Faults.CrashBeforeAct;

    private const Faults OfAdapters = Faults.Hangs | Faults.Refuses | Faults.NotApplied | Faults.AppliedButUnknown
        | Faults.ArrivesLate | Faults.TooOld | Faults.CrashBeforeReport | Faults.TakenOver;

    private const Faults OfMetrics =
        Faults.MetricMissing | Faults.MetricError | Faults.MetricNotANumber | Faults.MetricSlow;

    /// <summary>Why a combination never occurs; null when it must.</summary>
    public static string? WhyNot(Phase? phase, string input, Faults fault) =>
        OfFault(phase, input, fault) ?? OfInput(phase, input, fault);

    private static string? OfFault(Phase? phase, string input, Faults fault)
    {
        if ((fault & Writing) != 0 && !Moves(phase, input)) return "it changes nothing there, so nothing is written";
        if ((fault & OfAdapters) != 0) return OfAdapter(phase, input, fault);
        if ((fault & OfMetrics) != 0 && (input != nameof(RolloutInput.Answered) || !IsJudged(phase)))
            return "sources are asked only while the new version is judged";
        return fault switch
        {
            Faults.Outage when input != nameof(RolloutInput.Tick) => "an outage is counted once, as a tick",
            Faults.Outage when !IsJudged(phase) && phase != Phase.RollingBack => "it befalls what lasts long",
            Faults.Redelivered when !WasSent(phase) => "no effect was sent yet, or none may still arrive",
            Faults.StaleActivation when phase is null || IsTerminal(phase) => "an ended row hardly changes any more",
            Faults.Doubled or Faults.Late or Faults.Lost when input == nameof(RolloutInput.Tick) =>
                "a tick is no message",
            _ => null,
        };
    }

    private static string? OfAdapter(Phase? phase, string input, Faults fault)
    {
        if (input != nameof(RolloutInput.OutcomeReported)) return "only outcomes come from adapters";
        if (fault == Faults.NotApplied && phase is not null) return null;
        if (!WasSent(phase)) return "nothing outside is touched there";
        return fault switch
        {
            Faults.Refuses when phase == Phase.Succeeded => "what is refused does not succeed",
            Faults.TakenOver when phase is not (Phase.Progressing or Phase.RollingBack) => "no call is under way there",
            Faults.CrashBeforeReport when phase is not (Phase.Progressing or Phase.RollingBack) =>
                "no call is under way there",
            Faults.NotApplied or Faults.Hangs or Faults.ArrivesLate or Faults.AppliedButUnknown or Faults.TooOld
                or Faults.Refuses when phase is Phase.Paused or Phase.Verifying or Phase.Failed || IsTerminal(phase) =>
                    "an outcome comes there only late or doubled, and is counted as that",
            _ => null,
        };
    }

    private static string? OfInput(Phase? phase, string input, Faults fault)
    {
        switch (input)
        {
            case nameof(RolloutInput.Tick) or nameof(RolloutInput.OutcomeReported) when phase is null:
                return "before it began nothing was scheduled or sent";
            case nameof(RolloutInput.Answered) when phase is null or Phase.Pending:
                return "nothing is asked before the permit";
            case nameof(RolloutInput.Answered) when !IsJudged(phase):
                return fault is Faults.Late or Faults.Doubled && phase is Phase.RollingBack or Phase.RolledBack
                    ? null
                    : "an answer comes there only late or doubled";
            case nameof(RolloutInput.Begin) when phase is not null:
            case nameof(RolloutInput.PermitGranted) when phase is not Phase.Pending:
                return fault is Faults.Doubled && phase is not (null or Phase.Superseded)
                    ? null
                    : "it is repeated only until it is heard; later it comes doubled";
            case nameof(RolloutInput.Begin) or nameof(RolloutInput.PermitGranted) when fault is Faults.Redelivered:
                return "no effect was sent yet";
            default:
                return null;
        }
    }

    /// <summary>Whether an input can change the row of a phase otherwise than by coincidence.</summary>
    private static bool Moves(Phase? phase, string input) => input switch
    {
        nameof(RolloutInput.Begin) => phase is null,
        nameof(RolloutInput.PermitGranted) => phase is Phase.Pending,
        nameof(RolloutInput.Tick) => phase is not (null or Phase.Verifying) && !IsTerminal(phase),
        nameof(RolloutInput.OutcomeReported) => phase is not (null or Phase.Verifying or Phase.Paused or Phase.Failed),
        nameof(RolloutInput.Answered) => IsJudged(phase),
        nameof(RolloutInput.Yield) or nameof(RolloutInput.Abort) => IsJudged(phase) || phase is Phase.Pending,
        nameof(RolloutInput.Pause) => phase is Phase.Progressing or Phase.Verifying,
        nameof(RolloutInput.Resume) => phase is Phase.Paused,
        nameof(RolloutInput.Promote) => phase is Phase.Progressing,
        nameof(RolloutInput.Retry) => phase is Phase.Failed,
        _ => false,
    };

    private static bool IsJudged(Phase? phase) => phase is Phase.Progressing or Phase.Paused or Phase.Verifying;

    private static bool IsTerminal(Phase? phase) =>
        phase is Phase.Succeeded or Phase.RolledBack or Phase.Cancelled or Phase.Superseded;

    private static bool WasSent(Phase? phase) =>
        phase is not (null or Phase.Pending or Phase.Cancelled or Phase.Superseded);
}

using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Which combinations of phase, input and fault cannot come about. One that does breaks the run.</summary>
internal static class Possible
{
    private const Faults Writing = Faults.WriteFailsBefore | Faults.WriteFailsAfter | Faults.CrashBeforeAct;

    private const Faults OfAdapters = Faults.Hangs | Faults.Refuses | Faults.NotApplied | Faults.AppliedButUnknown
        | Faults.ArrivesLate | Faults.TooOld | Faults.CrashBeforeReport | Faults.TakenOver;

    private const Faults OfMetrics =
        Faults.MetricMissing | Faults.MetricError | Faults.MetricNotANumber | Faults.MetricSlow;

    private const Faults OnTheWay = Faults.Doubled | Faults.Late | Faults.Lost;

    private const Faults OfCalls = Faults.CrashBeforeReport | Faults.TakenOver;

    /// <summary>Why a combination never occurs; null when it can.</summary>
    public static string? WhyNever(Phase? phase, string input, Faults fault) =>
        OfFault(input, fault) ?? OfPhase(phase, input, fault);

    private static string? OfFault(string input, Faults fault)
    {
        if (Any(fault, OfAdapters) && input != nameof(RolloutInput.OutcomeReported))
            return "only outcomes come from adapters";
        if (Any(fault, OfMetrics) && input != nameof(RolloutInput.Answered)) return "only answers come from sources";
        if (Any(fault, OnTheWay) && input == nameof(RolloutInput.Tick)) return "a tick is no message";
        return fault == Faults.Outage && input != nameof(RolloutInput.Tick) ? "an outage is counted as a tick" : null;
    }

    private static string? OfPhase(Phase? phase, string input, Faults fault)
    {
        if (phase is Phase.Verified or Phase.Halted) return "it is a part of no release";
        if (Any(fault, Writing) && IsRefused(phase, input)) return "it is refused there, and a no is not written";
        return (phase, input) switch
        {
            (null, nameof(RolloutInput.Tick)) => "what has not begun has no wake",
            (null or Phase.Pending, nameof(RolloutInput.OutcomeReported)) when Any(fault, OfCalls) =>
                "no adapter is called before the permit",
            (null, nameof(RolloutInput.OutcomeReported) or nameof(RolloutInput.Answered)
                or nameof(RolloutInput.PermitGranted)) when fault is Faults.None or Faults.Lost =>
                "nobody was asked for it yet: only an activation from before can be told",
            (Phase.Pending, nameof(RolloutInput.Answered)) when fault is Faults.None or Faults.Lost =>
                "nothing is asked yet: only an activation from before can be told",
            (Phase.Pending, nameof(RolloutInput.Answered)) when fault == Faults.CrashBeforeAct =>
                "only an activation from before can be told, and it cannot write",
            (Phase.Cancelled, _) => OfCancelled(fault),
            _ => null,
        };
    }

    // What may have happened outside is taken back, and a rollout that was taken back is not called cancelled.
    private static string? OfCancelled(Faults fault) => fault switch
    {
        Faults.Redelivered => "it is cancelled only when no call was sent",
        Faults.Hangs or Faults.AppliedButUnknown or Faults.ArrivesLate or Faults.TakenOver
            or Faults.CrashBeforeReport => "it is cancelled only when no call was sent",
        Faults.MetricMissing or Faults.MetricError or Faults.MetricNotANumber or Faults.MetricSlow =>
            "it is cancelled only when it had no requests to measure",
        _ => null,
    };

    private static bool IsRefused(Phase? phase, string input) => input switch
    {
        nameof(RolloutInput.Begin) => false,
        nameof(RolloutInput.Pause) =>
            phase is null or Phase.Pending or Phase.RollingBack or Phase.Failed || IsTerminal(phase),
        nameof(RolloutInput.Resume) => phase is not Phase.Paused,
        nameof(RolloutInput.Promote) => phase is not Phase.Progressing,
        // A step back that is found lost in the same moment makes it failed first.
        nameof(RolloutInput.Retry) => phase is not (Phase.Failed or Phase.RollingBack),
        nameof(RolloutInput.Abort) => phase is null or Phase.Failed || IsTerminal(phase),
        _ => phase is null,
    };

    private static bool Any(Faults fault, Faults of) => (fault & of) != 0;

    private static bool IsTerminal(Phase? phase) =>
        phase is Phase.Succeeded or Phase.RolledBack or Phase.Cancelled or Phase.Superseded;
}

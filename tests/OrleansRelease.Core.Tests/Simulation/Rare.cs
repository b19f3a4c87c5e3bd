using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Combinations that can come about, but only by several chances at once, so that a run may be without one or another:
/// an input that changes nothing is written only when something else happens to be due; a row that is not the newest is
/// met only where an old activation is left over; what was on its way when a phase began that few runs reach, or that
/// is soon over, is seldom anything in particular.
/// </summary>
internal static class Rare
{
    private const string Table = """
        none Abort: StaleActivation Redelivered
        none Answered: Doubled Late MetricMissing MetricError MetricNotANumber MetricSlow Redelivered
        none Begin: StaleActivation Redelivered
        none OutcomeReported: Doubled Late Hangs Refuses NotApplied AppliedButUnknown ArrivesLate TooOld Redelivered
        none Pause: StaleActivation Redelivered TwoActivations
        none PermitGranted: Doubled Late Redelivered
        none Promote: StaleActivation Redelivered
        none Resume: StaleActivation Redelivered
        none Retry: StaleActivation Redelivered
        none Yield: StaleActivation Redelivered
        Pending Abort: Redelivered
        Pending Answered: CrashBeforeAct MetricMissing MetricError MetricNotANumber MetricSlow
        Pending Begin: Redelivered
        Pending OutcomeReported: Doubled Late TooOld
        Pending Pause: Redelivered
        Pending PermitGranted: Redelivered
        Pending Promote: Redelivered
        Pending Resume: Redelivered
        Pending Retry: Redelivered
        Pending Tick: Redelivered
        Pending Yield: Redelivered
        Progressing Promote: WriteFailsBefore CrashBeforeAct
        Paused Begin: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Paused OutcomeReported: CrashBeforeAct CrashBeforeReport Refuses TakenOver
        Paused PermitGranted: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Verifying Abort: Doubled Late
        Verifying Begin: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Verifying OutcomeReported: Lost WriteFailsBefore WriteFailsAfter CrashBeforeAct CrashBeforeReport Refuses
        Verifying OutcomeReported: TakenOver
        Verifying Pause: Late
        Verifying PermitGranted: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Verifying Promote: Late StaleActivation
        Verifying Resume: Late StaleActivation
        Verifying Tick: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Verifying Yield: Doubled StaleActivation
        Succeeded Abort: StaleActivation
        Succeeded Answered: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct MetricError
        Succeeded Begin: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Succeeded OutcomeReported: CrashBeforeReport Hangs AppliedButUnknown ArrivesLate TooOld TakenOver
        Succeeded Pause: StaleActivation
        Succeeded PermitGranted: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Succeeded Promote: StaleActivation
        Succeeded Resume: StaleActivation
        Succeeded Retry: StaleActivation
        Succeeded Tick: CrashBeforeAct Outage
        Succeeded Yield: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        RollingBack Answered: CrashBeforeAct
        RollingBack Retry: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        RolledBack Answered: None Lost StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        RolledBack Answered: MetricNotANumber MetricSlow
        RolledBack Begin: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        RolledBack OutcomeReported: TakenOver
        RolledBack PermitGranted: WriteFailsAfter CrashBeforeAct
        Failed Answered: None StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct MetricNotANumber
        Failed Begin: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Failed OutcomeReported: CrashBeforeAct TakenOver
        Failed PermitGranted: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Failed Tick: CrashBeforeAct
        Failed Yield: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Cancelled Answered: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Cancelled Begin: WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Cancelled OutcomeReported: Late TooOld
        Cancelled PermitGranted: WriteFailsAfter CrashBeforeAct
        Cancelled Yield: CrashBeforeAct
        Superseded Answered: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct MetricMissing
        Superseded Answered: MetricError MetricNotANumber MetricSlow Redelivered
        Superseded Begin: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct Redelivered
        Superseded OutcomeReported: CrashBeforeReport Hangs Refuses AppliedButUnknown ArrivesLate TooOld TakenOver
        Superseded PermitGranted: StaleActivation WriteFailsBefore WriteFailsAfter CrashBeforeAct
        Superseded Retry: StaleActivation
        Superseded Tick: Outage
        """;

    private static readonly HashSet<(Phase? Phase, string Input, Faults Fault)> Cells =
        [.. Table.Split('\n').SelectMany(Read)];

    public static bool Is(Phase? phase, string input, Faults fault) => Cells.Contains((phase, input, fault));

    private static IEnumerable<(Phase? Phase, string Input, Faults Fault)> Read(string line)
    {
        var words = line.Split(' ');
        var phase = words[0] == "none" ? (Phase?)null : Enum.Parse<Phase>(words[0]);
        return words.Skip(2).Select(fault => (phase, words[1].TrimEnd(':'), Enum.Parse<Faults>(fault)));
    }
}

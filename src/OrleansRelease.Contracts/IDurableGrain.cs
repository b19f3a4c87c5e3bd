using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Contracts;

/// <summary>What every durable grain answers to, whatever its kind; its key is the key of its row.</summary>
[Alias("orel.durable"), GrainInterfaceType("orel.durable")]
public interface IDurableGrain : IGrainWithStringKey
{
    /// <summary>
    /// Looks whether something is due, in the row as of <paramref name="sequence"/> or a later one: an activation that
    /// remembers an older row reads it again. A late or doubled call changes nothing.
    /// </summary>
    [Alias("wake")]
    Task WakeAsync(long sequence, CancellationToken cancellation);

    /// <summary>What became of an attempt at one of this grain's effects.</summary>
    [Alias("report-outcome")]
    Task ReportOutcomeAsync(OutcomeReport report, CancellationToken cancellation);

    /// <summary>
    /// A person says that the cause of its failures is gone: they are forgotten, and it is tried again at once, on
    /// record and once for each command. Null when that went well; refused where nothing has failed.
    /// </summary>
    [Alias("lift-quarantine")]
    Task<Refusal?> LiftQuarantineAsync(Command command, bool dryRun, CancellationToken cancellation);
}
